const BUCKETS = 10;

/** What was counted in one tenth of the window. */
interface Bucket {
  all: number;
  marked: number;
}

/** Counts of what happened within the last `windowMs`, some of it marked; exact to a tenth of the window. */
export class RecentCounts {
  all = 0;
  marked = 0;
  readonly #bucketMs: number;
  readonly #buckets: Bucket[] = Array.from({ length: BUCKETS }, () => ({ all: 0, marked: 0 }));
  #now = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.#bucketMs = windowMs / BUCKETS;
  }

  /** Counts one. `now` is on the clock of `performance.now()`. */
  add(marked: boolean, now: number): void {
    this.forget(now);
    const bucket = this.#buckets[this.#now % BUCKETS] as Bucket;
    bucket.all += 1;
    this.all += 1;
    if (!marked) return;
    bucket.marked += 1;
    this.marked += 1;
  }

  /** Takes out what is older than the window. */
  forget(now: number): void {
    const slot = Math.floor(now / this.#bucketMs);
    if (slot <= this.#now) return;
    for (let old = Math.max(this.#now + 1, slot - BUCKETS + 1, 0); old <= slot; old += 1) {
      const bucket = this.#buckets[old % BUCKETS] as Bucket;
      this.all -= bucket.all;
      this.marked -= bucket.marked;
      bucket.all = 0;
      bucket.marked = 0;
    }
    this.#now = slot;
  }

  clear(): void {
    this.all = 0;
    this.marked = 0;
    for (const bucket of this.#buckets) {
      bucket.all = 0;
      bucket.marked = 0;
    }
  }
}
