import { setImmediate as turn } from 'node:timers/promises';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { describe, expect, test, vi } from 'vitest';
import { createLimitStore, type RateLimitOptions, resolveRateLimitOptions } from './limit-options.js';
import type { LimitStore } from './limit-store.js';

const STORE: LimitStore = {
  take: () => ({ points: 1, endsAt: 0 }),
  adjust: () => {},
  close: async () => {},
};

/** What ioredis looks like; `answer` is what its scripts give. */
function ioredis(answer: () => Promise<unknown>): object {
  return { get() {}, set() {}, del() {}, getBuffer() {}, defineCommand() {}, eval: vi.fn(answer) };
}

describe('the options', () => {
  test('have their defaults, and can be turned off', () => {
    expect(resolveRateLimitOptions(undefined)).toEqual({ store: null, onStoreError: 'allow', timeoutMs: 200 });
    expect(resolveRateLimitOptions({ onStoreError: 'deny', timeoutMs: 5 })).toMatchObject({
      onStoreError: 'deny',
      timeoutMs: 5,
    });
    expect(resolveRateLimitOptions(false)).toBeNull();
  });

  test.each<[unknown, RegExp]>([
    [{ store: {} }, /^rateLimit\.store: /],
    [{ store: 'redis://localhost' }, /^rateLimit\.store: /],
    [{ store: 7 }, /^rateLimit\.store: /],
    [{ onStoreError: 'maybe' }, /^rateLimit\.onStoreError: /],
    [{ timeoutMs: 0 }, /^rateLimit\.timeoutMs: /],
    [{ timeoutMs: '200' }, /^rateLimit\.timeoutMs: /],
    [{ timeoutMs: Number.NaN }, /^rateLimit\.timeoutMs: /],
    [{ stores: 1 }, /^rateLimit: unknown key "stores"/],
    [true, /^rateLimit: /],
  ])('%j is refused, and the message says where', (given, message) => {
    expect(() => resolveRateLimitOptions(given as RateLimitOptions)).toThrow(message);
  });
});

describe('the store', () => {
  function make(store: RateLimitOptions['store']) {
    const tell = vi.fn();
    const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const context = { embedded: vi.fn(() => STORE), cluster: vi.fn(() => STORE), tell, logger };
    const resolved = resolveRateLimitOptions({ store });
    if (resolved === null) throw new Error('limits are on');
    return { made: createLimitStore(resolved, context), ...context };
  }

  test('is the embedded one by default, and the primary’s in a cluster', () => {
    const byDefault = make(undefined);
    expect([byDefault.embedded.mock.calls.length, byDefault.cluster.mock.calls.length]).toEqual([1, 0]);
    const inCluster = make('cluster');
    expect([inCluster.embedded.mock.calls.length, inCluster.cluster.mock.calls.length]).toEqual([0, 1]);
  });

  test('is one limiter of the host’s function, with its short integers', async () => {
    const factory = vi.fn((options) => new RateLimiterMemory(options));
    const { made } = make(factory);
    expect(factory).toHaveBeenCalledTimes(1);
    expect(made.maxPoints).toBe(2 ** 20);
    expect(await made.take('k', 2, 1000)).toMatchObject({ points: 2 });
  });

  test('tells at once that Redis refuses what it needs', async () => {
    const { tell, logger } = make(ioredis(() => Promise.reject(new Error('NOPERM this user has no permissions'))));
    await turn();
    expect(logger.error).toHaveBeenCalledTimes(1);
    expect(tell).toHaveBeenCalledWith('store', {
      component: 'rate-limit',
      state: 'trouble',
      message: 'NOPERM this user has no permissions',
    });
  });

  test('says nothing of a client that is only not connected yet', async () => {
    const { tell, logger } = make(ioredis(() => Promise.reject(new Error('The client is closed'))));
    await turn();
    expect([logger.error.mock.calls, tell.mock.calls]).toEqual([[], []]);
  });

  test('sets nothing on the client', async () => {
    const client = ioredis(async () => [0, 1000]);
    const before = Object.keys(client);
    make(client);
    await turn();
    expect(Object.keys(client)).toEqual(before);
    expect((client as { eval: ReturnType<typeof vi.fn> }).eval).toHaveBeenCalledTimes(2);
  });
});
