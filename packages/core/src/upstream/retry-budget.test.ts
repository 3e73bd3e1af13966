import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRetryBudget } from './retry-budget.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const A = 'https://a.example';
const B = 'https://b.example';

function taken(budget: ReturnType<typeof createRetryBudget>, origin: string): number {
  let count = 0;
  while (count < 10_000 && budget.take(origin)) count += 1;
  return count;
}

test('an origin gets the floor however few calls there were, and no other one pays for it', () => {
  const budget = createRetryBudget({ maxElapsedMs: 0, budgetRatio: 0.2, budgetFloor: 10 });
  expect(taken(budget, A)).toBe(10);
  expect(taken(budget, B)).toBe(10);
});

test('with many calls it gets its ratio of them', () => {
  const budget = createRetryBudget({ maxElapsedMs: 0, budgetRatio: 0.2, budgetFloor: 10 });
  for (let i = 0; i < 200; i += 1) budget.attempted(A);
  expect(taken(budget, A)).toBe(40);
});

test('a part of a retry is none', () => {
  const budget = createRetryBudget({ maxElapsedMs: 0, budgetRatio: 0.2, budgetFloor: 0 });
  for (let i = 0; i < 4; i += 1) budget.attempted(A);
  expect(taken(budget, A)).toBe(0);
  for (let i = 0; i < 5; i += 1) budget.attempted(A);
  expect(taken(budget, A)).toBe(1);
});

test('what is older than 10 s is forgotten', () => {
  const budget = createRetryBudget({ maxElapsedMs: 0, budgetRatio: 0.2, budgetFloor: 10 });
  expect(taken(budget, A)).toBe(10);
  vi.advanceTimersByTime(8_000);
  expect(taken(budget, A)).toBe(0);
  vi.advanceTimersByTime(2_000);
  expect(taken(budget, A)).toBe(10);
});

test('a floor and a ratio of 0 allow none', () => {
  const budget = createRetryBudget({ maxElapsedMs: 0, budgetRatio: 0, budgetFloor: 0 });
  budget.attempted(A);
  expect(taken(budget, A)).toBe(0);
});

test('origins beyond 1 000 push out the one longest unused', () => {
  const budget = createRetryBudget({ maxElapsedMs: 0, budgetRatio: 0, budgetFloor: 1 });
  expect(budget.take(A)).toBe(true);
  expect(budget.take(B)).toBe(true);
  for (let i = 0; i < 998; i += 1) budget.attempted(`https://h${i}.example`);
  budget.attempted(A);
  budget.attempted('https://one-more.example');
  expect(budget.take(A), 'used a moment ago: its one retry is still spent').toBe(false);
  expect(budget.take(B), 'forgotten').toBe(true);
});
