import type { Stage } from '../contract.js';
import type { Authenticator } from '../identity.js';

/** Finds out who is calling. */
export function createIdentify(authenticator: Authenticator): Stage {
  return function identify(call, next) {
    const caller = authenticator.caller(call.request);
    if (!(caller instanceof Promise)) {
      call.caller = caller;
      return next();
    }
    return caller.then((found) => {
      call.caller = found;
      return next();
    });
  };
}
