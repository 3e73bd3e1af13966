import { expect, test } from 'vitest';
import { createByteBudget } from './byte-budget.js';

test('bytes are taken while they fit, and fit again when they were given back', () => {
  const budget = createByteBudget(10);
  expect(budget.take(6)).toBe(true);
  expect(budget.take(5)).toBe(false);
  expect(budget.take(4), 'what did not fit took nothing').toBe(true);
  expect(budget.take(1)).toBe(false);
  budget.give(6);
  expect(budget.take(6)).toBe(true);
});

test('nothing always fits', () => {
  const budget = createByteBudget(0);
  expect(budget.take(0)).toBe(true);
  expect(budget.take(1)).toBe(false);
});
