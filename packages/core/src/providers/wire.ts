import type { Usage } from '../cost/usage.js';

/** The wire formats whose answers are understood. */
export type WireFormat =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-realtime'
  | 'openai-embeddings'
  | 'anthropic-messages'
  | 'google-generate-content';

/** One server-sent event: its `event:` name (empty when there was none) and its joined `data:` lines. */
export interface SseEvent {
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
}

/** Rebuilds a streamed answer into the body that the same call would have got without streaming. */
export interface Rebuilder {
  /** Takes the next event. Never throws: damaged events are passed over. Returns true when the event carries generated content (for time to first token). */
  push(event: SseEvent): boolean;
  /** The whole answer, as far as it arrived. */
  body(): unknown;
  /** Read from the same state as `body()`, without a second pass. */
  facts(): AnswerFacts;
  /** Whether the stream reached its terminal event. */
  complete(): boolean;
}

/** One answer of a session, which is charged on its own. */
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
  /** Reads a whole answer (parsed JSON). Never throws. */
  facts(body: unknown): AnswerFacts;
  rebuild(): Rebuilder;
  /**
   * Whether a stream that ended cleanly with these events (its last ones, up to three, in order) is whole: its terminal event is
   * among them and no error is. Reads no more of them than it must, and never throws.
   */
  endsWhole(last: readonly SseEvent[]): boolean;
  /** The event that tells this format's clients that a running stream failed; whole bytes of one event with its blank line. */
  errorEvent(code: string, message: string): string;
  /** Where the format is also spoken over a WebSocket. */
  session?(): SessionReader;
}
