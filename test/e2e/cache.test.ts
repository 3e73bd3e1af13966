import {
  ANSWERS,
  type Answer,
  type CallOptions,
  call,
  type Exchange,
  type Received,
  startScriptedProvider,
  turn,
} from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { answerChat, CHAT_ANSWER, type ProxyRig } from '../rig/proxy-rig.js';
import { REDIS_KINDS } from '../rig/redis-clients.js';
import { startRedisServer } from '../rig/redis-server.js';
import { startedHere } from '../rig/started.js';
import { until } from '../rig/until.js';

const { rig, running } = startedHere();

const CACHED = { 'helicone-cache-enabled': 'true' };

const ALL = Object.values(ANSWERS);
const streamed = ALL.filter(({ events }) => events.length > 0);

/** Sends one of the recorded answers, an event at a time. */
async function sendRecorded(exchange: Exchange, answer: Answer): Promise<void> {
  const pieces = answer.events.length > 0 ? [...answer.events] : [answer.body];
  await exchange.respond({ headers: answer.headers }, pieces);
}

function ask(proxy: ProxyRig, answer: Answer, more: CallOptions = {}): Promise<Received> {
  return proxy.get(`/${answer.provider}${answer.path}`, {
    ...more,
    headers: { 'content-type': 'application/json', ...CACHED, ...more.headers },
    body: answer.request,
  });
}

describe.each(ALL)('$name', (answer) => {
  test('the second call gets the stored answer, byte for byte, without a call upstream', async () => {
    const proxy = await rig({}, { script: (exchange) => sendRecorded(exchange, answer) });
    const first = await ask(proxy, answer);
    const second = await ask(proxy, answer);
    expect([first.header('helicone-cache'), second.header('helicone-cache')]).toEqual(['MISS', 'HIT']);
    expect(first.body.equals(answer.body)).toBe(true);
    expect(second.body.equals(answer.body)).toBe(true);
    expect(second.header('content-type')).toBe(first.header('content-type'));
    expect(second.header('cache-control')).toContain('private, no-store');
    expect(proxy.provider.requests).toHaveLength(1);
    expect((await proxy.seen()).header('accept-encoding')).toBe('identity');
    const [miss, hit] = await proxy.records();
    expect(miss).toMatchObject({ cache_enabled: true, cache_reference_id: null, saved_cost_usd: null });
    expect(hit).toMatchObject({
      cache_enabled: true,
      cache_reference_id: miss?.request_id,
      cost_usd: 0,
      saved_cost_usd: miss?.cost_usd,
      outcome: 'success',
      attempts: [],
    });
  });
});

describe('100 equal calls at the same time', () => {
  test.each(ALL)('$name: one call upstream, 100 equal answers', async (answer) => {
    const proxy = await rig({}, { script: (exchange) => sendRecorded(exchange, answer) });
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(proxy, answer)));
    expect(proxy.provider.requests).toHaveLength(1);
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.equals(answer.body)).toBe(true);
    }
    const caches = answers.map(({ header }) => header('helicone-cache'));
    expect(caches.filter((each) => each === 'HIT')).toHaveLength(99);
    expect(await proxy.records()).toHaveLength(100);
  });

  test('two tenants, or two credentials of one tenant, never share an entry', async () => {
    const auth = { keys: { 'sk-a': { tenant: 'a' }, 'sk-b': { tenant: 'b' } } };
    const proxy = await rig((provider) => ({ auth, providers: { openai: { baseUrl: provider.origin } } }));
    const callers = [
      { 'helicone-auth': 'Bearer sk-a', authorization: 'Bearer one' },
      { 'helicone-auth': 'Bearer sk-b', authorization: 'Bearer one' },
      { 'helicone-auth': 'Bearer sk-a', authorization: 'Bearer two' },
    ];
    for (const caller of callers) {
      expect((await proxy.chat({ ...CACHED, ...caller })).header('helicone-cache')).toBe('MISS');
    }
    for (const caller of callers) {
      expect((await proxy.chat({ ...CACHED, ...caller })).header('helicone-cache')).toBe('HIT');
    }
    expect(proxy.provider.requests).toHaveLength(3);
  });

  test.each(REDIS_KINDS)('two processes on one Redis (%s): one call upstream', async (kind) => {
    const redis = await startRedisServer();
    running.push({ close: redis.stop });
    const provider = await startScriptedProvider(answerChat);
    running.push(provider);
    const args = [provider.origin, redis.url, kind, JSON.stringify(CACHED), '50'];
    const children = Array.from({ length: 2 }, () =>
      startChild(new URL('limited-child.ts', import.meta.url), { args }),
    );
    await Promise.all(children.map((child) => child.message<{ ready: boolean }>('ready')));
    for (const child of children) child.process.send({ go: true });
    const answers = await Promise.all(
      children.map((child) => child.message<{ answers: { status: number; body: string }[] }>('answers')),
    );
    for (const { answers: own } of answers) {
      expect(own).toHaveLength(50);
      for (const { status, body } of own) expect([status, body]).toEqual([200, CHAT_ANSWER]);
    }
    expect(provider.requests).toHaveLength(1);
    for (const child of children) expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('streams', () => {
  test.each(streamed)('$name: cut before its terminal event it is never stored', async (answer) => {
    const proxy = await rig(
      {},
      { script: (exchange) => exchange.respond({ headers: answer.headers }, answer.events.slice(0, 2)) },
    );
    for (let call = 0; call < 2; call += 1) {
      const { header } = await ask(proxy, answer);
      expect(header('helicone-cache')).toBe('MISS');
    }
    expect(proxy.provider.requests).toHaveLength(2);
  });
});

test('buckets: two calls store, then one of the two answers comes back', async () => {
  let turn = 0;
  const proxy = await rig(
    {},
    {
      script: (exchange) =>
        exchange.respond({ headers: [['content-type', 'application/json']] }, [
          CHAT_ANSWER.replace('chatcmpl-1', `chatcmpl-${turn++}`),
        ]),
    },
  );
  const headers = { ...CACHED, 'helicone-cache-bucket-max-size': '2' };
  const first = [await proxy.chat(headers), await proxy.chat(headers)];
  expect(first.map(({ header }) => header('helicone-cache'))).toEqual(['MISS', 'MISS']);
  for (let call = 0; call < 10; call += 1) {
    const { header, body } = await proxy.chat(headers);
    expect(header('helicone-cache')).toBe('HIT');
    const index = Number(header('helicone-cache-bucket-idx'));
    expect(JSON.parse(body.toString()).id).toBe(`chatcmpl-${index}`);
  }
  expect(turn).toBe(2);
});

test('a hit takes no quota', async () => {
  const proxy = await rig();
  const headers = { ...CACHED, 'helicone-ratelimit-policy': '1;w=60' };
  for (let call = 0; call < 3; call += 1) expect((await proxy.chat(headers)).status).toBe(200);
  expect((await proxy.chat({ 'helicone-ratelimit-policy': '1;w=60' })).status).toBe(429);
});

test('REST tells answers out of the cache from those of the provider', async () => {
  const proxy = await rig();
  for (let call = 0; call < 3; call += 1) await proxy.chat(CACHED);
  await proxy.proxy.flush();
  const count = async (json: object): Promise<unknown> => (await proxy.rest('/v1/request/count/query', { json })).data;
  expect([await count({}), await count({ isCached: true }), await count({ isCached: false })]).toEqual([3, 2, 1]);
  const cached = (equals: boolean): object => ({ filter: { request_response_rmt: { cached: { equals } } } });
  expect([await count(cached(true)), await count(cached(false))]).toEqual([2, 1]);
});

test('an error is never stored', async () => {
  const proxy = await rig(
    {},
    {
      script: (exchange) => exchange.respond({ status: 500, headers: [['content-type', 'application/json']] }, ['{}']),
    },
  );
  for (let call = 0; call < 2; call += 1) expect((await proxy.chat(CACHED)).status).toBe(500);
  expect(proxy.provider.requests).toHaveLength(2);
});

test('GET and routes whose answers are no function of the call are not cached', async () => {
  const proxy = await rig();
  for (const path of ['/openai/v1/models', '/openai/v1/files']) {
    for (let call = 0; call < 2; call += 1) {
      const { header } = await proxy.get(path, { headers: CACHED });
      expect(header('helicone-cache')).toBeUndefined();
    }
  }
  expect(proxy.provider.requests).toHaveLength(4);
});

describe('the record of a first caller who leaves while others wait', () => {
  test.each([ANSWERS.chat, ANSWERS.chatStream])('$name: it tells what the call cost', async (answer) => {
    let goOn = (): void => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let callers = 0;
    const auth = (): object => {
      callers += 1;
      return {};
    };
    const proxy = await rig(
      (provider) => ({
        auth,
        providers: { openai: { baseUrl: provider.origin } },
      }),
      {
        script: async (exchange) => {
          await waits;
          await sendRecorded(exchange, answer);
        },
      },
    );
    const options = { headers: { 'content-type': 'application/json', ...CACHED }, body: answer.request };
    const first = call(`${proxy.url}/${answer.provider}${answer.path}`, options);
    first.head.catch(() => {});
    await proxy.provider.request(0);
    const second = ask(proxy, answer);
    await until(15_000, 'the second call has come', () => callers === 2);
    // Its body came with its head, and is read by now.
    for (let turns = 0; turns < 5; turns += 1) await turn();
    first.abort();
    goOn();
    expect((await second).body.equals(answer.body)).toBe(true);
    await until(15_000, 'both are recorded', async () => (await proxy.records()).length === 2);
    const records = await proxy.records();
    const [left, stayed] = ['client_closed', 'success'].map((outcome) =>
      records.find((each) => each.outcome === outcome),
    );
    expect(left).toMatchObject({
      response_status: -3,
      prompt_tokens: answer.tokens.prompt_tokens,
      saved_cost_usd: null,
    });
    expect(left?.cost_usd).toBeGreaterThan(0);
    expect(stayed).toMatchObject({ cost_usd: 0, saved_cost_usd: left?.cost_usd });
    expect(proxy.provider.requests).toHaveLength(1);
  });
});
