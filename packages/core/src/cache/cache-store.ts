import type { CacheEntry } from './entry.js';

/** Where cached answers are kept. Without a guard around it, an operation rejects when the store fails. */
export interface CacheStore {
  /** The entry, unless there is none, it has expired, or it cannot be read back. Not to be changed by whoever gets it. */
  get(key: string): CacheEntry | null | Promise<CacheEntry | null>;
  /** Keeps the entry for `lifetimeMs`; 0 or less keeps nothing. The entry must not be changed afterwards. */
  set(key: string, entry: CacheEntry, lifetimeMs: number): void | Promise<void>;
  delete(key: string): void | Promise<void>;
  /** Single-flight across processes; null where the store is not shared, or cannot. */
  readonly lease: LeaseStore | null;
  /** Lets go what this process holds. What the host handed in stays open. */
  close(): Promise<void>;
}

/** Who of all processes may work on a key. A lease that nobody renews ends by itself. */
export interface LeaseStore {
  /**
   * Asks for the key. Whoever gets it must look for the entry once more before the work: the last holder may have stored it
   * between this caller's miss and its question.
   */
  acquire(key: string): Promise<Lease>;
  /** What is there now, for those who wait: looked at first, and the entry after it, nothing is missed. */
  look(key: string): Promise<'theirs' | 'none' | 'free'>;
}

/**
 * - `mine`: the caller works on it, and must release it. `stored` is false when there is nothing to store.
 * - `theirs`: another process does.
 * - `none`: another one has just ended with nothing to store, or nobody can tell; go alone.
 */
export type Lease =
  | { state: 'mine'; release(stored: boolean): Promise<void> }
  | { state: 'theirs' }
  | { state: 'none' };
