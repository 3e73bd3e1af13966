import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CounterKeeper, CounterRow } from '../records/store-facade.js';
import { EmbeddedStore } from './embedded-store.js';
import { GuardedLimitStore } from './guarded-limit-store.js';
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

/** A keeper in memory that notes what it is asked for. */
function keeper(kept: CounterRow[] = []) {
  const rows = new Map(kept.map((row) => [row[0], row]));
  return {
    rows,
    load: vi.fn<CounterKeeper['load']>(async (after) => {
      const behind = [...rows.values()].filter(([key]) => key > after).toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
      return behind.slice(0, 2);
    }),
    save: vi.fn<CounterKeeper['save']>(async (saved) => {
      for (const row of saved) rows.set(row[0], row);
    }),
  };
}

function logger() {
  return { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
}

function store(given: CounterKeeper | null, log = logger(), maxKeys?: number): EmbeddedStore {
  return new EmbeddedStore({ keeper: given, timeoutMs: 200, logger: log, maxKeys });
}

/** Lets everything run that waits for no clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('without a keeper it is synchronous from the first take', async () => {
  const memory = store(null);
  const taken = memory.take('a', 3, 1000);
  expect(taken).toEqual({ points: 3, endsAt: START + 1000 });
  memory.adjust('a', -1, taken as Taken);
  expect(memory.take('a', 0, 1000)).toMatchObject({ points: 2 });
  await memory.flush();
  await memory.close();
});

describe('the kept counters', () => {
  test('are asked for by the first take, and counted on from', async () => {
    const kept = keeper([
      ['a', 4, START + 1000],
      ['b', 5, START + 2000],
      ['c', 6, START + 3000],
    ]);
    const opened = store(kept);
    expect(kept.load).not.toHaveBeenCalled();
    const takes = [opened.take('a', 1, 10_000), opened.take('c', 1, 10_000), opened.take('d', 1, 10_000)];
    expect(takes.every((take) => take instanceof Promise)).toBe(true);
    expect(await Promise.all(takes)).toEqual([
      { points: 5, endsAt: START + 1000 },
      { points: 7, endsAt: START + 3000 },
      { points: 1, endsAt: START + 10_000 },
    ]);
    expect(kept.load.mock.calls).toEqual([[''], ['b'], ['c']]);
    expect(opened.take('b', 1, 10_000)).toEqual({ points: 6, endsAt: START + 2000 });
    await opened.close();
  });

  test('are waited for no longer than the timeout, and added when they come', async () => {
    const kept = keeper();
    const rows = Promise.withResolvers<CounterRow[]>();
    kept.load.mockReturnValueOnce(rows.promise);
    const log = logger();
    const opened = store(kept, log);
    const take = vi.fn();
    void Promise.resolve(opened.take('a', 3, 60_000)).then(take);
    vi.advanceTimersByTime(199);
    await settle();
    expect(take).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    await settle();
    expect(take).toHaveBeenCalledWith({ points: 3, endsAt: START + 60_200 });
    expect(log.warn).toHaveBeenCalledTimes(1);
    expect(opened.take('a', 1, 60_000)).toMatchObject({ points: 4 });
    rows.resolve([
      ['a', 5, START + 30_000],
      ['b', 7, START + 30_000],
    ]);
    await settle();
    expect(opened.take('a', 1, 60_000)).toEqual({ points: 10, endsAt: START + 30_000 });
    expect(opened.take('b', 1, 60_000)).toEqual({ points: 8, endsAt: START + 30_000 });
    await opened.close();
    expect(kept.rows.get('a')).toEqual(['a', 10, START + 30_000]);
  });

  test('that come in the very moment of the timeout are not late', async () => {
    const kept = keeper();
    const rows = Promise.withResolvers<CounterRow[]>();
    kept.load.mockReturnValueOnce(rows.promise);
    const log = logger();
    const opened = store(kept, log);
    const take = opened.take('a', 1, 60_000);
    vi.advanceTimersByTime(200);
    rows.resolve([['a', 5, START + 30_000]]);
    expect(await take).toMatchObject({ points: 6 });
    await settle();
    expect(log.warn).not.toHaveBeenCalled();
    await opened.close();
  });

  test('that are late are no failure of the store', async () => {
    const kept = keeper();
    const rows = Promise.withResolvers<CounterRow[]>();
    kept.load.mockReturnValueOnce(rows.promise);
    const tell = vi.fn();
    const guarded = new GuardedLimitStore(store(kept), { timeoutMs: 200, tell, logger: null });
    const takes = [guarded.take('a', 1, 60_000), guarded.take('a', 1, 60_000)];
    vi.advanceTimersByTime(200);
    await settle();
    expect((await Promise.all(takes)).map((taken) => taken?.points)).toEqual([1, 2]);
    expect(tell).not.toHaveBeenCalled();
    rows.resolve([]);
    await guarded.close();
  });

  test('are not saved over before all are read', async () => {
    const kept = keeper();
    const rows = Promise.withResolvers<CounterRow[]>();
    kept.load.mockReturnValueOnce(rows.promise);
    const opened = store(kept);
    const take = opened.take('a', 3, 60_000);
    vi.advanceTimersByTime(200);
    await settle();
    await take;
    opened.take('a', 1, 60_000);
    vi.advanceTimersByTime(1000);
    await settle();
    expect(kept.save).not.toHaveBeenCalled();
    rows.resolve([]);
    await settle();
    vi.advanceTimersByTime(100);
    await settle();
    expect(kept.save.mock.calls).toEqual([[[['a', 4, START + 60_200]]]]);
    await opened.close();
  });

  test('that cannot be read leave it counting from nothing, and are told of once', async () => {
    const kept = keeper();
    const cause = new Error('disk I/O error');
    kept.load.mockRejectedValue(cause);
    const log = logger();
    const opened = store(kept, log);
    expect(await opened.take('a', 1, 1000)).toEqual({ points: 1, endsAt: START + 1000 });
    expect(opened.take('a', 1, 1000)).toEqual({ points: 2, endsAt: START + 1000 });
    expect(log.error.mock.calls).toEqual([[{ err: cause }, expect.any(String)]]);
    await opened.close();
    expect(kept.rows.get('a')).toEqual(['a', 2, START + 1000]);
  });

  test('are read only as far as there is room', async () => {
    const kept = keeper(Array.from({ length: 9 }, (_, n) => [`k${n}`, 1, START + HOUR_MS]));
    const opened = store(kept, logger(), 4);
    await opened.take('k0', 1, HOUR_MS);
    expect(kept.load).toHaveBeenCalledTimes(2);
    await opened.close();
  });
});

describe('close', () => {
  test('waits for takes that wait for the kept counters', async () => {
    const kept = keeper([['a', 2, START + HOUR_MS]]);
    const opened = store(kept);
    const take = opened.take('a', 1, HOUR_MS);
    await opened.close();
    expect(await take).toMatchObject({ points: 3 });
    expect(kept.rows.get('a')).toEqual(['a', 3, START + HOUR_MS]);
  });

  test('without a take asks for nothing', async () => {
    const kept = keeper();
    await store(kept).close();
    expect(kept.load).not.toHaveBeenCalled();
    expect(kept.save).not.toHaveBeenCalled();
  });
});

test('a full table is told of once, and again when it had room for a minute', () => {
  const log = logger();
  const memory = store(null, log, 10);
  for (let n = 0; n < 50; n += 1) memory.take(`a${n}`, 1, HOUR_MS);
  expect(log.warn).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2 * HOUR_MS);
  for (let n = 0; n < 50; n += 1) memory.take(`b${n}`, 1, HOUR_MS);
  expect(log.warn).toHaveBeenCalledTimes(2);
});
