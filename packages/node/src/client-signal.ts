import type { ServerResponse } from 'node:http';
import type { ClientSignal } from '@helicone-proxy/core';
import type { OpenAnswer, OpenAnswers } from './open-answers.js';

/**
 * Aborts when the client has gone before its answer was written. That is `close` of the response: `close` of the request
 * fires as soon as the request's body has been read. Until then the answer is among the open ones.
 */
export function clientSignal(res: ServerResponse, answers: OpenAnswers): ClientSignal {
  const signal = new Signal(res);
  if (res.destroyed || res.writableFinished) {
    // Gone already, while other middleware was at work: `close` does not come twice.
    if (!isWritten(res)) signal.abort();
    return signal;
  }
  answers.enter(signal);
  res.once('close', () => {
    if (!isWritten(res)) signal.abort();
    answers.leave(signal);
  });
  return signal;
}

/** An answer of HTTP/2 is finished, too, when its client has left in the middle. */
function isWritten({ writableEnded, writableFinished }: ServerResponse): boolean {
  return writableEnded && writableFinished;
}

type Listener = { handleEvent(): void };

/** What the engine needs of an `AbortSignal`, without what makes one dear. */
class Signal implements ClientSignal, OpenAnswer {
  readonly res: ServerResponse;
  index = -1;
  aborted = false;
  #listeners: Listener[] = [];

  constructor(res: ServerResponse) {
    this.res = res;
  }

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
