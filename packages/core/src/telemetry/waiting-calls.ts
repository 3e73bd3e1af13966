/** Calls that may wait for their figures; beyond it the oldest go without. */
const MAX_CALLS = 10_000;
/** A call that has waited this long goes without: its batch was lost, or a store that takes nothing holds up the worker. Ms. */
const PATIENCE_MS = 30_000;

interface Held<T> {
  value: T;
  /** On the clock of `performance.now()`. */
  since: number;
}

/** Calls whose figures the records worker is reading, by record id. `giveUp` gets those that it will not tell in time. */
export class WaitingCalls<T> {
  readonly #giveUp: (value: T) => void;
  readonly #held = new Map<string, Held<T>>();
  #timer: NodeJS.Timeout | null = null;

  constructor(giveUp: (value: T) => void) {
    this.#giveUp = giveUp;
  }

  hold(id: string, value: T): void {
    // Oldest first: a map keeps the order of insertion.
    if (this.#held.size >= MAX_CALLS) this.#release(this.#held.keys().next().value as string);
    this.#held.set(id, { value, since: performance.now() });
    this.#timer ??= this.#soon();
  }

  /** Takes a call out; undefined when it does not wait any more. */
  take(id: string): T | undefined {
    const held = this.#held.get(id);
    this.#held.delete(id);
    return held?.value;
  }

  /** Gives up all of them. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const id of [...this.#held.keys()]) this.#release(id);
  }

  #release(id: string): void {
    const value = this.take(id);
    if (value !== undefined) this.#giveUp(value);
  }

  #soon(): NodeJS.Timeout {
    return setTimeout(() => this.#sweep(), PATIENCE_MS).unref();
  }

  #sweep(): void {
    const before = performance.now() - PATIENCE_MS;
    for (const [id, { since }] of this.#held) {
      if (since > before) break;
      this.#release(id);
    }
    this.#timer = this.#held.size === 0 ? null : this.#soon();
  }
}
