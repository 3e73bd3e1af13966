// What rate limits keep when a process, a thread or a store is gone.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { createGate, get, startScriptedProvider } from '@helicone-proxy/testkit';
import { afterEach, expect, test } from 'vitest';
import { createRedisStore } from '../../packages/core/dist/limits/redis-store.js';
import { type RedisCommands, redisCommands } from '../../packages/core/dist/redis/redis-client.js';
import { startChild } from '../rig/child.js';
import { answerChat, CHAT_BODY, CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { connectRedis, REDIS_KINDS } from '../rig/redis-clients.js';
import { startRedisServer } from '../rig/redis-server.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until } from '../rig/until.js';

/** How much a kill may cost, ms: the contract's own figure. */
const KILL_MS = 250;
const POLICY = 'helicone-ratelimit-policy';

const folder = temporaryFolders();
const running: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).reverse()) await stop();
});

async function rigWith(store: string): Promise<ProxyRig> {
  const rig = await startProxyRig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    records: { store },
  }));
  running.push(rig.close);
  return rig;
}

function remaining({ header }: { header(name: string): string | undefined }): number {
  return Number(header('helicone-ratelimit-remaining'));
}

test('kill -9 forgets no count that is older than 250 ms', async () => {
  const file = join(folder(), 'killed.db');
  const provider = await startScriptedProvider(answerChat);
  running.push(provider.close);
  const child = startChild(new URL('limits-child.ts', import.meta.url), { args: [file, provider.origin] });
  const { url } = await child.message<{ url: string }>('url');
  const policy = '100;w=31536000;s=user';
  const headers = { [POLICY]: policy, 'helicone-user-id': 'ada', 'content-type': 'application/json' };
  const calls = Array.from({ length: 40 }, () => get(url + CHAT_PATH, { headers, body: CHAT_BODY }));
  expect((await Promise.all(calls)).every(({ status }) => status === 200)).toBe(true);
  await delay(KILL_MS);
  child.process.kill('SIGKILL');
  await child.ended;
  const after = await rigWith(`sqlite:${file}`);
  expect(remaining(await after.chat(headers))).toBe(59);
});

test('a Redis that is killed and comes back: calls go on, then are counted again, each quota once', async () => {
  for (const kind of REDIS_KINDS) {
    const redis = await startRedisServer();
    running.push(redis.stop);
    const client = await connectRedis(kind, redis.url);
    running.push(client.close);
    const told: string[] = [];
    const proxy = await startProxyRig(({ origin }) => ({
      providers: { openai: { baseUrl: origin } },
      records: { store: 'sqlite::memory:' },
      rateLimit: { store: client.client },
    }));
    running.push(proxy.close);
    proxy.proxy.events.on('store', ({ state }: { state: string }) => told.push(state));
    const headers = { [POLICY]: '10;w=3600' };
    const statuses = async (): Promise<number[]> =>
      (await Promise.all(Array.from({ length: 15 }, () => proxy.chat(headers)))).map(({ status }) => status);
    expect((await statuses()).filter((status) => status === 200)).toHaveLength(10);

    await redis.stop();
    // Nobody can say: the default is to admit.
    expect(await statuses()).toEqual(Array.from({ length: 15 }, () => 200));
    const again = await startRedisServer(redis.port);
    running.push(again.stop);
    const probe = { [POLICY]: '1000;w=3600' };
    await until(10_000, 'calls are counted again', async () => !Number.isNaN(remaining(await proxy.chat(probe))));
    // It came back empty, and what could not be counted is not made up for.
    expect((await statuses()).filter((status) => status === 200)).toHaveLength(10);
    expect(told).toEqual(['trouble', 'recovered']);
  }
}, 40_000);

test('what was reserved before Redis lost its data does not lower what it has counted since', async () => {
  const redis = await startRedisServer();
  running.push(redis.stop);
  const client = await connectRedis('ioredis', redis.url);
  running.push(client.close);
  const store = createRedisStore(redisCommands(client.client) as RedisCommands);
  const key = 'helicone:limit:test';
  const taken = await store.take(key, 1000, 60_000);
  await client.flush();
  await store.take(key, 10, 60_000);
  // As if the data had been lost ten seconds into the first window.
  await store.adjust(key, -1000, { ...taken, endsAt: taken.endsAt - 10_000 });
  expect((await store.take(key, 0, 60_000)).points).toBe(10);
});

test('a records worker that dies while a call runs does not keep its reservation in the file', async () => {
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  running.push(() => process.off('worker', note));
  const store = `sqlite:${join(folder(), 'worker.db')}`;
  const policy = { [POLICY]: '100000;w=3600;u=tokens' };
  const before = await rigWith(store);
  const answer = createGate();
  before.provider.script = (exchange) => answer.opened.then(() => answerChat(exchange));
  const waiting = before.chat(policy);
  await before.provider.request(0);
  // The reservation is kept.
  await delay(KILL_MS);
  await (workers[0] as Worker).terminate();
  answer.open();
  expect((await waiting).status).toBe(200);
  await before.proxy.flush();
  await before.proxy.close();
  const after = await rigWith(store);
  const { header } = await after.get('/openai/v1/models', { headers: policy });
  expect(header('helicone-ratelimit-remaining')).toBe('99995');
});
