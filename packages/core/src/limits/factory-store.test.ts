import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createFactoryStore, type UserLimiter } from './factory-store.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('one limiter, made at once, counts windows of any length apart', async () => {
  const factory = vi.fn((options) => new RateLimiterMemory(options));
  const store = createFactoryStore(factory);
  expect(factory.mock.calls).toEqual([[{ keyPrefix: 'helicone_limits', points: 2 ** 31 - 1, duration: 1 }]]);
  const now = Date.now();
  expect(await store.take('a', 3, 2_000)).toMatchObject({ points: 3, endsAt: now + 2_000 });
  expect(await store.take('b', 1, 60_000)).toMatchObject({ points: 1, endsAt: now + 60_000 });
  vi.advanceTimersByTime(1_500);
  expect(await store.take('a', 4, 2_000)).toMatchObject({ points: 7, endsAt: now + 2_000 });
  vi.advanceTimersByTime(500);
  expect(await store.take('a', 1, 2_000)).toMatchObject({ points: 1 });
  expect(await store.take('b', 0, 60_000)).toMatchObject({ points: 1 });
  expect(factory).toHaveBeenCalledTimes(1);
});

test('an adjustment changes its own window, and none when that has ended or is about to', async () => {
  const store = createFactoryStore((options) => new RateLimiterMemory(options));
  const taken = await store.take('a', 10, 10_000);
  await store.adjust('a', -4, taken);
  await store.adjust('a', 1, taken);
  expect(await store.take('a', 0, 10_000)).toMatchObject({ points: 7 });
  vi.advanceTimersByTime(9_000);
  await store.adjust('a', -4, taken);
  expect(await store.take('a', 0, 10_000)).toMatchObject({ points: 7 });
  vi.advanceTimersByTime(1_000);
  expect(await store.take('a', 2, 10_000)).toMatchObject({ points: 2 });
  await store.adjust('a', -1, taken);
  expect(await store.take('a', 0, 10_000)).toMatchObject({ points: 2 });
});

describe('a limiter that refuses by itself', () => {
  function refusing(answer: unknown) {
    const limiter = { consume: () => Promise.reject(answer), penalty: vi.fn(), reward: vi.fn() };
    return { limiter, store: createFactoryStore(() => limiter as unknown as UserLimiter) };
  }

  test('has counted', async () => {
    const { store, limiter } = refusing(new RateLimiterRes(0, 5_000, 12));
    const taken = await store.take('a', 2, 10_000);
    expect(taken).toMatchObject({ points: 12, endsAt: Date.now() + 5_000 });
    await store.adjust('a', -2, taken);
    expect(limiter.reward).toHaveBeenCalledTimes(1);
  });

  test('and has not counted the call admits nothing, and is not given back what it has not', async () => {
    const { store, limiter } = refusing(new RateLimiterRes(0, 5_000, 0));
    const taken = await store.take('a', 2, 10_000);
    expect(taken.points).toBe(2 ** 31 - 1);
    await store.adjust('a', -2, taken);
    expect(limiter.reward).not.toHaveBeenCalled();
  });

  test('because its store failed is a failure', async () => {
    await expect(refusing(new Error('Table is not created yet')).store.take('a', 1, 1_000)).rejects.toThrow('Table');
    await expect(refusing(undefined).store.take('a', 1, 1_000)).rejects.toBeUndefined();
  });
});

test('a long key becomes a digest that columns of 255 characters hold', async () => {
  const keys: string[] = [];
  const consume = async (key: string | number): Promise<RateLimiterRes> => {
    keys.push(String(key));
    return new RateLimiterRes(0, 1, 1);
  };
  const limiter = { consume, penalty: consume, reward: consume };
  const store = createFactoryStore(() => limiter);
  await store.take('k'.repeat(300), 1, 1_000);
  await store.take('short', 1, 1_000);
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), 'short']);
});

test('a function that fails is refused at once, such as a class that wants `new`', () => {
  const factory = RateLimiterMemory as unknown as Parameters<typeof createFactoryStore>[0];
  expect(() => createFactoryStore(factory)).toThrow(/^rateLimit\.store: the function that makes a limiter failed: /);
});

test.each([undefined, null, {}, 7])('what makes no limiter but %j is refused at once', (made) => {
  expect(() => createFactoryStore(() => made as unknown as UserLimiter)).toThrow(/^rateLimit\.store: /);
});
