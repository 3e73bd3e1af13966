import { expect, test } from 'vitest';
import { type GuardOptions, resolveGuards } from './guard-options.js';

const guard = { check: () => ({ blocked: false }) as const };

test('defaults', () => {
  expect(resolveGuards()).toEqual({ moderation: null, security: null, timeoutMs: 10_000 });
  expect(resolveGuards({ moderation: guard, security: guard, timeoutMs: 5 })).toEqual({
    moderation: guard,
    security: guard,
    timeoutMs: 5,
  });
});

test.each<[unknown, string]>([
  [null, 'guards: must be an object'],
  [{ moderations: guard }, 'guards: unknown key "moderations"'],
  [{ moderation: {} }, 'guards.moderation: must be an object with a method check(prompt)'],
  [{ security: () => ({ blocked: false }) }, 'guards.security: must be an object'],
  [{ security: null }, 'guards.security: must be an object'],
  [{ timeoutMs: 0 }, 'guards.timeoutMs: must be milliseconds above 0'],
  [{ timeoutMs: '1' }, 'guards.timeoutMs: must be milliseconds above 0'],
  [{ timeoutMs: Number.POSITIVE_INFINITY }, 'guards.timeoutMs: must be milliseconds above 0'],
])('%j is refused', (options, message) => {
  expect(() => resolveGuards(options as GuardOptions)).toThrow(message);
});
