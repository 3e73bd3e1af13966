import type { WireFormat } from '../providers/wire.js';

/** How a call ended. */
export type Outcome =
  | 'success'
  | 'upstream_error'
  | 'client_closed'
  | 'truncated'
  | 'timeout'
  | 'rate_limited'
  | 'blocked';

/** One upstream call of a request. */
export interface Attempt {
  /** Provider name. */
  provider: string;
  /** Origin that was called. */
  target: string;
  /** Status that the upstream answered; null when it answered none. */
  status: number | null;
  /** Unix ms. */
  startedAt: number;
  /** Until the answer was whole or the attempt failed, ms. */
  durationMs: number;
  /** Error code of ours, when the attempt failed. */
  error?: string;
}

/** Messages of a session that were not kept. */
export interface Omitted {
  messages: number;
  bytes: number;
}

/** What the request thread knows of a WebSocket session besides its messages. */
export interface SessionFacts {
  /** Model that the URL names. */
  model: string | null;
  /** A message that may have told of usage was not kept: what the others tell is not all. */
  usageMissing: boolean;
  /** Messages of the client for which there was no room. */
  clientOmitted: Omitted;
  /** Messages of the provider for which there was no room. */
  providerOmitted: Omitted;
}

/** What a request body asks for, where the body itself is not kept. */
export interface AskedFacts {
  model: string | null;
  /** The body's own `user` field. */
  user: string | null;
  stream: boolean;
}

/** Ids of an OpenTelemetry span, lower-case hex. */
export interface TraceFacts {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
}

/** A captured body inside the batch's shared buffer. */
export interface CapturedBytes {
  offset: number;
  length: number;
  /** Where the body's last bytes begin in what was kept, when bytes are missing before them. */
  headLength: number;
  /** Bytes that passed; more than `length` when the capture was cut. */
  total: number;
  /** `content-type` and `content-encoding` of the body. */
  type: string;
  encoding: string;
}

/**
 * What the request thread knows of a call that ended: plain JSON, so that it crosses to the records worker as a short text
 * beside the batch's transferred buffer. The worker makes a `RecordRow` of it.
 */
export interface CallFacts {
  id: string;
  requestId: string;
  tenant: string;
  /** Unix ms. */
  createdAt: number;
  method: string;
  /** Path below the provider's route, without query. */
  path: string;
  provider: string;
  wire: WireFormat | null;
  /** Upstream URL without query; empty when no target was reached. */
  targetUrl: string;
  userId: string | null;
  properties: Readonly<Record<string, string>>;
  promptId: string | null;
  modelOverride: string | null;
  /** What the client got; -3 when the client left first, -1 for a timeout of ours. */
  status: number;
  outcome: Outcome;
  /** Code of the error that we answered, if we did. */
  error: string | null;
  delayMs: number;
  /** Arrival of the first body byte, ms after the start; null when none came. */
  firstByteMs: number | null;
  /** For streams: [end offset, ms after the start] of the first chunks, flat. */
  arrivals: number[] | null;
  attempts: Attempt[];
  /** The call asked for the cache. */
  cacheEnabled: boolean;
  /** Request id of the call whose answer came out of the cache; null where the provider was called. */
  cacheReferenceId: string | null;
  /** What was captured went on for others when the client had left: a whole answer, but not for this client. */
  leftEarly: boolean;
  /** A reservation on the request thread waits for the true cost and tokens. */
  settles: boolean;
  /** Set when the call became a WebSocket session: `request` and `response` are then logs of its messages. */
  session: SessionFacts | null;
  /** The call's span; null where there is none. */
  trace: TraceFacts | null;
  /** Telemetry on the request thread waits for what is read of the call. */
  observed?: boolean;
  /** Webhooks may hear of the call. */
  webhooks: boolean;
  /** Values of the credentials that the call carried: whatever is kept of it, they are taken out of it. Not kept themselves. */
  secrets: string[];
  /** Read of a request body that was not captured, since it must not be kept. */
  asked?: AskedFacts | null;
  omitRequest: boolean;
  omitResponse: boolean;
  /** Headers of the answer that tell of its usage, lower-case; absent: there were none. */
  answerHeaders?: Readonly<Record<string, string>>;
  request: CapturedBytes | null;
  response: CapturedBytes | null;
}
