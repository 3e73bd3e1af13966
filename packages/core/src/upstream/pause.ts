import type { Cancelable } from '../call-life.js';
import type { ProxyError } from '../errors.js';
import { MAX_TIMER_MS } from '../max-timer.js';

/** A wait that can be given up. */
export class Pause implements Cancelable {
  /** Resolves when the time is over. Rejects with the reason for which the wait was given up. */
  readonly over: Promise<void>;
  readonly #until: number;
  #resolve!: () => void;
  #reject!: (reason: ProxyError) => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(ms: number) {
    this.#until = performance.now() + ms;
    this.over = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#wait();
  }

  cancel(reason: ProxyError): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#reject(reason);
  }

  /** Timers may fire up to 1 ms early, and what a provider asked for must not be undercut. */
  #wait(): void {
    const left = this.#until - performance.now();
    if (left <= 0) {
      this.#timer = null;
      this.#resolve();
    } else this.#timer = setTimeout(() => this.#wait(), Math.min(Math.ceil(left), MAX_TIMER_MS));
  }
}
