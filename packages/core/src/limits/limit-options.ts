import type { ProxyEvents } from '../events.js';
import type { Logger } from '../options.js';
import { type RedisClient, redisCommands } from '../redis/redis-client.js';
import { createFactoryStore, type RateLimiterFactory } from './factory-store.js';
import { GuardedLimitStore } from './guarded-limit-store.js';
import type { LimitStore } from './limit-store.js';
import { createRedisStore } from './redis-store.js';

/** Where rate limits are counted. */
export interface RateLimitOptions {
  /**
   * An ioredis or node-redis client, `'cluster'` (counted by the primary of a Node cluster), or a function that makes a limiter of
   * rate-limiter-flexible. Default: in this process, kept by the records worker.
   */
  store?: RedisClient | 'cluster' | RateLimiterFactory;
  /** What calls get while the store cannot say: `allow` admits them uncounted, `deny` answers 503. Default `allow`. */
  onStoreError?: 'allow' | 'deny';
  /**
   * How long a call waits for the store, ms; the first ones after a start, which wait for the default store's kept counts or for
   * prices, ten times as long. Default 200.
   */
  timeoutMs?: number;
}

export interface ResolvedRateLimitOptions {
  readonly store: RedisClient | 'cluster' | RateLimiterFactory | null;
  readonly onStoreError: 'allow' | 'deny';
  readonly timeoutMs: number;
}

const KEYS = ['store', 'onStoreError', 'timeoutMs'];
const MAX_TIMEOUT_MS = 60_000;

/** Checks the option and fills in the defaults; null when limits are turned off. Throws a `TypeError` or `RangeError` that names the key. */
export function resolveRateLimitOptions(given: RateLimitOptions | false | undefined): ResolvedRateLimitOptions | null {
  if (given === false) return null;
  const options = given ?? {};
  if (typeof options !== 'object') throw new TypeError('rateLimit: must be an object or false');
  for (const key of Object.keys(options)) {
    if (!KEYS.includes(key)) throw new TypeError(`rateLimit: unknown key "${key}"; known are ${KEYS.join(', ')}`);
  }
  const { store = null, onStoreError = 'allow', timeoutMs = 200 } = options;
  if (onStoreError !== 'allow' && onStoreError !== 'deny') {
    throw new TypeError('rateLimit.onStoreError: must be "allow" or "deny"');
  }
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(`rateLimit.timeoutMs: must be milliseconds above 0, at most ${MAX_TIMEOUT_MS}`);
  }
  if (store !== null && store !== 'cluster' && typeof store !== 'function' && redisCommands(store) === null) {
    throw new TypeError(
      'rateLimit.store: must be an ioredis or node-redis client, "cluster", or a function that makes a limiter',
    );
  }
  return Object.freeze({ store, onStoreError, timeoutMs });
}

/**
 * The first calls after a start wait longer, by this factor, for the records worker, which starts with them: without the kept
 * counts a restart would open every quota anew, and without prices one call would reserve all of a quota of cents.
 */
export const START_FACTOR = 10;

/** What a limit store needs of its surroundings. */
export interface LimitStoreContext {
  /** The store of this process, which reads what was kept for at most so long; `cluster` the one of the primary, which may throw. Made only when it is the one. */
  embedded(loadMs: number): LimitStore;
  cluster(): LimitStore;
  tell: ProxyEvents['tell'];
  logger: Logger | null;
}

/**
 * The store that the options name. Throws what a store that cannot be made throws. What Redis does not permit shows only when it
 * is asked: that is done at once, logged as an error, and from then on calls follow `onStoreError`.
 */
export function createLimitStore(
  { store, timeoutMs }: ResolvedRateLimitOptions,
  { embedded, cluster, tell, logger }: LimitStoreContext,
): GuardedLimitStore {
  const guard = { timeoutMs, tell, logger };
  if (store === null) {
    const loadMs = START_FACTOR * timeoutMs;
    // It waits for nothing longer than that by itself, and then answers: never to be cut off at the same moment.
    return new GuardedLimitStore(embedded(loadMs), { ...guard, timeoutMs: 2 * loadMs });
  }
  if (store === 'cluster') return new GuardedLimitStore(cluster(), guard);
  if (typeof store === 'function') return new GuardedLimitStore(createFactoryStore(store as RateLimiterFactory), guard);
  const commands = redisCommands(store);
  if (commands === null) throw new TypeError('rateLimit.store: must be an ioredis or node-redis client');
  const redis = createRedisStore(commands);
  const guarded = new GuardedLimitStore(redis, guard);
  void probe(redis).catch((error: unknown) => {
    if (isRefusal(error)) guarded.noteFailure(error);
  });
  return guarded;
}

/** Does once what each call will do, on a key that nobody counts and that ends by itself. */
async function probe(store: LimitStore): Promise<void> {
  const key = 'helicone:limit:probe';
  await store.adjust(key, 0, await store.take(key, 0, 1_000));
}

/** A client that is not connected yet rejects too; what Redis itself says begins with such a word. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && /^(?:NOPERM|NOAUTH|WRONGPASS|NOSCRIPT|READONLY|ERR)\b/.test(error.message);
}
