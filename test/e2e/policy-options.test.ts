// Server-side policy over HTTP: layers of the options and of keys against what a client sends.
import type { Exchange, Script } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const { rig } = startedHere();

function fail(exchange: Exchange, status: number): Promise<void> {
  return exchange.respond({ status, headers: [['content-type', 'application/json']], framing: 'length' }, ['{}']);
}

const failing: Script = (exchange) => fail(exchange, 500);

const FAST = { 'Helicone-Retry-Min-Timeout': 0, 'Helicone-Retry-Max-Timeout': 0 };

/** Retries that were made for a call that always fails. */
async function retriesOf(proxy: ProxyRig, headers: Record<string, string> = {}): Promise<number> {
  const { header } = await proxy.chat(headers);
  return Number(header('helicone-retries') ?? 0);
}

describe('defaults', () => {
  test('hold where the client says nothing, header by header', async () => {
    const defaults = {
      ...FAST,
      'Helicone-Retry-Enabled': true,
      'helicone-retry-num': 2,
      'Helicone-Property-App': 'shop',
    };
    const proxy = await rig({ policy: { defaults } }, { script: failing });
    expect(await retriesOf(proxy)).toBe(2);
    expect(await retriesOf(proxy, { 'helicone-retry-num': '1' })).toBe(1);
    expect(await retriesOf(proxy, { 'helicone-retry-enabled': 'false', 'helicone-property-app': 'mine' })).toBe(0);
    const records = await proxy.records();
    expect(records.map(({ request_properties }) => request_properties)).toEqual([
      { app: 'shop' },
      { app: 'shop' },
      { app: 'mine' },
    ]);
  });

  test('of a key win over those of the options', async () => {
    const defaults = { ...FAST, 'Helicone-Retry-Enabled': true, 'Helicone-Retry-Num': 2 };
    const keys = { 'sk-a': { policy: { defaults: { 'Helicone-Retry-Num': 1 } } }, 'sk-b': {} };
    const proxy = await rig({ policy: { defaults }, auth: { keys } }, { script: failing });
    expect(await retriesOf(proxy, { 'helicone-auth': 'Bearer sk-a' })).toBe(1);
    expect(await retriesOf(proxy, { 'helicone-auth': 'Bearer sk-b' })).toBe(2);
    expect(await retriesOf(proxy, { 'helicone-auth': 'Bearer sk-a', 'helicone-retry-num': '3' })).toBe(3);
  });

  test('of an identity that a function gave hold too, and its user wins over the header', async () => {
    const policy = { defaults: { ...FAST, 'Helicone-Retry-Enabled': true, 'Helicone-Retry-Num': 1 } };
    const proxy = await rig({ auth: () => ({ tenant: 't', userId: 'ann', policy }) }, { script: failing });
    expect(await retriesOf(proxy, { 'helicone-user-id': 'bob' })).toBe(1);
    expect(await proxy.records('t')).toMatchObject([{ request_user_id: 'ann' }]);
  });

  test('a cache by default obeys the client’s plain Cache-Control', async () => {
    const proxy = await rig({ policy: { defaults: { 'Helicone-Cache-Enabled': true } } });
    expect((await proxy.chat()).header('helicone-cache')).toBe('MISS');
    expect((await proxy.chat()).header('helicone-cache')).toBe('HIT');
    expect((await proxy.chat({ 'cache-control': 'no-store' })).header('helicone-cache')).toBeUndefined();
    expect((await proxy.chat({ 'helicone-cache-enabled': 'false' })).header('helicone-cache')).toBeUndefined();
    expect(proxy.provider.requests).toHaveLength(3);
  });
});

describe('enforce', () => {
  test('of the options wins over the key’s, both over the client', async () => {
    const proxy = await rig(
      {
        policy: { enforce: { 'Helicone-Retry-Num': 1, ...FAST } },
        auth: {
          keys: {
            'sk-a': { policy: { enforce: { 'Helicone-Retry-Enabled': true, 'Helicone-Retry-Num': 3 } } },
            'sk-b': { policy: { defaults: { 'Helicone-Retry-Enabled': true } } },
          },
        },
      },
      { script: failing },
    );
    const asked = { 'helicone-retry-enabled': 'false', 'helicone-retry-num': '4' };
    expect(await retriesOf(proxy, { 'helicone-auth': 'Bearer sk-a', ...asked })).toBe(1);
    expect(await retriesOf(proxy, { 'helicone-auth': 'Bearer sk-b', ...asked })).toBe(0);
    expect(await retriesOf(proxy, { 'helicone-auth': 'Bearer sk-b', 'helicone-retry-num': '4' })).toBe(1);
  });

  test('a client’s value that cannot be used does no harm where it counts for nothing', async () => {
    const proxy = await rig({ policy: { enforce: { 'Helicone-Retry-Num': 1 } } });
    expect((await proxy.chat({ 'helicone-retry-num': 'many' })).status).toBe(200);
    expect((await proxy.chat({ 'helicone-retry-factor': 'many' })).status).toBe(400);
  });

  test('rate limits of both levels add up, and the client’s own take no part', async () => {
    const proxy = await rig({
      policy: { enforce: { 'Helicone-RateLimit-Policy': '3;w=3600' } },
      auth: { keys: { 'sk-a': { policy: { enforce: { 'Helicone-RateLimit-Policy': '2;w=3600;s=user' } } } } },
    });
    const ask = async (user: string): Promise<number> => {
      const headers = {
        'helicone-auth': 'Bearer sk-a',
        'helicone-user-id': user,
        'helicone-ratelimit-policy': '1;w=3600',
      };
      return (await proxy.chat(headers)).status;
    };
    expect([await ask('ann'), await ask('ann'), await ask('ann'), await ask('bob'), await ask('bob')]).toEqual([
      200, 200, 429, 200, 429,
    ]);
    expect(proxy.provider.requests).toHaveLength(3);
  });

  test('a cache that is enforced off is not turned on by its other headers', async () => {
    const proxy = await rig({ policy: { enforce: { 'Helicone-Cache-Enabled': false } } });
    const headers = { 'helicone-cache-enabled': 'true', 'helicone-cache-read': 'true', 'helicone-cache-save': 'true' };
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await proxy.chat(headers)).header('helicone-cache')).toBeUndefined();
    }
    expect(proxy.provider.requests).toHaveLength(2);
  });

  test('what must not be kept is not, whatever the client says', async () => {
    const proxy = await rig({
      policy: { enforce: { 'Helicone-Omit-Request': true, 'Helicone-Property-Team': 'core' } },
    });
    await proxy.chat({
      'helicone-omit-request': 'false',
      'helicone-property-team': 'other',
      'helicone-property-x': '1',
    });
    const [record] = await proxy.records();
    expect(record?.request_properties).toEqual({ team: 'core', x: '1' });
    expect(JSON.stringify(record?.request_body ?? null)).not.toContain('hi');
  });
});

describe('ignore', () => {
  test('takes headers from clients, by any of their names, and says so', async () => {
    const policy = { ignore: ['Helicone-Fallbacks', 'helicone-llm-security-enabled', 'Helicone-Property-*'] };
    const proxy = await rig({ policy });
    const { status, header } = await proxy.chat({
      'helicone-fallbacks': 'not JSON at all',
      'helicone-prompt-security-enabled': 'maybe',
      'helicone-property-a': '1',
    });
    expect(status).toBe(200);
    const warning = header('helicone-warning') ?? '';
    for (const name of ['helicone-fallbacks', 'helicone-prompt-security-enabled', 'helicone-property-a']) {
      expect(warning).toContain(name);
    }
    const [record] = await proxy.records();
    expect(record?.request_properties).toEqual({});
  });

  test('of a key takes them from that key alone; defaults still hold', async () => {
    const policy = {
      ignore: ['Helicone-Retry-Num'],
      defaults: { ...FAST, 'Helicone-Retry-Enabled': true, 'Helicone-Retry-Num': 1 },
    };
    const proxy = await rig({ auth: { keys: { 'sk-a': { policy }, 'sk-b': {} } } }, { script: failing });
    expect(await retriesOf(proxy, { 'helicone-auth': 'Bearer sk-a', 'helicone-retry-num': '3' })).toBe(1);
    const own = { 'helicone-retry-enabled': 'true', 'helicone-retry-num': '2', 'helicone-retry-max-timeout': '0' };
    expect(await retriesOf(proxy, { 'helicone-auth': 'Bearer sk-b', ...own })).toBe(2);
  });
});

describe('strict', () => {
  const cases: [string, string][] = [
    ['helicone-request-id', 'not-a-uuid'],
    ['helicone-session-id', ''],
    ['helicone-cache-enable', 'true'],
    ['helicone-property-a', 'x'.repeat(8193)],
  ];
  test('refuses calls whose observing headers, else named in a warning, cannot be used', async () => {
    const [lenient, strict] = [await rig(), await rig({ policy: { strict: true } })];
    for (const [name, value] of cases) {
      const passed = await lenient.chat({ [name]: value });
      expect([passed.status, passed.header('helicone-warning')]).toEqual([200, expect.stringContaining(name)]);
      const refused = await strict.chat({ [name]: value });
      expect([refused.status, refused.header('x-helicone-error')]).toEqual([400, 'invalid_header']);
      expect(refused.body.toString()).toContain(name);
    }
    expect(strict.provider.requests).toHaveLength(0);
    for (const record of await strict.records())
      expect(record).toMatchObject({ response_status: 400, outcome: 'blocked' });
  });
});

describe('a wrong value', () => {
  const cases: [object, RegExp][] = [
    [{ policy: { defaults: { 'Helicone-Retry-Num': 11 } } }, /^policy\.defaults\["Helicone-Retry-Num"\]: .*0 to 10/],
    [{ policy: { enforce: { 'Helicone-Retry': true } } }, /^policy\.enforce\["Helicone-Retry"\]: not a header/],
    [{ policy: { ignore: ['Helicone-Auth'] } }, /^policy\.ignore\[0\]: /],
    [{ policy: { strict: 'yes' } }, /^policy\.strict: /],
    [{ policy: { default: {} } }, /^policy.*default/],
    [
      { auth: { keys: { 'sk-secret': { policy: { enforce: { 'helicone-auth': 'x' } } } } } },
      /^auth\.keys\["sk-s…"\]\.policy\.enforce\["helicone-auth"\]: /,
    ],
    [{ fallbacks: [{ 'target-url': 'nowhere', headers: {}, onCodes: [] }] }, /^fallbacks\[0\]\.target-url: /],
    [{ fallbacks: [] }, /^fallbacks: must be an array of 1 to 10/],
    [{ retry: { budgetRatio: -1 } }, /^retry\.budgetRatio: /],
    [{ breaker: { threshold: 2 } }, /^breaker\.threshold: /],
    [{ providers: { openai: { apiKey: '' } } }, /^providers\.openai\.apiKey: /],
    [{ targets: { privateNetworks: 'no' } }, /^targets\.privateNetworks: /],
  ];
  test.each(cases)('%j throws when the proxy is made and names its key', async (options, message) => {
    await expect(startProxyRig(options as never)).rejects.toThrow(message);
  });
});
