import type { Keyv } from 'keyv';
import type { CacheStore, LeaseStore } from './cache-store.js';
import { decodeEntry, encodeEntry } from './entry.js';

/** What a Keyv told of its troubles; it tells them as events, and its operations go on without. */
interface Troubles {
  count: number;
  last: unknown;
}

/** Goes before each key of ours in a store, so that it can be shared with others. */
export const STORE_PREFIX = 'helicone:cache:';

/** One listener for each Keyv, however many proxies use it. Never removed: a Keyv without one throws what happens to it later. */
const TROUBLES = new WeakMap<Keyv, Troubles>();

/** Whether the value is a Keyv, of this or another copy of the package. */
export function isKeyv(value: unknown): value is Keyv {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Record<string, unknown>;
  return ['get', 'set', 'delete', 'on', 'getRaw'].every((name) => typeof candidate[name] === 'function');
}

/**
 * Keeps entries, encoded, in a Keyv, and never closes it. Operations reject when the Keyv tells of an error; a value that cannot
 * be read back is a miss, and is deleted.
 */
export function createKeyvStore(keyv: Keyv, lease: LeaseStore | null = null): CacheStore {
  const troubles = troublesOf(keyv);
  return {
    lease,
    async get(key) {
      const name = STORE_PREFIX + key;
      const before = troubles.count;
      const value: unknown = await keyv.get(name);
      if (value === undefined || value === null) {
        if (troubles.count !== before && !(await isUnreadable(keyv, name))) throw troubleOf(troubles);
        if (troubles.count !== before) await keyv.delete(name);
        return null;
      }
      const entry = decodeEntry(value);
      if (entry !== null && entry.expiresAt > Date.now()) return entry;
      await keyv.delete(name);
      return null;
    },
    async set(key, entry, lifetimeMs) {
      // To a Keyv, 0 means for ever.
      if (!(lifetimeMs > 0)) return;
      const before = troubles.count;
      const stored = await keyv.set(STORE_PREFIX + key, encodeEntry(entry), Math.ceil(lifetimeMs));
      if (stored === false || troubles.count !== before) throw troubleOf(troubles);
    },
    async delete(key) {
      const before = troubles.count;
      await keyv.delete(STORE_PREFIX + key);
      if (troubles.count !== before) throw troubleOf(troubles);
    },
    close: async () => {},
  };
}

function troublesOf(keyv: Keyv): Troubles {
  const known = TROUBLES.get(keyv);
  if (known !== undefined) return known;
  const troubles: Troubles = { count: 0, last: undefined };
  keyv.on('error', (error: unknown) => {
    troubles.count += 1;
    troubles.last = error;
  });
  TROUBLES.set(keyv, troubles);
  return troubles;
}

/** Told apart by asking the adapter: it has a value, which the Keyv could not parse or decompress. */
async function isUnreadable(keyv: Keyv, name: string): Promise<boolean> {
  try {
    const raw: unknown = await keyv.store.get(name);
    return raw !== undefined && raw !== null;
  } catch {
    return false;
  }
}

function troubleOf({ last }: Troubles): Error {
  return last instanceof Error ? last : new Error(last === undefined ? 'it did not take the value' : String(last));
}
