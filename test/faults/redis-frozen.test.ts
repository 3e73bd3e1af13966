// Redis stops answering in the middle of traffic, with its connections open, and later goes on.
import { afterEach, describe, expect, test } from 'vitest';
import { type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { type ConnectedRedis, connectRedis, REDIS_KINDS } from '../rig/redis-clients.js';
import { type RedisServer, startRedisServer } from '../rig/redis-server.js';
import { until } from '../rig/until.js';

const TIMEOUT_MS = 200;
/** The cache and the limiter may each wait once; the rest is for this machine, which runs other tests besides. */
const LONGEST_MS = 2 * TIMEOUT_MS + 600;

const running: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

interface Frozen {
  proxy: ProxyRig;
  redis: RedisServer;
  client: ConnectedRedis;
  told: { component: string; state: string }[];
  logged: string[];
}

async function start(kind: (typeof REDIS_KINDS)[number], onStoreError: 'allow' | 'deny'): Promise<Frozen> {
  const redis = await startRedisServer();
  running.push(redis.stop);
  const client = await connectRedis(kind, redis.url);
  running.push(client.close);
  const logged: string[] = [];
  const log = (_details: object, message: string): void => void logged.push(message);
  const proxy = await startProxyRig((provider) => ({
    providers: { openai: { baseUrl: provider.origin } },
    records: { store: 'sqlite::memory:' },
    cache: { store: client.client, timeoutMs: TIMEOUT_MS },
    rateLimit: { store: client.client, timeoutMs: TIMEOUT_MS, onStoreError },
    logger: { debug: log, info: log, warn: log, error: log },
  }));
  running.push(proxy.close);
  const told: Frozen['told'] = [];
  proxy.proxy.events.on('store', (what) => told.push(what));
  return { proxy, redis, client, told, logged };
}

let seed = 0;

/** A call that misses the cache and counts against a limit. */
async function call({ proxy }: Frozen): Promise<{ status: number; ms: number; limited: boolean }> {
  const startedAt = performance.now();
  const { status, header } = await proxy.chat({
    'helicone-cache-enabled': 'true',
    'helicone-cache-seed': String(seed++),
    'helicone-ratelimit-policy': '100000;w=60;s=user',
    'helicone-user-id': 'ada',
  });
  const limited = header('helicone-ratelimit-limit') !== undefined;
  return { status, ms: performance.now() - startedAt, limited };
}

/** Ten callers at a time for `ms`. */
async function load(frozen: Frozen, ms: number): Promise<Awaited<ReturnType<typeof call>>[]> {
  const until = performance.now() + ms;
  const caller = async (): Promise<Awaited<ReturnType<typeof call>>[]> => {
    const results = [];
    while (performance.now() < until) results.push(await call(frozen));
    return results;
  };
  return (await Promise.all(Array.from({ length: 10 }, caller))).flat();
}

describe.each(REDIS_KINDS)('%s', (kind) => {
  test('calls go on in time while Redis is frozen, and use it again when it goes on', async () => {
    const frozen = await start(kind, 'allow');
    const before = await load(frozen, 300);
    expect(before.every(({ status, limited }) => status === 200 && limited)).toBe(true);

    const during = load(frozen, 2500);
    frozen.redis.freeze();
    const results = await during;
    expect(results.filter(({ status }) => status !== 200)).toEqual([]);
    expect(Math.max(...results.map(({ ms }) => ms))).toBeLessThan(LONGEST_MS);
    // Each outage is told once, not once a call.
    for (const component of ['cache', 'rate-limit']) {
      const states = frozen.told.filter((each) => each.component === component).map(({ state }) => state);
      expect(states, component).toEqual(['trouble']);
    }
    expect(frozen.logged.filter((message) => /cache|limit/i.test(message)).length).toBeLessThanOrEqual(2);

    frozen.redis.thaw();
    await until(10_000, 'limits are counted again', async () => (await call(frozen)).limited);
    await until(10_000, 'the cache serves again', async () => {
      const { header } = await frozen.proxy.chat({ 'helicone-cache-enabled': 'true' });
      return header('helicone-cache') === 'HIT';
    });
    const after = await load(frozen, 300);
    expect(after.every(({ status, limited }) => status === 200 && limited)).toBe(true);
    for (const component of ['cache', 'rate-limit']) {
      const states = frozen.told.filter((each) => each.component === component).map(({ state }) => state);
      expect(states, component).toEqual(['trouble', 'recovered']);
    }
  }, 60_000);

  test('with deny, calls are refused while Redis is frozen and nothing reaches the provider', async () => {
    const frozen = await start(kind, 'deny');
    await call(frozen);
    frozen.redis.freeze();
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(frozen)));
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect(frozen.proxy.provider.requests).toHaveLength(1);
    frozen.redis.thaw();
    await until(10_000, 'calls are admitted again', async () => (await call(frozen)).status === 200);
  }, 60_000);
});
