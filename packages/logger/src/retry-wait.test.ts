import { expect, test } from 'vitest';
import { askedWaitMs, retryWaitMs } from './retry-wait.js';

test.each([
  [0, 0, 0, 500],
  [0, 0, 0.999, 1000],
  [3, 0, 0, 4000],
  [99, 0, 0.5, 30_000],
  [0, 7000, 0, 7000],
  [99, 45_000, 0, 45_000],
  [0, Number.MAX_SAFE_INTEGER, 0, 600_000],
])('after %i tries, asked for %i ms, random %f: %i ms', (tries, asked, random, wait) => {
  expect(retryWaitMs(tries, asked, random)).toBe(wait);
});

test.each([
  [undefined, 0],
  ['2', 2000],
  [' 1.5 ', 1500],
  ['Wed, 21 Oct 2026 07:28:10 GMT', 10_000],
  ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
  ['soon', 0],
])('Retry-After %j asks for %i ms', (header, ms) => {
  expect(askedWaitMs(header, Date.parse('2026-10-21T07:28:00Z'))).toBe(ms);
});
