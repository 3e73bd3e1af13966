import type { Cancelable } from '../call-life.js';
import type { ProxyError } from '../errors.js';

/** A wait for something that cannot be given up itself, as a body that a client sends or a key that the host looks up. */
export class Wait<T> implements Cancelable {
  /** Ends as the promise does. Rejects with the reason for which the wait was given up, if that comes first. */
  readonly over: Promise<T>;
  #reject!: (reason: unknown) => void;

  constructor(promise: Promise<T>) {
    this.over = new Promise((resolve, reject) => {
      this.#reject = reject;
      promise.then(resolve, reject);
    });
  }

  cancel(reason: ProxyError): void {
    this.#reject(reason);
  }
}
