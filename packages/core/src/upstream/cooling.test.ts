import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCooling } from './cooling.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const TARGET = { origin: 'https://a.example', basePath: '', apiKey: 'a', weight: 1 };

test.each([
  [null, 1000],
  [0, 0],
  [5000, 5000],
  [3_600_000, 60_000],
])('asked for %s ms it is left alone for %i', (asked, ms) => {
  const cooling = createCooling();
  cooling.cool(TARGET, asked);
  expect(cooling.waitMs(TARGET)).toBe(ms);
  vi.advanceTimersByTime(ms);
  expect(cooling.waitMs(TARGET)).toBe(0);
});

test('another key at the same address is another target', () => {
  const cooling = createCooling();
  cooling.cool(TARGET, 1000);
  expect(cooling.waitMs({ ...TARGET, apiKey: 'b' })).toBe(0);
});
