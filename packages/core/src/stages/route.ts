import type { Route } from '../call.js';
import type { Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import { regionPath } from '../policy/aws-region.js';
import { hasDotSegment, splitPath } from '../policy/request-path.js';
import { inRegion } from '../providers/in-region.js';
import type { Provider } from '../providers/registry.js';

/** Finds the provider that the path names, and whether the caller may use it. */
export function createRoute(registry: ReadonlyMap<string, Provider>): Stage {
  const regional = createRegional();
  return function route(call, next) {
    const { name, rest } = splitPath(call.request.path);
    const provider = registry.get(name) ?? null;
    if (provider === null && name !== 'gateway')
      throw new ProxyError('unknown_route', `no provider is called "${name}"`);
    if (hasDotSegment(rest)) throw new ProxyError('invalid_target', 'the path must not have "." or ".." segments');
    call.route = provider?.aws?.bedrock ? regional(provider, rest) : { provider, rest };
    const allowed = call.caller?.providers ?? null;
    if (allowed !== null && !mayCall(allowed, name, registry)) {
      throw new ProxyError('provider_forbidden', `this key may not call ${name}`);
    }
    return next();
  };
}

/** Each region's provider is made once: what is remembered of its targets goes by them. There are few regions. */
function createRegional(): (provider: Provider, rest: string) => Route {
  const known = new Map<string, Provider>();
  return (provider, rest) => {
    const found = regionPath(rest);
    if (found === null) return { provider, rest };
    const inIts = known.get(found.region) ?? inRegion(provider, found.region);
    known.set(found.region, inIts);
    return { provider: inIts, rest: found.rest };
  };
}

/** Whether a provider is among those allowed, by any of its names. */
function mayCall(allowed: ReadonlySet<string>, name: string, registry: ReadonlyMap<string, Provider>): boolean {
  if (allowed.has(name)) return true;
  const provider = registry.get(name);
  return provider !== undefined && [...allowed].some((other) => registry.get(other) === provider);
}
