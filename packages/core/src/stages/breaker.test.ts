import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveBreakerOptions } from '../breaker-options.js';
import { type Call, createCall } from '../call.js';
import type { EngineResponse } from '../contract.js';
import type { Caller } from '../identity.js';
import type { Target } from '../policy/target.js';
import { type Breakers, createBreakers } from '../upstream/breakers.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { createBreaker } from './breaker.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function create(option?: boolean): {
  breakers: Breakers;
  send: (call: Call, status?: number) => Promise<EngineResponse>;
} {
  const options = resolveBreakerOptions(option);
  const breakers = createBreakers(options, () => {});
  const stage = createBreaker(breakers, options.on);
  return {
    breakers,
    send: async (call, status = 500) => stage(call, async () => ({ status, headers: {}, body: null })),
  };
}

function aCall(hasOtherOrigin: boolean): Call {
  const signal = new AbortController().signal;
  const call = createCall(
    { method: 'POST', path: '/', query: '', headers: {}, body: null, signal },
    createByteBudget(0),
  );
  call.caller = { tenant: 't' } as Caller;
  call.target = { origin: 'https://a.example' } as Target;
  call.hasOtherOrigin = hasOtherOrigin;
  return call;
}

test.each([
  [undefined, false, false],
  [undefined, true, true],
  [true, false, true],
  [false, true, false],
])('breaker: %s, another origin to go to: %s -> refuses %s', async (option, hasOther, refuses) => {
  const { send } = create(option);
  for (let i = 0; i < 20; i += 1) await send(aCall(hasOther));
  const call = aCall(hasOther);
  const sent = send(call);
  if (!refuses) return expect(await sent).toMatchObject({ status: 500 });
  await expect(sent).rejects.toMatchObject({ code: 'circuit_open', status: 503 });
  expect(call.labels).toEqual({ 'retry-after': '10' });
});

test('the wait that is told is at least a second', async () => {
  const { send } = create(true);
  for (let i = 0; i < 20; i += 1) await send(aCall(false));
  vi.advanceTimersByTime(9_990);
  const call = aCall(false);
  await expect(send(call)).rejects.toMatchObject({ code: 'circuit_open' });
  expect(call.labels).toEqual({ 'retry-after': '1' });
});

test('what it said of one target is not said of the next', async () => {
  const { send } = create(true);
  const call = aCall(false);
  call.labels = { 'retry-after': '10', other: 'x' };
  expect(await send(call, 200)).toMatchObject({ status: 200 });
  expect(call.labels).toEqual({ other: 'x' });
});
