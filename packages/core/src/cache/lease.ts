import { randomUUID } from 'node:crypto';
import type { RedisCommands } from '../redis/redis-client.js';
import type { LeaseStore } from './cache-store.js';
import { STORE_PREFIX } from './keyv-store.js';

/** Times in ms; others than the defaults are for tests. */
export interface LeaseTimes {
  /** After its process died, a lease lasts so long. Default 10 000. */
  leaseMs?: number;
  /** A lease that is held is renewed this often. Default 3 000. */
  renewMs?: number;
  /** So long all others are told that there was nothing to store. Default 2 000. */
  noneMs?: number;
}

const NONE = 'none';

/**
 * KEYS[1] lease; ARGV token, ms. 1: it is ours. 0: another holds it. 2: another ended it with nothing to store. A client that lost
 * its connection may send it twice.
 */
const ACQUIRE = `if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
local holder = redis.call('get', KEYS[1])
if holder == ARGV[1] then return 1 end
if holder == '${NONE}' then return 2 end
return 0`;

/** KEYS[1] lease; ARGV token, ms. 0: it is not ours any more. */
const RENEW = `if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('pexpire', KEYS[1], ARGV[2])`;

/** KEYS[1] lease; ARGV token, and ms that the mark of nothing stored stays: 0 for no mark. Another's lease is left alone. */
const RELEASE = `if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then return redis.call('del', KEYS[1]) end
redis.call('set', KEYS[1], '${NONE}', 'PX', ARGV[2])
return 1`;

/** Leases in Redis, beside the entries. Operations reject when Redis does. */
export function createLeaseStore(commands: RedisCommands, times: LeaseTimes = {}): LeaseStore {
  const { leaseMs = 10_000, renewMs = 3_000, noneMs = 2_000 } = times;
  return {
    async acquire(key) {
      const name = leaseName(key);
      const token = randomUUID();
      const answer = Number(await commands.eval(ACQUIRE, [name], [token, String(leaseMs)]));
      if (answer !== 1) return { state: answer === 2 ? 'none' : 'theirs' };
      const held = new HeldLease({ commands, name, token, leaseMs });
      held.renewEvery(renewMs);
      return { state: 'mine', release: (stored) => held.release(stored ? 0 : noneMs) };
    },
    async look(key) {
      const holder = await commands.get(leaseName(key));
      if (holder === null) return 'free';
      return holder.toString() === NONE ? 'none' : 'theirs';
    },
  };
}

function leaseName(key: string): string {
  return `${STORE_PREFIX + key}:lease`;
}

interface HeldOptions {
  commands: RedisCommands;
  name: string;
  token: string;
  leaseMs: number;
}

/** A lease of this process, renewed until it is released or found to be another's. */
class HeldLease {
  readonly #options: HeldOptions;
  #timer: NodeJS.Timeout | null = null;
  #renewing = false;
  #released = false;

  constructor(options: HeldOptions) {
    this.#options = options;
  }

  renewEvery(ms: number): void {
    this.#timer = setInterval(() => void this.#renew(), ms);
    this.#timer.unref();
  }

  /** Renewal stops at once, whatever becomes of the rest. */
  async release(markMs: number): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    this.#stop();
    const { commands, name, token } = this.#options;
    await commands.eval(RELEASE, [name], [token, String(markMs)]);
  }

  async #renew(): Promise<void> {
    // A Redis that stands still must not find a queue of these.
    if (this.#renewing) return;
    this.#renewing = true;
    const { commands, name, token, leaseMs } = this.#options;
    try {
      if (Number(await commands.eval(RENEW, [name], [token, String(leaseMs)])) === 0) this.#stop();
    } catch {
      // The next one may come through before the lease ends.
    } finally {
      this.#renewing = false;
    }
  }

  #stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
