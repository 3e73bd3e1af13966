import { bucketKey } from '../policy/cache-key.js';
import type { CachePolicy } from '../policy/policy.js';
import type { CacheStore } from './cache-store.js';
import type { CacheEntry } from './entry.js';

/** What the store has for one call. */
export interface LookUp {
  /** The answers among which a hit is chosen; empty when there are not as many as the call asks for, which is a miss. */
  readonly entries: readonly CacheEntry[];
  /** Index of the bucket that the next answer fills: the first that is empty or too old. 0 when none is. */
  readonly free: number;
}

/** Where to look. */
export interface Place {
  readonly store: CacheStore;
  readonly key: string;
  readonly policy: CachePolicy;
}

/** Reads all buckets of a key; answers at once where the store does. */
export function lookUp({ store, key, policy }: Place): LookUp | Promise<LookUp> {
  if (policy.buckets === 1) {
    const entry = store.get(key);
    return entry instanceof Promise ? entry.then((got) => judge([got], policy)) : judge([entry], policy);
  }
  const entries: (CacheEntry | null | Promise<CacheEntry | null>)[] = [];
  for (let index = 0; index < policy.buckets; index++) entries.push(store.get(bucketKey(key, index)));
  if (!entries.some((entry) => entry instanceof Promise)) return judge(entries as (CacheEntry | null)[], policy);
  return Promise.all(entries).then((got) => judge(got, policy));
}

function judge(entries: readonly (CacheEntry | null)[], { maxAgeMs }: CachePolicy): LookUp {
  const now = Date.now();
  const oldest = maxAgeMs === null ? Number.NEGATIVE_INFINITY : now - maxAgeMs;
  const free = entries.findIndex((entry) => entry === null || entry.storedAt < oldest || entry.expiresAt <= now);
  return free < 0 ? { entries: entries as readonly CacheEntry[], free: 0 } : { entries: [], free };
}
