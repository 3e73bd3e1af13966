// The store on Redis, below the proxy: windows, adjustments, and exactness over processes.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { LimitStore } from '../../packages/core/dist/limits/limit-store.js';
import { createRedisStore } from '../../packages/core/dist/limits/redis-store.js';
import { type RedisCommands, redisCommands } from '../../packages/core/dist/redis/redis-client.js';
import { startChild } from '../rig/child.js';
import { type ConnectedRedis, connectRedis, REDIS_KINDS } from '../rig/redis-clients.js';
import { type RedisServer, startRedisServer } from '../rig/redis-server.js';

const CHILD = new URL('./taking-child.ts', import.meta.url);
const KEY = 'helicone:limit:test';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

describe.each(REDIS_KINDS)('with %s', (kind) => {
  let connected: ConnectedRedis;
  let commands: RedisCommands;
  let store: LimitStore;

  beforeEach(async () => {
    connected = await connectRedis(kind, server.url);
    await connected.flush();
    commands = redisCommands(connected.client) as RedisCommands;
    store = createRedisStore(commands);
  });
  afterEach(() => connected.close());

  const lifetime = async (): Promise<number> =>
    Number(await commands.eval("return redis.call('pttl', KEYS[1])", [KEY], []));
  const points = async (): Promise<string | undefined> => (await commands.get(KEY))?.toString();

  test('200 parallel takes are counted one by one, in one window', async () => {
    const taken = await Promise.all(Array.from({ length: 200 }, () => store.take(KEY, 1, 60_000)));
    expect(taken.map((each) => each.points).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 200 }, (_, i) => i + 1),
    );
    expect(taken.filter((each) => each.points <= 10)).toHaveLength(10);
    const ends = taken.map(({ endsAt }) => endsAt - Date.now());
    expect(Math.max(...ends)).toBeLessThanOrEqual(60_000);
    expect(Math.min(...ends)).toBeGreaterThan(55_000);
  });

  test('a take of nothing opens a window too, and one of a year does not end at once', async () => {
    expect((await store.take(KEY, 0, 31_536_000_000)).points).toBe(0);
    expect(await lifetime()).toBeGreaterThan(31_535_000_000);
    expect((await store.take(KEY, 2 ** 43, 31_536_000_000)).points).toBe(2 ** 43);
  });

  test('an adjustment changes the count, not the window, and never goes below 0', async () => {
    const taken = await store.take(KEY, 2 ** 43, 60_000);
    await store.adjust(KEY, -5, taken);
    expect(await points()).toBe(String(2 ** 43 - 5));
    await store.adjust(KEY, 6, taken);
    expect(await points()).toBe(String(2 ** 43 + 1));
    await store.adjust(KEY, -(2 ** 44), taken);
    expect(await points()).toBe('0');
    expect(await lifetime()).toBeGreaterThan(55_000);
  });

  test('an adjustment for a window that has ended makes no key', async () => {
    const taken = await store.take(KEY, 3, 60_000);
    await commands.del(KEY);
    await store.adjust(KEY, 3, taken);
    await store.adjust(KEY, -3, taken);
    expect(await points()).toBeUndefined();
  });

  test('an adjustment for a window that has ended leaves the next one alone', async () => {
    const taken = await store.take(KEY, 3, 1_000);
    await delay(Math.max(0, taken.endsAt - Date.now()) + 30);
    await store.take(KEY, 10, 1_000);
    await store.adjust(KEY, -3, taken);
    // The same by a clock of ours that runs behind.
    await store.adjust(KEY, -3, { ...taken, endsAt: Date.now() + 100 });
    expect(await points()).toBe('10');
  });

  test('a key that holds something else makes a take fail', async () => {
    await commands.set(KEY, 'text', { px: 60_000 });
    await expect(store.take(KEY, 1, 60_000)).rejects.toThrow();
  });

  test('4 processes take 200 times: exactly 10 are within 10', async () => {
    const args = [server.url, kind, KEY, '50'];
    const children = Array.from({ length: 4 }, () => startChild(CHILD, { args }));
    await Promise.all(children.map((child) => child.message<{ ready: boolean }>('ready')));
    for (const child of children) child.process.send({ go: true });
    const taken = await Promise.all(children.map((child) => child.message<{ points: number[] }>('points')));
    const all = taken.flatMap((each) => each.points);
    expect(all).toHaveLength(200);
    expect(all.filter((each) => each <= 10)).toHaveLength(10);
    for (const child of children) expect((await child.ended).code).toBe(0);
  });
});
