// Rate limits where they meet everything else: each other, the cache, retries, keys, limiters of the host's own.
import { createRequire } from 'node:module';
import type { RateLimiterFactory } from '@helicone-proxy/core';
import type { Script } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import type { ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { until } from '../rig/until.js';
import { BODY, json, POLICY, settledAt, spend, times, used } from './limited-calls.js';

// A dependency of the core's alone.
const fromCore = createRequire(new URL('../../packages/core/package.json', import.meta.url));
const { RateLimiterMemory } = fromCore('rate-limiter-flexible') as {
  RateLimiterMemory: new (options: object) => ReturnType<RateLimiterFactory>;
};

const { rig } = startedHere();

/** Statuses of calls that are made one after the other. */
async function statuses(proxy: ProxyRig, calls: Record<string, string>[]): Promise<number[]> {
  const all: number[] = [];
  for (const headers of calls) all.push((await proxy.chat(headers)).status);
  return all;
}

describe('several policies', () => {
  const both = { [POLICY]: '5;w=3600, 2;w=3600;s=user' };
  const user = (id: string): Record<string, string> => ({ ...both, 'helicone-user-id': id });

  test('a refusal by the second gives back what the first counted', async () => {
    const proxy = await rig();
    expect(await statuses(proxy, times(5, user('ada')))).toEqual([200, 200, 429, 429, 429]);
    expect(await statuses(proxy, times(3, user('grace')))).toEqual([200, 200, 429]);
    expect(await statuses(proxy, times(2, user('eve')))).toEqual([200, 429]);
    expect(proxy.provider.requests).toHaveLength(5);
  });

  test('in parallel exactly the quota gets through', async () => {
    const proxy = await rig();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => proxy.chat(user(`u${i % 10}`))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  });

  test('the headers are those of the policy that refused, else of the nearest to its end', async () => {
    const proxy = await rig();
    const first = await proxy.chat(user('ada'));
    expect([first.header(POLICY), first.header('helicone-ratelimit-remaining')]).toEqual(['2;w=3600;s=user', '1']);
    await proxy.chat(user('ada'));
    const refused = await proxy.chat(user('ada'));
    expect([refused.status, refused.header(POLICY)]).toEqual([429, '2;w=3600;s=user']);
  });

  test('those enforced for all and for a key add up, and a client’s own does not loosen them', async () => {
    const proxy = await rig(({ origin }) => ({
      providers: { openai: { baseUrl: origin } },
      records: { store: 'sqlite::memory:' },
      policy: { enforce: { [POLICY]: '4;w=3600' } },
      auth: {
        keys: {
          small: { policy: { enforce: { [POLICY]: '2;w=3600;s=user' } } },
          large: {},
          other: { tenant: 'other' },
        },
      },
    }));
    const by = (key: string) => ({ 'helicone-auth': `Bearer ${key}`, [POLICY]: '1000;w=1', 'helicone-user-id': 'ada' });
    expect(await statuses(proxy, times(3, by('small')))).toEqual([200, 200, 429]);
    expect(await statuses(proxy, times(3, by('large')))).toEqual([200, 200, 429]);
    // Another tenant has a count of its own under the same policy.
    expect(await statuses(proxy, times(5, by('other')))).toEqual([200, 200, 200, 200, 429]);
  });
});

describe('segments', () => {
  test('by a property, whatever the case of its name; values that look like key parts stay apart', async () => {
    const proxy = await rig();
    const of = (value: string): Record<string, string> => ({
      [POLICY]: '1;w=3600;s=Team',
      'Helicone-Property-TEAM': value,
    });
    const values = ['a', 'a:b', 'a=b', '-', '%2D', 'A', '#', 'ä'.repeat(200), `${'ä'.repeat(199)}b`].map((value) =>
      Buffer.from(value).toString('latin1'),
    );
    for (const value of values) expect(await statuses(proxy, times(2, of(value))), value).toEqual([200, 429]);
  });

  test('s=user is the header’s, else the body’s own; both count as one', async () => {
    const proxy = await rig();
    const policy = '2;w=3600;s=user';
    expect((await spend(proxy, policy, { ...BODY, user: 'ada' })).status).toBe(200);
    expect((await spend(proxy, policy, BODY, { 'helicone-user-id': 'ada' })).status).toBe(200);
    expect((await spend(proxy, policy, { ...BODY, user: 'ada' })).status).toBe(429);
    expect((await spend(proxy, policy, { ...BODY, user: 'grace' })).status).toBe(200);
    // The header wins.
    expect((await spend(proxy, policy, { ...BODY, user: 'ada' }, { 'helicone-user-id': 'eve' })).status).toBe(200);
    const records = await proxy.records();
    expect(records.map(({ request_user_id }) => request_user_id)).toEqual(['ada', 'ada', 'ada', 'grace', 'eve']);
  });

  test('calls without a value share one count and are told', async () => {
    const proxy = await rig();
    const policy = '2;w=3600;s=user';
    const first = await spend(proxy, policy);
    expect([first.status, first.header('helicone-warning')]).toEqual([
      200,
      expect.stringContaining('no value for segment "user"'),
    ]);
    expect([(await spend(proxy, policy)).status, (await spend(proxy, policy)).status]).toEqual([200, 429]);
    expect((await spend(proxy, policy, { ...BODY, user: '-' })).status).toBe(200);
  });
});

describe('when to come back', () => {
  test('up to a minute SDKs may wait by themselves; behind it they are told not to', async () => {
    const proxy = await rig();
    for (const [windowSeconds, shouldRetry] of [
      [1, undefined],
      [60, undefined],
      [61, 'false'],
      [31_536_000, 'false'],
    ] as const) {
      const headers = { [POLICY]: `1;w=${windowSeconds}` };
      await proxy.chat(headers);
      const { status, header } = await proxy.chat(headers);
      expect([status, header('x-should-retry')], `w=${windowSeconds}`).toEqual([429, shouldRetry]);
      const seconds = Number(header('retry-after'));
      expect(seconds).toBeGreaterThan(windowSeconds - 30);
      expect(seconds).toBeLessThanOrEqual(windowSeconds);
      expect(seconds).toBeGreaterThanOrEqual(1);
    }
  });

  test('a window of a second opens again, and the call is admitted', async () => {
    const proxy = await rig();
    const headers = { [POLICY]: '1;w=1' };
    await proxy.chat(headers);
    expect((await proxy.chat(headers)).status).toBe(429);
    await until(15_000, 'the window is over', async () => (await proxy.chat(headers)).status === 200);
  });
});

describe('with other policies', () => {
  test('a hit takes nothing, neither calls nor tokens', async () => {
    const proxy = await rig();
    const headers = { [POLICY]: '1;w=3600, 100000;w=3600;u=tokens', 'helicone-cache-enabled': 'true' };
    expect(await statuses(proxy, times(4, headers))).toEqual([200, 200, 200, 200]);
    expect(await statuses(proxy, [{ ...headers, 'helicone-cache-seed': 'x' }])).toEqual([429]);
    await settledAt(proxy, '100000;w=3600;u=tokens', 5);
    const filter = { request_response_rmt: { cache_enabled: { equals: true } } };
    expect(await proxy.rest('/v1/request/count/query', { json: { filter } })).toMatchObject({ status: 200, data: 5 });
  });

  test('a call that is retried counts once and is settled once', async () => {
    let seen = 0;
    const script: Script = (exchange) => {
      seen += 1;
      return seen < 3 ? exchange.respond({ ...json, status: 500 }, ['{}']) : exchange.respond(json, [used(10, 20)]);
    };
    const proxy = await rig({}, { script });
    const policy = '1;w=3600, 100000;w=3600;u=tokens';
    const retry = { 'helicone-retry-enabled': 'true', 'helicone-retry-min-timeout': '1' };
    const { status, header } = await spend(proxy, policy, BODY, retry);
    expect([status, header('helicone-retries')]).toEqual([200, '2']);
    await settledAt(proxy, '100000;w=3600;u=tokens', 30);
  });

  test('cents are charged at the fallback’s price when it answered', async () => {
    const script: Script = (exchange) =>
      exchange.request.ended.then(() =>
        exchange.request.body.includes('gpt-4o-mini')
          ? exchange.respond({ ...json, status: 503 }, ['{}'])
          : exchange.respond(json, [used(1000, 1000).replace('gpt-4o-mini', 'gpt-4o')]),
      );
    const proxy = await rig(
      ({ origin }) => ({
        providers: { openai: { baseUrl: origin } },
        targets: { allow: [origin], privateNetworks: true },
        records: { store: 'sqlite::memory:' },
        fallbacks: [
          { 'target-url': origin, headers: {}, onCodes: [503] },
          { 'target-url': origin, headers: {}, onCodes: [503], bodyKeyOverride: { model: 'gpt-4o' } },
        ],
      }),
      { script },
    );
    const { status, header } = await spend(proxy, '100;w=3600;u=cents');
    expect([status, header('helicone-fallback-index')]).toEqual([200, '1']);
    const [record] = await proxy.records();
    const cents = (record?.cost_usd ?? 0) * 100;
    expect(cents).toBeGreaterThan(0.5);
    // 2.50 and 10 USD a million: 1.25 cents, of which whole cents are shown.
    await settledAt(proxy, '100;w=3600;u=cents', Math.ceil(cents));
  });

  test('what a refused call asks of the cache is handed over to the next', async () => {
    const proxy = await rig();
    const cached = { 'helicone-cache-enabled': 'true' };
    const limited = { ...cached, [POLICY]: '1;w=3600' };
    await proxy.chat({ ...limited, 'helicone-cache-seed': 'first' });
    const answers = await Promise.all([proxy.chat(limited), proxy.chat(cached), proxy.chat(cached)]);
    expect(answers.map(({ status }) => status)).toEqual([429, 200, 200]);
  });
});

describe('a limiter of the host’s own', () => {
  test('counts, gives back and settles', async () => {
    const made: unknown[] = [];
    const script: Script = (exchange) => exchange.respond(json, [used(10, 20)]);
    const proxy = await rig(
      ({ origin }) => ({
        providers: { openai: { baseUrl: origin } },
        records: { store: 'sqlite::memory:' },
        rateLimit: {
          store: (options) => {
            const limiter = new RateLimiterMemory(options);
            made.push(limiter);
            return limiter;
          },
        },
      }),
      { script },
    );
    expect(made).toHaveLength(1);
    const both = (id: string) => ({ [POLICY]: '5;w=3600, 2;w=3600;s=user', 'helicone-user-id': id });
    expect(await statuses(proxy, times(4, both('ada')))).toEqual([200, 200, 429, 429]);
    expect(await statuses(proxy, times(3, both('grace')))).toEqual([200, 200, 429]);
    expect(await statuses(proxy, times(2, both('eve')))).toEqual([200, 429]);
    const policy = '100000;w=3600;u=tokens';
    await spend(proxy, policy);
    await settledAt(proxy, policy, 30);
    const burst = await Promise.all(times(50, null).map(() => proxy.chat({ [POLICY]: '10;w=3600' })));
    expect(burst.filter(({ status }) => status === 200)).toHaveLength(10);
  });
});

test('rate limits that are turned off refuse a caller who asks for one, and nobody else', async () => {
  const proxy = await rig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    records: { store: 'sqlite::memory:' },
    rateLimit: false,
  }));
  expect((await proxy.chat({ [POLICY]: '1;w=1' })).status).toBe(400);
  expect((await proxy.chat()).status).toBe(200);
});
