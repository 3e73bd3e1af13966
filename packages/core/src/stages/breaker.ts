import type { ResolvedBreakerOptions } from '../breaker-options.js';
import { type Call, label } from '../call.js';
import type { Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import type { Target } from '../policy/target.js';
import type { Breakers } from '../upstream/breakers.js';

/** Refuses calls to an origin that has failed too often a moment ago, so that nobody waits for it and it can recover. */
export function createBreaker(breakers: Breakers, on: ResolvedBreakerOptions['on']): Stage {
  return function breaker(call, next) {
    // From an attempt at another target, that this one takes the place of.
    if (call.labels?.['retry-after'] !== undefined) delete call.labels['retry-after'];
    if (on === 'none' || (on === 'alternatives' && !call.hasOtherOrigin)) return next();
    const { caller, target } = call as Call & { caller: Caller; target: Target };
    const waitMs = breakers.waitMs(caller.tenant, target.origin);
    if (waitMs > 0) {
      label(call, 'retry-after', String(Math.ceil(waitMs / 1000)));
      throw new ProxyError('circuit_open', 'the provider failed too often just now and is left alone for a moment');
    }
    return breakers.run(caller.tenant, target.origin, next);
  };
}
