import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resolveBreakerOptions } from '../breaker-options.js';
import { type Call, createCall } from '../call.js';
import type { EngineResponse, Headers } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import type { Policy } from '../policy/policy.js';
import type { Target } from '../policy/target.js';
import { createRegistry, type Provider, type ProviderTargetOptions } from '../providers/registry.js';
import { createBreakers } from '../upstream/breakers.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { createCooling } from '../upstream/cooling.js';
import { createBalance } from './balance.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const A = 'https://a.example';
const B = 'https://b.example';

type Ending = number | EngineResponse | 'circuit_open';

interface Rig {
  randoms: number[];
  breakers: ReturnType<typeof createBreakers>;
  call(headers?: Headers): Call;
  /** One attempt; says where it went, by key or origin. */
  attempt(call: Call, ending?: Ending): Promise<string>;
}

function rig(targets: ProviderTargetOptions[], baseUrl?: string): Rig {
  const provider = createRegistry({ own: { ...(baseUrl === undefined ? {} : { baseUrl }), targets } }).get(
    'own',
  ) as Provider;
  const breakers = createBreakers(resolveBreakerOptions({ minimumCalls: 1 }), () => {});
  const randoms: number[] = [];
  const stage = createBalance({ cooling: createCooling(), breakers, random: () => randoms.shift() ?? 0 });
  return {
    randoms,
    breakers,
    call(headers = {}) {
      const signal = new AbortController().signal;
      const call = createCall(
        { method: 'POST', path: '/', query: '', headers, body: null, signal },
        createByteBudget(0),
      );
      call.caller = { tenant: 't', authenticated: true, isOurs: null } as unknown as Caller;
      call.policy = { fallbacks: null } as Policy;
      call.route = { provider, rest: '/v1/x' };
      const { origin, basePath } = provider;
      call.target = {
        provider: 'own',
        origin,
        path: `${basePath}/v1/x`,
        apiKey: provider.apiKey,
        trusted: true,
      } as Target;
      return call;
    },
    async attempt(call, ending = 200) {
      await stage(call, async () => {
        if (ending === 'circuit_open') throw new ProxyError(ending, 'x');
        return typeof ending === 'number' ? { status: ending, headers: {}, body: null } : ending;
      }).catch(() => {});
      const { apiKey, origin } = call.target as Target;
      return typeof apiKey === 'string' ? apiKey : origin;
    },
  };
}

const limited = (seconds: string): EngineResponse => ({ status: 429, headers: { 'retry-after': seconds }, body: null });

describe('picking', () => {
  test.each([
    [0, '1'],
    [0.0999, '1'],
    [0.1, '2'],
    [0.3999, '2'],
    [0.4, '3'],
    [0.9999, '3'],
  ])('by weight: random %d is target %s', async (random, expected) => {
    const { randoms, call, attempt } = rig(
      [{ apiKey: '1' }, { apiKey: '2', weight: 3 }, { apiKey: '3', weight: 6 }],
      A,
    );
    randoms.push(random);
    expect(await attempt(call())).toBe(expected);
  });

  test('a target has address, base path and key of its own', async () => {
    const { randoms, call, attempt } = rig([{ baseUrl: A }, { baseUrl: `${B}/base/`, apiKey: 'b' }]);
    randoms.push(0.9);
    const one = call();
    await attempt(one);
    expect(one.target).toMatchObject({ provider: 'own', origin: B, path: '/base/v1/x', apiKey: 'b', trusted: true });
    expect(one.hasOtherOrigin).toBe(true);
  });

  test('keys at one address are no other origin', async () => {
    const { call, attempt } = rig([{ apiKey: '1' }, { apiKey: '2' }], A);
    const one = call();
    await attempt(one);
    expect(one.hasOtherOrigin).toBe(false);
  });

  test.each<[string, (call: Call) => void]>([
    ['a caller chose', (call) => Object.assign(call.target as Target, { trusted: false, origin: 'https://c.example' })],
    ['a fallback names', (call) => Object.assign(call, { policy: { fallbacks: [] } })],
    ['of a provider that has one only', (call) => Object.assign(call.route as object, { provider: { targets: [] } })],
    ['of the gateway', (call) => Object.assign(call.route as object, { provider: null })],
  ])('never instead of a target that %s', async (_name, change) => {
    const { call, attempt } = rig([{ baseUrl: A }, { baseUrl: B }]);
    const one = call();
    change(one);
    const { target } = one;
    await attempt(one);
    expect(one.target).toBe(target);
  });
});

describe('leaving targets out', () => {
  test('one that was rate limited, for as long as it asked', async () => {
    const { call, attempt } = rig([{ apiKey: '1' }, { apiKey: '2' }], A);
    expect(await attempt(call(), limited('7'))).toBe('1');
    vi.advanceTimersByTime(6_999);
    expect(await attempt(call())).toBe('2');
    vi.advanceTimersByTime(1);
    expect(await attempt(call())).toBe('1');
  });

  test('one that is open', async () => {
    const { breakers, call, attempt } = rig([{ baseUrl: A }, { baseUrl: B }]);
    await breakers.run('t', A, async () => ({ status: 500, headers: {}, body: null }));
    expect(await attempt(call())).toBe(B);
    vi.advanceTimersByTime(10_000);
    expect(await attempt(call()), 'one call may try it').toBe(A);
  });

  test('all of them: the one that is ready soonest', async () => {
    const { call, attempt } = rig([{ apiKey: '1' }, { apiKey: '2' }], A);
    await attempt(call(), limited('9'));
    await attempt(call(), limited('5'));
    expect(await attempt(call())).toBe('2');
  });

  test('a limit of the caller’s own key leaves others alone', async () => {
    const { call, attempt } = rig([{ baseUrl: A }, { baseUrl: B, apiKey: 'b' }]);
    await attempt(call({ authorization: 'Bearer mine' }), limited('9'));
    const keyed = rig([{ apiKey: '1' }, { apiKey: '2' }], A);
    const mine = keyed.call({ authorization: 'Bearer mine' });
    expect(await keyed.attempt(mine, limited('9'))).toBe('1');
    expect(mine.otherTargetReady, 'the other key would not be used').toBe(false);
    expect(await keyed.attempt(keyed.call())).toBe('1');
  });
});

describe('the next attempt of a call', () => {
  test.each([500, 429])('goes to another target after %i', async (status) => {
    const { call, attempt } = rig([{ apiKey: '1' }, { apiKey: '2' }], A);
    const one = call();
    expect([await attempt(one, status), await attempt(one, 500), await attempt(one)]).toEqual(
      status === 429 ? ['1', '2', '2'] : ['1', '2', '1'],
    );
  });

  test('after a 429 need not wait where another target is free', async () => {
    const { call, attempt } = rig([{ apiKey: '1' }, { apiKey: '2' }], A);
    const one = call();
    await attempt(one, limited('9'));
    expect(one.otherTargetReady).toBe(true);
    await attempt(one, limited('9'));
    expect(one.otherTargetReady, 'now both are limited').toBe(false);
  });

  test('nor after an open circuit, but for another origin', async () => {
    const two = rig([{ baseUrl: A }, { baseUrl: B }]);
    const one = two.call();
    await two.attempt(one, 'circuit_open');
    expect(one.otherTargetReady).toBe(true);
    await two.attempt(one, 500);
    expect(one.otherTargetReady, 'of another failure nothing is said').toBe(false);

    const keys = rig([{ apiKey: '1' }, { apiKey: '2' }], A);
    const other = keys.call();
    await keys.attempt(other, 'circuit_open');
    expect(other.otherTargetReady).toBe(false);
  });
});
