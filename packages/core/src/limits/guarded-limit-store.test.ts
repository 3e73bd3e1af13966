import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GuardedLimitStore } from './guarded-limit-store.js';
import type { LimitStore, Taken } from './limit-store.js';

const TAKEN: Taken = { points: 3, endsAt: 60_000 };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function setup(take: LimitStore['take'], adjust: LimitStore['adjust'] = () => {}) {
  const tell = vi.fn();
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const store = { take: vi.fn(take), adjust: vi.fn(adjust), close: vi.fn(async () => {}) };
  return { guard: new GuardedLimitStore(store, { timeoutMs: 200, tell, logger }), store, tell, logger };
}

/** Lets the time pass, and the turns of the event loop that a time-out waits for. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await turn();
  await turn();
}

describe('a store that works', () => {
  test('answers at once if it does so itself', () => {
    const { guard } = setup(() => TAKEN);
    expect(guard.take('k', 1, 1000)).toBe(TAKEN);
  });

  test('leaves no timer behind', async () => {
    const { guard } = setup(async () => TAKEN);
    expect(await guard.take('k', 1, 1000)).toBe(TAKEN);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whose answer came while this process stood still has answered in time', async () => {
    const answer = Promise.withResolvers<Taken>();
    const { guard, logger } = setup(() => answer.promise);
    const taken = guard.take('k', 1, 1000);
    vi.advanceTimersByTime(10_000);
    answer.resolve(TAKEN);
    await turn();
    expect(await taken).toBe(TAKEN);
    expect(logger.error).not.toHaveBeenCalled();
  });
});

describe.each<[string, () => never | Promise<Taken>]>([
  [
    'throws',
    () => {
      throw new Error('down');
    },
  ],
  ['rejects', () => Promise.reject(new Error('down'))],
  ['is frozen', () => new Promise<Taken>(() => {})],
])('a store that %s', (_name, fail) => {
  test('cannot say, is told about once, and is left alone for a second', async () => {
    const { guard, store, tell, logger } = setup(fail);
    const first = [guard.take('a', 1, 1000), guard.take('b', 1, 1000)];
    await pass(200);
    expect(await Promise.all(first)).toEqual([null, null]);
    const asked = store.take.mock.calls.length;
    for (let i = 0; i < 50; i++) expect(guard.take('c', 1, 1000)).toBeNull();
    await pass(700);
    expect(guard.take('c', 1, 1000)).toBeNull();
    expect(store.take).toHaveBeenCalledTimes(asked);
    expect(logger.error).toHaveBeenCalledTimes(1);
    expect(tell.mock.calls).toEqual([
      ['store', { component: 'rate-limit', state: 'trouble', message: expect.any(String) }],
    ]);
    expect(guard.unanswered).toBe(53);
  });

  test('is asked by one call alone after that second, again and again, until it is back', async () => {
    let works = false;
    const { guard, store, tell, logger } = setup((): Promise<Taken> => (works ? Promise.resolve(TAKEN) : fail()));
    void guard.take('a', 1, 1000);
    await pass(200);
    for (let second = 0; second < 3; second++) {
      await pass(1000);
      const before = store.take.mock.calls.length;
      const probe = guard.take('a', 1, 1000);
      expect(guard.take('b', 1, 1000)).toBeNull();
      await pass(200);
      expect(await probe).toBeNull();
      expect(store.take).toHaveBeenCalledTimes(before + 1);
    }
    works = true;
    await pass(1000);
    expect(await guard.take('a', 1, 1000)).toBe(TAKEN);
    expect(await guard.take('b', 1, 1000)).toBe(TAKEN);
    expect(logger.error).toHaveBeenCalledTimes(1);
    expect(tell.mock.calls.map(([, { state }]) => state)).toEqual(['trouble', 'recovered']);
  });
});

test('an answer that comes too late is given back, once the store is back', async () => {
  const late = Promise.withResolvers<Taken>();
  const answers: (Taken | Promise<Taken>)[] = [late.promise, TAKEN];
  const { guard, store } = setup(() => answers.shift() as Taken);
  const taken = guard.take('k', 5, 1000);
  await pass(200);
  expect(await taken).toBeNull();
  late.resolve({ points: 8, endsAt: 9_000 });
  await turn();
  await pass(1000);
  expect(guard.take('other', 1, 1000)).toBe(TAKEN);
  expect(store.adjust.mock.calls).toEqual([['k', -5, { points: 8, endsAt: 9_000 }]]);
});

test('an answer that comes too late and is a failure changes nothing', async () => {
  const late = Promise.withResolvers<Taken>();
  const { guard, store, logger } = setup(() => late.promise);
  void guard.take('k', 5, 1000);
  await pass(200);
  late.reject(new Error('late'));
  await turn();
  expect(store.adjust).not.toHaveBeenCalled();
  expect(logger.error).toHaveBeenCalledTimes(1);
});

test('adjustments wait while the store is down, as many as may, and go in their order', async () => {
  let works = false;
  const { guard, store } = setup(() => {
    if (!works) throw new Error('down');
    return TAKEN;
  });
  guard.take('k', 1, 1000);
  for (let i = 0; i < 10_005; i++) guard.adjust('k', -i, TAKEN);
  expect(store.adjust).not.toHaveBeenCalled();
  works = true;
  await pass(1000);
  guard.take('k', 1, 1000);
  expect(store.adjust).toHaveBeenCalledTimes(10_000);
  expect(store.adjust.mock.calls[0]).toEqual(['k', -5, TAKEN]);
  expect(store.adjust.mock.calls.at(-1)).toEqual(['k', -10_004, TAKEN]);
});

test.each<[string, LimitStore['adjust']]>([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
])('an adjustment that %s is not sent again', async (_name, adjust) => {
  const { guard, store } = setup(() => TAKEN, adjust);
  guard.adjust('k', -1, TAKEN);
  await turn();
  expect(store.adjust).toHaveBeenCalledTimes(1);
});

test('closing closes the store and drops what waits', async () => {
  const { guard, store } = setup(() => {
    throw new Error('down');
  });
  guard.take('k', 1, 1000);
  guard.adjust('k', -1, TAKEN);
  await guard.close();
  expect(store.close).toHaveBeenCalledTimes(1);
  expect(store.adjust).not.toHaveBeenCalled();
});
