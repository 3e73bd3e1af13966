import type { Cancelable } from '../call-life.js';
import { ProxyError } from '../errors.js';
import type { Verdict } from './guard-options.js';

/** A guard's check that takes time: it ends with the guard's answer, with the call, or with its time limit. */
export class PendingCheck implements Cancelable {
  /** Rejects with what ended it, a `ProxyError`, or with what the guard threw. */
  readonly verdict: Promise<Verdict>;
  #resolve!: (verdict: Verdict) => void;
  #reject!: (reason: unknown) => void;
  #controller: AbortController | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ended: ProxyError | null = null;

  constructor() {
    this.verdict = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Aborts when the check is given up. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#ended !== null) this.#controller.abort(this.#ended);
    }
    return this.#controller.signal;
  }

  /** Waits for the guard, for at most `timeoutMs`. */
  wait(asked: Promise<Verdict>, timeoutMs: number): void {
    this.#timer = setTimeout(() => this.cancel(unanswered('guards.timeoutMs is over')), timeoutMs);
    asked.then(
      (verdict) => {
        this.#clear();
        this.#resolve(verdict);
      },
      (thrown) => {
        this.#clear();
        this.#reject(thrown);
      },
    );
  }

  cancel(reason: ProxyError): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#clear();
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

/**
 * A check that did not come about. The call fails: a policy that governs must not be passed over because it cannot be applied,
 * or a caller who wants past a guard only has to break it.
 */
export function unanswered(cause: unknown): ProxyError {
  return new ProxyError('upstream_unreachable', 'the prompt could not be checked, so it was not sent on', cause);
}
