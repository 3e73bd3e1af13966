import { expectKeys } from './option-values.js';

/** How retries are bounded, whatever callers ask for. */
export interface RetryOptions {
  /** No retry is begun later than this after the start of the call, over all fallbacks; ms. Default 120 000. */
  maxElapsedMs?: number;
  /** Retries for each first attempt at an origin over 10 s. Default 0.2. */
  budgetRatio?: number;
  /** Retries at an origin over 10 s that are allowed however few first attempts there were. Default 10. */
  budgetFloor?: number;
}

export type ResolvedRetryOptions = Readonly<Required<RetryOptions>>;

/** Checks `retry` and fills in the defaults. Throws a `TypeError` or `RangeError` that names the wrong key. */
export function resolveRetryOptions(options: RetryOptions = {}): ResolvedRetryOptions {
  expectKeys('retry', options, ['maxElapsedMs', 'budgetRatio', 'budgetFloor']);
  const { maxElapsedMs = 120_000, budgetRatio = 0.2, budgetFloor = 10 } = options;
  expectAtLeastZero('retry.maxElapsedMs', maxElapsedMs, 'milliseconds');
  expectAtLeastZero('retry.budgetRatio', budgetRatio, 'a number');
  expectAtLeastZero('retry.budgetFloor', budgetFloor, 'a number');
  return Object.freeze({ maxElapsedMs, budgetRatio, budgetFloor });
}

function expectAtLeastZero(key: string, value: number, what: string): void {
  if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${key}: must be ${what}, 0 or more`);
}
