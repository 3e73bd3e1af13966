import { detectKeyvStorage, Keyv, type KeyvStorageAdapter } from 'keyv';
import type { ProxyEvents } from '../events.js';
import { bytes, expectKeys } from '../option-values.js';
import type { Logger } from '../options.js';
import { type RedisClient, type RedisCommands, redisCommands } from '../redis/redis-client.js';
import type { CacheStore } from './cache-store.js';
import { guardedStore } from './guarded-store.js';
import { createKeyvStore, isKeyv } from './keyv-store.js';
import { createLeaseStore } from './lease.js';
import { MemoryStore } from './memory-store.js';
import { redisStorage } from './redis-storage.js';

/** Where cached answers are kept. Which calls are cached is said by headers. */
export interface CacheOptions {
  /**
   * A Keyv, a Keyv storage adapter, or an ioredis or node-redis client, which stays the host's: it is never closed. Equal calls of
   * several processes share one upstream call with a Redis client only. Default: in this process's memory.
   */
  store?: Keyv | KeyvStorageAdapter | RedisClient;
  /** Bytes of all entries in memory; has no meaning with a store. Default 100 MiB. */
  maxBytes?: number;
  /** Longest body that is kept, bytes. Default 4 MiB. */
  maxEntryBytes?: number;
  /** How long a call waits for the store, ms; then it goes on as if the store had nothing. Default 200. */
  timeoutMs?: number;
}

export interface ResolvedCacheOptions {
  readonly store: ChosenStore;
  readonly maxBytes: number;
  readonly maxEntryBytes: number;
  readonly timeoutMs: number;
}

/** The store that was handed in, told apart. */
export type ChosenStore =
  | { readonly kind: 'memory' }
  | { readonly kind: 'keyv'; readonly keyv: Keyv }
  | { readonly kind: 'adapter'; readonly adapter: KeyvStorageAdapter }
  | { readonly kind: 'redis'; readonly commands: RedisCommands };

const MIB = 1024 * 1024;
const MAX_TIMEOUT_MS = 60_000;

/**
 * Checks the option and fills in the defaults; null when the cache is turned off. Throws a `TypeError` or `RangeError` that names
 * the key that is wrong.
 */
export function resolveCacheOptions(given: CacheOptions | false | undefined): ResolvedCacheOptions | null {
  if (given === false) return null;
  const options = given ?? {};
  expectKeys('cache', options, ['store', 'maxBytes', 'maxEntryBytes', 'timeoutMs']);
  const { timeoutMs = 200 } = options;
  if (typeof timeoutMs !== 'number' || !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new RangeError(`cache.timeoutMs: must be milliseconds above 0, at most ${MAX_TIMEOUT_MS}`);
  }
  return Object.freeze({
    store: choose(options.store),
    maxBytes: bytes('cache.maxBytes', options.maxBytes, 100 * MIB),
    maxEntryBytes: bytes('cache.maxEntryBytes', options.maxEntryBytes, 4 * MIB),
    timeoutMs,
  });
}

function choose(store: CacheOptions['store']): ChosenStore {
  if (store === undefined) return { kind: 'memory' };
  if (isKeyv(store)) return { kind: 'keyv', keyv: store };
  const commands = redisCommands(store);
  if (commands !== null) return { kind: 'redis', commands };
  if (detectKeyvStorage(store).compatible) return { kind: 'adapter', adapter: store as KeyvStorageAdapter };
  throw new TypeError('cache.store: must be a Keyv, a Keyv storage adapter, or an ioredis or node-redis client');
}

/** What a store needs of its surroundings. */
export interface CacheStoreContext {
  tell: ProxyEvents['tell'];
  logger: Logger | null;
}

/** The store that the options name. None of its operations rejects; those of the one in memory are synchronous. */
export function createCacheStore(
  { store, maxBytes, timeoutMs }: ResolvedCacheOptions,
  { tell, logger }: CacheStoreContext,
): CacheStore {
  if (store.kind === 'memory') return new MemoryStore(maxBytes);
  return guardedStore(unguarded(store), { timeoutMs, tell, logger });
}

function unguarded(store: Exclude<ChosenStore, { kind: 'memory' }>): CacheStore {
  if (store.kind === 'keyv') return createKeyvStore(store.keyv);
  if (store.kind === 'adapter') return createKeyvStore(new Keyv({ store: store.adapter }));
  const { commands } = store;
  const keyv = new Keyv({ store: redisStorage(commands), serialization: false });
  return createKeyvStore(keyv, createLeaseStore(commands));
}
