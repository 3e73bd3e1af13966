import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PriceBound } from '../cost/price-bound.js';
import { PriceBounds } from './price-bounds.js';

const RATES = { input: 1, output: 2, call: 0 };
const BOUND: PriceBound = { standard: RATES, dearest: RATES };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

test('a price is asked for once, and then known at once for an hour', async () => {
  const ask = vi.fn(async () => BOUND as PriceBound | null);
  const prices = new PriceBounds({ ask, timeoutMs: 200 });
  const both = [prices.of('openai', 'gpt-4o'), prices.of('openai', 'gpt-4o')];
  expect(await Promise.all(both)).toEqual([BOUND, BOUND]);
  expect(prices.of('openai', 'gpt-4o')).toEqual(BOUND);
  expect(ask).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3_600_001);
  expect(await prices.of('openai', 'gpt-4o')).toEqual(BOUND);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(vi.getTimerCount()).toBe(0);
});

test('that there is no price is known too', async () => {
  const ask = vi.fn(async () => null);
  const prices = new PriceBounds({ ask, timeoutMs: 200 });
  expect(await prices.of('openai', 'x')).toBeNull();
  expect(prices.of('openai', 'x')).toBeNull();
  expect(ask).toHaveBeenCalledTimes(1);
});

test('a worker that does not answer is waited for once; its late answer counts', async () => {
  const late = Promise.withResolvers<PriceBound | null>();
  const prices = new PriceBounds({ ask: () => late.promise, timeoutMs: 200 });
  const first = prices.of('openai', 'gpt-4o');
  vi.advanceTimersByTime(150);
  const second = prices.of('openai', 'gpt-4o');
  vi.advanceTimersByTime(50);
  expect(await first).toBeNull();
  expect(await second).toBeNull();
  expect(prices.of('openai', 'gpt-4o')).toBeNull();
  late.resolve(BOUND);
  await late.promise;
  await Promise.resolve();
  expect(prices.of('openai', 'gpt-4o')).toEqual(BOUND);
});

test('a worker that starts is waited for longer, so that a known price is not taken for an unknown one', async () => {
  const answers: ((bound: PriceBound) => void)[] = [];
  const ask = () => new Promise<PriceBound | null>((resolve) => answers.push(resolve));
  const prices = new PriceBounds({ ask, timeoutMs: 200, startMs: 2000 });
  const first = prices.of('openai', 'gpt-4o');
  vi.advanceTimersByTime(1999);
  answers[0]?.(BOUND);
  expect(await first).toEqual(BOUND);
  const second = prices.of('openai', 'gpt-4o-mini');
  vi.advanceTimersByTime(200);
  expect(await second).toBeNull();
});

test('a worker that died is asked again by the next call', async () => {
  const ask = vi.fn(async () => BOUND as PriceBound | null).mockRejectedValueOnce(new Error('died'));
  const prices = new PriceBounds({ ask, timeoutMs: 200 });
  expect(await prices.of('openai', 'gpt-4o')).toBeNull();
  expect(await prices.of('openai', 'gpt-4o')).toEqual(BOUND);
});

test('models from outside do not pile up, nor are impossible names asked for', async () => {
  const ask = vi.fn(async () => null);
  const prices = new PriceBounds({ ask, timeoutMs: 200 });
  for (const model of [null, '', 'x'.repeat(257)]) expect(prices.of('openai', model)).toBeNull();
  expect(ask).not.toHaveBeenCalled();
  for (let i = 0; i <= 1000; i++) await prices.of('openai', `model-${i}`);
  expect(prices.of('openai', 'model-1000')).toBeNull();
  expect(prices.of('openai', 'model-0')).toBeInstanceOf(Promise);
  expect(ask).toHaveBeenCalledTimes(1002);
});

test('questions without an answer do not pile up either', () => {
  const ask = vi.fn(() => new Promise<null>(() => {}));
  const prices = new PriceBounds({ ask, timeoutMs: 200 });
  for (let i = 0; i < 1500; i++) void prices.of('openai', `model-${i}`);
  expect(ask).toHaveBeenCalledTimes(1000);
});
