import { expect, test } from 'vitest';
import { PERCENTILES } from '../summary.js';
import { Percentiles } from './percentiles.js';

function resultsOf(values: Iterable<number>): number[] | null {
  const percentiles = new Percentiles();
  for (const value of values) percentiles.add(value);
  const results = percentiles.results();
  return results && [...results];
}

/** Without those from the other end. */
function percentilesOf(values: Iterable<number>): number[] | null {
  return resultsOf(values)?.slice(0, PERCENTILES.length) ?? null;
}

/** Numbers that look random and are the same in every run. */
function* scattered(count: number, of: (fraction: number) => number): Generator<number> {
  for (let n = 1, seed = 1; n <= count; n += 1) {
    seed = (seed * 48_271) % 2_147_483_647;
    yield of(seed / 2_147_483_647);
  }
}

function exactly(values: number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return PERCENTILES.map((name) => {
    const position = (sorted.length - 1) * (Number(name.slice(1)) / 100);
    const below = sorted[Math.floor(position)] as number;
    return below + ((sorted[Math.ceil(position)] as number) - below) * (position % 1);
  });
}

test('none of nothing, and of one value that value', () => {
  expect(percentilesOf([])).toBe(null);
  expect(percentilesOf([3])).toEqual(PERCENTILES.map(() => 3));
});

test('between two values it interpolates', () => {
  expect(percentilesOf([40, 10, 30, 20])).toEqual(
    [25, 32.5, 37, 38.5, 39.7, 39.97].map((value) => expect.closeTo(value, 9)),
  );
  expect(percentilesOf(Array.from({ length: 1001 }, (_, n) => 1000 - n))).toEqual([500, 750, 900, 950, 990, 999]);
});

test('those from the other end follow: the 50th, 25th, 10th, 5th, 1st and 0.1th', () => {
  const results = resultsOf(Array.from({ length: 1001 }, (_, n) => n));
  expect(results?.slice(PERCENTILES.length)).toEqual([500, 250, 100, 50, 10, 1]);
});

test('up to ten thousand values it is exact', () => {
  const values = [...scattered(10_000, (fraction) => fraction * 60_000)];
  expect(percentilesOf(values)).toEqual(exactly(values).map((value) => expect.closeTo(value, 6)));
});

test.each<[string, (fraction: number) => number]>([
  ['milliseconds, evenly', (fraction) => fraction * 60_000],
  ['a long tail', (fraction) => 1 / (1 - fraction)],
  ['fractions of a microsecond', (fraction) => 0.00001 + fraction / 10_000],
  ['up to the largest number', (fraction) => fraction ** 8 * Number.MAX_SAFE_INTEGER],
  ['whole tokens, mostly few', (fraction) => Math.floor(100 ** (fraction * 2))],
])('beyond it each is within 1 %%: %s', (_, of) => {
  const values = [...scattered(30_000, of)];
  const wanted = exactly(values);
  for (const [index, found] of (percentilesOf(values) ?? []).entries()) {
    const value = wanted[index] as number;
    expect(Math.abs(found - value), `${PERCENTILES[index]}: ${found} for ${value}`).toBeLessThanOrEqual(value * 0.0101);
  }
});

test('beyond it, too, zeros are 0 and equal values are themselves', () => {
  const zeros = [...Array.from({ length: 15_000 }, () => 0), 7];
  expect(percentilesOf(zeros)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(percentilesOf(Array.from({ length: 15_000 }, () => 12.345))).toEqual(PERCENTILES.map(() => 12.345));
  const mixed = [...Array.from({ length: 8_000 }, () => 0), ...Array.from({ length: 8_000 }, () => 1e300)];
  expect(percentilesOf(mixed)?.[0]).toBeGreaterThan(0);
  expect(percentilesOf(Array.from({ length: 10_001 }, (_, n) => n - 20_000))?.[0]).toBe(-10_000);
});
