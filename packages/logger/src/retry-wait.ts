/** First wait, and the longest that back-off grows to, ms. */
const MIN_MS = 500;
const MAX_MS = 30_000;
/** Longest that a server may ask us to wait, ms. */
const MAX_ASKED_MS = 10 * 60_000;

/**
 * How long to wait before a delivery is tried again, ms: random(1..2) × 500 × 2^retries, at most 30 s, and never less than the
 * server asked for. `random` is from 0 to below 1.
 */
export function retryWaitMs(retries: number, askedMs: number, random: number): number {
  const backOff = Math.min((1 + random) * MIN_MS * 2 ** Math.min(retries, 16), MAX_MS);
  return Math.ceil(Math.max(backOff, Math.min(askedMs, MAX_ASKED_MS)));
}

/** What `Retry-After` asks for (seconds, or a date of RFC 9110 section 5.6.7), ms; 0 where it asks for nothing. */
export function askedWaitMs(retryAfter: string | undefined, nowMs: number): number {
  if (retryAfter === undefined) return 0;
  if (/^\s*\d{1,9}(\.\d+)?\s*$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}
