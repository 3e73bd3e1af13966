import { expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { Caller } from '../identity.js';
import type { Target } from '../policy/target.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import type { OriginPool, Pools } from '../upstream/pools.js';
import type { Dispatcher } from '../upstream/undici.js';
import { createForward } from './forward.js';

const NEVER = Number.POSITIVE_INFINITY;

/** What undici is asked to send for a call; it answers 200. */
async function forwarded(change: (call: Call) => void): Promise<Dispatcher.DispatchOptions> {
  const asked: Dispatcher.DispatchOptions[] = [];
  const pool = {
    dispatch(options: Dispatcher.DispatchOptions, handler: Required<Dispatcher.DispatchHandler>) {
      asked.push(options);
      const controller = {} as Dispatcher.DispatchController;
      handler.onRequestStart(controller, {});
      handler.onResponseStart(controller, 204, {});
      handler.onResponseEnd(controller, {});
    },
  } as unknown as OriginPool;
  const pools = { trusted: () => pool } as unknown as Pools;
  const headers = { 'accept-encoding': 'gzip, br', accept: '*/*' };
  const signal = new AbortController().signal;
  const call = createCall(
    { method: 'GET', path: '/', query: 'a=1&key=x', headers, body: null, signal },
    createByteBudget(0),
  );
  call.caller = { authenticated: false, isOurs: null } as unknown as Caller;
  call.target = { provider: 'p', origin: 'https://p.example', path: '/v1', headers: {}, trusted: true } as Target;
  change(call);
  const timeouts = { connectMs: NEVER, firstByteMs: NEVER, idleMs: NEVER, totalMs: NEVER };
  await createForward(pools, timeouts)(call, () => Promise.reject(new Error('innermost')));
  return asked[0] as Dispatcher.DispatchOptions;
}

test('headers and query go on as the call has them', async () => {
  expect(await forwarded(() => {})).toMatchObject({
    path: '/v1?a=1&key=x',
    headers: ['accept-encoding', 'gzip, br', 'accept', '*/*'],
  });
});

test('a call that has to be read asks for no compression, whatever its client takes', async () => {
  const { headers } = await forwarded((call) => {
    call.identityEncoding = true;
  });
  expect(headers).toEqual(['accept-encoding', 'identity', 'accept', '*/*']);
});

test('what a fallback changed is what goes on', async () => {
  const changed = await forwarded((call) => {
    call.headers = { 'x-a': '1' };
    call.query = '';
  });
  expect(changed).toMatchObject({ path: '/v1', headers: ['x-a', '1'] });
});
