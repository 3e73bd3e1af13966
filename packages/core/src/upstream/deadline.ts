/** What a call may be waiting for when its time is up. */
export type Phase = 'connect' | 'first byte' | 'idle' | 'total';

/**
 * One timer for all the deadlines of an upstream call. Moving a deadline further away costs no timer: when the timer fires
 * early it looks what is left and waits again. So nearly every call sets one timer and clears it.
 */
export class Deadline {
  readonly #expire: (phase: Phase) => void;
  readonly #totalAt: number;
  #phase: Phase = 'connect';
  #phaseAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;

  /** `totalAt` is on the clock of `performance.now()`. */
  constructor(totalAt: number, expire: (phase: Phase) => void) {
    this.#totalAt = totalAt;
    this.#expire = expire;
  }

  /** From now on the call waits for `phase`, for at most `ms`. */
  wait(phase: Phase, ms: number): void {
    this.#phase = phase;
    this.#phaseAt = performance.now() + ms;
    this.#arm();
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#phaseAt = Number.POSITIVE_INFINITY;
  }

  #arm(): void {
    const at = Math.min(this.#phaseAt, this.#totalAt);
    if (at === Number.POSITIVE_INFINITY || this.#timerAt <= at) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => this.#fired(), Math.max(1, Math.ceil(at - performance.now())));
  }

  #fired(): void {
    this.#timer = null;
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = performance.now();
    if (now >= this.#totalAt) this.#expire('total');
    else if (now >= this.#phaseAt) this.#expire(this.#phase);
    else this.#arm();
  }
}
