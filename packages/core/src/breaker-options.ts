import { expectKeys } from './option-values.js';

/** When calls to an origin that fails are refused for a while. */
export interface BreakerOptions {
  /** Part of the calls that must fail, above 0 and at most 1. Default 0.5. */
  threshold?: number;
  /** Fewer calls than this within the window open nothing. Default 20. */
  minimumCalls?: number;
  /** Calls are counted over this long, ms. Default 10 000. */
  windowMs?: number;
  /** How long an open breaker refuses before it lets one call through, ms. Default 10 000. */
  halfOpenAfterMs?: number;
}

/** The breaker's options with their defaults. */
export interface ResolvedBreakerOptions extends Readonly<Required<BreakerOptions>> {
  /** Which origins have one: all, none, or those that have another to go to. */
  readonly on: 'all' | 'none' | 'alternatives';
}

/**
 * Checks `breaker` and fills in the defaults: not given, origins that have another to go to have a breaker; `true` or an
 * object, all have; `false`, none. Throws a `TypeError` or `RangeError` that names the wrong key.
 */
export function resolveBreakerOptions(option?: BreakerOptions | boolean): ResolvedBreakerOptions {
  const options = typeof option === 'boolean' || option === undefined ? {} : option;
  expectKeys('breaker', options, ['threshold', 'minimumCalls', 'windowMs', 'halfOpenAfterMs']);
  const { threshold = 0.5, minimumCalls = 20, windowMs = 10_000, halfOpenAfterMs = 10_000 } = options;
  if (typeof threshold !== 'number' || !(threshold > 0 && threshold <= 1)) {
    throw new RangeError('breaker.threshold: must be above 0 and at most 1');
  }
  if (!Number.isInteger(minimumCalls) || minimumCalls < 1) {
    throw new RangeError('breaker.minimumCalls: must be a whole number, 1 or more');
  }
  expectMs('breaker.windowMs', windowMs);
  expectMs('breaker.halfOpenAfterMs', halfOpenAfterMs);
  const on = option === undefined ? 'alternatives' : option === false ? 'none' : 'all';
  return Object.freeze({ on, threshold, minimumCalls, windowMs, halfOpenAfterMs });
}

function expectMs(key: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) throw new RangeError(`${key}: must be milliseconds above 0`);
}
