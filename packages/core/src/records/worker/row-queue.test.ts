import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RecordRow } from '../store.js';
import { RowQueue } from './row-queue.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A queue whose store the test lets fail, or take its time. */
class Store {
  /** Ids of each write that succeeded. */
  readonly written: string[][] = [];
  /** When each write was tried, ms after the start. */
  readonly triedAt: number[] = [];
  readonly news: string[] = [];
  failing = false;
  /** How it fails: with a promise that rejects, or at once like SQLite. */
  failsLater = false;
  /** Set: writes stay open until it is called. */
  open: (() => void)[] | null = null;
  readonly #startedAt = Date.now();
  readonly queue = new RowQueue({
    write: (rows) => this.#write(rows.map(({ id }) => id)),
    trouble: (error) => this.news.push(`trouble: ${(error as Error).message}`),
    recovered: () => this.news.push('recovered'),
  });

  push(...ids: string[]): Promise<void> {
    return this.queue.push(ids.map((id) => ({ id }) as RecordRow));
  }

  #write(ids: string[]): void | Promise<void> {
    this.triedAt.push(Date.now() - this.#startedAt);
    if (this.failing && this.failsLater) return Promise.reject(new Error('disk full'));
    if (this.failing) throw new Error('disk full');
    const { open } = this;
    if (open === null) {
      this.written.push(ids);
      return;
    }
    return new Promise((resolve) => {
      open.push(() => {
        this.written.push(ids);
        resolve();
      });
    });
  }
}

/** Whether a promise is resolved by now. */
async function done(promise: Promise<void>): Promise<boolean> {
  let resolved = false;
  void promise.then(() => {
    resolved = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return resolved;
}

function ids(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, i) => prefix + i);
}

describe('batches', () => {
  test('rows that come within 100 ms are written together', async () => {
    const store = new Store();
    const one = store.push('a', 'b');
    await vi.advanceTimersByTimeAsync(99);
    const two = store.push('c');
    expect(await done(one)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.written).toEqual([['a', 'b', 'c']]);
    await Promise.all([one, two]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('100 rows are written at once', async () => {
    const store = new Store();
    void store.push(...ids(60, 'a'));
    const full = store.push(...ids(40, 'b'));
    await full;
    expect(store.written.flat()).toHaveLength(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('rows that come during a write go with the next one', async () => {
    const store = new Store();
    store.open = [];
    const one = store.push('a');
    await vi.advanceTimersByTimeAsync(100);
    const two = store.push('b');
    store.open.shift()?.();
    await one;
    expect(await done(two)).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    store.open.shift()?.();
    await two;
    expect(store.written).toEqual([['a'], ['b']]);
  });
});

describe('a store that fails', () => {
  test('is tried again for ever, less and less often, and no row is lost', async () => {
    const store = new Store();
    store.failing = true;
    const pushed = store.push('a');
    await vi.advanceTimersByTimeAsync(60_000);
    const gaps = store.triedAt.slice(1).map((at, i) => at - (store.triedAt[i] as number));
    expect(gaps.slice(0, 8)).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    expect(new Set(gaps.slice(6))).toEqual(new Set([5000]));
    expect(await done(pushed)).toBe(false);
    store.failing = false;
    await vi.advanceTimersByTimeAsync(5000);
    await pushed;
    expect(store.written).toEqual([['a']]);
    expect(store.news, 'told once each').toEqual(['trouble: disk full', 'recovered']);
  });

  test('keeps the order of rows that come meanwhile', async () => {
    const store = new Store();
    store.failing = true;
    void store.push('a');
    await vi.advanceTimersByTimeAsync(100);
    void store.push('b');
    await vi.advanceTimersByTimeAsync(100);
    store.failing = false;
    void store.push('c');
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.written.flat()).toEqual(['a', 'b', 'c']);
  });

  test('begins with short waits again when it has recovered', async () => {
    const store = new Store();
    store.failing = true;
    void store.push('a');
    await vi.advanceTimersByTimeAsync(2000);
    store.failing = false;
    await vi.advanceTimersByTimeAsync(5000);
    store.triedAt.length = 0;
    store.failing = true;
    void store.push('b');
    await vi.advanceTimersByTimeAsync(350);
    const [first, second] = store.triedAt as [number, number];
    expect(second - first).toBe(100);
    expect(store.news).toEqual(['trouble: disk full', 'recovered', 'trouble: disk full']);
  });

  test.each([
    ['at once', false],
    ['later', true],
  ])('one that fails %s is not tried more often because many rows come', async (_when, failsLater) => {
    const store = new Store();
    store.failing = true;
    store.failsLater = failsLater;
    void store.push(...ids(100));
    await vi.advanceTimersByTimeAsync(750);
    const before = store.triedAt.length;
    for (let i = 0; i < 20; i++) {
      void store.push(`more${i}`);
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(store.triedAt.length - before).toBe(0);
  });
});

describe('flush', () => {
  test('writes what waits, now', async () => {
    const store = new Store();
    void store.push('a');
    await store.queue.flush();
    expect(store.written).toEqual([['a']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has nothing to do when nothing waits', async () => {
    const store = new Store();
    await store.queue.flush();
    expect(store.triedAt).toEqual([]);
  });

  test('waits for a write under way, and for the rows that came since', async () => {
    const store = new Store();
    store.open = [];
    void store.push('a');
    await vi.advanceTimersByTimeAsync(100);
    void store.push('b');
    const flushed = store.queue.flush();
    store.open.shift()?.();
    expect(await done(flushed)).toBe(false);
    store.open.shift()?.();
    expect(await done(flushed)).toBe(true);
    expect(store.written).toEqual([['a'], ['b']]);
  });

  test('resolves when the store failed once more, and the rows wait on', async () => {
    const store = new Store();
    store.failing = true;
    const pushed = store.push('a');
    await store.queue.flush();
    expect(store.triedAt).toHaveLength(1);
    expect(await done(pushed)).toBe(false);
    store.failing = false;
    await store.queue.flush();
    expect(await done(pushed)).toBe(true);
  });

  test('twice at a time: both wait for the write', async () => {
    const store = new Store();
    store.open = [];
    void store.push('a');
    const [one, two] = [store.queue.flush(), store.queue.flush()];
    expect(await done(two)).toBe(false);
    store.open.shift()?.();
    expect(await done(one)).toBe(true);
    expect(await done(two)).toBe(true);
  });

  test('right behind the row that fills a batch: it waits for that write', async () => {
    const store = new Store();
    store.open = [];
    void store.push(...ids(100));
    const flushed = store.queue.flush();
    expect(await done(flushed)).toBe(false);
    store.open.shift()?.();
    expect(await done(flushed)).toBe(true);
  });
});

describe('stop', () => {
  test('gives up what waits and tells how many rows that was', async () => {
    const store = new Store();
    store.failing = true;
    void store.push('a', 'b');
    await vi.advanceTimersByTimeAsync(100);
    void store.push('c');
    expect(store.queue.stop()).toBe(3);
    const tries = store.triedAt.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.triedAt).toHaveLength(tries);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('counts rows whose write does not end, and tries no more when it fails at last', async () => {
    const store = new Store();
    store.open = [];
    void store.push('a', 'b');
    await vi.advanceTimersByTimeAsync(100);
    void store.push('c');
    expect(store.queue.stop()).toBe(3);
    store.open.shift()?.();
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has nothing to give up when all is written', async () => {
    const store = new Store();
    await Promise.all([store.push('a'), store.queue.flush()]);
    expect(store.queue.stop()).toBe(0);
  });
});
