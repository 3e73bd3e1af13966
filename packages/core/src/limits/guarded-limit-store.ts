import type { ProxyEvents } from '../events.js';
import type { Logger } from '../options.js';
import { MAX_POINTS } from './limit-points.js';
import type { LimitStore, Taken } from './limit-store.js';

/** A store whose integers are short says so. */
export interface BoundedLimitStore extends LimitStore {
  /** Largest quota that it counts, points; larger ones are counted in coarser points. */
  readonly maxPoints?: number;
}

export interface GuardOptions {
  /** How long a call waits for the store, ms. */
  timeoutMs: number;
  tell: ProxyEvents['tell'];
  logger: Logger | null;
}

interface Adjustment {
  key: string;
  points: number;
  taken: Taken;
}

/** A store that failed is left alone this long, so that one that is frozen costs one call a second its time, not all. Ms. */
const PAUSE_MS = 1_000;
/** Adjustments that wait for the store to come back; beyond it the oldest are lost, and their bounds stay. */
const MAX_WAITING = 10_000;

/**
 * A limit store that fails costs at most `timeoutMs` and one log line: a take that it cannot answer is a value, and never
 * counted here instead. After a failure takes are not tried for a second, then by one call alone until that works.
 */
export class GuardedLimitStore {
  readonly maxPoints: number;
  /** Takes that the store could not answer since the start. */
  unanswered = 0;
  readonly #store: LimitStore;
  readonly #options: GuardOptions;
  #down = false;
  #probing = false;
  /** On the clock of `performance.now()`. */
  #retryAt = 0;
  #waiting: Adjustment[] = [];

  constructor(store: BoundedLimitStore, options: GuardOptions) {
    this.#store = store;
    this.maxPoints = store.maxPoints ?? MAX_POINTS;
    this.#options = options;
  }

  /** As the store's own; null when it cannot say. Never rejects. */
  take(key: string, points: number, windowMs: number): Taken | null | Promise<Taken | null> {
    if (this.#down) {
      if (this.#probing || performance.now() < this.#retryAt) {
        this.unanswered += 1;
        return null;
      }
      this.#probing = true;
    }
    const probe = this.#probing;
    try {
      const taken = this.#store.take(key, points, windowMs);
      if (taken instanceof Promise) return this.#race(taken, { key, points }, probe);
      if (probe) this.#recovered();
      return taken;
    } catch (error) {
      return this.#failed(error, probe);
    }
  }

  /** As the store's own. While it is down, adjustments wait: their reservations would use up long windows. */
  adjust(key: string, points: number, taken: Taken): void {
    if (!this.#down) {
      this.#send({ key, points, taken });
      return;
    }
    if (this.#waiting.length >= MAX_WAITING) this.#waiting.shift();
    this.#waiting.push({ key, points, taken });
  }

  /** Somebody else found out that the store fails: as if a take had. */
  noteFailure(error: unknown): void {
    this.#failed(error, false);
  }

  async close(): Promise<void> {
    this.#waiting = [];
    await this.#store.close();
  }

  #race(pending: Promise<Taken>, { key, points }: Omit<Adjustment, 'taken'>, probe: boolean): Promise<Taken | null> {
    return new Promise((resolve) => {
      let open = true;
      const { timeoutMs } = this.#options;
      const expire = (): void => {
        if (!open) return;
        open = false;
        resolve(this.#failed(new Error(`no answer within ${timeoutMs} ms`), probe));
      };
      // In a turn of its own: if it was this process that stood still, the answer is here and only not read yet.
      const timer = setTimeout(() => setImmediate(expire), timeoutMs);
      timer.unref();
      pending.then(
        (taken) => {
          clearTimeout(timer);
          if (open) {
            open = false;
            if (probe) this.#recovered();
            resolve(taken);
            return;
          }
          // The call went on without it.
          this.adjust(key, -points, taken);
        },
        (error: unknown) => {
          clearTimeout(timer);
          if (!open) return;
          open = false;
          resolve(this.#failed(error, probe));
        },
      );
    });
  }

  #failed(error: unknown, probe: boolean): null {
    this.unanswered += 1;
    if (probe) this.#probing = false;
    if (!this.#down || probe) this.#retryAt = performance.now() + PAUSE_MS;
    if (this.#down) return null;
    this.#down = true;
    const { tell, logger } = this.#options;
    const message = error instanceof Error ? error.message : String(error);
    tell('store', { component: 'rate-limit', state: 'trouble', message });
    logger?.error({ err: error }, 'the rate limit store fails; calls are not counted until it is back');
    return null;
  }

  #recovered(): void {
    this.#down = false;
    this.#probing = false;
    const { tell, logger } = this.#options;
    const message = 'rate limits are counted again';
    tell('store', { component: 'rate-limit', state: 'recovered', message });
    logger?.info({}, message);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const adjustment of waiting) this.#send(adjustment);
  }

  /** One that fails is not sent again: it may have been done, and twice would admit more than the quota. */
  #send({ key, points, taken }: Adjustment): void {
    try {
      const sent = this.#store.adjust(key, points, taken);
      if (sent instanceof Promise) sent.catch(ignore);
    } catch {
      // Takes tell of a store that fails.
    }
  }
}

function ignore(): void {}
