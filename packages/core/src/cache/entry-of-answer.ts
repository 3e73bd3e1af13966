import type { Call } from '../call.js';
import type { Headers } from '../contract.js';
import type { WireFormat } from '../providers/wire.js';
import type { AnswerTape } from './answer-tape.js';
import { type AnsweredBy, type CacheEntry, keptHeaders } from './entry.js';
import { isStorableDocument, isStorableStream } from './storable.js';

/** Where an answer comes from, noted when its head is here. */
export interface AnswerOrigin {
  /** Request id of the call that got it. */
  readonly requestId: string;
  /** When that call began, on the clock of `performance.now()`. */
  readonly startedAt: number;
  /** What it is written in; a fallback may have changed it. */
  readonly wire: WireFormat | null;
  /** Who answered, where that may be another than the route's own target. */
  readonly answeredBy: AnsweredBy | null;
  /** Those that may be said again. */
  readonly headers: Headers;
  /** How long it may be repeated, ms. */
  readonly lifetimeMs: number;
}

/** Notes the origin of an answer to `call` with these headers. */
export function originOf(call: Call, headers: Headers, lifetimeMs: number): AnswerOrigin {
  const { requestId, startedAt, target } = call;
  const wire = target?.wire ?? null;
  return { requestId, startedAt, wire, answeredBy: answeredBy(call), headers: keptHeaders(headers), lifetimeMs };
}

function answeredBy({ policy, target }: Call): AnsweredBy | null {
  if (target === null || (policy?.fallbacks ?? null) === null) return null;
  const { provider, origin, path, wire } = target;
  return { provider, origin, path, wire };
}

/** A document as an entry; null when it may not be stored. */
export function documentEntry(origin: AnswerOrigin, body: Uint8Array, maxBytes: number): CacheEntry | null {
  if (body.length > maxBytes || !isStorableDocument(body, origin.wire)) return null;
  return entryOf(origin, body, null);
}

/** A stream that ended cleanly as an entry; null when it may not be stored. */
export function tapeEntry(origin: AnswerOrigin, tape: AnswerTape): CacheEntry | null {
  if (!tape.fits) return null;
  const bytes = tape.takeBytes();
  const ends = tape.eventEnds;
  const storable = ends === null ? isStorableDocument(bytes, origin.wire) : isStorableStream(bytes, ends, origin.wire);
  return storable ? entryOf(origin, bytes, ends) : null;
}

function entryOf(origin: AnswerOrigin, body: Uint8Array, eventEnds: readonly number[] | null): CacheEntry {
  const storedAt = Date.now();
  return {
    storedAt,
    expiresAt: storedAt + origin.lifetimeMs,
    latencyMs: performance.now() - origin.startedAt,
    requestId: origin.requestId,
    headers: origin.headers,
    ...(origin.answeredBy === null ? {} : { answeredBy: origin.answeredBy }),
    body,
    eventEnds,
  };
}
