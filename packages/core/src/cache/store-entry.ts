import { bucketKey } from '../policy/cache-key.js';
import type { CacheEntry } from './entry.js';
import type { Place } from './look-up.js';

/** Stores an answer. Never rejects: the store tells of its own failures, and everybody has the answer. */
export async function storeEntry({ store, key, policy }: Place, bucket: number, entry: CacheEntry): Promise<void> {
  try {
    const stored = store.set(bucketKey(key, bucket), entry, policy.lifetimeMs);
    if (stored instanceof Promise) await stored;
  } catch {
    // Nobody waits for it.
  }
}
