// Fallback, retry, balance and breaker in the order in which a call meets them, on a fake clock.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveBreakerOptions } from '../breaker-options.js';
import { type Call, createCall } from '../call.js';
import { compose } from '../compose.js';
import type { EngineResponse } from '../contract.js';
import { type ErrorCode, ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import type { Fallback, Policy } from '../policy/policy.js';
import type { Target } from '../policy/target.js';
import { createRegistry, type Provider, type ProviderOptions } from '../providers/registry.js';
import { resolveRetryOptions } from '../retry-options.js';
import { createBreakers } from '../upstream/breakers.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { createCooling } from '../upstream/cooling.js';
import { clientClosed } from '../upstream/failure.js';
import { createRetryBudget } from '../upstream/retry-budget.js';
import { createBalance } from './balance.js';
import { createBreaker } from './breaker.js';
import { createFallback } from './fallback.js';
import { createRetry } from './retry.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const A = 'https://api.openai.com';
const B = 'https://api.groq.com';

type Ending = number | ErrorCode | EngineResponse;

interface Rig {
  /** Where each attempt went, and when, ms after the rig was made. */
  attempts: [to: string, at: number][];
  call(): Call;
  go(call: Call): Promise<EngineResponse>;
  /** The same, with the clock going on until all waits are over. */
  run(call: Call): Promise<number | string>;
}

interface Setup {
  answer: (target: Target, attempt: number) => Ending;
  provider?: ProviderOptions;
  policy: Partial<Policy>;
  maxElapsedMs?: number;
}

function rig({ answer, provider = {}, policy, maxElapsedMs = 120_000 }: Setup): Rig {
  const registry = createRegistry({ openai: provider });
  const openai = registry.get('openai') as Provider;
  const breakerOptions = resolveBreakerOptions();
  const breakers = createBreakers(breakerOptions, () => {});
  const random = (): number => 0;
  const attempts: Rig['attempts'] = [];
  const startedAt = performance.now();
  const go = compose([
    createFallback({ registry, totalMs: Number.POSITIVE_INFINITY }),
    createRetry({
      budget: createRetryBudget(resolveRetryOptions()),
      maxElapsedMs,
      totalMs: Number.POSITIVE_INFINITY,
      random,
      tell: () => {},
    }),
    createBalance({ cooling: createCooling(), breakers, random }),
    createBreaker(breakers, breakerOptions.on),
    async ({ target }) => {
      const { origin, apiKey } = target as Target;
      attempts.push([typeof apiKey === 'string' ? apiKey : origin, performance.now() - startedAt]);
      const ending = answer(target as Target, attempts.length);
      if (typeof ending === 'string') throw new ProxyError(ending, 'x');
      return typeof ending === 'number' ? { status: ending, headers: {}, body: null } : ending;
    },
  ]);
  return {
    attempts,
    call() {
      const signal = new AbortController().signal;
      const call = createCall(
        { method: 'POST', path: '/', query: '', headers: {}, body: null, signal },
        createByteBudget(0),
      );
      call.caller = { tenant: 't', authenticated: true, providers: null, isOurs: null } as unknown as Caller;
      call.policy = { retry: null, fallbacks: null, ...policy } as Policy;
      call.route = { provider: openai, rest: '/v1/x' };
      call.target = {
        provider: 'openai',
        origin: A,
        path: '/v1/x',
        apiKey: openai.apiKey,
        headers: {},
        trusted: true,
      } as Target;
      return call;
    },
    go,
    async run(call) {
      const done = go(call).then(
        (response) => response.status,
        (error: ProxyError) => error.code,
      );
      await vi.advanceTimersByTimeAsync(1_000_000);
      return done;
    },
  };
}

const RETRY = { retries: 2, factor: 2, minMs: 1000, maxMs: 10_000 };

function to(origin: string, ...codes: number[]): Fallback {
  const onCodes = codes.map((code) => ({ from: code, to: code }));
  return { origin, basePath: '', headers: {}, onCodes, bodyKeyOverride: null, trusted: false };
}

const limited = (seconds: string): EngineResponse => ({ status: 429, headers: { 'retry-after': seconds }, body: null });

test('each entry of a fallback list runs its own retries, with its own waits', async () => {
  const { attempts, call, run } = rig({
    answer: (_target, attempt) => (attempt < 6 ? 503 : 200),
    policy: { retry: RETRY, fallbacks: [to(A, 503), to(B)] },
  });
  const one = call();
  expect(await run(one)).toBe(200);
  expect(attempts).toEqual([
    [A, 0],
    [A, 1000],
    [A, 3000],
    [B, 3000],
    [B, 4000],
    [B, 6000],
  ]);
  expect(one.labels).toEqual({ 'helicone-fallback-index': '1', 'helicone-retries': '4' });
});

test('a timeout is not retried, but falls back', async () => {
  const { attempts, call, run } = rig({
    answer: ({ origin }) => (origin === A ? 'upstream_timeout' : 200),
    policy: { retry: RETRY, fallbacks: [to(A, 504), to(B)] },
  });
  expect(await run(call())).toBe(200);
  expect(attempts).toEqual([
    [A, 0],
    [B, 0],
  ]);
});

test('one deadline holds for the retries of all entries', async () => {
  const { attempts, call, run } = rig({
    answer: () => 503,
    policy: { retry: RETRY, fallbacks: [to(A, 503), to(B)] },
    maxElapsedMs: 3500,
  });
  const one = call();
  expect(await run(one)).toBe(503);
  expect(attempts.map(([, at]) => at)).toEqual([0, 1000, 3000, 3000]);
  expect(one.labels?.['x-should-retry']).toBe('false');
});

test('a client that leaves during a wait ends the whole list within one turn', async () => {
  const { attempts, call, run } = rig({
    answer: () => 503,
    policy: { retry: RETRY, fallbacks: [to(A, 503, 502, 504), to(B)] },
  });
  const one = call();
  const done = run(one);
  setTimeout(() => one.life.end(clientClosed()), 500);
  expect(await done).toBe('client_closed');
  expect(attempts).toEqual([[A, 0]]);
});

test('an origin that is open is passed over without a call, at no cost of time', async () => {
  const { attempts, call, go } = rig({
    answer: ({ origin }) => (origin === A ? 500 : 200),
    policy: { fallbacks: [to(A, 500), to(B)] },
  });
  for (let i = 0; i < 20; i += 1) await go(call());
  attempts.length = 0;
  const one = call();
  expect((await go(one)).status).toBe(200);
  expect(attempts).toEqual([[B, 0]]);
  expect(one.labels).toEqual({ 'helicone-fallback-index': '1' });
});

test('after a 429 the other key is asked after the usual wait, and no key is asked before it said', async () => {
  const { attempts, call, run } = rig({
    answer: ({ apiKey }) => (apiKey === '1' ? limited('30') : 200),
    provider: { targets: [{ apiKey: '1' }, { apiKey: '2' }] },
    policy: { retry: RETRY },
  });
  expect(await run(call())).toBe(200);
  expect(attempts).toEqual([
    ['1', 0],
    ['2', 1000],
  ]);
});

test('when all keys are limited, Retry-After is a floor again', async () => {
  const { attempts, call, run } = rig({
    answer: (_target, attempt) => (attempt < 3 ? limited('30') : 200),
    provider: { targets: [{ apiKey: '1' }, { apiKey: '2' }] },
    policy: { retry: RETRY },
  });
  expect(await run(call())).toBe(200);
  expect(attempts).toEqual([
    ['1', 0],
    ['2', 1000],
    ['1', 31_000],
  ]);
});
