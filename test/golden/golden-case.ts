import type { CallRecord } from '@helicone-proxy/core';

/** What a provider sends, in one of the shapes that answers have on the wire. */
export type GoldenAnswer =
  /** One JSON document; text is sent as it stands. */
  | { kind: 'json'; body: unknown }
  /** A server-sent event each, without the line end behind its last line: `event: a\ndata: {}`. */
  | { kind: 'sse'; events: readonly string[] }
  /** A JSON document a line. */
  | { kind: 'ndjson'; type: string; lines: readonly string[] }
  /** The elements of one JSON array, as Google streams them without `alt=sse`. */
  | { kind: 'array'; elements: readonly string[] }
  /** Whole `application/vnd.amazon.eventstream` frames. */
  | { kind: 'frames'; frames: readonly Uint8Array[] }
  /** Anything else, such as speech. */
  | { kind: 'bytes'; type: string; bytes: Uint8Array };

/** Provider bytes in; rebuilt body, usage and cost out. */
export interface GoldenCase {
  name: string;
  /** Page of the provider's API reference, or other published text, that the bytes come from. */
  source: string;
  /** Below the prefix, with the provider: `openai/v1/chat/completions`. */
  path: string;
  /** JSON body of the request. */
  request: unknown;
  /** Default 200. */
  status?: number;
  /** Headers of the answer beside its type. */
  headers?: Readonly<Record<string, string>>;
  answer: GoldenAnswer;
  /** The whole answer: of a stream, what a call without streaming would have got. Default: that of `answer` where it is JSON. */
  body?: unknown;
  /** What the record says: model, finish reason, every count, the cost (worked out by hand in a comment beside it). */
  record: Partial<CallRecord>;
}
