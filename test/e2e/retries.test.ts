// Retries, fallbacks and the breaker as a client sees them, over sockets; their waits are proved on fake clocks beside the code.
import { call, type Exchange, type Script } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { answerChat, CHAT_ANSWER, CHAT_BODY, CHAT_PATH } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const { provider, rig } = startedHere();

const JSON_HEADERS = [['content-type', 'application/json']] as const;

function fail(exchange: Exchange, status: number, headers: readonly (readonly [string, string])[] = []): Promise<void> {
  return exchange.respond({ status, headers: [...JSON_HEADERS, ...headers], framing: 'length' }, ['{"error":{}}']);
}

/** Fails with each status in turn, then answers. */
function failing(...statuses: number[]): Script {
  let turn = 0;
  return (exchange) => {
    const status = statuses[turn++];
    return status === undefined ? answerChat(exchange) : fail(exchange, status);
  };
}

const FAST = {
  'helicone-retry-enabled': 'true',
  'helicone-retry-min-timeout': '1',
  'helicone-retry-max-timeout': '2',
};

describe('retries', () => {
  test('two failures are hidden behind the third answer, and the record lists all three attempts', async () => {
    const proxy = await rig({}, { script: failing(500, 429) });
    const { status, body, header } = await proxy.chat(FAST);
    expect([status, body.toString(), header('helicone-retries')]).toEqual([200, CHAT_ANSWER, '2']);
    const [record] = await proxy.records();
    expect(record?.attempts.map((attempt) => attempt.status)).toEqual([500, 429, 200]);
    expect(record).toMatchObject({ outcome: 'success', response_status: 200 });
    for (const request of proxy.provider.requests) expect(request.body.toString()).toBe(CHAT_BODY);
  });

  test('Helicone-Retry-Num: 3 means at most four calls; the last answer is passed on and says not to go on', async () => {
    const proxy = await rig({}, { script: failing(500, 502, 503, 504, 500) });
    const { status, header } = await proxy.chat({ ...FAST, 'helicone-retry-num': '3' });
    expect([status, header('helicone-retries'), header('x-should-retry')]).toEqual([504, '3', 'false']);
    expect(proxy.provider.requests).toHaveLength(4);
  });

  test('without the header nothing is retried, and `false` means false', async () => {
    const proxy = await rig({}, { script: failing(500, 500) });
    expect((await proxy.chat()).status).toBe(500);
    expect((await proxy.chat({ ...FAST, 'helicone-retry-enabled': 'false' })).status).toBe(500);
    expect(proxy.provider.requests).toHaveLength(2);
  });

  test('a provider that says Retry-After: 1 is not asked before', async () => {
    let turn = 0;
    const times: number[] = [];
    const proxy = await rig(
      {},
      {
        script: (exchange) => {
          times.push(performance.now());
          return turn++ === 0 ? fail(exchange, 429, [['retry-after', '1']]) : answerChat(exchange);
        },
      },
    );
    expect((await proxy.chat(FAST)).status).toBe(200);
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(1000);
  });

  test('a client that leaves during the wait ends everything', async () => {
    const proxy = await rig({}, { script: failing(500) });
    const headers = {
      'content-type': 'application/json',
      'helicone-retry-enabled': 'true',
      'helicone-retry-min-timeout': '60000',
      'helicone-retry-max-timeout': '60000',
    };
    const retried = new Promise((resolve) => proxy.proxy.events.once('retry', resolve));
    const recorded = new Promise((resolve) => proxy.proxy.events.once('record', resolve));
    const client = call(proxy.url + CHAT_PATH, { headers, body: CHAT_BODY });
    client.head.catch(() => {});
    await retried;
    client.abort();
    await recorded;
    const [record] = await proxy.records();
    expect(record).toMatchObject({ outcome: 'client_closed', response_status: -3 });
    expect(proxy.provider.requests).toHaveLength(1);
  });

  test('a stream that has begun is never asked for again', async () => {
    const events = { headers: [['content-type', 'text/event-stream']] } as const;
    const proxy = await rig(
      {},
      {
        script: async (exchange) => {
          await exchange.head(events);
          await exchange.write('data: {"choices":[]}\n\n');
          exchange.reset();
        },
      },
    );
    const { status, complete } = await proxy.chat(FAST);
    expect([status, complete]).toEqual([200, false]);
    expect(proxy.provider.requests).toHaveLength(1);
  });

  test.each(['reset', 'cut'] as const)(
    'a kept connection that the provider has dropped (%s) costs the client nothing, without any policy',
    async (how) => {
      const proxy = await rig();
      expect((await proxy.chat()).status).toBe(200);
      let turn = 0;
      proxy.provider.script = (exchange) => (turn++ === 0 ? exchange[how]() : answerChat(exchange));
      const { status, body } = await proxy.chat();
      expect([status, body.toString()]).toEqual([200, CHAT_ANSWER]);
      expect(proxy.provider.requests).toHaveLength(3);
      expect(proxy.provider.connections).toHaveLength(2);
      const [, record] = await proxy.records();
      expect(record).toMatchObject({ outcome: 'success' });
    },
  );
});

describe('fallbacks', () => {
  test('the second target answers, with its own credential and never the client’s', async () => {
    const [first, second] = [await provider(failing(500)), await provider(answerChat)];
    const proxy = await rig({ targets: { allow: [first.origin, second.origin], privateNetworks: true } });
    const { status, header } = await proxy.chat({
      authorization: 'Bearer client-secret',
      'helicone-fallbacks': JSON.stringify([
        { 'target-url': first.origin, headers: {}, onCodes: [{ from: 500, to: 599 }] },
        {
          'target-url': `${second.origin}/base`,
          headers: { Authorization: 'Bearer second' },
          onCodes: [],
          bodyKeyOverride: { model: 'other', metadata: { a: 1 } },
        },
      ]),
    });
    expect([status, header('helicone-fallback-index')]).toEqual([200, '1']);
    // The route's own target is not tried besides.
    expect(proxy.provider.requests).toHaveLength(0);
    expect(first.requests[0]?.header('authorization')).toBeUndefined();
    const asked = second.requests[0];
    expect([asked?.target, asked?.header('authorization')]).toEqual(['/base/v1/chat/completions', 'Bearer second']);
    expect(asked?.header('helicone-fallbacks')).toBeUndefined();
    expect(JSON.parse(asked?.body.toString() ?? '')).toEqual({
      ...JSON.parse(CHAT_BODY),
      model: 'other',
      metadata: { a: 1 },
    });
    const [record] = await proxy.records();
    expect(record?.attempts.map(({ target, status }) => [target, status])).toEqual([
      [first.origin, 500],
      [second.origin, 200],
    ]);
  });

  test('fallbacks of the options are trusted as they are, and reach the server-held key of a configured provider', async () => {
    const backup = await provider(answerChat);
    const proxy = await rig((main) => ({
      auth: { keys: { 'sk-a': {} } },
      providers: {
        openai: { baseUrl: main.origin, apiKey: 'held-main' },
        groq: { baseUrl: backup.origin, apiKey: 'held-backup' },
      },
      fallbacks: [
        { 'target-url': main.origin, headers: {}, onCodes: [502, 503] },
        { 'target-url': backup.origin, headers: {}, onCodes: [] },
      ],
    }));
    proxy.provider.script = failing(503);
    const { status } = await proxy.chat({ 'helicone-auth': 'Bearer sk-a' });
    expect(status).toBe(200);
    expect(proxy.provider.requests[0]?.header('authorization')).toBe('Bearer held-main');
    expect(backup.requests[0]?.header('authorization')).toBe('Bearer held-backup');
  });

  test('a target that may not be called is refused before anything is sent', async () => {
    const proxy = await rig();
    const fallbacks = JSON.stringify([{ 'target-url': 'https://evil.example', headers: {}, onCodes: [] }]);
    const { status, header } = await proxy.chat({ 'helicone-fallbacks': fallbacks });
    expect([status, header('x-helicone-error')]).toEqual([403, 'target_forbidden']);
  });
});

describe('several targets of one provider', () => {
  test('a key that was rate limited is left alone while another is free', async () => {
    const script: Script = (exchange) =>
      exchange.request.header('authorization') === 'Bearer one'
        ? fail(exchange, 429, [['retry-after', '30']])
        : answerChat(exchange);
    const proxy = await rig(
      (main) => ({
        auth: { keys: { 'sk-a': {} } },
        providers: { openai: { baseUrl: main.origin, targets: [{ apiKey: 'one', weight: 1000 }, { apiKey: 'two' }] } },
      }),
      { script },
    );
    const headers = { 'helicone-auth': 'Bearer sk-a', ...FAST };
    for (let turn = 0; turn < 5; turn += 1) expect((await proxy.chat(headers)).status).toBe(200);
    const keys = proxy.provider.requests.map((request) => request.header('authorization'));
    expect(keys.filter((key) => key === 'Bearer one').length).toBeLessThanOrEqual(1);
  });
});

describe('breaker', () => {
  test('an origin that fails all its calls is not asked any more, and its callers are told', async () => {
    const proxy = await rig({ breaker: true }, { script: (exchange) => fail(exchange, 500) });
    const opened = new Promise((resolve) => proxy.proxy.events.once('breaker', resolve));
    for (let turn = 0; turn < 25; turn += 1) await proxy.chat();
    expect(await opened).toMatchObject({ state: 'open' });
    const { status, header } = await proxy.chat();
    expect([status, header('x-helicone-error')]).toEqual([503, 'circuit_open']);
    expect(Number(header('retry-after'))).toBeGreaterThan(0);
    expect(proxy.provider.requests.length).toBeLessThan(25);
  });
});
