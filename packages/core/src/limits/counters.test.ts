import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Counters } from './counters.js';
import type { Taken } from './limit-store.js';

const START = Date.UTC(2026, 0, 10);
const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
});

afterEach(() => {
  vi.useRealTimers();
});

function at(ms: number): void {
  vi.setSystemTime(START + ms);
}

describe('a window', () => {
  test('opens with its first take and ends a window later, whatever comes in between', () => {
    const counters = new Counters();
    expect(counters.take('a', 1, 1000)).toEqual({ points: 1, endsAt: START + 1000 });
    at(999);
    expect(counters.take('a', 2, 1000)).toEqual({ points: 3, endsAt: START + 1000 });
    at(1000);
    expect(counters.take('a', 4, 1000)).toEqual({ points: 4, endsAt: START + 2000 });
  });

  test('is one for each key', () => {
    const counters = new Counters();
    counters.take('a', 5, 1000);
    expect(counters.take('b', 1, 1000).points).toBe(1);
  });

  test.each([30, 365])('of %i days still counts on its last day', (days) => {
    const counters = new Counters();
    counters.take('a', 1, days * DAY_MS);
    at(days * DAY_MS - 1);
    expect(counters.take('a', 1, days * DAY_MS)).toEqual({ points: 2, endsAt: START + days * DAY_MS });
    at(days * DAY_MS);
    expect(counters.take('a', 1, days * DAY_MS).points).toBe(1);
  });

  test('counts beyond 32 bits, and stops at what a double counts exactly', () => {
    const counters = new Counters();
    expect(counters.take('a', 2 ** 43, 1000).points).toBe(2 ** 43);
    expect(counters.take('a', 1, 1000).points).toBe(2 ** 43 + 1);
    expect(counters.take('a', Number.MAX_SAFE_INTEGER, 1000).points).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('adjusting', () => {
  test('changes the window that was taken from, down to 0 and no further', () => {
    const counters = new Counters();
    const taken = counters.take('a', 10, 1000);
    expect(counters.adjust('a', -4, taken)).toBe(true);
    expect(counters.get('a')?.points).toBe(6);
    expect(counters.adjust('a', -60, taken)).toBe(true);
    expect(counters.get('a')?.points).toBe(0);
    expect(counters.adjust('a', 7, taken)).toBe(true);
    expect(counters.take('a', 0, 1000).points).toBe(7);
  });

  test('does nothing to a window that has ended, or to the one behind it', () => {
    const counters = new Counters();
    const taken = counters.take('a', 10, 1000);
    at(1000);
    expect(counters.adjust('a', -10, taken)).toBe(false);
    counters.take('a', 3, 1000);
    expect(counters.adjust('a', -10, taken)).toBe(false);
    expect(counters.take('a', 0, 1000).points).toBe(3);
  });

  test('does nothing where nothing is counted', () => {
    const counters = new Counters();
    expect(counters.adjust('a', 5, { points: 1, endsAt: START + 1000 })).toBe(false);
    expect(counters.size).toBe(0);
  });
});

describe('a clock that is set back', () => {
  test('makes no window longer than it was asked to be', () => {
    const counters = new Counters();
    at(DAY_MS);
    counters.take('a', 1, 60_000);
    at(0);
    expect(counters.take('a', 1, 60_000)).toEqual({ points: 2, endsAt: START + 60_000 });
    at(60_000);
    expect(counters.take('a', 1, 60_000).points).toBe(1);
  });

  test('by less than the window changes nothing but its end', () => {
    const counters = new Counters();
    at(30_000);
    const before = counters.take('a', 5, 60_000);
    at(20_000);
    const after = counters.take('a', 5, 60_000);
    expect([before.endsAt - START, after.endsAt - START]).toEqual([90_000, 80_000]);
    // Both were taken from this one window.
    expect([counters.adjust('a', -1, before), counters.adjust('a', -1, after)]).toEqual([true, true]);
    expect(counters.get('a')?.points).toBe(8);
  });
});

describe('windows counted elsewhere', () => {
  test('are taken over where there is none, or an ended one', () => {
    const counters = new Counters();
    counters.take('b', 9, 500);
    at(500);
    for (const key of ['a', 'b']) counters.merge(key, { points: 4, endsAt: START + 5000 });
    for (const key of ['a', 'b']) {
      expect(counters.take(key, 1, 10_000)).toEqual({ points: 5, endsAt: START + 5000 });
    }
  });

  test('that have ended are left out', () => {
    const counters = new Counters();
    counters.merge('a', { points: 4, endsAt: START });
    expect(counters.size).toBe(0);
  });

  test('are added to one that is open, which ends with the earlier of both', () => {
    const counters = new Counters();
    const taken = counters.take('a', 2, 10_000);
    counters.merge('a', { points: 4, endsAt: START + 5000 });
    expect(counters.get('a')).toMatchObject({ points: 6, endsAt: START + 5000 });
    expect(counters.adjust('a', -2, taken)).toBe(true);
    expect(counters.take('a', 0, 10_000)).toEqual({ points: 4, endsAt: START + 5000 });
    at(5000);
    counters.take('a', 1, 10_000);
    expect(counters.adjust('a', -1, taken)).toBe(false);
  });
});

describe('room', () => {
  test('windows that ended go as others open, without a timer', () => {
    const dropped: [string, boolean][] = [];
    const counters = new Counters({ dropped: (key, live) => dropped.push([key, live]) });
    for (let n = 0; n < 100; n += 1) counters.take(`old ${n}`, 1, 1000);
    at(1000);
    for (let n = 0; n < 50; n += 1) counters.take(`new ${n}`, 1, 1000);
    expect(counters.size).toBe(50);
    expect(dropped).toHaveLength(100);
    expect(dropped.every(([key, live]) => key.startsWith('old') && !live)).toBe(true);
  });

  test('a full table gives up one that has ended before any that is open', () => {
    const dropped = vi.fn();
    const counters = new Counters({ maxKeys: 100, dropped });
    for (let n = 0; n < 99; n += 1) counters.take(`long ${n}`, 1, 60_000);
    counters.take('short', 1, 1000);
    at(1000);
    counters.take('new', 1, 60_000);
    expect(dropped.mock.calls).toEqual([['short', false]]);
    expect(counters.size).toBe(100);
  });

  test('of open ones, the one goes that ends first', () => {
    const dropped = vi.fn();
    const counters = new Counters({ maxKeys: 100, dropped });
    for (let n = 0; n < 100; n += 1) counters.take(`${n}`, 1, 60_000 - (n === 42 ? 1 : 0));
    const taken = counters.take('new', 1, 1000);
    expect(dropped.mock.calls).toEqual([['42', true]]);
    expect(counters.size).toBe(100);
    expect(counters.adjust('42', -1, taken)).toBe(false);
  });

  test('is never exceeded, whatever comes', () => {
    const counters = new Counters({ maxKeys: 10 });
    for (let n = 0; n < 1000; n += 1) {
      at(n * 10);
      counters.take(`${n * 7919}`, 1, 1 + (n % 13) * 100);
      expect(counters.size).toBeLessThanOrEqual(10);
    }
  });
});

type Step =
  | { kind: 'take'; key: number; points: number }
  | { kind: 'adjust'; of: number; points: number }
  | { kind: 'wait'; ms: number };

const steps = (minMs: number) =>
  fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('take' as const), key: fc.nat(3), points: fc.nat(20) }),
      fc.record({ kind: fc.constant('adjust' as const), of: fc.nat(), points: fc.integer({ min: -30, max: 30 }) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: minMs, max: 150 }) }),
    ) as fc.Arbitrary<Step>,
    { maxLength: 60 },
  );

/** The window of a key, ms. */
function windowOf(key: number): number {
  return 50 * (key + 1);
}

describe('over any sequence of steps', () => {
  test('it counts as the plainest model does', () => {
    fc.assert(
      fc.property(steps(0), (all) => {
        const counters = new Counters();
        const model = new Map<number, { points: number; endsAt: number }>();
        const made: { key: number; taken: Taken; window: { points: number; endsAt: number } }[] = [];
        at(0);
        for (const step of all) {
          const now = Date.now();
          if (step.kind === 'wait') vi.setSystemTime(now + step.ms);
          else if (step.kind === 'take') {
            const { key, points } = step;
            let window = model.get(key);
            if (window === undefined || window.endsAt <= now) window = { points: 0, endsAt: now + windowOf(key) };
            model.set(key, window);
            window.points += points;
            const taken = counters.take(`${key}`, points, windowOf(key));
            expect(taken).toEqual({ ...window });
            made.push({ key, taken, window });
          } else if (made.length > 0) {
            const { key, taken, window } = made[step.of % made.length] as (typeof made)[number];
            const open = model.get(key) === window && window.endsAt > now;
            if (open) window.points = Math.max(0, window.points + step.points);
            expect(counters.adjust(`${key}`, step.points, taken)).toBe(open);
          }
        }
      }),
    );
  });

  test('no clock makes a window longer or loses a point while it is open', () => {
    fc.assert(
      fc.property(steps(-150), (all) => {
        const counters = new Counters();
        at(0);
        for (const step of all) {
          const now = Date.now();
          if (step.kind === 'wait') vi.setSystemTime(now + step.ms);
          if (step.kind !== 'take') continue;
          const key = `${step.key}`;
          const before = counters.get(key);
          const open = before !== undefined && before.endsAt > now ? before.points : 0;
          const taken = counters.take(key, step.points, windowOf(step.key));
          expect(taken.points).toBe(open + step.points);
          expect(taken.endsAt).toBeGreaterThan(now);
          expect(taken.endsAt).toBeLessThanOrEqual(now + windowOf(step.key));
        }
      }),
    );
  });
});
