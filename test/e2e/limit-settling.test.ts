// Rate limits of tokens and cents: reservations become true figures, however a call ends.
import { createGate, inPieces, call as open, type Script } from '@helicone-proxy/testkit';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { answerChat, CHAT_PATH, startProxyRig } from '../rig/proxy-rig.js';
import { startRedisServer } from '../rig/redis-server.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until } from '../rig/until.js';
import { BODY, json, POLICY, settledAt, spend, times, used } from './limited-calls.js';

const folder = temporaryFolders();
const { rig, running } = startedHere();

test('a body that asks for endless output does not spoil the count for others', async () => {
  const proxy = await rig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    records: { store: 'sqlite::memory:' },
    cost: { prices: [{ model: 'free-output', inputUsdPerMTok: 1, outputUsdPerMTok: 0 }] },
  }));
  const policy = '1000;w=3600;u=cents';
  const endless = { model: 'free-output', messages: [], max_tokens: 1e300, n: 1e300 };
  expect((await spend(proxy, policy, endless)).status).toBe(200);
  expect((await spend(proxy, policy, { ...endless, n: 1, max_tokens: 1, generationConfig: {} })).status).toBe(200);
  const nested = '{"model":"free-output","messages":[],"generationConfig":{"maxOutputTokens":1e999}}';
  const headers = { 'content-type': 'application/json', [POLICY]: policy };
  expect((await proxy.get(CHAT_PATH, { headers, body: nested })).status).toBe(200);
  const { status, header } = await spend(proxy, policy, { ...BODY, model: 'free-output' });
  expect([status, header('helicone-ratelimit-remaining')]).toEqual([200, '999']);
});

describe('streams', () => {
  const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
  const text = event({ model: 'gpt-4o-mini', choices: [{ index: 0, delta: { content: 'x' } }] });
  const stop = event({ model: 'gpt-4o-mini', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  const usage = event({ model: 'gpt-4o-mini', choices: [], usage: { prompt_tokens: 7, completion_tokens: 5 } });
  const sse = { headers: [['content-type', 'text/event-stream']] as const };
  const streamed = { ...BODY, stream: true };
  const policy = '100000;w=3600;u=tokens';
  /** 3 around the message, 1 `user`, 1 `hi`, 3 before the answer; 1 `x`. */
  const ESTIMATE = 8 + 1;

  test('with usage settles to it, without to its estimate', async () => {
    const proxy = await rig(
      {},
      { script: (exchange) => exchange.respond(sse, [text, stop, usage, 'data: [DONE]\n\n']) },
    );
    await spend(proxy, policy, streamed);
    await settledAt(proxy, policy, 12);
    proxy.provider.script = (exchange) => exchange.respond(sse, [text, stop, 'data: [DONE]\n\n']);
    await spend(proxy, policy, streamed);
    await settledAt(proxy, policy, 12 + ESTIMATE);
  });

  test('without usage, of a model that hides its reasoning, stays at its bound; with usage it settles', async () => {
    const proxy = await rig(
      {},
      {
        script: (exchange) =>
          exchange.respond(
            sse,
            [text, stop, 'data: [DONE]\n\n'].map((each) => each.replace('gpt-4o-mini', 'gpt-5')),
          ),
      },
    );
    const body = { ...streamed, model: 'gpt-5' };
    await spend(proxy, policy, body);
    const bound = 1000 + JSON.stringify(body).length;
    await settledAt(proxy, policy, bound);
    expect((await proxy.records())[0]).toMatchObject({ usage_source: 'estimated', completion_tokens: 1 });
    proxy.provider.script = (exchange) =>
      exchange.respond(
        sse,
        [text, stop, usage, 'data: [DONE]\n\n'].map((each) => each.replace('gpt-4o-mini', 'gpt-5')),
      );
    await spend(proxy, policy, body);
    await settledAt(proxy, policy, bound + 12);
  });

  test('a client that leaves an Anthropic stream is charged what arrived, not the counts of its first event', async () => {
    const anthropic = (type: string, more: object): string =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
    const head = anthropic('message_start', {
      message: {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [],
        usage: { input_tokens: 5, output_tokens: 1 },
      },
    });
    const block = anthropic('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
    const delta = anthropic('content_block_delta', {
      index: 0,
      delta: { type: 'text_delta', text: 'word '.repeat(200) },
    });
    const proxy = await rig(
      {},
      { script: (exchange) => exchange.respond(sse, [head, block, delta, new Promise(() => {})]) },
    );
    const body = JSON.stringify({
      model: 'claude-sonnet-4-5',
      max_tokens: 900,
      stream: true,
      messages: [{ role: 'user', content: 'hi' }],
    });
    const client = open(`${proxy.url}/anthropic/v1/messages`, {
      headers: { 'content-type': 'application/json', [POLICY]: policy },
      body,
    });
    await client.received(head.length + block.length + delta.length);
    client.abort();
    await until(15_000, 'its record', async () => (await proxy.records()).length === 1);
    proxy.provider.script = answerChat;
    // 5 as told; `word` 200 times, and a space.
    await settledAt(proxy, policy, 5 + 201);
    expect((await proxy.records())[0]).toMatchObject({ outcome: 'client_closed', usage_source: 'estimated' });
  });

  test('a client that leaves an answer which others still read is charged what it used', async () => {
    const others = createGate();
    const proxy = await rig(
      {},
      { script: (exchange) => exchange.respond(sse, [text, others.opened, stop, usage, 'data: [DONE]\n\n']) },
    );
    const headers = { 'content-type': 'application/json', 'helicone-cache-enabled': 'true' };
    const body = JSON.stringify(streamed);
    const first = open(proxy.url + CHAT_PATH, { headers: { ...headers, [POLICY]: policy }, body });
    await first.received(10);
    const second = open(proxy.url + CHAT_PATH, { headers, body });
    await second.received(10);
    first.abort();
    others.open();
    expect((await second.whole).header('helicone-cache')).toBe('HIT');
    proxy.provider.script = answerChat;
    await settledAt(proxy, policy, 12);
  });

  test('one that the upstream cuts settles to what arrived, before any output it stays at its bound', async () => {
    const cutBehind =
      (bytes: string): Script =>
      async (exchange) => {
        await exchange.head(sse);
        for (const piece of inPieces(Buffer.from(bytes), 10)) await exchange.write(piece);
        exchange.cut();
      };
    const proxy = await rig({}, { script: cutBehind(text) });
    await spend(proxy, policy, streamed);
    await settledAt(proxy, policy, ESTIMATE);
    proxy.provider.script = cutBehind(
      event({ model: 'gpt-4o-mini', choices: [{ index: 0, delta: { role: 'assistant' } }] }),
    );
    await spend(proxy, policy, streamed);
    await settledAt(proxy, policy, ESTIMATE + 1000 + JSON.stringify(streamed).length);
  });
});

describe('the end of the proxy', () => {
  test('counts settle before they are saved: close() right behind the answer', async () => {
    const store = `sqlite:${folder()}/close.db`;
    const options = ({ origin }: { origin: string }) => ({
      providers: { openai: { baseUrl: origin } },
      records: { store },
    });
    const script: Script = (exchange) => exchange.respond(json, [used(10, 20)]);
    const policy = '100000;w=3600;u=tokens';
    const before = await startProxyRig(options, { script });
    await Promise.all(times(5, null).map(() => spend(before, policy)));
    await before.close();
    const after = await rig(options, { script });
    await settledAt(after, policy, 150);
  });

  test('counts in Redis settle before close() resolves, so that its client may be closed then', async () => {
    const redis = await startRedisServer();
    running.push({ close: redis.stop });
    const options =
      (client: Redis) =>
      ({ origin }: { origin: string }) => ({
        providers: { openai: { baseUrl: origin } },
        records: { store: 'sqlite::memory:' },
        rateLimit: { store: client as never },
      });
    const script: Script = (exchange) => exchange.respond(json, [used(10, 20)]);
    const policy = '100000;w=3600;u=tokens';
    const client = new Redis(redis.url);
    const before = await startProxyRig(options(client), { script });
    await Promise.all(times(5, null).map(() => spend(before, policy)));
    await before.close();
    client.disconnect();
    const other = new Redis(redis.url);
    running.push({ close: async () => other.disconnect() });
    const after = await rig(options(other), { script });
    await settledAt(after, policy, 150);
  });

  test('with a store of the host’s for records too, figures come back and quotas are given back', async () => {
    const rows: unknown[] = [];
    const store = { append: async (more: readonly unknown[]) => void rows.push(...more), close: async () => {} };
    const script: Script = (exchange) => exchange.respond(json, [used(10, 20)]);
    const proxy = await rig(
      ({ origin }) => ({ providers: { openai: { baseUrl: origin } }, records: { store: store as never } }),
      { script },
    );
    const policy = '100000;w=3600;u=tokens';
    await spend(proxy, policy);
    await settledAt(proxy, policy, 30);
  });
});
