import KeyvRedis from '@keyv/redis';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { createClient } from 'redis';
import { describe, expect, test } from 'vitest';
import { type CacheOptions, createCacheStore, resolveCacheOptions } from './cache-options.js';
import { MemoryStore } from './memory-store.js';

const CONTEXT = { tell: () => {}, logger: null };

/** Neither connects before it is told to. */
function ioredis(): Redis {
  return new Redis('redis://127.0.0.1:1', { lazyConnect: true });
}

function kindOf(store: CacheOptions['store']): string | undefined {
  return resolveCacheOptions({ store })?.store.kind;
}

describe('resolveCacheOptions', () => {
  test('has defaults for everything, and may be turned off', () => {
    expect(resolveCacheOptions(undefined)).toEqual({
      store: { kind: 'memory' },
      maxBytes: 104_857_600,
      maxEntryBytes: 4_194_304,
      timeoutMs: 200,
    });
    expect(resolveCacheOptions({ maxBytes: 1, maxEntryBytes: 2, timeoutMs: 3 })).toMatchObject({
      maxBytes: 1,
      maxEntryBytes: 2,
      timeoutMs: 3,
    });
    expect(resolveCacheOptions(false)).toBeNull();
  });

  test('tells the kinds of stores apart', () => {
    expect(kindOf(new Keyv())).toBe('keyv');
    expect(kindOf(new KeyvRedis('redis://127.0.0.1:1') as never)).toBe('adapter');
    expect(kindOf(new Map())).toBe('adapter');
    expect(kindOf(ioredis())).toBe('redis');
    expect(kindOf(createClient({ url: 'redis://127.0.0.1:1' }))).toBe('redis');
  });

  test.each<[unknown, RegExp]>([
    [true, /cache: must be an object/],
    ['memory', /cache: must be an object/],
    [{ ttl: 1 }, /cache: unknown key "ttl"; known are store, maxBytes/],
    [{ maxBytes: -1 }, /cache\.maxBytes/],
    [{ maxBytes: '1' }, /cache\.maxBytes/],
    [{ maxBytes: Number.NaN }, /cache\.maxBytes/],
    [{ maxEntryBytes: -1 }, /cache\.maxEntryBytes/],
    [{ timeoutMs: 0 }, /cache\.timeoutMs/],
    [{ timeoutMs: 60_001 }, /cache\.timeoutMs/],
    [{ timeoutMs: '200' }, /cache\.timeoutMs/],
    [{ store: null }, /cache\.store: must be a Keyv/],
    [{ store: 'redis://127.0.0.1' }, /cache\.store: must be a Keyv/],
    [{ store: {} }, /cache\.store: must be a Keyv/],
    [{ store: { get() {}, set() {} } }, /cache\.store: must be a Keyv/],
  ])('%j throws', (options, message) => {
    expect(() => resolveCacheOptions(options as CacheOptions)).toThrow(message);
  });
});

describe('createCacheStore', () => {
  function created(store?: CacheOptions['store']): ReturnType<typeof createCacheStore> {
    return createCacheStore(resolveCacheOptions({ store }) as never, CONTEXT);
  }

  test('keeps entries in memory without a store', () => {
    expect(created()).toBeInstanceOf(MemoryStore);
  });

  test('has leases with a Redis client only', () => {
    expect(created().lease).toBeNull();
    expect(created(new Keyv()).lease).toBeNull();
    expect(created(new Map()).lease).toBeNull();
    expect(created(ioredis()).lease).not.toBeNull();
  });

  test('with a client that was never connected nothing rejects: there is no entry and no lease', async () => {
    const client = createClient({ url: 'redis://127.0.0.1:1' });
    const store = created(client);
    expect(await store.get('a')).toBeNull();
    expect(await store.lease?.acquire('a')).toEqual({ state: 'none' });
    await store.close();
  });
});
