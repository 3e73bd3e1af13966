import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline, type Phase } from './deadline.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function deadline(totalMs = Number.POSITIVE_INFINITY): { deadline: Deadline; expired: [Phase, number][] } {
  const expired: [Phase, number][] = [];
  const startedAt = performance.now();
  return {
    deadline: new Deadline(startedAt + totalMs, (phase) => expired.push([phase, performance.now() - startedAt])),
    expired,
  };
}

test('a phase that takes too long expires, once and on time', () => {
  const { deadline: waiting, expired } = deadline();
  waiting.wait('connect', 100);
  vi.advanceTimersByTime(99);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual([['connect', 100]]);
});

test('a later phase takes the place of the one before', () => {
  const { deadline: waiting, expired } = deadline();
  waiting.wait('connect', 100);
  vi.advanceTimersByTime(90);
  waiting.wait('first byte', 200);
  vi.advanceTimersByTime(199);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual([['first byte', 290]]);
});

test('a deadline that moves nearer is kept too', () => {
  const { deadline: waiting, expired } = deadline();
  waiting.wait('first byte', 10_000);
  waiting.wait('idle', 50);
  vi.advanceTimersByTime(50);
  expect(expired).toEqual([['idle', 50]]);
});

test('moving it further away sets no timer', () => {
  const { deadline: waiting } = deadline();
  const set = vi.spyOn(globalThis, 'setTimeout');
  waiting.wait('connect', 100);
  for (let i = 0; i < 50; i++) waiting.wait('idle', 200);
  expect(set).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(1);
  set.mockRestore();
});

test('the total limits every phase', () => {
  const { deadline: waiting, expired } = deadline(300);
  waiting.wait('connect', 100);
  vi.advanceTimersByTime(50);
  waiting.wait('idle', 1000);
  vi.advanceTimersByTime(250);
  expect(expired).toEqual([['total', 300]]);
});

test('a total that is over already expires on the next turn', () => {
  const { deadline: waiting, expired } = deadline(-5);
  waiting.wait('connect', 100);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual([['total', 1]]);
});

test('once cleared nothing expires, and no timer is left behind', () => {
  const { deadline: waiting, expired } = deadline(300);
  waiting.wait('connect', 100);
  waiting.clear();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(expired).toEqual([]);
});

test('without a limit there is no timer', () => {
  const { deadline: waiting } = deadline();
  waiting.wait('first byte', Number.POSITIVE_INFINITY);
  expect(vi.getTimerCount()).toBe(0);
});

test('waiting may begin anew when it has expired', () => {
  const expired: Phase[] = [];
  const waiting = new Deadline(Number.POSITIVE_INFINITY, (phase) => {
    expired.push(phase);
    if (expired.length < 3) waiting.wait('idle', 100);
  });
  waiting.wait('idle', 100);
  vi.advanceTimersByTime(300);
  expect(expired).toEqual(['idle', 'idle', 'idle']);
  vi.advanceTimersByTime(1000);
  expect(expired).toHaveLength(3);
});

test('a timer that fires a little early waits for the rest', () => {
  const { deadline: waiting, expired } = deadline();
  waiting.wait('connect', 10.6);
  vi.advanceTimersByTime(10);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual([['connect', 11]]);
});
