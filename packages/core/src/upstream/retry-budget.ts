import type { ResolvedRetryOptions } from '../retry-options.js';
import { RecentCounts } from './recent-counts.js';
import { RecentTable } from './recent-table.js';

/** How many retries an origin is asked to bear, so that they do not bring down one that is only slow. */
export interface RetryBudget {
  /** A call's first attempt at this origin has ended. */
  attempted(origin: string): void;
  /** Takes one retry if there is one left. */
  take(origin: string): boolean;
}

const WINDOW_MS = 10_000;

/** Callers choose some of the origins. */
const MAX_ORIGINS = 1000;

/** Over any 10 s each origin gets at most max(`budgetFloor`, `budgetRatio` × first attempts) retries. */
export function createRetryBudget({ budgetRatio, budgetFloor }: ResolvedRetryOptions): RetryBudget {
  // Marked are the retries, the others are first attempts.
  const origins = new RecentTable(MAX_ORIGINS, () => new RecentCounts(WINDOW_MS));
  return {
    attempted(origin) {
      origins.get(origin).add(false, performance.now());
    },
    take(origin) {
      const counts = origins.get(origin);
      const now = performance.now();
      counts.forget(now);
      const retries = counts.marked;
      if (retries + 1 > Math.max(budgetFloor, budgetRatio * (counts.all - retries))) return false;
      counts.add(true, now);
      return true;
    },
  };
}
