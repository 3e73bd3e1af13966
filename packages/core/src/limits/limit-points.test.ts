import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RateLimit } from '../policy/policy.js';
import { inUnit, limitPoints, MAX_POINTS } from './limit-points.js';

function limitOf(quota: number, unit: RateLimit['unit']): RateLimit {
  return { quota, windowSeconds: 60, unit, segment: null, text: '' };
}

test.each<[number, RateLimit['unit'], number, number, number]>([
  [10, 'request', MAX_POINTS, 10, 1],
  [1e12, 'request', 2 ** 20, 1e12, 1],
  [5000, 'tokens', MAX_POINTS, 5000, 1],
  [1, 'cents', MAX_POINTS, 10_000_000, 1],
  [0.5, 'cents', MAX_POINTS, 5_000_000, 1],
  [1e-9, 'cents', MAX_POINTS, 1, 1],
  [2 ** 21, 'tokens', 2 ** 20, 2 ** 20, 2],
  [2 ** 20 + 1, 'tokens', 2 ** 20, 2 ** 19, 2],
])('%d %s with at most %d points: a quota of %d points of %d', (quota, unit, maxPoints, points, scale) => {
  expect(limitPoints(limitOf(quota, unit), maxPoints)).toEqual({ quota: points, scale });
});

test('a quota never grows by being counted, and points fit the store', () => {
  const units = fc.constantFrom('tokens' as const, 'cents' as const);
  fc.assert(
    fc.property(fc.double({ min: 1, max: 1e12, noNaN: true }), units, (quota, unit) => {
      const counted = limitPoints(limitOf(quota, unit), 2 ** 20);
      expect(counted.quota).toBeLessThanOrEqual(2 ** 20);
      expect(Number.isInteger(counted.quota) && Number.isInteger(counted.scale)).toBe(true);
      expect(inUnit(limitOf(quota, unit), counted, counted.quota)).toBeLessThanOrEqual(quota * (1 + 1e-12));
    }),
  );
});
