import type { Usage } from '../cost/usage.js';

/** The wire formats whose answers are understood. */
export type WireFormat = 'openai-chat' | 'openai-responses' | 'openai-embeddings' | 'anthropic-messages';

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

/** Everything that is particular to one wire format. Pure: bytes and values in, values out. */
export interface Wire {
  readonly name: WireFormat;
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
}
