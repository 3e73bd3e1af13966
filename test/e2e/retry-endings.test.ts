// What ends while a call is retried, waits or reads: clients that leave, shutdown, connections of attempts that were given up.
import { createEngine, type EngineOptions, type EngineRequest, type EngineResponse } from '@helicone-proxy/core';
import { call } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { fail, inTurn } from '../rig/failing.js';
import { answerChat, CHAT_BODY, CHAT_PATH } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';

const { provider, rig, running } = startedHere();

const FAST = {
  'helicone-retry-enabled': 'true',
  'helicone-retry-min-timeout': '1',
  'helicone-retry-max-timeout': '2',
};

const LONG_WAIT = {
  'content-type': 'application/json',
  'helicone-retry-enabled': 'true',
  'helicone-retry-min-timeout': '60000',
  'helicone-retry-max-timeout': '60000',
};

describe('what an abandoned or ended call leaves behind', () => {
  test('the connection of a failed answer that never ends is closed', async () => {
    const proxy = await rig(
      {},
      {
        script: inTurn(async (exchange) => {
          await exchange.head({ status: 503, headers: [['content-type', 'text/html']] });
          await exchange.write('<html>');
        }),
      },
    );
    expect((await proxy.chat(FAST)).status).toBe(200);
    const [first] = proxy.provider.requests;
    if (first === undefined) throw new Error('no request');
    await within(1_000, 'the first connection closes', proxy.provider.connectionOf(first).closed);
    const [record] = await proxy.records();
    expect(record?.attempts.map(({ status, error }) => [status, error])).toEqual([
      [503, undefined],
      [200, undefined],
    ]);
  });

  test('a client that leaves during the second attempt ends that one too', async () => {
    const proxy = await rig(
      {},
      {
        script: inTurn(
          (exchange) => fail(exchange, 500),
          () => {},
        ),
      },
    );
    const recorded = new Promise((resolve) => proxy.proxy.events.once('record', resolve));
    const client = call(proxy.url + CHAT_PATH, {
      headers: { ...FAST, 'content-type': 'application/json' },
      body: CHAT_BODY,
    });
    client.head.catch(() => {});
    const second = await proxy.provider.request(1);
    client.abort();
    await within(1_000, 'the record', recorded);
    await within(1_000, 'the connection closes', proxy.provider.connectionOf(second).closed);
    const [record] = await proxy.records();
    expect(record).toMatchObject({ outcome: 'client_closed', response_status: -3 });
    expect(record?.attempts.map(({ status, error }) => error ?? status)).toEqual([500, 'client_closed']);
    expect(proxy.provider.requests).toHaveLength(2);
  });
});

describe('waits that the end of the call must end', () => {
  test('shutdown ends a back-off wait when the grace time is over, and the record is written', async () => {
    const upstream = await provider((exchange) => fail(exchange, 500));
    const { engine, ask } = engineAt(upstream.origin);
    const retried = new Promise((resolve) => engine.events.once('retry', resolve));
    const recorded = new Promise((resolve) => engine.events.once('record', resolve));
    const answer = ask({ headers: LONG_WAIT });
    await retried;
    await within(2_000, 'close', engine.close({ graceMs: 50 }));
    const { status, headers } = await within(500, 'the answer', answer);
    expect([status, headers['x-helicone-error']]).toEqual([503, 'shutting_down']);
    expect(await within(500, 'the record', recorded)).toMatchObject({ status: 503 });
    expect(upstream.requests).toHaveLength(1);
  });

  test('a key that the options’ function never gives holds no call: shutdown, client and deadline end it', async () => {
    const upstream = await provider(answerChat);
    const never = { openai: { baseUrl: upstream.origin, apiKey: () => new Promise<string>(() => {}) } };
    const auth = { keys: { 'sk-a': {} } };
    const headers = { 'helicone-auth': 'Bearer sk-a', 'content-type': 'application/json' };
    const timed = engineAt(upstream.origin, { auth, providers: never, timeouts: { totalMs: 50 } });
    const late = await within(1_000, 'the deadline', timed.ask({ headers }));
    expect([late.status, late.headers['x-helicone-error']]).toEqual([504, 'upstream_timeout']);
    const { engine, ask } = engineAt(upstream.origin, { auth, providers: never });
    const left = new AbortController();
    const gone = ask({ headers, signal: left.signal });
    const open = ask({ headers });
    left.abort();
    expect((await within(1_000, 'the end of the call', gone)).status).toBe(499);
    await engine.close({ graceMs: 20 });
    expect((await within(1_000, 'the answer', open)).headers['x-helicone-error']).toBe('shutting_down');
    expect(upstream.requests).toHaveLength(0);
  });

  test('a key that is no text is none: nothing is sent', async () => {
    const upstream = await provider(answerChat);
    const { ask } = engineAt(upstream.origin, {
      auth: { keys: { 'sk-a': {} } },
      providers: { openai: { baseUrl: upstream.origin, apiKey: () => undefined as unknown as string } },
    });
    const { status, headers } = await ask({ headers: { 'helicone-auth': 'Bearer sk-a' } });
    expect([status, headers['x-helicone-error'], upstream.requests.length]).toEqual([503, 'auth_unavailable', 0]);
  });

  test('shutdown does not wait for an upload longer than its grace time, and records the call', async () => {
    const upstream = await provider(answerChat);
    const { engine, ask } = engineAt(upstream.origin);
    const recorded = new Promise((resolve) => engine.events.once('record', resolve));
    const body = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<Uint8Array>>(() => {}) }),
      whole: () => new Promise<Uint8Array>(() => {}),
    };
    const declared = ask({ headers: { ...FAST, 'content-length': '100' }, body });
    const chunked = ask({ headers: { ...FAST, 'transfer-encoding': 'chunked' }, body });
    await within(2_000, 'close', engine.close({ graceMs: 20 }));
    for (const answer of [declared, chunked]) {
      expect((await within(500, 'the answer', answer)).headers['x-helicone-error']).toBe('shutting_down');
    }
    await within(500, 'the record', recorded);
  });
});

interface AtEngine {
  engine: ReturnType<typeof createEngine>;
  ask(request: Partial<EngineRequest>): Promise<EngineResponse>;
}

/** An engine without a server, whose grace time a test can choose. */
function engineAt(origin: string, options: EngineOptions = {}): AtEngine {
  const engine = createEngine({
    providers: { openai: { baseUrl: origin } },
    records: { store: 'sqlite::memory:' },
    ...options,
  });
  running.push({ close: () => engine.close({ graceMs: 0 }) });
  const ask: AtEngine['ask'] = (request) =>
    engine.handle({
      method: 'POST',
      path: CHAT_PATH,
      query: '',
      headers: {},
      body: Buffer.from(CHAT_BODY),
      signal: new AbortController().signal,
      remoteAddress: '127.0.0.1',
      ...request,
    } as EngineRequest);
  return { engine, ask };
}
