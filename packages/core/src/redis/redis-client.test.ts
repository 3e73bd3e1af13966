import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RedisCommands, redisCommands } from './redis-client.js';

const URL = 'redis://127.0.0.1:6379';
const PREFIX = `test:${randomUUID()}:`;

const CLIENTS: [string, 'ioredis' | 'node-redis', () => Promise<{ client: object; close(): void }>][] = [
  ['ioredis', 'ioredis', async () => withClose(new Redis(URL))],
  ['ioredis with a key prefix', 'ioredis', async () => withClose(new Redis(URL, { keyPrefix: PREFIX }))],
  [
    'ioredis that pipelines by itself',
    'ioredis',
    async () => withClose(new Redis(URL, { enableAutoPipelining: true })),
  ],
  ['node-redis', 'node-redis', () => nodeRedis({})],
  ['node-redis on RESP2', 'node-redis', () => nodeRedis({ RESP: 2 })],
  [
    'node-redis with reply types of the host',
    'node-redis',
    // Numbers as text, and simple strings as bytes.
    () => nodeRedis({ commandOptions: { typeMapping: { 58: String, 43: Buffer, 36: Buffer } } }),
  ],
];

function withClose(client: Redis): { client: object; close(): void } {
  client.on('error', () => {});
  return { client, close: () => client.disconnect() };
}

async function nodeRedis(options: object): Promise<{ client: object; close(): void }> {
  const client = createClient({ url: URL, ...options });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
}

describe.each(CLIENTS)('%s', (_name, kind, connect) => {
  let commands: RedisCommands;
  let close: () => void;
  const keys: string[] = [];

  beforeAll(async () => {
    const connected = await connect();
    commands = redisCommands(connected.client) as RedisCommands;
    close = connected.close;
  });

  afterAll(async () => {
    for (const key of keys) await commands.del(key);
    close();
  });

  function key(): string {
    const name = PREFIX + randomUUID();
    keys.push(name);
    return name;
  }

  test('is known by its methods', () => {
    expect(commands.kind).toBe(kind);
  });

  test('bytes come back as they were, whatever they are', async () => {
    const name = key();
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i & 255));
    expect(await commands.get(name)).toBeNull();
    expect(await commands.set(name, bytes, { px: 60_000 })).toBe(true);
    const back = await commands.get(name);
    expect(back).toBeInstanceOf(Buffer);
    expect(back).toEqual(bytes);
    await commands.del(name);
    expect(await commands.get(name)).toBeNull();
    await commands.del(name);
  });

  test('text comes back as bytes, and long values come back whole', async () => {
    const name = key();
    await commands.set(name, 'é', { px: 60_000 });
    expect(await commands.get(name)).toEqual(Buffer.from('é'));
    const long = Buffer.alloc(300_000, 7);
    await commands.set(name, long, { px: 60_000 });
    expect(await commands.get(name)).toEqual(long);
  });

  test('values have the lifetime that was given', async () => {
    const name = key();
    await commands.set(name, 'x', { px: 5_000 });
    const ttl = Number(await commands.eval("return redis.call('pttl', KEYS[1])", [name], []));
    expect(ttl).toBeGreaterThan(1_000);
    expect(ttl).toBeLessThanOrEqual(5_000);
  });

  test('nx takes a key once', async () => {
    const name = key();
    expect(await commands.set(name, 'one', { px: 60_000, nx: true })).toBe(true);
    expect(await commands.set(name, 'two', { px: 60_000, nx: true })).toBe(false);
    expect((await commands.get(name))?.toString()).toBe('one');
  });

  test('scripts get keys and arguments, and integers come back as numbers', async () => {
    const name = key();
    const script = "redis.call('set', KEYS[1], ARGV[1] .. ARGV[2], 'PX', 60000) return #KEYS * 10 + #ARGV";
    expect(await commands.eval(script, [name], ['a', 'b'])).toBe(12);
    expect((await commands.get(name))?.toString()).toBe('ab');
  });

  test('what Redis refuses rejects', async () => {
    await expect(commands.eval('no lua', [], [])).rejects.toThrow();
    await expect(commands.set(key(), 'x', { px: -1 })).rejects.toThrow();
  });
});

test('node-redis 4 is asked for bytes command by command', async () => {
  const asked: unknown[][] = [];
  const bytes = { returnBuffers: true };
  const client = {
    commandOptions: (options: object) => options,
    sendCommand: () => {},
    get: async (...args: unknown[]) => {
      asked.push(args);
      return Buffer.from('x');
    },
    set: async (...args: unknown[]) => {
      asked.push(args);
      return null;
    },
    del: async () => 1,
    eval: async (...args: unknown[]) => {
      asked.push(args);
      return 1;
    },
  };
  const commands = redisCommands(client) as RedisCommands;
  expect(commands.kind).toBe('node-redis');
  expect(await commands.get('a')).toEqual(Buffer.from('x'));
  expect(await commands.set('a', 'b', { px: 5, nx: true })).toBe(false);
  await commands.eval('return 1', ['a'], ['b']);
  expect(asked).toEqual([
    [bytes, 'a'],
    ['a', 'b', { PX: 5, NX: true }],
    ['return 1', { keys: ['a'], arguments: ['b'] }],
  ]);
});

test('listeners of the host’s client stay as they are', () => {
  const client = new Redis(URL, { lazyConnect: true });
  const before = client.eventNames();
  redisCommands(client);
  expect(client.eventNames()).toEqual(before);
});

test.each([
  null,
  undefined,
  'redis://127.0.0.1',
  1,
  {},
  new Map(),
  { get() {}, set() {}, del() {}, eval() {} },
  () => {},
])('%s is no Redis client', (value) => {
  expect(redisCommands(value)).toBeNull();
});
