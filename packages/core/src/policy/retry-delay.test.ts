import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { askedWaitMs, retryDelay } from './retry-delay.js';

const DEFAULTS = { retries: 5, factor: 2, minMs: 1000, maxMs: 10_000 };
const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);

/** Waits before each retry with the least and with the most jitter. */
function bounds(policy: typeof DEFAULTS): [number, number][] {
  return Array.from({ length: policy.retries }, (_, index) => [
    retryDelay({ policy, index, askedMs: 0, random: 0 }),
    retryDelay({ policy, index, askedMs: 0, random: 1 - Number.EPSILON }),
  ]);
}

describe('the wait before a retry', () => {
  test('with the defaults lies where Helicone’s does (reference 14.2)', () => {
    expect(bounds(DEFAULTS)).toEqual([
      [1000, 2000],
      [2000, 4000],
      [4000, 8000],
      [8000, 10_000],
      [10_000, 10_000],
    ]);
  });

  test.each([
    [{ ...DEFAULTS, retries: 3, factor: 1 }, [1000, 2000], [1000, 2000], [1000, 2000]],
    [{ ...DEFAULTS, retries: 3, factor: 3, maxMs: 20_000 }, [1000, 2000], [3000, 6000], [9000, 18_000]],
    [{ ...DEFAULTS, retries: 2, factor: 0.5 }, [1000, 2000], [500, 1000]],
    [{ ...DEFAULTS, retries: 2, minMs: 200, maxMs: 300 }, [200, 300], [300, 300]],
    [{ ...DEFAULTS, retries: 2, minMs: 500, maxMs: 100 }, [100, 100], [100, 100]],
    [{ ...DEFAULTS, retries: 2, minMs: 0 }, [0, 0], [0, 0]],
  ])('%j', (policy, ...expected) => {
    expect(bounds(policy)).toEqual(expected);
  });

  test('is never less than what the provider asked for, which may be more than max', () => {
    expect(retryDelay({ policy: DEFAULTS, index: 0, askedMs: 2000, random: 0 })).toBe(2000);
    expect(retryDelay({ policy: DEFAULTS, index: 0, askedMs: 1500, random: 0.9 })).toBe(1900);
    expect(retryDelay({ policy: DEFAULTS, index: 4, askedMs: 30_000, random: 0 })).toBe(30_000);
  });

  test('is spread above what the provider asked for, so that clients do not come back together', () => {
    expect(retryDelay({ policy: DEFAULTS, index: 0, askedMs: 20_000, random: 0.5 })).toBe(21_000);
  });

  test('is a whole number of ms, 0 or more, whatever the policy', () => {
    const policy = fc.record({
      retries: fc.integer({ min: 0, max: 10 }),
      factor: fc.double({ min: 0, max: 1e300, noNaN: true }),
      minMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
      maxMs: fc.double({ min: 0, max: 1e9, noNaN: true }),
    });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const asked = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(policy, fc.integer({ min: 0, max: 10 }), asked, random, (given, index, askedMs, chance) => {
        const ms = retryDelay({ policy: given, index, askedMs, random: chance });
        expect(Number.isInteger(ms)).toBe(true);
        expect(ms).toBeGreaterThanOrEqual(askedMs);
        expect(ms).toBeLessThanOrEqual(Math.ceil(Math.max(given.maxMs, askedMs * 1.1)));
      }),
    );
  });
});

describe('what a provider asks for', () => {
  test.each<[Record<string, string | string[]>, number | null]>([
    [{}, null],
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': ' 2 ' }, 2000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': ['3', '9'] }, 3000],
    [{ 'retry-after-ms': '750' }, 750],
    [{ 'retry-after-ms': '1.5' }, 1.5],
    [{ 'retry-after-ms': '500', 'retry-after': '2' }, 2000],
    [{ 'retry-after-ms': '2500', 'retry-after': '2' }, 2500],
    [{ 'retry-after-ms': 'soon', 'retry-after': '2' }, 2000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Thursday, 01-Jan-26 12:00:07 GMT' }, 7000],
    [{ 'retry-after': 'Thu Jan  1 12:00:07 2026' }, 7000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': '-1' }, null],
    [{ 'retry-after': '2s' }, null],
    [{ 'retry-after': '1e3' }, null],
    [{ 'retry-after': '2026-01-01T12:00:07Z' }, null],
    [{ 'retry-after': 'Thu, soon' }, null],
    [{ 'retry-after': '' }, null],
    [{ 'retry-after': 'NaN' }, null],
    [{ 'retry-after': '9'.repeat(400) }, null],
  ])('%j is %s ms', (headers, ms) => {
    expect(askedWaitMs(headers, NOW)).toBe(ms);
  });

  test('no text crashes, and what comes out is a wait or nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (after, ms) => {
        const asked = askedWaitMs({ 'retry-after': after, 'retry-after-ms': ms }, NOW);
        expect(asked === null || (Number.isFinite(asked) && asked >= 0)).toBe(true);
      }),
    );
  });
});
