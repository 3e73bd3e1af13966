import { describe, expect, test, vi } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { EngineResponse } from '../contract.js';
import type { PriceBound } from '../cost/price-bound.js';
import { ProxyError } from '../errors.js';
import { GuardedLimitStore } from '../limits/guarded-limit-store.js';
import type { LimitStore } from '../limits/limit-store.js';
import { createLimiter, type LimiterOptions } from '../limits/limiter.js';
import { PriceBounds } from '../limits/price-bounds.js';
import { Settlements } from '../limits/settlements.js';
import type { Policy, RateLimit } from '../policy/policy.js';
import type { Target } from '../policy/target.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { createLimit } from './limit.js';

/** One US cent for each input token, two for each output token. */
const RATES = { input: 1e7, output: 2e7, call: 0 };
const PRICE: PriceBound = { standard: RATES, dearest: RATES };
const ANSWER: EngineResponse = { status: 200, headers: {}, body: null };

/** Counts in a map; `waits` answers each take in a later turn. */
function memoryStore(waits: boolean) {
  const windows = new Map<string, { points: number; endsAt: number }>();
  const take = (key: string, points: number, windowMs: number) => {
    let window = windows.get(key);
    if (window === undefined || window.endsAt <= Date.now()) window = { points: 0, endsAt: Date.now() + windowMs };
    windows.set(key, window);
    window.points += points;
    return { ...window };
  };
  const store: LimitStore = {
    take: (...args) => (waits ? Promise.resolve().then(() => take(...args)) : take(...args)),
    adjust(key, points, { endsAt }) {
      const window = windows.get(key);
      if (window !== undefined && window.endsAt === endsAt && endsAt > Date.now()) window.points += points;
    },
    close: async () => {},
  };
  const points = () => [...windows.values()].map((window) => window.points);
  return { store, points };
}

interface Setup {
  waits?: boolean;
  store?: LimitStore;
  price?: PriceBound | null;
  onStoreError?: LimiterOptions['onStoreError'];
}

function setup({ waits = false, store, price = PRICE, onStoreError = 'allow' }: Setup = {}) {
  const memory = memoryStore(waits);
  const tell = vi.fn();
  const guard = new GuardedLimitStore(store ?? memory.store, { timeoutMs: 200, tell, logger: null });
  const settlements = new Settlements(guard);
  const ask = vi.fn(async () => price);
  const prices = new PriceBounds({ ask, timeoutMs: 200 });
  const limiter = createLimiter({
    store: guard,
    settlements,
    prices,
    onStoreError,
    tell,
    providerOf: (origin) => origin,
  });
  return { limit: createLimit({ limiter }), settlements, tell, ask, points: memory.points };
}

function limitOf(quota: number, changes: Partial<RateLimit> = {}): RateLimit {
  const limit = { quota, windowSeconds: 60, unit: 'request' as const, segment: null, ...changes };
  return { ...limit, text: `${quota};w=${limit.windowSeconds};u=${limit.unit};s=${limit.segment}` };
}

function callWith(
  rateLimits: RateLimit[],
  policy: Partial<Policy> = {},
  body: object = { model: 'm', max_tokens: 1 },
): Call {
  const signal = new AbortController().signal;
  const path = '/v1/chat/completions';
  const call = createCall({ method: 'POST', path, query: '', headers: {}, body: null, signal }, createByteBudget(0));
  call.caller = { tenant: 'default', authenticated: false, userId: null } as Call['caller'];
  call.policy = { userId: null, properties: {}, modelOverride: null, fallbacks: null, ...policy, rateLimits } as Policy;
  call.target = { provider: 'openai', origin: 'https://api.openai.com' } as Target;
  call.body = Buffer.from(JSON.stringify(body));
  return call;
}

/** What a call got: its answer's status, or the code of the error that refused it. */
async function run(
  limit: ReturnType<typeof createLimit>,
  call: Call,
  next = async () => ANSWER,
): Promise<number | string> {
  try {
    return (await limit(call, next)).status;
  } catch (error) {
    return (error as ProxyError).code;
  }
}

describe.each([false, true])('a limit of requests, on a store that waits: %s', (waits) => {
  test('lets exactly its quota through of 200 parallel calls, for each user', async () => {
    const { limit, tell, points } = setup({ waits });
    const limits = [limitOf(10, { segment: 'user' })];
    const calls = Array.from({ length: 400 }, (_, i) => callWith(limits, { userId: i % 2 === 0 ? 'ann' : 'bob' }));
    const got = await Promise.all(calls.map((call) => run(limit, call)));
    for (const user of [0, 1]) {
      const own = got.filter((_, i) => i % 2 === user);
      expect(own.filter((each) => each === 200)).toHaveLength(10);
      expect(own.filter((each) => each === 'rate_limited')).toHaveLength(190);
    }
    expect(points()).toEqual([10, 10]);
    expect(tell).toHaveBeenCalledTimes(380);
  });

  test('gives back what the limits before it counted, in order', async () => {
    const { limit, points } = setup({ waits });
    const limits = [limitOf(100), limitOf(2, { windowSeconds: 3600 })];
    const got = [];
    for (let i = 0; i < 5; i++) got.push(await run(limit, callWith(limits)));
    expect(got).toEqual([200, 200, 'rate_limited', 'rate_limited', 'rate_limited']);
    expect(points()).toEqual([2, 2]);
  });

  test('keeps what a call took that fails behind it', async () => {
    const { limit, points } = setup({ waits });
    const failing = () => Promise.reject(new ProxyError('upstream_reset', ''));
    expect(await run(limit, callWith([limitOf(10)]), failing)).toBe('upstream_reset');
    expect(points()).toEqual([1]);
  });
});

test('a store that answers at once leaves the call synchronous', () => {
  const { limit } = setup();
  const answer = Promise.resolve(ANSWER);
  expect(limit(callWith([limitOf(1)]), () => answer)).toBe(answer);
  expect(limit(callWith([]), () => answer)).toBe(answer);
});

test('a limiter that is turned off says so to those who ask for limits', async () => {
  const limit = createLimit({ limiter: null });
  expect(await run(limit, callWith([]))).toBe(200);
  expect(await run(limit, callWith([limitOf(1)]))).toBe('invalid_header');
});

describe('an answer', () => {
  test('shows the limit that is nearest to its end', async () => {
    const { limit } = setup();
    const limits = [limitOf(10), limitOf(4, { windowSeconds: 3600 }), limitOf(1000)];
    const call = callWith(limits);
    await run(limit, call);
    expect(call.labels).toEqual({
      'helicone-ratelimit-limit': '4',
      'helicone-ratelimit-remaining': '3',
      'helicone-ratelimit-reset': '3600',
      'helicone-ratelimit-policy': limits[1]?.text,
    });
  });

  test('of a refusal names the limit that refused and when to come again', async () => {
    const { limit, tell } = setup();
    const limits = [limitOf(100), limitOf(1, { windowSeconds: 90, segment: 'team' })];
    await run(limit, callWith(limits, { properties: { team: 'red' } }));
    const call = callWith(limits, { properties: { team: 'red' }, userId: 'ann' });
    expect(() => limit(call, async () => ANSWER)).toThrow(
      `the rate limit ${limits[1]?.text} is used up; try again in 90 s`,
    );
    expect(call.labels).toEqual({
      'helicone-ratelimit-limit': '1',
      'helicone-ratelimit-remaining': '0',
      'helicone-ratelimit-reset': '90',
      'helicone-ratelimit-policy': limits[1]?.text,
      'retry-after': '90',
      'x-should-retry': 'false',
    });
    expect(tell).toHaveBeenCalledWith('limited', {
      requestId: call.requestId,
      tenant: 'default',
      policy: limits[1]?.text,
      segment: 'team',
      segmentValue: 'red',
      userId: 'ann',
    });
  });

  test('warns of a segment that the call has no value for, and counts it with all of those', async () => {
    const { limit, points } = setup();
    const limits = [limitOf(10, { segment: 'team' }), limitOf(20, { segment: 'team' })];
    const calls = [callWith(limits), callWith(limits)];
    for (const call of calls) await run(limit, call);
    expect(points()).toEqual([2, 2]);
    expect(calls[0]?.warnings).toEqual([
      'helicone-ratelimit-policy: no value for segment "team"; counted with all others without one',
    ]);
  });
});

describe('a limit of cents', () => {
  /** Each call reserves 1 + 2 cents of output and its body's bytes. */
  const body = { model: 'm', max_tokens: 1 };
  const reserved = JSON.stringify(body).length + 2;

  test.each([false, true])(
    'admits until the reserved sum reaches the quota; 50 parallel calls (store waits: %s)',
    async (waits) => {
      const { limit, settlements, points, ask } = setup({ waits });
      const calls = Array.from({ length: 50 }, () => callWith([limitOf(100, { unit: 'cents' })], {}, body));
      const got = await Promise.all(calls.map((call) => run(limit, call)));
      const admitted = got.filter((each) => each === 200).length;
      expect(admitted).toBe(Math.ceil(100 / reserved));
      expect(points()).toEqual([admitted * reserved * 1e7]);
      expect(settlements.pending).toBe(admitted);
      expect(ask).toHaveBeenCalledTimes(1);
      for (const call of calls) settlements.settle(call.id, { costNanoUsd: 1e7, tokens: 1 });
      expect(points()).toEqual([admitted * 1e7]);
    },
  );

  test('is synchronous once the price is known, and shows whole cents', async () => {
    const { limit } = setup();
    const limits = [limitOf(99.5, { unit: 'cents' })];
    await run(limit, callWith(limits, {}, body));
    const call = callWith(limits, {}, body);
    void limit(call, async () => ANSWER);
    expect(call.labels?.['helicone-ratelimit-limit']).toBe('99.5');
    expect(call.labels?.['helicone-ratelimit-remaining']).toBe(String(Math.floor(99.5 - 2 * reserved)));
  });

  test('counts a model without a price at a ceiling, and says so', async () => {
    const { limit, points } = setup({ price: null });
    const call = callWith([limitOf(1000, { unit: 'cents' })], {}, body);
    expect(await run(limit, call)).toBe(200);
    expect(points()).toEqual([(reserved - 2) * 75_000 + 150_000]);
    expect(call.warnings).toEqual([expect.stringContaining('no price of this model is known')]);
  });

  test('counts the dearest tier where the body, or a fallback, asks for another', async () => {
    const dearest = { input: 2e7, output: 4e7, call: 0 };
    const { limit, points } = setup({ price: { standard: RATES, dearest } });
    const limits = [limitOf(1000, { unit: 'cents' })];
    const reservedFor = async (asked: object, fallbacks: object[] | null = null): Promise<number> => {
      const before = points()[0] ?? 0;
      await run(limit, callWith(limits, { fallbacks: fallbacks as Policy['fallbacks'] }, asked));
      return ((points()[0] as number) - before) / 1e7;
    };
    expect(await reservedFor(body)).toBe(reserved);
    const fast = { ...body, service_tier: 'fast' };
    expect(await reservedFor(fast)).toBe(2 * (JSON.stringify(fast).length + 2));
    expect(await reservedFor(body, [{ origin: 'one', bodyKeyOverride: { speed: 'fast' } }])).toBe(2 * reserved);
  });

  test('counts a fallback at its own model', async () => {
    const { limit, ask } = setup();
    const fallbacks = [
      { origin: 'one', bodyKeyOverride: null },
      { origin: 'two', bodyKeyOverride: { model: 'other' } },
    ] as unknown as Policy['fallbacks'];
    await run(limit, callWith([limitOf(1000, { unit: 'cents' })], { fallbacks }, body));
    expect(ask.mock.calls).toEqual([[{ provider: 'one', model: 'm' }], [{ provider: 'two', model: 'other' }]]);
  });

  test('never reserves more than the quota', async () => {
    const { limit, points } = setup();
    const limits = [limitOf(1, { unit: 'cents' })];
    expect(await run(limit, callWith(limits, {}, { max_tokens: 1e308, n: 1e308 }))).toBe(200);
    expect(await run(limit, callWith(limits, {}, body))).toBe('rate_limited');
    expect(points()).toEqual([1e7]);
  });

  test('asks no price for a call that uses nothing', async () => {
    const { limit, ask, settlements } = setup();
    const call = callWith([limitOf(1, { unit: 'cents' }), limitOf(5, { unit: 'tokens' })]);
    call.body = null;
    expect(await run(limit, call)).toBe(200);
    expect([call.settles, settlements.pending, ask.mock.calls.length]).toEqual([false, 0, 0]);
  });
});

describe('a store that cannot say', () => {
  const store: LimitStore = {
    take: (key) => {
      if (key.includes('60')) throw new Error('down');
      return { points: 1, endsAt: Date.now() + 1000 };
    },
    adjust: vi.fn(),
    close: async () => {},
  };

  test('admits, uncounted and without headers, where that is chosen', async () => {
    const { limit, settlements } = setup({ store });
    const call = callWith([limitOf(1, { unit: 'tokens' })]);
    expect(await run(limit, call)).toBe(200);
    expect([call.labels, call.settles, settlements.pending]).toEqual([null, false, 0]);
  });

  test('refuses with 503 where that is chosen', async () => {
    const { limit } = setup({ store, onStoreError: 'deny' });
    expect(await run(limit, callWith([limitOf(1)]))).toBe('overloaded');
  });
});
