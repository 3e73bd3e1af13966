import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Call, createCall } from './call.js';
import { createRunningCalls } from './running-calls.js';
import { createByteBudget } from './upstream/byte-budget.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A call, how its client leaves, and the codes with which its upstream call was ended, if it has begun. */
function callOf({ begun = true } = {}): { call: Call; leaveClient(): void; cancelled: string[] } {
  const client = new AbortController();
  const request = { method: 'GET', path: '/', query: '', headers: {}, body: null, signal: client.signal };
  const call = createCall(request, createByteBudget(0));
  const cancelled: string[] = [];
  if (begun) call.life.hold({ cancel: ({ code }) => cancelled.push(code) });
  return { call, leaveClient: () => client.abort(), cancelled };
}

/** Whether a promise is resolved, as far as microtasks and timers that are due tell. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
}

test('the upstream call ends when its client leaves, and no other', () => {
  const running = createRunningCalls();
  const [one, two] = [callOf(), callOf()];
  running.enter(one.call);
  running.enter(two.call);
  one.leaveClient();
  expect(one.cancelled).toEqual(['client_closed']);
  expect(two.cancelled).toEqual([]);
});

test('a client that leaves before there is an upstream call disturbs nothing', () => {
  const running = createRunningCalls();
  const { call, leaveClient, cancelled } = callOf({ begun: false });
  running.enter(call);
  leaveClient();
  expect(cancelled).toEqual([]);
});

test('a call whose client has left before is over at once, since no event comes any more', () => {
  const running = createRunningCalls();
  const { call, leaveClient } = callOf({ begun: false });
  leaveClient();
  running.enter(call);
  expect(call.life.ended?.code).toBe('client_closed');
});

test('the last exchange is the one that is ended', () => {
  const running = createRunningCalls();
  const { call, leaveClient, cancelled } = callOf();
  running.enter(call);
  const later: string[] = [];
  call.life.hold({ cancel: () => later.push('cancelled') });
  leaveClient();
  expect(cancelled).toEqual([]);
  expect(later).toEqual(['cancelled']);
});

test('a call that has ended is not touched any more', () => {
  const running = createRunningCalls();
  const { call, leaveClient, cancelled } = callOf();
  running.leave(running.enter(call));
  leaveClient();
  expect(cancelled).toEqual([]);
});

test('with nothing running, draining is done at once', async () => {
  const running = createRunningCalls();
  expect(running.closing).toBe(false);
  const drained = running.drain(10_000);
  expect(running.closing).toBe(true);
  await drained;
  expect(vi.getTimerCount()).toBe(0);
});

test('draining waits for the last call, in whatever order they end', async () => {
  const running = createRunningCalls();
  const calls = Array.from({ length: 5 }, callOf);
  const places = calls.map(({ call }) => running.enter(call));
  const drained = running.drain(10_000);
  for (const index of [2, 0, 4, 1]) {
    running.leave(places[index] as (typeof places)[number]);
    expect(await settled(drained)).toBe(false);
  }
  running.leave(places[3] as (typeof places)[number]);
  expect(await settled(drained)).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
  expect(calls.flatMap(({ cancelled }) => cancelled)).toEqual([]);
});

test('after the grace period calls that still run are cut, those alone, and all are told', async () => {
  const running = createRunningCalls();
  const calls = Array.from({ length: 4 }, () => callOf());
  const places = calls.map(({ call }) => running.enter(call));
  running.leave(places[1] as (typeof places)[number]);
  // A cut call leaves while the others are still being cut.
  for (const [index, { call, cancelled }] of calls.entries()) {
    call.life.hold({
      cancel: ({ code }) => {
        cancelled.push(code);
        running.leave(places[index] as (typeof places)[number]);
      },
    });
  }
  const drained = running.drain(10_000);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(calls.flatMap(({ cancelled }) => cancelled)).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(calls.map(({ cancelled }) => cancelled)).toEqual([
    ['shutting_down'],
    [],
    ['shutting_down'],
    ['shutting_down'],
  ]);
  await drained;
});

test('a call that cannot be cut does not hold the shutdown up', async () => {
  const running = createRunningCalls();
  const { call } = callOf({ begun: false });
  running.enter(call);
  const drained = running.drain(50);
  await vi.advanceTimersByTimeAsync(60);
  expect(await settled(drained)).toBe(true);
});

test('a call that is said to have left twice takes no other call with it', () => {
  const running = createRunningCalls();
  const first = running.enter(callOf().call);
  const others = [running.enter(callOf().call), running.enter(callOf().call)];
  running.leave(first);
  running.leave(first);
  expect(others.map(({ index }) => index).sort()).toEqual([0, 1]);
});
