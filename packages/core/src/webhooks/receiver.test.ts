import { expect, test } from 'vitest';
import { Receiver } from './receiver.js';

const WORKS = { works: true, askedMs: 0, durationMs: 10 };
const FAILS = { works: false, askedMs: 0, durationMs: 10 };

/** One delivery from taking it in to its end; false where there was no room. */
function deliver(receiver: Receiver, answer: typeof WORKS, now: number): boolean {
  if (!receiver.hold(now) || !receiver.start(now)) return false;
  receiver.end({ ...answer, now });
  return true;
}

test('two at a time, and a few more held', () => {
  const receiver = new Receiver();
  expect(Array.from({ length: 8 }, () => receiver.hold(0))).toEqual([...Array(6).fill(true), false, false]);
  expect([receiver.start(0), receiver.start(0), receiver.start(0)]).toEqual([true, true, false]);
  receiver.end({ ...WORKS, now: 5 });
  expect(receiver.start(5)).toBe(true);
});

test('one that answers fast may be given more; a slow one less', () => {
  const held = (durationMs: number): number => {
    const receiver = new Receiver();
    for (let i = 0; i < 20; i++) deliver(receiver, { ...WORKS, durationMs }, i);
    let count = 0;
    while (receiver.hold(100)) count += 1;
    return count;
  };
  expect(held(5)).toBe(24);
  expect(held(5_000)).toBeLessThan(5);
  expect(held(60_000)).toBe(1);
});

test('one that fails is left alone, each time twice as long up to a minute, then gets one at a time', () => {
  const receiver = new Receiver();
  const pauses: number[] = [];
  let now = 0;
  for (let i = 0; i < 9; i++) {
    expect(deliver(receiver, FAILS, now)).toBe(true);
    const from = now;
    while (receiver.pausedAt(now)) now += 500;
    pauses.push(now - from);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000));
  expect([receiver.hold(now), receiver.hold(now)]).toEqual([true, false]);
  expect(receiver.start(now)).toBe(true);
  expect(receiver.hold(now)).toBe(true);
  expect(receiver.start(now)).toBe(false);
  receiver.end({ ...WORKS, now });
  expect([receiver.fails, receiver.start(now)]).toEqual([false, true]);
});

test('for as long as it asks', () => {
  const receiver = new Receiver();
  deliver(receiver, { ...FAILS, askedMs: 30_000 }, 0);
  expect([receiver.pausedAt(29_999), receiver.pausedAt(30_000)]).toEqual([true, false]);
});

test('what there is no room for comes again one behind the other, and not before the pause is over', () => {
  const receiver = new Receiver();
  const first = [receiver.putOff(0), receiver.putOff(0), receiver.putOff(0)];
  expect(first).toEqual([300, 350, 400]);
  // Soon, while it may work; far, once it fails.
  for (let i = 0; i < 1_000; i++) expect(receiver.putOff(0)).toBeLessThanOrEqual(6_000);
  deliver(receiver, { ...FAILS, askedMs: 5_000 }, 10_000);
  const after = Array.from({ length: 10_000 }, () => receiver.putOff(10_000));
  expect(Math.min(...after)).toBeGreaterThan(15_000);
  expect(Math.max(...after)).toBe(130_000);
});

test('it is not used when it has nothing', () => {
  const receiver = new Receiver();
  expect(receiver.unused).toBe(true);
  receiver.hold(0);
  expect(receiver.unused).toBe(false);
  receiver.release();
  expect(receiver.unused).toBe(true);
  receiver.hold(0);
  receiver.start(0);
  expect(receiver.unused).toBe(false);
  receiver.end({ ...WORKS, now: 1 });
  expect(receiver.unused).toBe(true);
});
