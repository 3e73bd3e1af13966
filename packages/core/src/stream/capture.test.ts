import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createByteBudget } from '../upstream/byte-budget.js';
import { Capture } from './capture.js';

const KIB = 1024;
const TAIL = 64 * KIB;

function bytesOf(capture: Capture): Buffer {
  return Buffer.concat(capture.chunks);
}

/** Bytes that differ from their neighbours, so that a wrong offset shows. */
function body(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 0xff));
}

/** A capture of `whole`, given in pieces of `size` bytes. */
function captured(whole: Buffer, size: number, maxBytes: number, budgetBytes = Number.POSITIVE_INFINITY): Capture {
  const capture = new Capture(createByteBudget(budgetBytes));
  for (let at = 0; at < whole.length; at += size) capture.add(whole.subarray(at, at + size), maxBytes);
  return capture;
}

test('a body up to the bound is kept whole, without a copy', () => {
  const capture = new Capture(createByteBudget(100));
  const chunks = [body(4), body(6)];
  for (const chunk of chunks) capture.add(chunk, 10);
  expect(capture.chunks).toEqual(chunks);
  expect(capture.chunks[0]).toBe(chunks[0]);
  expect(capture).toMatchObject({ total: 10, kept: 10, headBytes: 10, cut: false, starved: false, arrivals: null });
});

test('a body a little over the bound is kept whole too: its end is the tail', () => {
  const whole = body(10 + TAIL);
  const capture = captured(whole, 7, 10);
  expect(capture).toMatchObject({ total: whole.length, kept: whole.length, headBytes: 10, cut: false });
  expect(bytesOf(capture).equals(whole)).toBe(true);
});

test('of a longer one the head and at least the last 64 KiB', () => {
  const whole = body(1000 + 3 * TAIL);
  const capture = captured(whole, 1000, 500);
  expect(capture.cut).toBe(true);
  expect(capture.headBytes).toBe(500);
  const tail = bytesOf(capture).subarray(500);
  expect(tail.length).toBeGreaterThanOrEqual(TAIL);
  expect(tail.length).toBeLessThan(TAIL + 1000);
  expect(tail.equals(whole.subarray(-tail.length))).toBe(true);
});

test('of one large chunk the head and its end', () => {
  const whole = body(5 * TAIL);
  const capture = captured(whole, whole.length, 100);
  expect(capture).toMatchObject({ total: whole.length, kept: 100 + TAIL, headBytes: 100 });
  expect(bytesOf(capture).equals(Buffer.concat([whole.subarray(0, 100), whole.subarray(-TAIL)]))).toBe(true);
});

test('with a bound of 0 only the end', () => {
  const capture = captured(body(10), 3, 0);
  expect(capture).toMatchObject({ total: 10, kept: 10, headBytes: 0 });
});

test('an empty chunk changes nothing', () => {
  const capture = new Capture(createByteBudget(1000));
  capture.add(body(0), 100);
  capture.add(body(50), 100);
  expect(capture).toMatchObject({ total: 50, kept: 50, headBytes: 50 });
});

describe('the budget', () => {
  test('bounds the heads of all captures together', () => {
    const budget = createByteBudget(100);
    const [one, two] = [new Capture(budget), new Capture(budget)];
    one.add(body(60), 1000);
    two.add(body(60), 1000);
    expect([one.starved, two.starved]).toEqual([false, true]);
    expect([one.headBytes, two.headBytes]).toEqual([60, 0]);
    expect(budget.take(40), 'what did not fit took nothing').toBe(true);
  });

  test('a starved body still keeps its end, and says so from then on', () => {
    const capture = captured(body(3 * TAIL), 1000, 1000 * KIB, 2500);
    expect(capture).toMatchObject({ headBytes: 2000, starved: true, cut: true, total: 3 * TAIL });
    expect(
      bytesOf(capture)
        .subarray(2000)
        .equals(body(3 * TAIL).subarray(-(capture.kept - 2000))),
    ).toBe(true);
  });

  test('gets everything back on release, once', () => {
    const budget = createByteBudget(100);
    const capture = new Capture(budget);
    capture.add(body(100), 100);
    expect(budget.take(1)).toBe(false);
    capture.release();
    capture.release();
    expect(budget.take(100)).toBe(true);
    expect(budget.take(1)).toBe(false);
    expect(capture.chunks).toEqual([]);
    expect(capture.kept).toBe(0);
  });

  test('is not touched by bytes that pass after release, as of an upload that goes on behind an early answer', () => {
    const budget = createByteBudget(100);
    const capture = new Capture(budget);
    capture.add(body(10), 100);
    capture.release();
    capture.add(body(10), 100);
    expect(capture.chunks).toEqual([]);
    expect(budget.take(100)).toBe(true);
  });
});

test('of a stream the end offsets and times of its first 64 chunks are noted', () => {
  const capture = new Capture(createByteBudget(1000));
  for (let i = 0; i < 70; i++) capture.addAt(body(3), 1000, i / 2);
  expect(capture.arrivals).toHaveLength(128);
  expect(capture.arrivals?.slice(0, 4)).toEqual([3, 0, 6, 0.5]);
  expect(capture.arrivals?.slice(-2)).toEqual([192, 31.5]);
  expect(capture.total).toBe(210);
});

test('property: what is kept is the beginning and the end of what passed', () => {
  const size = fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 100 * KIB }));
  const bound = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 200 * KIB }));
  fc.assert(
    fc.property(fc.array(size, { maxLength: 30 }), bound, bound, (sizes, maxBytes, budgetBytes) => {
      const total = sizes.reduce((sum, length) => sum + length, 0);
      const whole = body(total);
      const budget = createByteBudget(budgetBytes);
      const capture = new Capture(budget);
      let at = 0;
      for (const length of sizes) {
        capture.add(whole.subarray(at, at + length), maxBytes);
        at += length;
      }
      const kept = bytesOf(capture);
      const { headBytes } = capture;
      expect(capture.total).toBe(total);
      expect(capture.kept).toBe(kept.length);
      expect(capture.cut).toBe(kept.length < total);
      expect(headBytes).toBeLessThanOrEqual(Math.min(maxBytes, budgetBytes));
      if (!capture.starved) expect(headBytes).toBe(Math.min(maxBytes, total));
      expect(kept.subarray(0, headBytes).equals(whole.subarray(0, headBytes))).toBe(true);
      const tail = kept.subarray(headBytes);
      expect(tail.equals(whole.subarray(total - tail.length))).toBe(true);
      expect(tail.length).toBeGreaterThanOrEqual(Math.min(TAIL, total - headBytes));
      expect(tail.length).toBeLessThan(2 * TAIL);
      capture.release();
      expect(budget.take(budgetBytes)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

describe('a log', () => {
  test('its small entries share memory, in order with the long ones', () => {
    const capture = new Capture(createByteBudget(1e6));
    const entries = Array.from({ length: 2_000 }, (_, i) => body(i % 50 === 0 ? 700 : 1 + (i % 40)));
    for (const entry of entries) expect(capture.addWhole(entry)).toBe(true);
    const whole = Buffer.concat(entries);
    expect(bytesOf(capture).equals(whole)).toBe(true);
    expect([capture.kept, capture.headBytes]).toEqual([whole.length, whole.length]);
    expect(capture.chunks.length).toBeLessThan(150);
    capture.release();
    expect([capture.chunks, capture.addWhole(body(1))]).toEqual([[], false]);
  });

  test('keeps an entry whole or not at all', () => {
    const budget = createByteBudget(100);
    const capture = new Capture(budget);
    expect([capture.addWhole(body(60)), capture.addWhole(body(60)), capture.addWhole(body(40))]).toEqual([
      true,
      false,
      true,
    ]);
    expect([bytesOf(capture).length, capture.starved]).toEqual([100, true]);
    capture.release();
    expect(budget.take(100)).toBe(true);
  });
});
