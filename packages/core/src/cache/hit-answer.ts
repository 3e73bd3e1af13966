import { type Call, label } from '../call.js';
import type { EngineResponse, Headers } from '../contract.js';
import type { Target } from '../policy/target.js';
import type { AnsweredBy, CacheEntry } from './entry.js';
import { replayedBody } from './replayed-body.js';

/** What a hit says of the answer that it repeats. */
export interface HitSource {
  /** Request id of the call that got the answer. */
  requestId: string;
  /** How long that call took, ms. */
  latencyMs: number;
  /** In which bucket the answer is. */
  bucket: number;
  /** Who answered that call, where that may be another than this one's target. */
  answeredBy: AnsweredBy | null;
}

/** Marks the call as a hit and gives the headers of its answer: those that were kept, in an object of its own. */
export function hitHeaders(call: Call, source: HitSource, kept: Headers): Headers {
  call.cached = { referenceId: source.requestId };
  // The record is to say whose answer it is.
  if (source.answeredBy !== null) call.target = { ...(call.target as Target), ...source.answeredBy };
  label(call, 'helicone-cache', 'HIT');
  label(call, 'helicone-cache-bucket-idx', String(source.bucket));
  label(call, 'helicone-cache-latency', String(Math.round(source.latencyMs)));
  return { ...kept, 'cache-control': 'private, no-store' };
}

/** A stored answer as this call's own: a document whole, a stream event by event, held by the call's life. */
export function hitAnswer(call: Call, entry: CacheEntry, bucket: number): EngineResponse {
  const { requestId, latencyMs, answeredBy = null, body, eventEnds } = entry;
  const headers = hitHeaders(call, { requestId, latencyMs, bucket, answeredBy }, entry.headers);
  if (eventEnds !== null) {
    const replay = replayedBody(body, eventEnds);
    // A client that leaves ends the replay, which would wait for it without end otherwise.
    call.life.hold(replay);
    return { status: 200, headers, body: replay };
  }
  headers['content-length'] = String(body.length);
  return { status: 200, headers, body };
}
