import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WaitingCalls } from './waiting-calls.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function create(): { waiting: WaitingCalls<string>; givenUp: string[] } {
  const givenUp: string[] = [];
  return { waiting: new WaitingCalls((value) => givenUp.push(value)), givenUp };
}

test('a call is taken once', () => {
  const { waiting, givenUp } = create();
  waiting.hold('1', 'one');
  expect(waiting.take('1')).toBe('one');
  expect(waiting.take('1')).toBeUndefined();
  waiting.close();
  expect(givenUp).toEqual([]);
});

test('what waits too long is given up, what came later is not', () => {
  const { waiting, givenUp } = create();
  waiting.hold('1', 'one');
  vi.advanceTimersByTime(20_000);
  waiting.hold('2', 'two');
  vi.advanceTimersByTime(10_000);
  expect(givenUp).toEqual(['one']);
  vi.advanceTimersByTime(30_000);
  expect(givenUp).toEqual(['one', 'two']);
  expect(vi.getTimerCount()).toBe(0);
});

test('beyond 10 000 the oldest is given up', () => {
  const { waiting, givenUp } = create();
  for (let i = 0; i <= 10_000; i += 1) waiting.hold(String(i), String(i));
  expect(givenUp).toEqual(['0']);
  expect(waiting.take('10000')).toBe('10000');
});

test('close gives up all of them and leaves no timer', () => {
  const { waiting, givenUp } = create();
  waiting.hold('1', 'one');
  waiting.hold('2', 'two');
  waiting.close();
  expect([givenUp, vi.getTimerCount()]).toEqual([['one', 'two'], 0]);
});
