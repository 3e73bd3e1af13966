import { createHash } from 'node:crypto';
import type { RateLimiterCompatibleAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { BoundedLimitStore } from './guarded-limit-store.js';
import type { Taken } from './limit-store.js';

/** What is used of a limiter of rate-limiter-flexible. */
export type UserLimiter = Pick<RateLimiterCompatibleAbstract, 'consume' | 'penalty' | 'reward'>;

/**
 * Makes a limiter of rate-limiter-flexible on a store of the host's: `(options) => new RateLimiterPostgres({ storeClient, ...options })`.
 * Called once, when the proxy is made; the one limiter counts all limits, each with a duration of its own. It must keep those
 * options, and should set no `blockDuration` or `insuranceLimiter`. `RateLimiterMemory` does not limit at all with windows over
 * 24.8 days. A limiter whose table is not there yet fails its first takes, which follow `onStoreError`.
 */
export type RateLimiterFactory = (options: { keyPrefix: string; points: number; duration: number }) => UserLimiter;

/** Also a table's name, by default. */
const KEY_PREFIX = 'helicone_limits';
/** Most a column of 32 bits holds: the limiter itself refuses nothing. */
const INT4 = 2 ** 31 - 1;
/** A thousand calls that each reserve the whole quota, all but one about to be refused, stay below 2^31. */
const MAX_POINTS = 2 ** 20;
/** Postgres and MySQL keep keys of 255 characters, prefix included. */
const MAX_KEY = 200;
/** Adjusting may open a new window if the old one has just ended by the store's clock: so near its end it is left. Ms. */
const MARGIN_MS = 1_000;

interface FactoryTaken extends Taken {
  readonly windowMs: number;
  /** The points were added: not so when the limiter had blocked the key by itself. */
  readonly counted: boolean;
}

/** Counts with the one limiter that `factory` makes. Throws a `TypeError` when it makes none. */
export function createFactoryStore(factory: RateLimiterFactory): BoundedLimitStore {
  const limiter = make(factory);
  for (const method of ['consume', 'penalty', 'reward'] as const) {
    if (typeof limiter?.[method] !== 'function') {
      throw new TypeError(
        `rateLimit.store: the function must return a limiter of rate-limiter-flexible; it has no ${method}()`,
      );
    }
  }
  return {
    maxPoints: MAX_POINTS,
    async take(key, points, windowMs): Promise<FactoryTaken> {
      const options = { customDuration: windowMs / 1000 };
      const answer = await limiter.consume(shortKey(key), points, options).catch(countIn);
      const counted = answer.consumedPoints >= points;
      const leftMs = answer.msBeforeNext < 0 ? windowMs : answer.msBeforeNext;
      return { points: counted ? answer.consumedPoints : INT4, endsAt: Date.now() + leftMs, windowMs, counted };
    },
    async adjust(key, points, taken) {
      const { endsAt, windowMs, counted } = taken as FactoryTaken;
      if (!counted || Date.now() >= endsAt - Math.min(MARGIN_MS, windowMs / 10)) return;
      const options = { customDuration: windowMs / 1000 };
      if (points < 0) await limiter.reward(shortKey(key), -points, options);
      else await limiter.penalty(shortKey(key), points, options);
    },
    close: async () => {},
  };
}

function make(factory: RateLimiterFactory): UserLimiter {
  try {
    return factory({ keyPrefix: KEY_PREFIX, points: INT4, duration: 1 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TypeError(`rateLimit.store: the function that makes a limiter failed: ${why}`, { cause });
  }
}

/** A limiter that refuses by itself rejects with its count, which is no failure. */
function countIn(thrown: unknown): RateLimiterRes {
  const { consumedPoints, msBeforeNext } = (thrown ?? {}) as Partial<RateLimiterRes>;
  if (typeof consumedPoints === 'number' && typeof msBeforeNext === 'number') return thrown as RateLimiterRes;
  throw thrown;
}

function shortKey(key: string): string {
  return key.length <= MAX_KEY ? key : createHash('sha256').update(key).digest('hex');
}
