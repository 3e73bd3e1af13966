import { type KeyvStorageAdapter, keyvStorageCapability } from 'keyv';
import type { RedisCommands } from '../redis/redis-client.js';

/** What a Keyv with `serialization: false` hands over, and expects back. */
interface Envelope {
  value: Buffer;
  expires?: number;
}

/** For a value without an end, which this proxy never stores: the longest lifetime of a cache entry, 365 days, ms. */
const LONGEST_MS = 365 * 24 * 60 * 60 * 1000;

/** An adapter without events: what goes wrong here rejects, and the host's client has an `error` listener of its own. */
type SilentAdapter = Pick<
  KeyvStorageAdapter,
  'get' | 'getMany' | 'has' | 'hasMany' | 'set' | 'setMany' | 'delete' | 'deleteMany' | 'clear'
>;

/**
 * A Keyv storage adapter over a Redis client of the host's, for a Keyv with `serialization: false` and values that are bytes: they
 * are stored as they are, and Redis itself lets them expire. Operations reject when Redis does.
 */
export function redisStorage(commands: RedisCommands): KeyvStorageAdapter {
  const adapter: SilentAdapter = {
    async get(key) {
      const value = await commands.get(key);
      return (value === null ? undefined : { value }) as never;
    },
    async set(key, value, expires) {
      const px = expires === undefined ? LONGEST_MS : Math.ceil(expires - Date.now());
      if (px > 0) return commands.set(key, (value as Envelope).value, { px });
      await commands.del(key);
      return true;
    },
    async delete(key) {
      await commands.del(key);
      return true;
    },
    has: async (key) => (await commands.get(key)) !== null,
    getMany: async (keys) => Promise.all(keys.map((key) => adapter.get(key) as Promise<never>)),
    setMany: async (entries) => Promise.all(entries.map(({ key, value, expires }) => adapter.set(key, value, expires))),
    deleteMany: async (keys) => Promise.all(keys.map((key) => adapter.delete(key))),
    hasMany: async (keys) => Promise.all(keys.map((key) => adapter.has(key))),
    async clear() {
      throw new Error('the Redis is shared with others: cached answers end with their lifetimes');
    },
  };
  // A Keyv uses an adapter as it is, with moments instead of durations, when it says that it takes them.
  return { ...adapter, capabilities: keyvStorageCapability(adapter) } as unknown as KeyvStorageAdapter;
}
