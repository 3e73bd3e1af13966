/** Times that are closer together than this count as one, ms. */
const STEP_MS = 250;
/** How far ahead times are kept, ms: what is later is found by asking the store now and then. */
const AHEAD_MS = 60_000;

/** When something becomes due in the near future, in steps: a bounded number, however much it is. */
export class DueTimes {
  readonly #times = new Set<number>();

  /** Something is due at `at`; both are unix ms. */
  add(at: number, now: number): void {
    if (at <= now + AHEAD_MS) this.#times.add(Math.ceil(at / STEP_MS) * STEP_MS);
  }

  /** Forgets what is due now. */
  pass(now: number): void {
    for (const at of this.#times) if (at <= now) this.#times.delete(at);
  }

  /** The earliest, unix ms; Infinity: none. */
  get next(): number {
    return Math.min(...this.#times);
  }
}
