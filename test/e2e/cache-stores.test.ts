import { ANSWERS, call, createGate, startScriptedProvider } from '@helicone-proxy/testkit';
import KeyvRedis from '@keyv/redis';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerTo, ask, BODY, CACHED } from '../rig/cached-asks.js';
import { startChild } from '../rig/child.js';
import { answerChat, CHAT_ANSWER, CHAT_PATH, type ProxyRig, type startProxyRig } from '../rig/proxy-rig.js';
import { connectRedis, REDIS_KINDS } from '../rig/redis-clients.js';
import { type RedisServer, startRedisServer } from '../rig/redis-server.js';
import { startedHere } from '../rig/started.js';
import { until, within } from '../rig/until.js';

const { chatStream } = ANSWERS;
const EVENTS = chatStream.events;
const { rig, running } = startedHere();

afterEach(() => {
  vi.restoreAllMocks();
});

describe('stores', () => {
  let server: RedisServer;
  let redis: Redis;

  beforeAll(async () => {
    server = await startRedisServer();
    redis = new Redis(server.url);
  });
  beforeEach(async () => {
    await redis.flushall();
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  const names = async (): Promise<string[]> => (await redis.keys('*')).filter((name) => !name.endsWith(':lease'));

  /** Each with what it is closed by. */
  const STORES: Record<string, () => Promise<{ store: object; close(): Promise<unknown> }>> = {
    'a Keyv over a Map': async () => ({ store: new Keyv({ store: new Map() }), close: async () => {} }),
    'a Keyv with @keyv/redis': async () => {
      const store = new Keyv(new KeyvRedis(server.url));
      return { store, close: () => store.disconnect() };
    },
    'the adapter @keyv/redis': async () => {
      const store = new KeyvRedis(server.url);
      return { store, close: () => store.disconnect() };
    },
    ...Object.fromEntries(
      REDIS_KINDS.map((kind) => [
        kind,
        async () => {
          const { client, close } = await connectRedis(kind, server.url);
          return { store: client, close };
        },
      ]),
    ),
  };

  async function withStore(kind: string, options: Parameters<typeof startProxyRig>[1] = {}): Promise<ProxyRig> {
    const { store, close } = await (STORES[kind] as (typeof STORES)[string])();
    const proxy = await rig({ cache: { store: store as never } }, options);
    running.push({ close: async () => void (await close()) });
    return proxy;
  }

  test.each(Object.keys(STORES))('%s: documents and streams come back byte for byte, of one call', async (kind) => {
    const proxy = await withStore(kind, {
      script: (exchange) =>
        exchange.request.target.endsWith('/completions')
          ? exchange.respond({ headers: chatStream.headers }, [...EVENTS])
          : (answerChat(exchange) as Promise<void>),
    });
    for (const [path, body] of [
      [CHAT_PATH, chatStream.body],
      ['/openai/v1/embeddings', Buffer.from(CHAT_ANSWER)],
    ] as const) {
      const before = proxy.provider.requests.length;
      const first = await answerTo(proxy.url, { path });
      expect([first.header('helicone-cache'), first.body.equals(body)]).toEqual(['MISS', true]);
      const hit = await until(15_000, 'the entry is stored', async () => {
        const again = await answerTo(proxy.url, { path, cache: { 'helicone-cache-read': 'true' } });
        return again.header('helicone-cache') === 'HIT' && again;
      });
      expect(hit.body.equals(body)).toBe(true);
      expect(proxy.provider.requests.length - before).toBeLessThan(4);
    }
  });

  test.each(['a Keyv with @keyv/redis', ...REDIS_KINDS])(
    '%s: a damaged entry is a miss, and is deleted',
    async (kind) => {
      const proxy = await withStore(kind);
      await ask(proxy);
      const [name = ''] = await until(15_000, 'the entry', async () => (await names()).length === 1 && names());
      const whole = await redis.getBuffer(name);
      for (const damaged of [
        (whole as Buffer).subarray(0, -1),
        Buffer.from('x'),
        Buffer.from('{"value":"x"}'),
        Buffer.alloc(0),
      ]) {
        await redis.set(name, damaged);
        expect(await ask(proxy, { cache: { 'helicone-cache-read': 'true' } })).toBe('MISS');
        expect(await redis.exists(name)).toBe(0);
      }
      expect(await ask(proxy)).toBe('MISS');
    },
  );

  test.each(REDIS_KINDS)(
    '%s: killed while a stream runs, everybody gets the answer, and the trouble is told',
    async (kind) => {
      const own = await startRedisServer();
      running.push({ close: own.stop });
      const { client, close } = await connectRedis(kind, own.url);
      running.push({ close });
      const rest = createGate();
      const proxy = await rig(
        { cache: { store: client as never, timeoutMs: 100 } },
        {
          async script(exchange) {
            await exchange.head({ headers: chatStream.headers });
            for (const event of EVENTS.slice(0, 3)) await exchange.write(event);
            await rest.opened;
            for (const event of EVENTS.slice(3)) await exchange.write(event);
            await exchange.end();
          },
        },
      );
      const told: unknown[] = [];
      proxy.proxy.events.on('store', (event) => told.push(event));
      const calls = Array.from({ length: 5 }, () =>
        call(proxy.url + CHAT_PATH, { headers: CACHED, body: JSON.stringify(BODY) }),
      );
      for (const each of calls) await each.received(1);
      await own.stop();
      rest.open();
      for (const { whole } of calls)
        expect((await within(2000, 'the answer', whole)).body.equals(chatStream.body)).toBe(true);
      expect(proxy.provider.requests).toHaveLength(1);
      await until(15_000, 'the trouble is told', () => told.length > 0);
      expect(told).toEqual([expect.objectContaining({ component: 'cache', state: 'trouble' })]);
      expect((await within(2000, 'a call without a store', answerTo(proxy.url))).body.equals(chatStream.body)).toBe(
        true,
      );
      expect(await proxy.records()).toHaveLength(6);
    },
  );

  test('two proxies on one Redis: a stream is asked for once, the second gets it out of the store', async () => {
    const provider = await startScriptedProvider();
    running.push(provider);
    const rest = createGate();
    provider.script = async (exchange) => {
      await exchange.head({ headers: chatStream.headers });
      for (const event of EVENTS.slice(0, 3)) await exchange.write(event);
      await rest.opened;
      for (const event of EVENTS.slice(3)) await exchange.write(event);
      await exchange.end();
    };
    const options = { providers: { openai: { baseUrl: provider.origin } }, cache: { store: redis } };
    const proxies = [await rig(options), await rig(options)] as const;
    const body = JSON.stringify(BODY);
    const first = call(proxies[0].url + CHAT_PATH, { headers: CACHED, body });
    await first.received(1);
    const second = call(proxies[1].url + CHAT_PATH, { headers: CACHED, body });
    let looks = 0;
    const get = redis.getBuffer.bind(redis);
    vi.spyOn(redis, 'getBuffer').mockImplementation((key) => {
      if (String(key).endsWith(':lease')) looks += 1;
      return get(key);
    });
    await until(15_000, 'the second looks at the lease', () => looks > 0);
    rest.open();
    const answers = [await first.whole, await within(3000, 'the second answer', second.whole)];
    expect(answers.map(({ header }) => header('helicone-cache'))).toEqual(['MISS', 'HIT']);
    for (const answer of answers) expect(answer.body.equals(chatStream.body)).toBe(true);
    expect(provider.requests).toHaveLength(1);
    expect((await redis.keys('*:lease')).length).toBe(0);
    expect((await proxies[1].records())[0]).toMatchObject({ outcome: 'success', cost_usd: 0, attempts: [] });
  });

  test('the process that holds the lease is killed: the other takes over when the lease ends', async () => {
    const provider = await startScriptedProvider();
    running.push(provider);
    const args = [provider.origin, server.url, 'ioredis', JSON.stringify(CACHED), '1'];
    const child = startChild(new URL('limited-child.ts', import.meta.url), { args });
    await child.message<{ ready: boolean }>('ready');
    child.process.send({ go: true });
    await provider.request(0);
    child.process.kill('SIGKILL');
    await child.ended;
    const [lease = ''] = await redis.keys('*:lease');
    expect(await redis.pttl(lease)).toBeGreaterThan(0);
    provider.script = answerChat;
    const proxy = await rig({ providers: { openai: { baseUrl: provider.origin } }, cache: { store: redis } });
    const waiting = call(proxy.url + CHAT_PATH, { headers: CACHED, body: '{"model":"gpt-4o-mini","messages":[]}' });
    let answered = false;
    void waiting.whole.then(() => {
      answered = true;
    });
    const other = await answerTo(proxy.url);
    expect([other.status, answered]).toEqual([200, false]);
    // As when its 10 s are over.
    await redis.pexpire(lease, 50);
    const { header, body } = await within(3000, 'the call that takes over', waiting.whole);
    expect([header('helicone-cache'), body.toString()]).toEqual(['MISS', CHAT_ANSWER]);
  });
});
