import type { CallLife } from '../call-life.js';
import type { Lease, LeaseStore } from './cache-store.js';
import { type LookUp, lookUp, type Place } from './look-up.js';

/** A lease of this process, and how it is given back. */
export type HeldLease = Extract<Lease, { state: 'mine' }>;

/** How the wait for other processes ended. */
export interface Claim {
  /** To be released by the caller; null: go on without. */
  lease: HeldLease | null;
  /** What the store has by now; null: as before. */
  found: LookUp | null;
}

/** Between two looks at what another process does, ms: the first wait, doubled up to the last. */
const FIRST_WAIT_MS = 25;
const MAX_WAIT_MS = 250;
/**
 * All waits for one holder, ms: its client may read nothing and hold its answer back for ever, and nobody there knows that it is
 * waited for. As long as the default of `timeouts.idleMs`.
 */
const MAX_WAITED_MS = 300_000;

/**
 * Takes the lease of a key, or waits while another process holds it: until the answer is stored, or there is none to wait for,
 * 5 minutes at the longest. Ends at once when `life` does. Held by `life` while it waits.
 */
export async function claimLease(leases: LeaseStore, place: Place, life: CallLife): Promise<Claim> {
  while (life.ended === null) {
    const lease = await leases.acquire(place.key);
    if (lease.state === 'none') return { lease: null, found: null };
    if (lease.state === 'mine') {
      // The last holder may have stored the answer between our look and our claim.
      return { lease, found: life.ended === null ? await lookUp(place) : null };
    }
    const waited = await waitForOther(leases, place, life);
    if (waited !== 'free') return { lease: null, found: waited };
  }
  return { lease: null, found: null };
}

/** `free`: the other process gave up its lease. Null: nobody is waited for. */
async function waitForOther(leases: LeaseStore, place: Place, life: CallLife): Promise<LookUp | 'free' | null> {
  let waitedMs = 0;
  for (let waitMs = FIRST_WAIT_MS; waitedMs < MAX_WAITED_MS; waitMs = Math.min(2 * waitMs, MAX_WAIT_MS)) {
    await pause(waitMs, life);
    waitedMs += waitMs;
    if (life.ended !== null) return null;
    // The holder first and the entry after it: what was stored before the lease was given up is not missed.
    const holder = await leases.look(place.key);
    const found = await lookUp(place);
    if (found.entries.length > 0) return found;
    if (holder !== 'theirs') return holder === 'free' ? 'free' : null;
  }
  return null;
}

function pause(ms: number, life: CallLife): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    timer.unref();
    life.hold({
      cancel() {
        clearTimeout(timer);
        resolve();
      },
    });
  });
}
