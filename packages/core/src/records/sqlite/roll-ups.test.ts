import { expect, test } from 'vitest';
import { latencyBucket } from './roll-ups.js';

test('latency buckets: 19 % wide, 0 below a millisecond, the last one without end', () => {
  expect([-1, 0, 0.99, Number.NaN].map(latencyBucket)).toEqual([0, 0, 0, 0]);
  expect([1, 1.18, 1.19, 2, 4, 1024].map(latencyBucket)).toEqual([1, 1, 2, 5, 9, 41]);
  expect([2 ** 23.75 - 1, 2 ** 23.75 + 1, 2 ** 24, Number.POSITIVE_INFINITY].map(latencyBucket)).toEqual([
    95, 96, 96, 96,
  ]);
});
