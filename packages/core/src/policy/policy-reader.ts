import type { Headers } from '../contract.js';
import type { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import { type FallbackOption, readFallbackOptions } from './fallback-list.js';
import type { HeaderValues } from './header-table.js';
import { ALL_HEADERS, type HeaderReading, isBarred, NOTHING, readHeaders } from './header-values.js';
import { type Asked, type Fallback, type Policy, resolvePolicy } from './policy.js';
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
  /** What a caller's calls stand under, as plain data for `readUnder` in another thread; null: nothing. */
  layers(caller: Pick<Caller, 'policy'>): MergedLayers | null;
  /** Whether policy keeps a caller from setting a header (lower-case). */
  bars(caller: Pick<Caller, 'policy'>, header: string): boolean;
}

/** Reads headers as a `PolicyReader` does, where there are only the layers. */
export function readUnder(headers: Headers, layers: MergedLayers | null, userId: string | null): PolicyReading {
  const client = readHeaders(headers, layers?.rules ?? ALL_HEADERS);
  return toReading(askedUnder(client, layers), client, { userId, targets: null });
}

function askedUnder(client: HeaderReading, layers: MergedLayers | null): Asked {
  return layers === null ? client : mergeValues(mergeValues(layers.defaults, client), layers.enforce);
}

interface ReadingContext {
  userId: string | null;
  /** Fallbacks of the options. */
  targets: readonly Fallback[] | null;
}

function toReading(asked: Asked, client: HeaderReading, { userId, targets }: ReadingContext): PolicyReading {
  const { values } = asked;
  const { values: sent, warnings, fault } = client;
  const resolved = resolvePolicy(asked, userId, targets);
  return { requestId: values['helicone-request-id'] ?? null, values, sent, policy: resolved, warnings, fault };
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
  const nothing = toReading(NOTHING, NOTHING, { userId: null, targets });

  function layersOf(key: PolicyLayer): MergedLayers {
    let merged = ofKey.get(key);
    if (merged === undefined) {
      merged = mergeLayers(all, key);
      ofKey.set(key, merged);
    }
    return merged;
  }

  const layers = ({ policy: key }: Pick<Caller, 'policy'>): MergedLayers | null =>
    key === null ? ofNoKey : layersOf(key);

  return {
    layers,
    bars: (caller, header) => isBarred(header, layers(caller)?.rules ?? ALL_HEADERS),
    read(headers, caller) {
      const { userId } = caller;
      const under = layers(caller);
      const client = readHeaders(headers, under?.rules ?? ALL_HEADERS);
      if (under === null && client === NOTHING && userId === null) return nothing;
      return toReading(askedUnder(client, under), client, { userId, targets });
    },
  };
}
