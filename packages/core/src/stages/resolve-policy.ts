import type { Call, Route } from '../call.js';
import type { Stage } from '../contract.js';
import type { Caller } from '../identity.js';
import { readHeaders } from '../policy/header-values.js';
import { resolvePolicy as toPolicy } from '../policy/policy.js';
import { chooseTarget } from '../policy/target.js';
import type { Provider } from '../providers/registry.js';
import type { TargetGuard } from '../upstream/target-guard.js';

/** Reads what the headers ask for and decides where the call goes. From here on the call is recorded, refusals too. */
export function createResolvePolicy(registry: ReadonlyMap<string, Provider>, guard: TargetGuard): Stage {
  return function resolvePolicy(call, next) {
    const { caller, route } = call as Call & { caller: Caller; route: Route };
    call.recorded = true;
    const headers = readHeaders(call.request.headers);
    call.requestId = headers.values.get('helicone-request-id') ?? call.requestId;
    call.policy = toPolicy(headers, caller.userId);
    call.warnings.push(...headers.warnings);
    // Only now, so that the record of the refusal says whose call it was.
    if (headers.fault !== null) throw headers.fault;
    call.target = chooseTarget({ route, headers, guard, providers: registry.values() });
    return next();
  };
}
