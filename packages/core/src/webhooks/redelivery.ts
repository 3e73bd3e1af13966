/** Waits before the tries behind a failed one, ms; the last one is repeated. */
const WAITS_MS = [2_000, 10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 10_800_000] as const;
/** Longest wait for a receiver that takes nothing at all, ms: when it is back, everything is to go out soon. */
const MAX_DOWN_MS = 120_000;
/** Up to this part of a wait is added, so that what failed together does not come back together. */
const SPREAD = 0.2;
/** How long a delivery is tried, ms. */
export const MAX_AGE_MS = 86_400_000;
/** Longest wait that a receiver may ask for, ms. */
export const MAX_ASKED_MS = 3_600_000;

/** What the time of the next try is computed from. */
export interface FailedTry {
  /** Tries so far, this one included: 1 or more. */
  tries: number;
  /** When the delivery was made, unix ms. */
  createdAt: number;
  /** Unix ms. */
  now: number;
  /** What the receiver asked for, ms; 0: nothing. */
  askedMs: number;
  /** The receiver takes nothing at all: that this delivery was not taken is no fault of its own. */
  isDown: boolean;
  /** From 0 to below 1. */
  random: number;
}

/**
 * When a delivery is to be tried again, unix ms; null: never, it is older than 24 h by then. Waits of 2 s, 10 s, 30 s, 2 min,
 * 10 min, 30 min, 1 h and from then on 3 h (of 2 min at most while the receiver takes nothing), up to a fifth longer, and never
 * shorter than the receiver asked for (1 h at most).
 */
export function nextTryAt({ tries, createdAt, now, askedMs, isDown, random }: FailedTry): number | null {
  const longest = WAITS_MS[Math.min(tries, WAITS_MS.length) - 1] as number;
  const wait = isDown ? Math.min(longest, MAX_DOWN_MS) : longest;
  const at = now + Math.ceil(Math.max(wait, Math.min(askedMs, MAX_ASKED_MS)) * (1 + SPREAD * random));
  return at > createdAt + MAX_AGE_MS ? null : at;
}
