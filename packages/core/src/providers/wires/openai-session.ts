import type { Usage } from '../../cost/usage.js';
import type { SessionAnswer, SessionReader } from '../wire.js';
import { asObject, asText, type JsonObject } from './json-read.js';
import { chargesOf } from './openai-responses-facts.js';
import { transcriptionUsage } from './openai-transcription-usage.js';
import { responsesUsage } from './openai-usage.js';

/** Reads sessions of the Realtime API and of the Responses API's WebSocket mode, whose events are alike. */
export function openaiSession(): SessionReader {
  return new OpenaiSession();
}

class OpenaiSession implements SessionReader {
  model: string | null = null;
  readonly answers: SessionAnswer[] = [];
  usageMissing = false;
  finishReason: string | null = null;
  /** Writes down what the user says, and is charged besides. */
  #transcriber: string | null = null;

  push(message: unknown): void {
    const event = asObject(message);
    switch (event?.type) {
      case 'session.created':
      case 'session.updated':
      case 'transcription_session.created':
      case 'transcription_session.updated':
        this.#configure(asObject(event.session));
        break;
      case 'conversation.item.input_audio_transcription.completed':
        this.#addTranscription(event);
        break;
      case 'response.done':
      case 'response.completed':
      case 'response.incomplete':
      case 'response.failed':
        this.#finish(asObject(event.response));
    }
  }

  pushUsage(usage: unknown): void {
    const response = { usage };
    this.#add(response, responsesUsage(response));
  }

  /** The older of the two shapes is that of the beta: https://platform.openai.com/docs/api-reference/realtime-beta-sessions */
  #configure(session: JsonObject | null): void {
    this.model = asText(session?.model) ?? this.model;
    const transcription =
      asObject(asObject(asObject(session?.audio)?.input)?.transcription) ??
      asObject(session?.input_audio_transcription);
    this.#transcriber = asText(transcription?.model) ?? this.#transcriber;
    // A session that does nothing but transcribe has no other model.
    if (session?.type === 'transcription') this.model ??= this.#transcriber;
  }

  #finish(response: JsonObject | null): void {
    this.model = asText(response?.model) ?? this.model;
    const status = asText(response?.status);
    this.finishReason = reasonOf(response) ?? status;
    const usage = responsesUsage(response);
    // One that came to nothing has nothing to tell.
    if (usage !== null || (status !== 'failed' && status !== 'cancelled')) this.#add(response, usage);
  }

  #add(response: JsonObject | null, usage: Usage | null): void {
    if (usage === null) this.usageMissing = true;
    else for (const each of chargesOf(response, usage)) this.answers.push({ ...each, model: each.model ?? this.model });
  }

  /**
   * "Billed according to the ASR model's pricing rather than the realtime model's pricing", which the session names:
   * https://platform.openai.com/docs/api-reference/realtime-server-events/conversation/item/input_audio_transcription/completed
   */
  #addTranscription(event: JsonObject): void {
    const usage = transcriptionUsage(event);
    if (usage === null || this.#transcriber === null) this.usageMissing = true;
    else this.answers.push({ model: this.#transcriber, usage: { ...usage, ...NEVER_TRANSCRIBED } });
  }
}

/** What a transcription does not have: 0 and not unknown, so that the session's sums stay known. */
const NEVER_TRANSCRIBED = {
  cacheReadTokens: 0,
  outputAudioTokens: 0,
  webSearches: 0,
} as const satisfies Partial<Usage>;

/** Why an answer is not whole: in the one API told by `incomplete_details`, in the other by `status_details`. */
function reasonOf(response: JsonObject | null): string | null {
  const details = asObject(response?.incomplete_details) ?? asObject(response?.status_details);
  return asText(details?.reason);
}
