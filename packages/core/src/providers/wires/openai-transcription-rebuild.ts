import type { AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { asArray, asText, errorMessage, type JsonObject, own, parseObject, setOwn } from './json-read.js';

/** Types of the event that ends a transcription: OpenAI's and Mistral's. */
export const TRANSCRIPT_ENDS: ReadonlySet<string> = new Set(['transcript.text.done', 'transcription.done']);

/**
 * Rebuilds a transcription; `readFacts` reads one. OpenAI's events (`transcript.text.delta`, `.segment`, `.done`,
 * https://platform.openai.com/docs/api-reference/audio/transcript-text-done-event) and Mistral's (`transcription.language`,
 * `.text.delta`, `.segment`, `.done`, https://docs.mistral.ai/api/endpoint/audio/transcriptions) differ in names only.
 */
export function rebuildTranscription(readFacts: (answer: JsonObject | null) => AnswerFacts): Rebuilder {
  return new TranscriptionRebuilder(readFacts);
}

class TranscriptionRebuilder implements Rebuilder {
  readonly #readFacts: (answer: JsonObject | null) => AnswerFacts;
  #arrived = false;
  #text = '';
  #language: unknown;
  #logprobs: unknown[] | null = null;
  readonly #segments: JsonObject[] = [];
  /** The last event, which has the whole text. */
  #end: JsonObject | null = null;
  #error: unknown;

  constructor(readFacts: (answer: JsonObject | null) => AnswerFacts) {
    this.#readFacts = readFacts;
  }

  push(event: StreamEvent): boolean {
    const data = parseObject(event.data);
    if (data === null) return false;
    const type = asText(data.type) ?? event.event;
    if (event.event === 'error' || type === 'error' || errorMessage(data.error) !== null) {
      this.#error = data.error ?? data;
      return false;
    }
    if (TRANSCRIPT_ENDS.has(type)) {
      this.#end = data;
      return false;
    }
    switch (type) {
      case 'transcript.text.delta':
        this.#grow(data, data.delta);
        return true;
      case 'transcription.text.delta':
        this.#grow(data, data.text);
        return true;
      case 'transcript.text.segment':
        this.#segments.push(data);
        this.#arrived = true;
        return true;
      case 'transcription.segment':
        this.#segments.push({ ...data, type: 'transcription_segment' });
        this.#arrived = true;
        return true;
      case 'transcription.language':
        this.#language = data.audio_language;
        this.#arrived = true;
    }
    return false;
  }

  body(): JsonObject | null {
    const body: JsonObject = {};
    if (this.#end !== null) for (const key in this.#end) if (key !== 'type') setOwn(body, key, this.#end[key]);
    if (this.#end === null && this.#arrived) {
      body.text = this.#text;
      if (this.#language !== undefined) body.language = this.#language;
      if (this.#logprobs !== null) body.logprobs = this.#logprobs;
    }
    const told = asArray(own(body, 'segments')) ?? [];
    if (told.length === 0 && this.#segments.length > 0) body.segments = this.#segments;
    if (this.#error !== undefined) body.error = this.#error;
    return Object.keys(body).length === 0 ? null : body;
  }

  facts(): AnswerFacts {
    return this.#readFacts(this.body());
  }

  complete(): boolean {
    return this.#end !== null && this.#error === undefined;
  }

  #grow(data: JsonObject, piece: unknown): void {
    this.#arrived = true;
    if (typeof piece === 'string') this.#text += piece;
    const logprobs = asArray(data.logprobs);
    if (logprobs === null) return;
    this.#logprobs ??= [];
    for (const logprob of logprobs) this.#logprobs.push(logprob);
  }
}
