import type { ServerResponse } from 'node:http';

/**
 * Aborts when the client has gone before its answer was written. That is `close` of the response: `close` of the request
 * fires as soon as the request's body has been read.
 */
export function clientSignal(res: ServerResponse): AbortSignal {
  const controller = new AbortController();
  res.once('close', () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller.signal;
}
