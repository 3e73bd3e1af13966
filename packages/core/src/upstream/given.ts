import type { Call } from '../call.js';
import { ProxyError } from '../errors.js';
import { Deadline } from './deadline.js';
import { timedOut } from './failure.js';
import { Wait } from './wait.js';

/** Waits for what the host gives, which may never come: the end of the call and its deadline end the wait. */
export async function whileCallLasts<T>(promise: Promise<T>, call: Call, totalAt: number): Promise<T> {
  const wait = new Wait(promise);
  const deadline = new Deadline(totalAt, (phase) => wait.cancel(timedOut(phase)));
  deadline.wait('total', Number.POSITIVE_INFINITY);
  call.life.hold(wait);
  try {
    return await wait.over;
  } finally {
    deadline.clear();
  }
}

/** What a function of the host's gives. Rejects with `auth_unavailable` when it fails, or gives what is none. */
export async function given<T>(secret: () => unknown, isOne: (value: unknown) => value is T): Promise<T> {
  try {
    const value = await secret();
    if (isOne(value)) return value;
    throw new TypeError('the function gave nothing that can be used');
  } catch (cause) {
    throw new ProxyError('auth_unavailable', 'the key for this provider could not be had right now', cause);
  }
}
