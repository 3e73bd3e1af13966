import type { ProxyEvents } from '../events.js';
import type { Logger } from '../options.js';
import type { CacheStore, Lease, LeaseStore } from './cache-store.js';

export interface GuardOptions {
  /** How long a call waits for the store, ms. */
  timeoutMs: number;
  tell: ProxyEvents['tell'];
  logger: Logger | null;
}

/** A store that failed is left alone this long, so that one that is frozen costs one call a second its time, not all. Ms. */
const PAUSE_MS = 1_000;
/** Bodies on their way to the store, which a client may hold for as long as it cannot send them. Bytes. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;

/**
 * A store that fails, or takes longer than `timeoutMs`, counts as one that has nothing and keeps nothing: no operation rejects. An
 * outage is told once, as an event and a log line. After a failure nothing is tried for a second, then one operation alone, until
 * that works.
 */
export function guardedStore(store: CacheStore, options: GuardOptions): CacheStore {
  const guard = new Guard(options);
  let pendingBytes = 0;
  return {
    lease: store.lease === null ? null : guardedLease(store.lease, guard),
    get: (key) => guard.try(() => store.get(key), null),
    set(key, entry, lifetimeMs) {
      const bytes = entry.body.length;
      if (pendingBytes + bytes > MAX_PENDING_BYTES) return;
      const settled = (): void => {
        pendingBytes -= bytes;
      };
      return guard.try(() => {
        pendingBytes += bytes;
        return watched(() => store.set(key, entry, lifetimeMs), settled);
      }, undefined);
    },
    delete: (key) => guard.try(() => store.delete(key), undefined),
    close: () => store.close(),
  };
}

function guardedLease(lease: LeaseStore, guard: Guard): LeaseStore {
  return {
    async acquire(key) {
      const answer = await guard.try<Lease>(() => lease.acquire(key), { state: 'none' }, letGo);
      if (answer.state !== 'mine') return answer;
      return { state: 'mine', release: async (stored) => guard.always(() => answer.release(stored)) };
    },
    look: async (key) => guard.try(() => lease.look(key), 'none'),
  };
}

/** The caller went on without it; others may have it. */
function letGo(late: Lease): void {
  if (late.state === 'mine') late.release(true).catch(ignore);
}

/** Runs `work`, and `settled` when it is over, however it ends. */
function watched<T>(work: () => T | Promise<T>, settled: () => void): T | Promise<T> {
  let pending: T | Promise<T>;
  try {
    pending = work();
  } catch (error) {
    settled();
    throw error;
  }
  if (pending instanceof Promise) pending.then(settled, settled);
  else settled();
  return pending;
}

/** How one operation is raced. */
interface Race<T> {
  /** What stands for the answer of a store that fails. */
  fallback: T;
  /** The one operation that is tried while the store is down. */
  probe: boolean;
  /** Whether a failure means an outage. */
  counts: boolean;
  /** Gets an answer that came too late. */
  late?: ((value: T) => void) | undefined;
}

/** What is known of the store, and the clock that its operations run against. */
class Guard {
  readonly #options: GuardOptions;
  #down = false;
  #probing = false;
  /** On the clock of `performance.now()`. */
  #retryAt = 0;

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** What `work` comes to, or `fallback` if the store fails, is late, or is left alone at this moment. Never throws or rejects. */
  try<T>(work: () => T | Promise<T>, fallback: T, late?: (value: T) => void): T | Promise<T> {
    const probe = this.#down;
    if (probe) {
      if (this.#probing || performance.now() < this.#retryAt) return fallback;
      this.#probing = true;
    }
    return this.#run(work, { fallback, probe, counts: true, late });
  }

  /** Does `work` even while the store is left alone, since something of this process ends with it; waits only while it is not. */
  async always(work: () => Promise<void>): Promise<void> {
    const counts = !this.#down;
    const done = this.#run(work, { fallback: undefined, probe: false, counts });
    if (counts) await done;
  }

  #run<T>(work: () => T | Promise<T>, race: Race<T>): T | Promise<T> {
    try {
      const pending = work();
      if (pending instanceof Promise) return this.#race(pending, race);
      if (race.probe) this.#recovered();
      return pending;
    } catch (error) {
      return this.#failed(error, race);
    }
  }

  #race<T>(pending: Promise<T>, race: Race<T>): Promise<T> {
    return new Promise((resolve) => {
      const { timeoutMs } = this.#options;
      let open = true;
      const expire = (): void => {
        if (!open) return;
        open = false;
        resolve(this.#failed(new Error(`no answer within ${timeoutMs} ms`), race));
      };
      // In a turn of its own: if it was this process that stood still, the answer is here and only not read yet.
      const timer = setTimeout(() => setImmediate(expire), timeoutMs);
      pending.then(
        (value) => {
          clearTimeout(timer);
          if (!open) {
            race.late?.(value);
            return;
          }
          open = false;
          if (race.probe) this.#recovered();
          resolve(value);
        },
        (error: unknown) => {
          clearTimeout(timer);
          if (!open) return;
          open = false;
          resolve(this.#failed(error, race));
        },
      );
    });
  }

  #failed<T>(error: unknown, { fallback, probe, counts }: Race<T>): T {
    if (!counts) return fallback;
    if (probe) this.#probing = false;
    if (!this.#down || probe) this.#retryAt = performance.now() + PAUSE_MS;
    if (this.#down) return fallback;
    this.#down = true;
    const { tell, logger } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    tell('store', { component: 'cache', state: 'trouble', message });
    logger?.warn({ err: error }, 'the cache store fails; calls go on without it until it is back');
    return fallback;
  }

  #recovered(): void {
    this.#down = false;
    this.#probing = false;
    const { tell, logger } = this.#options;
    const message = 'the cache store works again';
    tell('store', { component: 'cache', state: 'recovered', message });
    logger?.info({}, message);
  }
}

function ignore(): void {}
