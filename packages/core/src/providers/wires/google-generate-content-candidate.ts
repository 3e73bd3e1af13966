import { CandidateMetadata, GROWING_METADATA } from './google-candidate-metadata.js';
import { asArray, asObject, asText, type JsonObject, own, setOwn } from './json-read.js';

/** One candidate of a streamed answer while it grows. */
export class ContentCandidate {
  readonly index: number;
  finishReason: string | null = null;
  /** `content` less its parts; null until a chunk has one. */
  #content: JsonObject | null = null;
  readonly #parts: unknown[] = [];
  /** Members beside content, index and finish reason. */
  readonly #rest: JsonObject = {};
  readonly #metadata = new Map<string, CandidateMetadata>();
  /** Pieces of text that belong to the last part: joined once, since a text may come in very many. */
  #text: string[] = [];

  constructor(index: number) {
    this.index = index;
  }

  /** Takes this candidate's part of a chunk; true when it carries generated content. */
  push(chunk: JsonObject): boolean {
    let content = false;
    for (const key in chunk) {
      const value = chunk[key];
      if (key === 'index') continue;
      if (key === 'content') content = this.#mergeContent(asObject(value));
      else if (key === 'finishReason') this.finishReason = asText(value) ?? this.finishReason;
      else if (key === 'logprobsResult') this.#appendLogprobs(asObject(value));
      else if (GROWING_METADATA.has(key) && this.#mergeMetadata(key, asObject(value))) continue;
      else set(this.#rest, key, value);
    }
    return content;
  }

  /** The candidate as a whole answer has it. */
  body(): JsonObject {
    this.#endText();
    const body: JsonObject = {};
    if (this.#content !== null || this.#parts.length > 0) body.content = { ...this.#content, parts: this.#parts };
    if (this.finishReason !== null) body.finishReason = this.finishReason;
    body.index = this.index;
    return Object.assign(body, this.#rest);
  }

  #mergeContent(content: JsonObject | null): boolean {
    if (content === null) return false;
    this.#content ??= {};
    let generated = false;
    for (const key in content) {
      if (key !== 'parts') set(this.#content, key, content[key]);
      else for (const part of asArray(content.parts) ?? []) generated = this.#addPart(part) || generated;
    }
    return generated;
  }

  /** False when it is no metadata that can be joined. */
  #mergeMetadata(key: string, value: JsonObject | null): boolean {
    if (value === null) return this.#metadata.has(key);
    let metadata = this.#metadata.get(key);
    if (metadata === undefined) {
      metadata = new CandidateMetadata();
      this.#metadata.set(key, metadata);
    }
    metadata.push(value);
    this.#rest[key] = metadata.body();
    return true;
  }

  /**
   * Text that goes on is one part, as in an answer that does not stream. A part with anything besides, such as a signature,
   * stays by itself: Google wants signatures back in the part that they came in.
   */
  #addPart(part: unknown): boolean {
    const last = asObject(this.#parts.at(-1));
    if (isPlainText(part) && isPlainText(last) && isThought(part) === isThought(last)) {
      if (this.#text.length === 0) this.#text.push(last.text);
      this.#text.push(part.text);
      return part.text !== '';
    }
    this.#endText();
    // A copy: the chunks may be the members of an array that somebody else reads.
    this.#parts.push(isPlainText(part) ? { ...part } : part);
    const object = asObject(part);
    return object !== null && object.text !== '';
  }

  #endText(): void {
    const last = asObject(this.#parts.at(-1));
    if (last !== null && this.#text.length > 0) last.text = this.#text.join('');
    this.#text = [];
  }

  /** Lists of log probabilities go on from chunk to chunk; everything else about a candidate is told as it stands. */
  #appendLogprobs(result: JsonObject | null): void {
    if (result === null) return;
    const before = asObject(this.#rest.logprobsResult) ?? {};
    this.#rest.logprobsResult = before;
    for (const key in result) {
      const list = asArray(own(before, key));
      const more = asArray(result[key]);
      if (list === null || more === null) set(before, key, more === null ? result[key] : [...more]);
      else for (const item of more) list.push(item);
    }
  }
}

type TextPart = JsonObject & { text: string };

/** Whether a part is text and says nothing besides but whether it is a thought. */
function isPlainText(part: unknown): part is TextPart {
  const object = asObject(part);
  if (object === null || typeof object.text !== 'string') return false;
  for (const key in object) if (key !== 'text' && key !== 'thought') return false;
  return true;
}

function isThought(part: TextPart): boolean {
  return part.thought === true;
}

/** Sets a member; null never takes away what was said before. */
function set(target: JsonObject, key: string, value: unknown): void {
  if (value !== null || own(target, key) === undefined) setOwn(target, key, value);
}
