import { expect, test } from 'vitest';
import { nextTryAt } from './redelivery.js';

const DAY = 86_400_000;
const SECOND = { createdAt: 0, now: 0, askedMs: 0, isDown: false, random: 0 };

test.each([
  [1, 2_000],
  [2, 10_000],
  [3, 30_000],
  [4, 120_000],
  [5, 600_000],
  [6, 1_800_000],
  [7, 3_600_000],
  [8, 10_800_000],
  [9, 10_800_000],
  [50, 10_800_000],
])('behind %i failures: %i ms', (tries, wait) => {
  expect(nextTryAt({ ...SECOND, tries })).toBe(wait);
});

test('up to a fifth is added', () => {
  expect(nextTryAt({ ...SECOND, tries: 2, random: 0.5 })).toBe(11_000);
  expect(nextTryAt({ ...SECOND, tries: 2, random: 0.999999 })).toBeLessThanOrEqual(12_000);
});

test('never sooner than the receiver asked for, up to an hour', () => {
  expect(nextTryAt({ ...SECOND, tries: 1, askedMs: 60_000 })).toBe(60_000);
  expect(nextTryAt({ ...SECOND, tries: 4, askedMs: 60_000 })).toBe(120_000);
  expect(nextTryAt({ ...SECOND, tries: 1, askedMs: DAY })).toBe(3_600_000);
});

test('of a receiver that takes nothing: every 2 min at the latest, unless it asks for more', () => {
  const down = { ...SECOND, isDown: true };
  const waits = [1, 2, 3, 4, 5, 50].map((tries) => nextTryAt({ ...down, tries }));
  expect(waits).toEqual([2_000, 10_000, 30_000, 120_000, 120_000, 120_000]);
  expect(nextTryAt({ ...down, tries: 50, askedMs: 600_000 })).toBe(600_000);
});

test('given up a day after it was made', () => {
  const last = { ...SECOND, tries: 1 };
  expect(nextTryAt({ ...last, now: DAY - 2_000 })).toBe(DAY);
  expect(nextTryAt({ ...last, now: DAY - 1_999 })).toBeNull();
});

test('a delivery that is refused is tried about 15 times', () => {
  let [now, tries] = [0, 0];
  for (let at: number | null = 0; at !== null; tries++) {
    now = at;
    at = nextTryAt({ ...SECOND, tries: tries + 1, now, random: 0.5 });
  }
  expect(tries).toBeGreaterThan(12);
  expect(tries).toBeLessThan(18);
});
