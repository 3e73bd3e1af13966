import { type Call, label } from '../call.js';
import type { RateLimit } from '../policy/policy.js';
import { inUnit, type LimitPoints } from './limit-points.js';

/** What one limit says of a call. */
export interface LimitState {
  readonly limit: RateLimit;
  readonly counted: LimitPoints;
  /** Points counted in the window. */
  readonly points: number;
  /** When the window ends, unix ms. */
  readonly endsAt: number;
}

/** Behind this many seconds an SDK that retries by itself would sleep rather than tell its user. */
const LONGEST_RETRY_SECONDS = 60;

/** Puts Helicone's four headers on the call's answer. `now` is unix ms. */
export function labelLimit(call: Call, { limit, counted, points, endsAt }: LimitState, now: number): void {
  const left = Math.max(0, inUnit(limit, counted, counted.quota - points));
  label(call, 'helicone-ratelimit-limit', String(limit.quota));
  label(call, 'helicone-ratelimit-remaining', String(Math.floor(left)));
  label(call, 'helicone-ratelimit-reset', String(secondsLeft(endsAt, now)));
  label(call, 'helicone-ratelimit-policy', limit.text);
}

/** The same for a refused call, and when it may be tried again. Returns that in whole seconds. */
export function labelRefusal(call: Call, state: LimitState, now: number): number {
  labelLimit(call, state, now);
  const seconds = Math.max(1, secondsLeft(state.endsAt, now));
  label(call, 'retry-after', String(seconds));
  if (seconds > LONGEST_RETRY_SECONDS) label(call, 'x-should-retry', 'false');
  return seconds;
}

function secondsLeft(endsAt: number, now: number): number {
  return Math.max(0, Math.ceil((endsAt - now) / 1000));
}
