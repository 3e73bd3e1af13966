import type { Stage } from '../contract.js';
import type { Policy } from '../policy/policy.js';

/** In place of the cache where the server has it turned off: callers who ask for it are told. */
export function createNoCache(): Stage {
  return function noCache(call, next) {
    if ((call.policy as Policy).cache !== null) {
      call.warnings.push('helicone-cache-enabled: the cache is turned off on this server; not cached');
    }
    return next();
  };
}
