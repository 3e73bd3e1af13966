import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CounterKeeper, CounterRow } from '../records/store-facade.js';
import { EmbeddedStore } from './embedded-store.js';
import type { Taken } from './limit-store.js';

const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    now: START,
  });
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A keeper that has nothing yet, and notes what it is given. */
function keeper() {
  const rows = new Map<string, CounterRow>();
  return {
    rows,
    load: async () => [],
    save: vi.fn<CounterKeeper['save']>(async (saved) => {
      for (const row of saved) rows.set(row[0], row);
    }),
  };
}

function logger() {
  return { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
}

/** A store whose kept counters are read. */
async function openStore(given: CounterKeeper, log = logger()): Promise<EmbeddedStore> {
  const opened = new EmbeddedStore({ keeper: given, timeoutMs: 200, logger: log });
  await opened.take('first', 0, 1);
  await opened.flush();
  return opened;
}

/** Lets everything run that waits for no clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('changes', () => {
  test('are saved together, each key once, 100 ms after the first', async () => {
    const kept = keeper();
    const opened = await openStore(kept);
    kept.save.mockClear();
    const taken = opened.take('a', 5, HOUR_MS) as Taken;
    vi.advanceTimersByTime(60);
    opened.take('b', 2, HOUR_MS);
    opened.adjust('a', -3, taken);
    vi.advanceTimersByTime(39);
    expect(kept.save).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(kept.save.mock.calls).toEqual([
      [
        [
          ['a', 2, START + HOUR_MS],
          ['b', 2, START + HOUR_MS + 60],
        ],
      ],
    ]);
    await settle();
    vi.advanceTimersByTime(10_000);
    expect(kept.save).toHaveBeenCalledTimes(1);
    await opened.close();
  });

  test('that come while others are saved wait for the next time', async () => {
    const kept = keeper();
    const opened = await openStore(kept);
    kept.save.mockClear();
    const saved = Promise.withResolvers<void>();
    kept.save.mockReturnValueOnce(saved.promise);
    opened.take('a', 1, HOUR_MS);
    vi.advanceTimersByTime(100);
    opened.take('a', 1, HOUR_MS);
    vi.advanceTimersByTime(5000);
    await settle();
    expect(kept.save).toHaveBeenCalledTimes(1);
    saved.resolve();
    await settle();
    vi.advanceTimersByTime(100);
    expect(kept.save.mock.calls.at(-1)).toEqual([[['a', 2, START + HOUR_MS]]]);
    await opened.close();
  });

  test('are handed over a thousand at a time', async () => {
    const kept = keeper();
    const opened = await openStore(kept);
    kept.save.mockClear();
    for (let n = 0; n < 2500; n += 1) opened.take(`${n}`, 1, HOUR_MS);
    await opened.flush();
    expect(kept.save.mock.calls.map(([rows]) => rows.length)).toEqual([1000, 1000, 500]);
    await opened.close();
  });

  test('of windows that have ended meanwhile are not saved', async () => {
    const kept = keeper();
    const opened = await openStore(kept);
    kept.save.mockClear();
    opened.take('a', 1, 50);
    vi.advanceTimersByTime(100);
    await settle();
    expect(kept.save).not.toHaveBeenCalled();
    await opened.close();
  });

  test('that cannot be saved are tried again a second later, and told of once', async () => {
    const kept = keeper();
    const log = logger();
    const opened = await openStore(kept, log);
    kept.save.mockClear();
    const cause = new Error('database is locked');
    kept.save.mockRejectedValueOnce(cause).mockRejectedValueOnce(cause);
    opened.take('a', 1, HOUR_MS);
    vi.advanceTimersByTime(100);
    await settle();
    vi.advanceTimersByTime(999);
    await settle();
    expect(kept.save).toHaveBeenCalledTimes(1);
    for (const ms of [1, 1000]) {
      vi.advanceTimersByTime(ms);
      await settle();
    }
    expect(kept.save).toHaveBeenCalledTimes(3);
    expect(kept.rows.get('a')).toEqual(['a', 1, START + HOUR_MS]);
    expect(log.error.mock.calls).toEqual([[{ err: cause }, expect.any(String)]]);
    expect(log.info).toHaveBeenCalledTimes(1);
    await opened.close();
  });

  test('are saved by close, and none later', async () => {
    const kept = keeper();
    const opened = await openStore(kept);
    opened.take('a', 7, HOUR_MS);
    await opened.close();
    expect(kept.rows.get('a')).toEqual(['a', 7, START + HOUR_MS]);
    expect(opened.take('a', 1, HOUR_MS)).toMatchObject({ points: 8 });
    expect(vi.getTimerCount()).toBe(0);
  });
});
