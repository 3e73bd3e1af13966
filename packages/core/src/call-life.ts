import type { ProxyError } from './errors.js';

/** Something under way that can be given up. */
export interface Cancelable {
  cancel(reason: ProxyError): void;
}

/**
 * What may end a call before its answer is whole: its client leaves, the server shuts down, nobody reads a shared answer any
 * more. Whoever starts something that takes time holds it here, so that it ends in the same turn of the event loop.
 */
export class CallLife {
  /** Why the call ended early; null while it goes on. */
  ended: ProxyError | null = null;
  #task: Cancelable | null = null;

  /** `task` is what the call waits for now, in place of what it waited for before. Given up at once if the call has ended. */
  hold(task: Cancelable): void {
    if (this.ended !== null) task.cancel(this.ended);
    else this.#task = task;
  }

  /** Ends the call; the first reason stays. */
  end(reason: ProxyError): void {
    if (this.ended !== null) return;
    this.ended = reason;
    const task = this.#task;
    this.#task = null;
    task?.cancel(reason);
  }
}
