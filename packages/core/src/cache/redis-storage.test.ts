import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisCommands, redisCommands } from '../redis/redis-client.js';
import { type CacheEntry, encodeEntry } from './entry.js';
import { createKeyvStore } from './keyv-store.js';
import { redisStorage } from './redis-storage.js';

const URL = 'redis://127.0.0.1:6379';
const RUN = randomUUID();
const HOUR_MS = 3_600_000;

async function ioredis(): Promise<object> {
  return new Redis(URL);
}

async function nodeRedis(): Promise<object> {
  return createClient({ url: URL })
    .on('error', () => {})
    .connect();
}

const ENTRY: CacheEntry = {
  storedAt: 1,
  expiresAt: Date.now() + HOUR_MS,
  latencyMs: 1,
  requestId: 'r',
  headers: {},
  body: Buffer.from([0, 255, 128, 10]),
  eventEnds: null,
};

describe.each([
  ['ioredis', ioredis],
  ['node-redis', nodeRedis],
])('over %s', (_name, connect) => {
  let client: { del(names: string[]): Promise<unknown>; keys(pattern: string): Promise<string[]> };
  let commands: RedisCommands;

  beforeAll(async () => {
    client = (await connect()) as typeof client;
    commands = redisCommands(client) as RedisCommands;
  });

  afterAll(async () => {
    const names = await client.keys(`*${RUN}*`);
    if (names.length > 0) await client.del(names);
    const ending = client as unknown as { destroy?(): void; disconnect(): unknown };
    if (ending.destroy !== undefined) ending.destroy();
    else ending.disconnect();
  });

  function keyv(): Keyv {
    return new Keyv({ store: redisStorage(commands), serialization: false });
  }

  test('entries come back through a Keyv, and lie in Redis as bytes under their own name, with their lifetime', async () => {
    const store = createKeyvStore(keyv());
    const key = `v1:${RUN}`;
    await store.set(key, ENTRY, 60_000);
    expect(await store.get(key)).toEqual(ENTRY);
    expect(await commands.get(`helicone:cache:${key}`)).toEqual(encodeEntry(ENTRY));
    const ttl = Number(await commands.eval("return redis.call('pttl', KEYS[1])", [`helicone:cache:${key}`], []));
    expect(ttl).toBeGreaterThan(50_000);
    expect(ttl).toBeLessThanOrEqual(60_000);
    await store.delete(key);
    expect(await store.get(key)).toBeNull();
  });

  test('a foreign value under the name of an entry is a miss and is deleted', async () => {
    const store = createKeyvStore(keyv());
    const name = `helicone:cache:v1:${RUN}`;
    await commands.set(name, 'text', { px: 60_000 });
    expect(await store.get(`v1:${RUN}`)).toBeNull();
    expect(await commands.get(name)).toBeNull();
  });

  test('the Keyv uses it as it is, with moments instead of durations', async () => {
    const storage = redisStorage(commands);
    expect(new Keyv({ store: storage }).store).toBe(storage);
    expect(storage.capabilities).toMatchObject({ expires: true, compatible: true, store: 'keyvStorage' });
    const name = `test:${RUN}`;
    await storage.set(name, { value: Buffer.from('x') }, Date.now() + 5_000);
    expect(await storage.has(name)).toBe(true);
    // One that has expired already takes away what was there.
    await storage.set(name, { value: Buffer.from('x') }, Date.now() - 1);
    expect(await storage.has(name)).toBe(false);
    await storage.set(name, { value: Buffer.from('x') });
    expect(await storage.get(name)).toEqual({ value: Buffer.from('x') });
  });

  test('several at once', async () => {
    const storage = redisStorage(commands);
    const names = ['a', 'b', 'c'].map((each) => `test:${RUN}:${each}`);
    const entries = names
      .slice(0, 2)
      .map((key) => ({ key, value: { value: Buffer.from('x') }, expires: Date.now() + 5_000 }));
    expect(await storage.setMany(entries)).toEqual([true, true]);
    expect(await storage.hasMany(names)).toEqual([true, true, false]);
    expect(await storage.getMany(names)).toEqual([{ value: Buffer.from('x') }, { value: Buffer.from('x') }, undefined]);
    await storage.deleteMany(names);
    expect(await storage.hasMany(names)).toEqual([false, false, false]);
    await expect(storage.clear()).rejects.toThrow(/shared/);
  });
});

test('a Redis that fails makes operations reject, not miss', async () => {
  const failure = async (): Promise<never> => {
    throw new Error('ECONNRESET');
  };
  const commands: RedisCommands = { kind: 'ioredis', get: failure, set: failure, del: failure, eval: failure };
  const store = createKeyvStore(new Keyv({ store: redisStorage(commands), serialization: false }));
  await expect(store.get('a')).rejects.toThrow('ECONNRESET');
  await expect(store.set('a', ENTRY, HOUR_MS)).rejects.toThrow('ECONNRESET');
  await expect(store.delete('a')).rejects.toThrow('ECONNRESET');
});
