import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RedisCommands, redisCommands } from '../redis/redis-client.js';
import type { Lease, LeaseStore } from './cache-store.js';
import { createLeaseStore } from './lease.js';

const URL = 'redis://127.0.0.1:6379';
const RUN = randomUUID();

type Mine = Extract<Lease, { state: 'mine' }>;

async function mine(store: LeaseStore, key: string): Promise<Mine> {
  const lease = await store.acquire(key);
  expect(lease.state).toBe('mine');
  return lease as Mine;
}

describe('between two clients of one Redis', () => {
  const ioredis = new Redis(URL);
  const nodeRedis = createClient({ url: URL }).on('error', () => {});
  let one: RedisCommands;
  let other: RedisCommands;
  let count = 0;

  beforeAll(async () => {
    await nodeRedis.connect();
    one = redisCommands(ioredis) as RedisCommands;
    other = redisCommands(nodeRedis) as RedisCommands;
  });

  afterAll(async () => {
    const names = await ioredis.keys(`*${RUN}*`);
    if (names.length > 0) await ioredis.del(...names);
    ioredis.disconnect();
    nodeRedis.destroy();
  });

  function key(): string {
    count += 1;
    return `v1:${RUN}:${count}`;
  }

  test('one gets it, the other waits, and may have it when the first has stored', async () => {
    const [a, b] = [createLeaseStore(one), createLeaseStore(other)];
    const name = key();
    expect(await b.look(name)).toBe('free');
    const lease = await mine(a, name);
    expect(await b.acquire(name)).toEqual({ state: 'theirs' });
    expect(await b.look(name)).toBe('theirs');
    await lease.release(true);
    expect(await b.look(name)).toBe('free');
    await (await mine(b, name)).release(true);
  });

  test('of many that ask at once exactly one gets it', async () => {
    const stores = [createLeaseStore(one), createLeaseStore(other)];
    const name = key();
    const leases = await Promise.all(Array.from({ length: 40 }, (_, i) => (stores[i % 2] as LeaseStore).acquire(name)));
    expect(leases.filter(({ state }) => state === 'theirs')).toHaveLength(39);
    await (leases.find(({ state }) => state === 'mine') as Mine).release(true);
  });

  test('nothing to store sends the others on their own way for a while', async () => {
    const [a, b] = [createLeaseStore(one, { noneMs: 60 }), createLeaseStore(other)];
    const name = key();
    await (await mine(a, name)).release(false);
    expect(await b.look(name)).toBe('none');
    expect(await b.acquire(name)).toEqual({ state: 'none' });
    await vi.waitFor(async () => expect(await b.look(name)).toBe('free'));
  });

  test('a lease of a process that died ends by itself, and its late release does not touch the next one', async () => {
    // Never renewed: the process that held it is gone.
    const dead = createLeaseStore(one, { leaseMs: 60, renewMs: 1_000_000 });
    const b = createLeaseStore(other);
    const name = key();
    const lost = await mine(dead, name);
    expect(await b.acquire(name)).toEqual({ state: 'theirs' });
    await vi.waitFor(async () => expect(await b.look(name)).toBe('free'));
    const lease = await mine(b, name);
    for (const stored of [false, true]) await lost.release(stored);
    expect(await createLeaseStore(one).look(name)).toBe('theirs');
    await lease.release(true);
  });

  test('one that is renewed outlives its time', async () => {
    // Far longer than this machine stands still, and than the renewals that are waited for.
    const [a, b] = [createLeaseStore(one, { leaseMs: 30_000, renewMs: 50 }), createLeaseStore(other)];
    const name = key();
    const lease = await mine(a, name);
    for (let renewals = 0; renewals < 3; renewals += 1) {
      await ioredis.pexpire(`helicone:cache:${name}:lease`, 10_000);
      await vi.waitFor(async () => {
        expect(await ioredis.pttl(`helicone:cache:${name}:lease`)).toBeGreaterThan(10_000);
      });
    }
    expect(await b.look(name)).toBe('theirs');
    await lease.release(true);
  });
});

describe('renewal', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  interface FakeRedis extends RedisCommands {
    /** Key and arguments of each script. */
    readonly calls: string[][];
    /** What the next scripts answer; the last one stays. */
    answers: (number | (() => Promise<number>))[];
  }

  function fakeRedis(): FakeRedis {
    const calls: string[][] = [];
    const redis: FakeRedis = {
      kind: 'ioredis',
      calls,
      answers: [1],
      get: async () => null,
      set: async () => true,
      del: async () => {},
      async eval(_script, keys, args) {
        calls.push([...keys, ...args]);
        const answer = redis.answers.length > 1 ? redis.answers.shift() : redis.answers[0];
        return typeof answer === 'function' ? answer() : answer;
      },
    };
    return redis;
  }

  test('comes every 3 s with the same token, until the release', async () => {
    const redis = fakeRedis();
    const lease = await mine(createLeaseStore(redis), 'k');
    const [name, token, ms] = redis.calls[0] as string[];
    expect([name, ms]).toEqual(['helicone:cache:k:lease', '10000']);
    await vi.advanceTimersByTimeAsync(9_500);
    expect(redis.calls.slice(1)).toEqual(Array.from({ length: 3 }, () => [name, token, '10000']));
    await lease.release(true);
    expect(redis.calls.at(-1)).toEqual([name, token, '0']);
    expect(vi.getTimerCount()).toBe(0);
    await lease.release(false);
    expect(redis.calls).toHaveLength(5);
  });

  test('each lease has a token of its own, and one with nothing stored leaves its mark for 2 s', async () => {
    const redis = fakeRedis();
    const store = createLeaseStore(redis);
    const leases = [await mine(store, 'a'), await mine(store, 'b')];
    expect(new Set(redis.calls.map(([, token]) => token)).size).toBe(2);
    for (const lease of leases) await lease.release(false);
    expect(redis.calls.slice(2).map(([, , ms]) => ms)).toEqual(['2000', '2000']);
  });

  test('stops when the lease is found to be another’s', async () => {
    const redis = fakeRedis();
    await mine(createLeaseStore(redis), 'k');
    redis.answers = [1, 0];
    await vi.advanceTimersByTimeAsync(20_000);
    expect(redis.calls).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('goes on after a failure, without telling anybody', async () => {
    const redis = fakeRedis();
    const lease = await mine(createLeaseStore(redis), 'k');
    redis.answers = [() => Promise.reject(new Error('ECONNRESET')), 1];
    await vi.advanceTimersByTimeAsync(6_500);
    expect(redis.calls).toHaveLength(3);
    await lease.release(true);
  });

  test('is not asked for again while Redis does not answer', async () => {
    const redis = fakeRedis();
    const lease = await mine(createLeaseStore(redis), 'k');
    redis.answers = [() => new Promise(() => {})];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(redis.calls).toHaveLength(2);
    // The renewal stops with the call of release, though that is never answered.
    void lease.release(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('nothing is renewed by those who did not get it', async () => {
    for (const [answer, state] of [
      [0, 'theirs'],
      [2, 'none'],
      ['2', 'none'],
    ] as const) {
      const redis = fakeRedis();
      redis.answers = [answer as number];
      expect(await createLeaseStore(redis).acquire('k')).toEqual({ state });
      expect(vi.getTimerCount()).toBe(0);
    }
  });
});
