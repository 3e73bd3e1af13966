import type { ClientSignal } from '@helicone-proxy/core';
import { ApiError } from './api-error.js';

/** Questions of one tenant that are worked on at once. One thread reads for all tenants, so no tenant may fill its queue. */
const AT_ONCE = 8;
/** Questions of one tenant that wait for that. */
const MAX_WAITING = 256;

interface Waiting {
  start(): void;
}

interface Tenant {
  running: number;
  /** In order of arrival. */
  waiting: Set<Waiting>;
}

/**
 * Does `work` when it is its turn among what the tenant asks. What waits for a client that left is not done at all.
 * @throws {ApiError} 503 when too much waits, 499 when the client left.
 */
export type Turns = <Result>(
  who: { tenant: string; signal: ClientSignal },
  work: () => Promise<Result>,
) => Promise<Result>;

/** Turns of all tenants; those who ask nothing take no room. */
export function createTurns(): Turns {
  const tenants = new Map<string, Tenant>();

  function end(tenant: string, of: Tenant): void {
    of.running -= 1;
    const [next] = of.waiting;
    next?.start();
    if (of.running === 0) tenants.delete(tenant);
  }

  return async (who, work) => {
    const { tenant, signal } = who;
    const of = tenants.get(tenant) ?? { running: 0, waiting: new Set() };
    if (of.running >= AT_ONCE) await turn(of, signal);
    else {
      tenants.set(tenant, of);
      of.running += 1;
    }
    try {
      return await work();
    } finally {
      end(tenant, of);
    }
  };
}

/** Resolves when it counts as running. */
function turn(of: Tenant, signal: ClientSignal): Promise<void> {
  if (of.waiting.size >= MAX_WAITING) throw new ApiError(503, 'Too many questions at once', { 'retry-after': '1' });
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      of.waiting.delete(waiting);
      signal.removeEventListener('abort', leave);
    };
    const waiting: Waiting = {
      start() {
        settle();
        of.running += 1;
        resolve();
      },
    };
    const leave = {
      handleEvent() {
        settle();
        reject(new ApiError(499, 'the client left'));
      },
    };
    of.waiting.add(waiting);
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave.handleEvent();
  });
}
