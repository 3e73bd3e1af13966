/** Deliveries of one webhook that are under way at one time, while its receiver answers. */
const PARALLEL = 2;
/** ... and that are held in this process besides: those that it takes in so many ms, as fast as it answers, within bounds ... */
const HELD_MS = 10_000;
const MAX_HELD = 24;
/** ... or so many, while it is not known how fast that is. */
const FIRST_HELD = 6;
/** How long a receiver that does not answer is left alone, ms: doubled with every failure. */
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 60_000;
/** How far a delivery that there is no room for is put off, ms: by so many others at most, while the receiver answers. */
const PUT_OFF_MIN_MS = 250;
const PUT_OFF_SHORT_MS = 2_000;
const PUT_OFF_MAX_MS = 120_000;
const PUT_OFF_BY = 60;
/** What the first delivery is taken to last, ms, and how much each next one counts. */
const FIRST_PACE_MS = 100;
const PACE_WEIGHT = 0.3;

/** What came of one delivery, as it tells of the receiver. */
export interface ReceiverAnswer {
  /** The receiver works: what it said of this delivery is another matter. */
  works: boolean;
  /** What it asked to be left alone for, ms. */
  askedMs: number;
  durationMs: number;
  /** Unix ms. */
  now: number;
}

/**
 * How one webhook's receiver does, so that one that hangs, fails or is slow takes no room from the others: it gets few deliveries
 * at a time, none while it is left alone, and the rest are put off to when it may have room.
 */
export class Receiver {
  #running = 0;
  #held = 0;
  #failures = 0;
  #pausedUntil = 0;
  #paceMs = FIRST_PACE_MS;
  #known = false;
  /** When the next delivery that is put off may come, unix ms. */
  #freeAt = 0;

  /** It has no deliveries. */
  get unused(): boolean {
    return this.#running + this.#held === 0;
  }

  /** The last delivery failed. */
  get fails(): boolean {
    return this.#failures > 0;
  }

  /** It is being left alone. */
  pausedAt(now: number): boolean {
    return now < this.#pausedUntil;
  }

  /** Takes a delivery in, to be started or let go later. False: there is no room. */
  hold(now: number): boolean {
    if (this.pausedAt(now) || this.#held >= this.#capacity()) return false;
    this.#held += 1;
    return true;
  }

  /** Lets go of a delivery that was taken in. */
  release(): void {
    this.#held -= 1;
  }

  /** Starts a delivery that was taken in. False: it has to wait. */
  start(now: number): boolean {
    // One that fails gets one at a time, until one arrives.
    if (this.pausedAt(now) || this.#running >= (this.#failures > 0 ? 1 : PARALLEL)) return false;
    this.#held -= 1;
    this.#running += 1;
    return true;
  }

  /** A delivery is over. */
  end({ works, askedMs, durationMs, now }: ReceiverAnswer): void {
    this.#running -= 1;
    this.#paceMs += (durationMs - this.#paceMs) * PACE_WEIGHT;
    if (works) {
      this.#known = true;
      if (this.#failures > 0) this.#freeAt = now;
      this.#failures = 0;
      this.#pausedUntil = 0;
      return;
    }
    const pause = Math.min(PAUSE_MIN_MS * 2 ** this.#failures, PAUSE_MAX_MS);
    this.#failures += 1;
    this.#pausedUntil = now + Math.max(pause, askedMs);
  }

  /** When a delivery that there is no room for is to come again, unix ms: one behind the other, as fast as the receiver answers. */
  putOff(now: number): number {
    const from = Math.max(this.#freeAt, this.#pausedUntil, now + PUT_OFF_MIN_MS);
    const latest = Math.max(this.#pausedUntil, now + this.#longestMs());
    this.#freeAt = Math.min(from + this.#paceMs / PARALLEL, latest);
    return Math.ceil(this.#freeAt);
  }

  #capacity(): number {
    if (this.#failures > 0) return 1;
    return this.#known ? Math.min(Math.max(HELD_MS / this.#paceMs, 1), MAX_HELD) : FIRST_HELD;
  }

  #longestMs(): number {
    if (this.#failures > 0) return PUT_OFF_MAX_MS;
    return Math.min(Math.max(PUT_OFF_BY * this.#paceMs, PUT_OFF_SHORT_MS), PUT_OFF_MAX_MS);
  }
}
