import type { ServerResponse } from 'node:http';
import type { ClientSignal } from '@helicone-proxy/core';

/**
 * Aborts when the client has gone before its answer was written. That is `close` of the response: `close` of the request
 * fires as soon as the request's body has been read.
 */
export function clientSignal(res: ServerResponse): ClientSignal {
  const signal = new Signal();
  // Gone already, while other middleware was at work: `close` does not come twice.
  if (res.destroyed && !res.writableFinished) signal.abort();
  res.once('close', () => {
    if (!res.writableFinished) signal.abort();
  });
  return signal;
}

type Listener = { handleEvent(): void };

/** What the engine needs of an `AbortSignal`, without what makes one dear. */
class Signal implements ClientSignal {
  aborted = false;
  #listeners: Listener[] = [];

  addEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of this.#listeners) listener.handleEvent();
  }
}
