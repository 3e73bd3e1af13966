import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { gunzipSync, gzipSync } from 'node:zlib';
import KeyvRedis from '@keyv/redis';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { afterAll, describe, expect, test } from 'vitest';
import { type CacheEntry, encodeEntry } from './entry.js';
import { createKeyvStore, isKeyv } from './keyv-store.js';

const REDIS_URL = 'redis://127.0.0.1:6379';
/** Ours among all that use this Redis. */
const RUN = randomUUID();

const closing: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  const client = new Redis(REDIS_URL);
  const names = await client.keys(`*${RUN}*`);
  if (names.length > 0) await client.del(...names);
  client.disconnect();
  for (const close of closing) await close();
});

const HOUR_MS = 3_600_000;

function entry(body: string | Buffer = 'an answer é'): CacheEntry {
  const storedAt = Date.now();
  return {
    storedAt,
    expiresAt: storedAt + HOUR_MS,
    latencyMs: 12.5,
    requestId: 'r',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(body),
    eventEnds: [1, 5],
  };
}

function keyvRedis(): KeyvRedis<unknown> {
  const adapter = new KeyvRedis(REDIS_URL);
  closing.push(() => adapter.disconnect());
  return adapter;
}

const compression = {
  compress: (text: string): string => gzipSync(text).toString('base64'),
  decompress: (text: string): string => gunzipSync(Buffer.from(text, 'base64')).toString(),
};

const KEYVS: [string, () => Keyv][] = [
  ['memory', () => new Keyv()],
  ['a Map', () => new Keyv({ store: new Map() })],
  ['a Map with a namespace', () => new Keyv({ store: new Map(), namespace: 'mine' })],
  ['a Map without serialization', () => new Keyv({ store: new Map(), serialization: false })],
  ['a Map with compression', () => new Keyv({ store: new Map(), compression } as never)],
  ['a Map with clean keys', () => new Keyv({ store: new Map(), sanitize: { keys: true } })],
  ['@keyv/redis', () => new Keyv({ store: keyvRedis() })],
  ['@keyv/redis with a namespace', () => new Keyv({ store: keyvRedis(), namespace: `test-${RUN}` })],
  ['@keyv/redis with compression', () => new Keyv({ store: keyvRedis(), compression } as never)],
];

describe.each(KEYVS)('over a Keyv: %s', (_name, make) => {
  const key = `v1:${RUN}x`;

  test('entries come back, until they are deleted', async () => {
    const store = createKeyvStore(make());
    const given = entry();
    expect(await store.get(key)).toBeNull();
    await store.set(key, given, HOUR_MS);
    expect(await store.get(key)).toEqual(given);
    expect(await store.get(`${key}.1`)).toBeNull();
    // Two hyphens, which a hash may have, are what a Keyv with clean keys leaves out.
    await store.set(`${key}--x`, given, HOUR_MS);
    expect(await store.get(`${key}--x`)).toEqual(given);
    await store.delete(key);
    expect(await store.get(key)).toBeNull();
    await store.delete(key);
    expect(store.lease).toBeNull();
  });

  test('bytes that are no text come back', async () => {
    const store = createKeyvStore(make());
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    await store.set(key, entry(all), HOUR_MS);
    expect((await store.get(key))?.body).toEqual(all);
    await store.delete(key);
  });

  test('what the Keyv gives back damaged, or of another kind, is a miss and is deleted', async () => {
    const keyv = make();
    const store = createKeyvStore(keyv);
    const name = `helicone:cache:${key}`;
    const damaged = encodeEntry(entry());
    damaged[20] = 0;
    for (const value of [damaged, 'text', 7, { a: 1 }, false]) {
      await keyv.set(name, value, HOUR_MS);
      expect(await store.get(key)).toBeNull();
      expect(await keyv.get(name)).toBeUndefined();
    }
  });

  test('what the Keyv cannot parse or decompress is a miss and is deleted', async () => {
    const keyv = make();
    const store = createKeyvStore(keyv);
    const name = `helicone:cache:${key}`;
    await keyv.store.set(name, '{"value":":base64:AAAA', Date.now() + HOUR_MS);
    expect(await store.get(key)).toBeNull();
    if (keyv.serialization !== undefined) expect(await keyv.store.get(name)).toBeUndefined();
  });

  test('an entry that has expired, or has no lifetime, is none', async () => {
    const store = createKeyvStore(make());
    await store.set(key, { ...entry(), expiresAt: Date.now() - 1 }, HOUR_MS);
    expect(await store.get(key)).toBeNull();
    for (const lifetimeMs of [0, -5, Number.NaN]) await store.set(key, entry(), lifetimeMs);
    expect(await store.get(key)).toBeNull();
  });
});

test('keys have a prefix, and lifetimes are whole milliseconds', async () => {
  const client = new Redis(REDIS_URL);
  closing.push(async () => client.disconnect());
  const store = createKeyvStore(new Keyv({ store: keyvRedis() }));
  await store.set(`v1:${RUN}`, entry(), 60_000.25);
  const ttl = await client.pttl(`helicone:cache:v1:${RUN}`);
  expect(ttl).toBeGreaterThan(50_000);
  expect(ttl).toBeLessThanOrEqual(60_001);
});

/** An adapter that fails, each operation by itself. */
class Broken extends EventEmitter {
  fail: Error | null = new Error('ECONNREFUSED');
  readonly #map = new Map<string, unknown>();
  async get(key: string): Promise<unknown> {
    this.#check();
    return this.#map.get(key);
  }
  async set(key: string, value: unknown): Promise<boolean> {
    this.#check();
    this.#map.set(key, value);
    return true;
  }
  async delete(key: string): Promise<boolean> {
    this.#check();
    return this.#map.delete(key);
  }
  async clear(): Promise<void> {
    this.#map.clear();
  }
  #check(): void {
    if (this.fail !== null) throw this.fail;
  }
}

/** One that, as @keyv/redis 5 does, tells of an error and answers as if there were nothing. */
class Swallowing extends Broken {
  override async get(key: string): Promise<unknown> {
    return super.get(key).catch((error: unknown) => void this.emit('error', error));
  }
  override async set(key: string, value: unknown): Promise<boolean> {
    return super.set(key, value).catch((error: unknown) => this.emit('error', error));
  }
  override async delete(key: string): Promise<boolean> {
    return super.delete(key).catch((error: unknown) => !this.emit('error', error));
  }
}

describe.each([
  ['rejects', Broken],
  ['tells of errors and goes on', Swallowing],
])('over an adapter that %s', (_name, Adapter) => {
  test('operations reject while it fails, and work again afterwards', async () => {
    const adapter = new Adapter();
    const store = createKeyvStore(new Keyv({ store: adapter }));
    await expect(store.get('a')).rejects.toThrow('ECONNREFUSED');
    await expect(store.set('a', entry(), HOUR_MS)).rejects.toThrow('ECONNREFUSED');
    await expect(store.delete('a')).rejects.toThrow('ECONNREFUSED');
    adapter.fail = null;
    const given = entry();
    await store.set('a', given, HOUR_MS);
    expect(await store.get('a')).toEqual(given);
    expect(await store.get('b')).toBeNull();
  });
});

test('a Keyv of which several proxies are made gets one listener, and keeps it', async () => {
  const keyv = new Keyv();
  const stores = [createKeyvStore(keyv), createKeyvStore(keyv), createKeyvStore(keyv)];
  expect(keyv.listeners('error')).toHaveLength(1);
  for (const store of stores) await store.close();
  expect(keyv.listeners('error')).toHaveLength(1);
});

test('closing closes nothing of the host', async () => {
  const keyv = new Keyv({ store: keyvRedis() });
  await createKeyvStore(keyv).close();
  const name = `test-${RUN}`;
  await keyv.set(name, 1, HOUR_MS);
  expect(await keyv.get(name)).toBe(1);
});

test('isKeyv', () => {
  expect(isKeyv(new Keyv())).toBe(true);
  for (const other of [null, undefined, 'x', {}, new Map(), keyvRedis(), new Broken()])
    expect(isKeyv(other)).toBe(false);
});
