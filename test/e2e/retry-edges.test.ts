// What is tried again and what bounds it: bodies that cannot be sent twice, deadlines, the budget.
import { createServer, type Server } from 'node:net';
import { type Script, unreachableOrigin } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { fail, inTurn } from '../rig/failing.js';
import { CHAT_BODY, CHAT_PATH } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';

const { rig, running } = startedHere();

const FAST = {
  'helicone-retry-enabled': 'true',
  'helicone-retry-min-timeout': '1',
  'helicone-retry-max-timeout': '2',
};

describe('what is tried again', () => {
  test('a reset and an orderly end before the head are, and the record says what each attempt came to', async () => {
    const proxy = await rig(
      {},
      {
        script: inTurn(
          (exchange) => exchange.reset(),
          (exchange) => exchange.cut(),
        ),
      },
    );
    const { status, header } = await proxy.chat(FAST);
    expect([status, header('helicone-retries')]).toEqual([200, '2']);
    const [record] = await proxy.records();
    expect(record?.attempts.map(({ status, error }) => error ?? status)).toEqual([
      'upstream_reset',
      'upstream_reset',
      200,
    ]);
  });

  test('a provider that cannot be connected to is; when retries are used up its error says not to go on', async () => {
    const origin = await unreachableOrigin();
    const proxy = await rig({ providers: { openai: { baseUrl: origin } } });
    const { status, header, body } = await proxy.chat({ ...FAST, 'helicone-retry-num': '2' });
    expect([status, header('x-helicone-error'), header('helicone-retries'), header('x-should-retry')]).toEqual([
      502,
      'upstream_unreachable',
      '2',
      'false',
    ]);
    expect(body.toString()).not.toContain('127.0.0.1');
    const [record] = await proxy.records();
    expect(record).toMatchObject({ response_status: 502, outcome: 'upstream_error' });
    expect(record?.attempts.map(({ status, error }) => [status, error])).toEqual(
      Array.from({ length: 3 }, () => [null, 'upstream_unreachable']),
    );
  });

  test('a connection that does not come about in time is: nothing was sent yet', async () => {
    const silent = await startSilentServer();
    const proxy = await rig({
      providers: { openai: { baseUrl: `https://127.0.0.1:${silent.port}` } },
      timeouts: { connectMs: 50 },
    });
    const { status, header } = await proxy.chat({ ...FAST, 'helicone-retry-num': '1' });
    expect([status, header('x-helicone-error'), header('helicone-retries')]).toEqual([504, 'upstream_timeout', '1']);
  });

  test('an answer that does not begin in time is not', async () => {
    const proxy = await rig({ timeouts: { firstByteMs: 50 } }, { script: () => {} });
    const { status, header } = await proxy.chat(FAST);
    expect([status, header('x-helicone-error'), header('helicone-retries')]).toEqual([
      504,
      'upstream_timeout',
      undefined,
    ]);
    expect(proxy.provider.requests).toHaveLength(1);
    const [record] = await proxy.records();
    expect(record).toMatchObject({ outcome: 'timeout', response_status: -1 });
  });

  test('what the provider says by x-should-retry is obeyed, and passed on', async () => {
    const no = await rig({}, { script: (exchange) => fail(exchange, 500, [['x-should-retry', 'false']]) });
    const refused = await no.chat(FAST);
    expect([refused.status, refused.header('x-should-retry'), no.provider.requests.length]).toEqual([500, 'false', 1]);
    const yes = await rig({}, { script: inTurn((exchange) => fail(exchange, 400, [['x-should-retry', 'true']])) });
    expect((await yes.chat(FAST)).status).toBe(200);
  });

  test.each(['GET', 'HEAD', 'DELETE'])('%s is, without a body', async (method) => {
    const script: Script = inTurn((exchange) =>
      exchange.respond({ status: 503, framing: method === 'HEAD' ? 'none' : 'length' }),
    );
    const proxy = await rig({}, { script });
    proxy.provider.script = async (exchange) => {
      if (proxy.provider.requests.length === 1) return script(exchange);
      return exchange.respond({ framing: method === 'HEAD' ? 'none' : 'length' }, method === 'HEAD' ? [] : ['{}']);
    };
    const answer = await proxy.get('/openai/v1/models', { method, headers: FAST });
    expect([answer.status, answer.complete, answer.header('helicone-retries')]).toEqual([200, true, '1']);
    for (const request of proxy.provider.requests) expect(request.body).toHaveLength(0);
  });

  test('an upload of unknown length is sent again whole', async () => {
    const proxy = await rig({}, { script: inTurn((exchange) => fail(exchange, 500)) });
    const body = [CHAT_BODY.slice(0, 10), CHAT_BODY.slice(10)].map((piece) => Buffer.from(piece));
    const { status } = await proxy.get(CHAT_PATH, { headers: { ...FAST, 'content-type': 'application/json' }, body });
    expect(status).toBe(200);
    for (const request of proxy.provider.requests) {
      await request.ended;
      expect(request.body.toString()).toBe(CHAT_BODY);
    }
  });

  test('an upload that is too long to be held is sent once, and the answer says why it was not retried', async () => {
    const proxy = await rig(
      { limits: { bufferedBytes: 1000 } },
      {
        script: async (exchange) => {
          await exchange.request.ended;
          await fail(exchange, 500);
        },
      },
    );
    const body = Array.from({ length: 8 }, () => Buffer.alloc(500, 'a'));
    const answer = await proxy.get('/openai/v1/files', { headers: FAST, body });
    expect([answer.status, answer.header('helicone-retries')]).toEqual([500, undefined]);
    expect(answer.header('helicone-warning')).toContain('helicone-retry-enabled');
    expect(proxy.provider.requests.map((request) => request.body.length)).toEqual([4000]);
  });
});

describe('what bounds retries', () => {
  test('the budget of an origin: callers beyond it get the failure at once, told not to go on', async () => {
    const proxy = await rig(
      { retry: { budgetFloor: 2, budgetRatio: 0 } },
      { script: (exchange) => fail(exchange, 500) },
    );
    const headers = { ...FAST, 'helicone-retry-num': '1' };
    const retries: (string | undefined)[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const { header } = await proxy.chat(headers);
      expect(header('x-should-retry')).toBe('false');
      retries.push(header('helicone-retries'));
    }
    expect(retries).toEqual(['1', '1', undefined, undefined]);
  });

  test('a wait that would end behind `retry.maxElapsedMs` or `timeouts.totalMs` is not begun', async () => {
    const script: Script = (exchange) => fail(exchange, 429, [['retry-after', '30']]);
    for (const options of [{ retry: { maxElapsedMs: 5_000 } }, { timeouts: { totalMs: 5_000 } }]) {
      const proxy = await rig(options, { script });
      const { status, header } = await within(1_000, 'the answer', proxy.chat(FAST));
      expect([status, header('x-should-retry'), header('retry-after')]).toEqual([429, 'false', '30']);
      expect(proxy.provider.requests).toHaveLength(1);
    }
  });

  test('`timeouts.totalMs` ends a retry that is under way', async () => {
    const proxy = await rig(
      { timeouts: { totalMs: 150 } },
      {
        script: inTurn(
          (exchange) => fail(exchange, 500),
          () => {},
        ),
      },
    );
    const { status, header } = await within(2_000, 'the answer', proxy.chat(FAST));
    expect([status, header('x-helicone-error'), header('helicone-retries')]).toEqual([504, 'upstream_timeout', '1']);
  });
});

/** Takes connections and says nothing. */
async function startSilentServer(): Promise<{ port: number }> {
  const server: Server = createServer((socket) => socket.on('error', () => {}));
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  });
  return { port: (server.address() as { port: number }).port };
}
