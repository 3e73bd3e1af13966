import type { Usage } from '../cost/usage.js';
import type { Framing } from '../stream/framing.js';
import type { JsonObject } from './wires/json-read.js';

/** The wire formats whose answers are understood. */
export type WireFormat =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-realtime'
  | 'openai-embeddings'
  | 'openai-images'
  | 'openai-transcription'
  | 'openai-speech'
  | 'anthropic-messages'
  | 'google-generate-content'
  | 'google-predict'
  | 'bedrock-converse'
  | 'bedrock-invoke'
  | 'cohere-chat'
  | 'cohere-embed'
  | 'mistral-ocr'
  | 'ollama'
  | 'rerank';

/**
 * One event of a streamed answer. Of a server-sent event its `event:` name (empty when there was none) and its joined `data:`
 * lines; of a line or an array's element its JSON, without a name; of an AWS frame its `:event-type` and its payload. An AWS frame
 * that is an exception or an error is named `exception:` and its `:exception-type` or `:error-code`.
 */
export interface StreamEvent {
  event: string;
  data: string;
}

/** What an answer says about itself. Not known is null. */
export interface AnswerFacts {
  model: string | null;
  usage: Usage | null;
  finishReason: string | null;
  /** The provider reported an error inside the answer (also inside a 200). */
  error: string | null;
  /** The provider's own usage object, as it was told. Absent: there was none. */
  usageObject?: JsonObject | null;
  /**
   * What changes the price of the whole call, as the answer tells it: `priority`, `flex`, `batch`, `fast`, `us`; several joined
   * with `+`. Absent or null: the provider's standard.
   */
  serviceTier?: string | null;
  /** Where parts of the answer have rates of their own: each of them, of which `usage` is the sum. */
  charged?: readonly SessionAnswer[];
}

/** What of a call, besides its answer's body, some formats need to be understood. */
export interface AnswerContext {
  /** Our provider name. */
  provider: string;
  /** Path of the call, without query. */
  path: string;
  /** What was asked for, by the request's body or path. */
  requestModel: string | null;
  /** Those headers of the answer that tell of usage, lower-case. */
  headers: Readonly<Record<string, string>>;
}

/** Rebuilds a streamed answer into the body that the same call would have got without streaming. */
export interface Rebuilder {
  /** Takes the next event. Never throws: damaged events are passed over. Returns true when the event carries generated content (for time to first token). */
  push(event: StreamEvent): boolean;
  /**
   * Takes the end of an event whose beginning is lost, where the middle of a stream was not kept: events that bring a picture are longer
   * than what is kept of a stream's end. Never throws.
   */
  pushEnd?(data: string): void;
  /** The whole answer, as far as it arrived. */
  body(): unknown;
  /** Read from the same state as `body()`, without a second pass. */
  facts(): AnswerFacts;
  /** Whether the stream reached its terminal event. */
  complete(): boolean;
}

/** One answer of a session, or one part of an answer, which is charged on its own. A model that is null is the answer's. */
export interface SessionAnswer {
  model: string | null;
  usage: Usage;
}

/** Reads what the provider says in a session over a WebSocket. */
export interface SessionReader {
  /** Takes its next message, parsed. Never throws. */
  push(message: unknown): void;
  /** Takes the usage of an answer of which nothing else was kept. Never throws. */
  pushUsage(usage: unknown): void;
  /** The model that was last spoken with. */
  readonly model: string | null;
  /** Answers that told what they used, in order. */
  readonly answers: readonly SessionAnswer[];
  /** An answer was finished that did not tell what it used. */
  readonly usageMissing: boolean;
  /** How the last answer ended. */
  readonly finishReason: string | null;
}

/** Everything that is particular to one wire format. Pure: bytes and values in, values out. */
export interface Wire {
  readonly name: WireFormat;
  /** Names of the members to look for in an answer whose middle is missing, where they are not `usage` and `model`. */
  readonly members?: { readonly usage: string; readonly model: 'model' | 'modelVersion' };
  /** How its streams are cut into events; `['sse']` where it does not say. */
  readonly framings?: readonly Framing[];
  /** Reads a whole answer (parsed JSON). Never throws. */
  facts(body: unknown, context?: AnswerContext): AnswerFacts;
  /** Of a whole answer (its text) whose middle is missing: members that tell what it cost, beside or instead of usage and model. Never throws. */
  ends?(text: string): JsonObject;
  rebuild(context?: AnswerContext): Rebuilder;
  /**
   * Whether a stream that ended cleanly with these events (its last ones, up to three, in order) is whole: its terminal event is
   * among them and no error is. Reads no more of them than it must, and never throws.
   */
  endsWhole(last: readonly StreamEvent[]): boolean;
  /** The event that tells this format's clients that a running stream failed: the whole bytes of one event in that framing. */
  errorEvent(code: string, message: string, framing: Framing): string | Uint8Array;
  /** Where the format is also spoken over a WebSocket. */
  session?(): SessionReader;
}
