import type { Headers } from '../contract.js';
import { firstValue } from './headers.js';
import type { RetryPolicy } from './policy.js';

/** What one wait is computed from. */
export interface RetryWait {
  policy: RetryPolicy;
  /** Retries made before this one. */
  index: number;
  /** What the provider asked for, ms; 0 when it asked for nothing. */
  askedMs: number;
  /** From 0 to below 1. */
  random: number;
}

/**
 * Clients that were all told the same `Retry-After` would all come back in the same moment, so up to this part of it is added,
 * never taken away.
 */
const SPREAD = 0.1;

/**
 * How long to wait before a retry, whole ms: min(random(1..2) × min × factor^index, max), as node-retry has it, and never less
 * than what the provider asked for, which may be more than max.
 */
export function retryDelay({ policy, index, askedMs, random }: RetryWait): number {
  const { minMs, maxMs, factor } = policy;
  // 0 × a factor that has grown to Infinity is no number.
  const backOff = minMs === 0 ? 0 : Math.min((1 + random) * minMs * factor ** index, maxMs);
  if (backOff >= askedMs) return Math.ceil(backOff);
  return Math.ceil(askedMs * (1 + SPREAD * random));
}

/**
 * The wait that an answer asks for by `retry-after-ms` or `retry-after` (seconds, or a date of RFC 9110 section 5.6.7), the
 * longer one when it has both, ms. Null when it asks for none that can be understood; a date that has passed is 0. `now` is
 * Unix ms.
 */
export function askedWaitMs(headers: Headers, now: number): number | null {
  const ms = decimal(firstValue(headers['retry-after-ms']));
  const after = firstValue(headers['retry-after']);
  const seconds = decimal(after);
  const asked = seconds === null ? untilDate(after, now) : seconds * 1000;
  if (ms === null || asked === null) return ms ?? asked;
  return Math.max(ms, asked);
}

function decimal(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,12}(\.\d{1,12})?\s*$/.test(text) ? Number(text) : null;
}

/** All three forms of a date begin with the name of a day; `Date.parse` alone takes nearly anything for a date. */
function untilDate(text: string | undefined, now: number): number | null {
  if (text === undefined || text.length > 40 || !/^\s*(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return null;
  // The oldest form names no zone and means GMT.
  const at = Date.parse(/gmt\s*$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
