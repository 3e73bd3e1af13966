// Whatever ends a call, its reservation is settled once: the windows must hold exactly what the calls used.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { EngineResponse } from '../contract.js';
import { ProxyError } from '../errors.js';
import { GuardedLimitStore } from '../limits/guarded-limit-store.js';
import type { LimitStore } from '../limits/limit-store.js';
import { createLimiter } from '../limits/limiter.js';
import { PriceBounds } from '../limits/price-bounds.js';
import { Settlements } from '../limits/settlements.js';
import type { Policy, RateLimit } from '../policy/policy.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { clientClosed } from '../upstream/failure.js';
import { createLimit } from './limit.js';

const LIMITS: RateLimit[] = [
  { quota: 1e5, windowSeconds: 60, unit: 'request', segment: null, text: 'requests' },
  { quota: 1e5, windowSeconds: 60, unit: 'cents', segment: null, text: 'cents' },
  { quota: 1e5, windowSeconds: 60, unit: 'tokens', segment: null, text: 'tokens' },
];
/** A body of 16 bytes that allows 4 tokens of output, at 1 nano-USD a token. */
const BODY = Buffer.from('{"max_tokens":4}');
const BOUND = 20;

type Next = () => Promise<EngineResponse>;
type Settle = (settlements: Settlements, call: Call) => void;

/** What happens to a call behind the limit, what the worker says later, and what it must have cost in the end. */
interface Path {
  name: string;
  next(call: Call): Next;
  later?: Settle;
  used: number;
  /** The answer has a head, so that somebody has to settle it later. */
  waits?: boolean;
}

const answered =
  (status: number): Next =>
  async () => ({ status, headers: {}, body: null });
const thrown =
  (error: ProxyError): Next =>
  () =>
    Promise.reject(error);
const known: Settle = (settlements, call) => settlements.settle(call.id, { costNanoUsd: 7, tokens: 7 });
const unknown: Settle = (settlements, call) => settlements.settle(call.id, { costNanoUsd: null, tokens: null });

function attempted(call: Call, status: number | null, error?: string): void {
  call.attempts.push({ provider: 'p', target: 't', status, startedAt: 0, durationMs: 0, ...(error && { error }) });
}

const PATHS: Path[] = [
  { name: 'answered, read', next: () => answered(200), later: known, used: 7, waits: true },
  { name: 'answered, unreadable', next: () => answered(200), later: unknown, used: BOUND, waits: true },
  { name: 'answered, record lost', next: () => answered(200), used: BOUND, waits: true },
  { name: 'refused by the provider', next: () => answered(400), later: known, used: 0 },
  { name: 'failed at the provider', next: () => answered(503), later: known, used: 0 },
  {
    name: 'answered, then tried elsewhere',
    next(call) {
      attempted(call, 200);
      return answered(500);
    },
    used: BOUND,
  },
  { name: 'redirected', next: () => answered(307), used: 0 },
  {
    name: 'refused behind, synchronously',
    next: () => () => {
      throw new ProxyError('circuit_open', '');
    },
    used: 0,
  },
  { name: 'not reached', next: () => thrown(new ProxyError('upstream_unreachable', '')), later: known, used: 0 },
  {
    name: 'timed out',
    next(call) {
      attempted(call, null, 'upstream_timeout');
      return thrown(new ProxyError('upstream_timeout', ''));
    },
    used: 0,
  },
  {
    name: 'broken after its head',
    next(call) {
      attempted(call, 200, 'upstream_reset');
      return thrown(new ProxyError('upstream_reset', ''));
    },
    later: known,
    used: BOUND,
  },
  {
    name: 'left before anything was sent',
    next(call) {
      call.life.end(clientClosed());
      return thrown(clientClosed());
    },
    used: 0,
  },
  {
    name: 'left while the provider worked',
    next(call) {
      attempted(call, null, 'client_closed');
      call.life.end(clientClosed());
      return thrown(clientClosed());
    },
    later: known,
    used: BOUND,
  },
  {
    name: 'left between two attempts',
    next(call) {
      attempted(call, 429);
      call.life.end(clientClosed());
      return thrown(clientClosed());
    },
    used: 0,
  },
];

function setup(storeWaits: boolean) {
  const windows = new Map<string, number>();
  const count = (key: string, points: number): number => {
    const sum = (windows.get(key) ?? 0) + points;
    windows.set(key, sum);
    return sum;
  };
  const endsAt = Date.now() + 60_000;
  const store: LimitStore = {
    take(key, points) {
      const taken = { points: count(key, points), endsAt };
      return storeWaits ? Promise.resolve(taken) : taken;
    },
    adjust: (key, points) => void count(key, points),
    close: async () => {},
  };
  const guard = new GuardedLimitStore(store, { timeoutMs: 200, tell: () => {}, logger: null });
  const settlements = new Settlements(guard);
  const rates = { input: 1, output: 1, call: 0 };
  const prices = new PriceBounds({ ask: async () => ({ standard: rates, dearest: rates }), timeoutMs: 200 });
  const options = { store: guard, settlements, prices, onStoreError: 'allow' as const, tell: () => {} };
  const limiter = createLimiter({ ...options, providerOf: (origin) => origin });
  const used = (unit: string): number | undefined => [...windows].find(([key]) => key.includes(unit))?.[1];
  return { limit: createLimit({ limiter }), settlements, used };
}

function newCall(): Call {
  const signal = new AbortController().signal;
  const request = { method: 'POST', path: '/', query: '', headers: {}, body: null, signal };
  const call = createCall(request, createByteBudget(0));
  call.caller = { tenant: 'default' } as Call['caller'];
  call.policy = { modelOverride: 'm', fallbacks: null, rateLimits: LIMITS } as unknown as Policy;
  call.body = BODY;
  return call;
}

test.each(PATHS)('a call that is $name has used $used', async ({ next, later, used, waits = false }) => {
  const { limit, settlements, used: usedOf } = setup(false);
  const call = newCall();
  await Promise.resolve()
    .then(() => limit(call, next(call)))
    .catch(() => {});
  expect(call.settles).toBe(waits);
  later?.(settlements, call);
  expect([usedOf('requests'), usedOf('cents'), usedOf('tokens')]).toEqual([1, used, used]);
  expect(settlements.pending).toBe(waits && later === undefined ? 1 : 0);
});

test('any mixture of calls, settled in any order and more than once, adds up', async () => {
  const calls = fc.array(fc.record({ path: fc.constantFrom(...PATHS), twice: fc.boolean(), order: fc.nat() }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(calls, fc.boolean(), async (paths, storeWaits) => {
      const { limit, settlements, used } = setup(storeWaits);
      const over = await Promise.all(
        paths.map(async ({ path, twice, order }) => {
          const call = newCall();
          await (async () => limit(call, path.next(call)))().catch(() => {});
          return { call, path, twice, order };
        }),
      );
      over.sort((a, b) => a.order - b.order);
      for (const { call, path, twice } of over) {
        path.later?.(settlements, call);
        if (twice) path.later?.(settlements, call);
      }
      const expected = paths.reduce((sum, { path }) => sum + path.used, 0);
      expect([used('cents') ?? 0, used('tokens') ?? 0]).toEqual([expected, expected]);
      expect(settlements.pending).toBe(paths.filter(({ path }) => path.waits && !path.later).length);
    }),
    { numRuns: 60 },
  );
});
