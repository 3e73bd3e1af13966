import type { Stage } from '../contract.js';
import type { Authenticator } from '../identity.js';

/** Finds out who is calling. */
export function createIdentify(authenticator: Authenticator): Stage {
  return async function identify(call, next) {
    call.caller = await authenticator.caller(call.request);
    return next();
  };
}
