import type { Stage } from '../contract.js';
import { renderError, toProxyError } from '../errors.js';
import type { Logger } from '../options.js';

/** Turns whatever went wrong further in into an answer. The cause is told to the log, never to the caller. */
export function createRenderErrors(logger: Logger | null): Stage {
  return async function renderErrors(call, next) {
    try {
      return await next();
    } catch (thrown) {
      const error = toProxyError(thrown);
      call.error = error;
      if (error.cause !== undefined) {
        const details = { code: error.code, requestId: call.requestId, err: error.cause };
        if (error.code === 'internal_error') logger?.error(details, error.message);
        else logger?.warn(details, error.message);
      }
      return renderError(error, call.requestId);
    }
  };
}
