import type { Call } from '../call.js';
import type { Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import { hasDotSegment, splitPath } from '../policy/request-path.js';
import type { Provider } from '../providers/registry.js';

/** Finds the provider that the path names, and whether the caller may use it. */
export function createRoute(registry: ReadonlyMap<string, Provider>): Stage {
  return function route(call, next) {
    const { name, rest } = splitPath(call.request.path);
    const provider = registry.get(name) ?? null;
    if (provider === null && name !== 'gateway')
      throw new ProxyError('unknown_route', `no provider is called "${name}"`);
    if (hasDotSegment(rest)) throw new ProxyError('invalid_target', 'the path must not have "." or ".." segments');
    call.route = { provider, rest };
    expectAllowed(call, provider?.name ?? 'gateway');
    return next();
  };
}

function expectAllowed({ caller }: Call, name: string): void {
  if (caller?.providers == null || caller.providers.has(name)) return;
  throw new ProxyError('provider_forbidden', `this key may not call ${name}`);
}
