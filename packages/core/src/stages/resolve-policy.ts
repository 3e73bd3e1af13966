import type { Call, Route } from '../call.js';
import type { Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import type { PolicyReader } from '../policy/policy-reader.js';
import { chooseTarget, hasTarget } from '../policy/target.js';
import type { Provider } from '../providers/registry.js';
import type { TargetGuard } from '../upstream/target-guard.js';

/**
 * Reads what is asked for the call and decides where it goes. From here on the call is recorded, refusals too. With fallbacks
 * the route needs no target of its own: `call.target` is then null, and the fallback stage sets each entry's.
 */
export function createResolvePolicy(
  registry: ReadonlyMap<string, Provider>,
  guard: TargetGuard,
  reader: PolicyReader,
): Stage {
  /** What a key may not call by its route, it may not call by a header either. */
  function checkProvider(origin: string, header: string, { providers }: Caller): void {
    if (providers === null || providers.has('gateway')) return;
    const isAt = (provider: Provider): boolean =>
      [provider, ...provider.targets].some((each) => each.origin === origin);
    const allowed = [...providers].map((name) => registry.get(name)).filter((provider) => provider !== undefined);
    if (!allowed.some(isAt)) throw new ProxyError('provider_forbidden', `${header}: this key may not call this target`);
  }

  return function resolvePolicy(call, next) {
    const { caller, route } = call as Call & { caller: Caller; route: Route };
    call.recorded = true;
    const { requestId, values, sent, policy: read, warnings, fault } = reader.read(call.request.headers, caller);
    const policy = call.isCheck ? { ...read, fallbacks: null, rateLimits: [] } : read;
    call.requestId = requestId ?? call.requestId;
    call.policy = policy;
    if (warnings.length > 0) call.warnings.push(...warnings);
    // Only now, so that the record of the refusal says whose call it was.
    if (fault !== null) throw fault;
    if (policy.fallbacks !== null) {
      for (const { origin, trusted } of policy.fallbacks) {
        if (trusted) continue;
        guard.check(origin, 'helicone-fallbacks');
        checkProvider(origin, 'helicone-fallbacks', caller);
      }
      if (!hasTarget(route, values)) return next();
    }
    const target = chooseTarget({ route, values, guard, providers: registry.values() });
    if (!target.trusted && sent['helicone-openai-api-base'] !== undefined) {
      checkProvider(target.origin, 'helicone-openai-api-base', caller);
    }
    call.target = target;
    return next();
  };
}
