import { expect, test } from 'vitest';
import { resolveBreakerOptions } from './breaker-options.js';
import { resolveRetryOptions } from './retry-options.js';

test('retry: defaults', () => {
  expect(resolveRetryOptions()).toEqual({ maxElapsedMs: 120_000, budgetRatio: 0.2, budgetFloor: 10 });
  expect(resolveRetryOptions({ budgetFloor: 0 }).budgetFloor).toBe(0);
});

test.each([
  [{ maxElapsedMs: -1 }, 'retry.maxElapsedMs'],
  [{ budgetRatio: Number.NaN }, 'retry.budgetRatio'],
  [{ budgetFloor: '3' as unknown as number }, 'retry.budgetFloor'],
  [{ budget: 3 } as object, 'retry: unknown key "budget"'],
  [7 as unknown as object, 'retry: must be an object'],
])('retry %j is refused by name', (options, named) => {
  expect(() => resolveRetryOptions(options)).toThrow(named);
});

test('breaker: on where there is another origin by default, and on or off for all when it is said', () => {
  const defaults = { threshold: 0.5, minimumCalls: 20, windowMs: 10_000, halfOpenAfterMs: 10_000 };
  expect(resolveBreakerOptions()).toEqual({ on: 'alternatives', ...defaults });
  expect(resolveBreakerOptions(true)).toEqual({ on: 'all', ...defaults });
  expect(resolveBreakerOptions(false).on).toBe('none');
  expect(resolveBreakerOptions({ windowMs: 500 })).toEqual({ on: 'all', ...defaults, windowMs: 500 });
});

test.each([
  [{ threshold: 0 }, 'breaker.threshold'],
  [{ threshold: 1.1 }, 'breaker.threshold'],
  [{ minimumCalls: 0 }, 'breaker.minimumCalls'],
  [{ minimumCalls: 1.5 }, 'breaker.minimumCalls'],
  [{ windowMs: 0 }, 'breaker.windowMs'],
  [{ halfOpenAfterMs: Number.POSITIVE_INFINITY }, 'breaker.halfOpenAfterMs'],
  [{ windows: 1 } as object, 'breaker: unknown key "windows"'],
  [null as unknown as object, 'breaker: must be an object'],
])('breaker %j is refused by name', (options, named) => {
  expect(() => resolveBreakerOptions(options)).toThrow(named);
});
