import type { Headers } from '../contract.js';
import type { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import { type FallbackOption, readFallbackOptions } from './fallback-list.js';
import type { HeaderValues } from './header-table.js';
import { ALL_HEADERS, type HeaderReading, NOTHING, readHeaders } from './header-values.js';
import { type Asked, type Policy, resolvePolicy } from './policy.js';
import {
  compilePolicy,
  type MergedLayers,
  mergeLayers,
  mergeValues,
  type PolicyLayer,
  type PolicyOptions,
} from './policy-layers.js';

/** What is asked for one call, by its headers and by the layers that it stands under. */
export interface PolicyReading {
  /** A UUID of the caller's. */
  readonly requestId: string | null;
  readonly values: HeaderValues;
  /** Those that the client's own headers ask for, without those that clients may not set. */
  readonly sent: HeaderValues;
  readonly policy: Policy;
  /** What `Helicone-Warning` says. */
  readonly warnings: readonly string[];
  /** Why the call is refused, with `invalid_header`; the policy is then what the rest of the headers asks for. */
  readonly fault: ProxyError | null;
}

/** Reads what is asked for a call. */
export interface PolicyReader {
  read(headers: Headers, caller: Pick<Caller, 'userId' | 'policy'>): PolicyReading;
}

/**
 * Builds the reader once: `policy` for all calls, `fallbacks` for those that send none. Throws a `TypeError` or `RangeError`
 * that names what is wrong.
 */
export function createPolicyReader({
  policy,
  fallbacks,
}: {
  policy?: PolicyOptions | null;
  fallbacks?: readonly FallbackOption[] | null;
} = {}): PolicyReader {
  const all = policy === undefined || policy === null ? null : compilePolicy(policy);
  const targets = fallbacks === undefined || fallbacks === null ? null : readFallbackOptions(fallbacks);
  const ofNoKey = all === null ? null : mergeLayers(all, null);
  const ofKey = new WeakMap<PolicyLayer, MergedLayers>();
  const nothing = toReading(NOTHING, NOTHING, null);

  function layersOf(key: PolicyLayer): MergedLayers {
    let merged = ofKey.get(key);
    if (merged === undefined) {
      merged = mergeLayers(all, key);
      ofKey.set(key, merged);
    }
    return merged;
  }

  function toReading(asked: Asked, client: HeaderReading, userId: string | null): PolicyReading {
    const { values } = asked;
    const { values: sent, warnings, fault } = client;
    const resolved = resolvePolicy(asked, userId, targets);
    return { requestId: values['helicone-request-id'] ?? null, values, sent, policy: resolved, warnings, fault };
  }

  return {
    read(headers, { userId, policy: key }) {
      const layers = key === null ? ofNoKey : layersOf(key);
      const client = readHeaders(headers, layers?.rules ?? ALL_HEADERS);
      if (layers === null) return client === NOTHING && userId === null ? nothing : toReading(client, client, userId);
      return toReading(mergeValues(mergeValues(layers.defaults, client), layers.enforce), client, userId);
    },
  };
}
