import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CacheEntry } from './entry.js';
import { MemoryStore } from './memory-store.js';

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function entry(body: string, lifetimeMs = HOUR_MS): CacheEntry {
  const storedAt = Date.now();
  return {
    storedAt,
    expiresAt: storedAt + lifetimeMs,
    latencyMs: 1,
    requestId: 'r',
    headers: {},
    body: Buffer.from(body),
    eventEnds: null,
  };
}

function put(store: MemoryStore, key: string, body: string, lifetimeMs = HOUR_MS): void {
  store.set(key, entry(body, lifetimeMs), lifetimeMs);
}

function read(store: MemoryStore, key: string): string | undefined {
  return store.get(key)?.body.toString();
}

describe('entries', () => {
  test('come back, until they are deleted or replaced', () => {
    const store = new MemoryStore(1_000_000);
    expect(store.get('a')).toBeNull();
    put(store, 'a', 'one');
    expect(read(store, 'a')).toBe('one');
    put(store, 'a', 'two');
    expect(read(store, 'a')).toBe('two');
    store.delete('a');
    store.delete('a');
    expect(store.get('a')).toBeNull();
    expect(store.bytes).toBe(0);
  });

  test('share no memory with the body that was given', () => {
    const store = new MemoryStore(1_000_000);
    const given = entry('one');
    store.set('a', given, HOUR_MS);
    given.body.fill(0);
    const kept = store.get('a')?.body as Buffer;
    expect(kept.toString()).toBe('one');
    expect(kept.buffer.byteLength).toBe(3);
  });

  test('end with their lifetime, on reading, without a timer', () => {
    const store = new MemoryStore(1_000_000);
    put(store, 'a', 'one', 1_000);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(999);
    expect(read(store, 'a')).toBe('one');
    vi.advanceTimersByTime(1);
    expect(store.bytes).toBeGreaterThan(0);
    expect(store.get('a')).toBeNull();
    expect(store.bytes).toBe(0);
  });

  test('without a lifetime are not kept, and take away what was there', () => {
    const store = new MemoryStore(1_000_000);
    for (const lifetimeMs of [0, -1, Number.NaN]) {
      put(store, 'a', 'one');
      store.set('a', entry('two'), lifetimeMs);
      expect(store.get('a')).toBeNull();
    }
  });
});

describe('the bound', () => {
  test('pushes out what was not used for the longest time', () => {
    const store = new MemoryStore(3 * 3100);
    for (const key of ['a', 'b', 'c']) put(store, key, key.repeat(1000));
    store.get('a');
    put(store, 'd', 'd'.repeat(1000));
    expect(['a', 'b', 'c', 'd'].filter((key) => store.get(key) !== null)).toEqual(['a', 'c', 'd']);
  });

  test('an entry that is longer than all of it is not kept, and pushes nothing out', () => {
    const store = new MemoryStore(4_000);
    put(store, 'a', 'x');
    put(store, 'b', 'x'.repeat(4_000));
    expect([read(store, 'a'), store.get('b')]).toEqual(['x', null]);
  });

  test('0 keeps nothing', () => {
    const store = new MemoryStore(0);
    put(store, 'a', '');
    expect(store.get('a')).toBeNull();
  });

  test('counts headers and events, not only bodies', () => {
    const store = new MemoryStore(1_000_000);
    store.set('a', { ...entry('x'), headers: { 'content-type': 'x'.repeat(5000) } }, HOUR_MS);
    const one = store.bytes;
    store.set('b', { ...entry('x'), eventEnds: Array.from({ length: 1000 }, () => 1) }, HOUR_MS);
    expect(one).toBeGreaterThan(5000);
    expect(store.bytes - one).toBeGreaterThan(8000);
  });

  test('does what a plain model does, whatever the order of operations', () => {
    const operation = fc.record({
      what: fc.constantFrom('get', 'set', 'delete'),
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      length: fc.integer({ min: 0, max: 1500 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const maxBytes = 10_000;
        const store = new MemoryStore(maxBytes);
        const model = new Map<string, string>();
        const sizeOf = (key: string, body: string): number => 2048 + key.length + 1 + body.length;
        const total = (): number => [...model].reduce((sum, [key, body]) => sum + sizeOf(key, body), 0);
        for (const { what, key, length } of operations) {
          const body = model.get(key);
          model.delete(key);
          if (what === 'get') {
            expect(read(store, key)).toBe(body);
            if (body !== undefined) model.set(key, body);
          } else if (what === 'delete') store.delete(key);
          else {
            const fresh = key.repeat(length);
            put(store, key, fresh);
            model.set(key, fresh);
            for (const oldest of model.keys()) if (total() > maxBytes) model.delete(oldest);
          }
          expect(store.bytes).toBe(total());
        }
        for (const key of ['a', 'b', 'c', 'd', 'e']) expect(read(store, key)).toBe(model.get(key));
      }),
    );
  });
});

test('close lets everything go', async () => {
  const store = new MemoryStore(1_000_000);
  put(store, 'a', 'one');
  await store.close();
  expect([store.get('a'), store.bytes]).toEqual([null, 0]);
});
