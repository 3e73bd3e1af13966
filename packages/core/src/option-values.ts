import { MAX_TIMER_MS } from './max-timer.js';

// Each throws a `TypeError` or `RangeError` that names the option.

/** Throws when `value` is no object or has a key that is not among `known`. */
export function expectKeys(where: string, value: object, known: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${where}: must be an object`);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) throw new TypeError(`${where}: unknown key "${key}"; known are ${known.join(', ')}`);
  }
}

/** Milliseconds above 0; more than timers take counts as without end. */
export function duration(key: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value > 0)) throw new RangeError(`${key}: must be milliseconds above 0`);
  return value > MAX_TIMER_MS ? Number.POSITIVE_INFINITY : value;
}

/** Bytes, 0 or more. */
export function bytes(key: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value >= 0)) throw new RangeError(`${key}: must be bytes, 0 or more`);
  return value;
}

/** True or false. */
export function flag(key: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value !== undefined && typeof value !== 'boolean') throw new TypeError(`${key}: must be true or false`);
  return value ?? fallback;
}
