import { type CacheDirectives, DEFAULT_AGE_SECONDS } from './cache-directives.js';
import type { HeaderValues } from './header-table.js';

/** What was asked for one call, resolved once and never changed. */
export interface Policy {
  readonly userId: string | null;
  /** Lower-case names, session and prompt headers among them under Helicone's own names. */
  readonly properties: Readonly<Record<string, string>>;
  readonly promptId: string | null;
  readonly modelOverride: string | null;
  readonly omitRequest: boolean;
  readonly omitResponse: boolean;
  /** Webhooks may hear of the call. */
  readonly webhooks: boolean;
  /** Null: the cache takes no part. */
  readonly cache: CachePolicy | null;
  /** In the order in which they are consumed; mostly empty. */
  readonly rateLimits: readonly RateLimit[];
  /** Null: no retries. */
  readonly retry: RetryPolicy | null;
  /** The complete list of targets to try; null: the route's own target alone. */
  readonly fallbacks: readonly Fallback[] | null;
  /** Ask an OpenAI-like stream for its usage, and hide the extra chunk from a client that did not. */
  readonly streamUsage: boolean;
  readonly moderations: boolean;
  readonly security: 'off' | 'on' | 'advanced';
  /** What to do with a prompt that is longer than the model's context; null: nothing. */
  readonly tokenLimit: TokenLimitHandler | null;
}

export type TokenLimitHandler = 'truncate' | 'middle-out' | 'fallback';

export interface CachePolicy {
  readonly read: boolean;
  readonly save: boolean;
  /** Entries older than this miss on reading, ms; null: any age. */
  readonly maxAgeMs: number | null;
  /** How long an entry that is saved now lives, ms. */
  readonly lifetimeMs: number;
  /** Answers kept for one key, 1 to 20. */
  readonly buckets: number;
  readonly seed: string | null;
  /** Body keys that do not count, as paths: `['metadata', 'trace_id']`. */
  readonly ignoreKeys: readonly (readonly string[])[];
}

export interface RateLimit {
  /** Requests, tokens or US cents (decimals allowed) admitted in one window. */
  readonly quota: number;
  readonly windowSeconds: number;
  readonly unit: 'request' | 'cents' | 'tokens';
  /** `user`, a lower-case property name, or null: all calls of the tenant together. */
  readonly segment: string | null;
  /** The policy in its normal form: equal policies have equal texts. */
  readonly text: string;
}

export interface RetryPolicy {
  /** Retries, not calls: 3 means at most 4 calls. */
  readonly retries: number;
  readonly factor: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** One entry of a fallback list. */
export interface Fallback {
  readonly origin: string;
  /** Path that goes before the call's own; empty, or with a leading slash and none at its end. */
  readonly basePath: string;
  /** Lower-case names; they go over the client's. */
  readonly headers: Readonly<Record<string, string>>;
  /** Statuses that lead to the next entry, as ranges with both ends. */
  readonly onCodes: readonly { readonly from: number; readonly to: number }[];
  /** Merged deeply into a JSON body; null: nothing. */
  readonly bodyKeyOverride: Readonly<Record<string, unknown>> | null;
  /** The list comes from the options: its targets are trusted as they are, private addresses included. */
  readonly trusted: boolean;
}

/** Headers that Helicone also keeps as properties, under these very names. */
const ALSO_PROPERTIES = [
  'helicone-session-id',
  'helicone-session-path',
  'helicone-session-name',
  'helicone-prompt-id',
] as const;

const NO_LIMITS: readonly RateLimit[] = Object.freeze([]);
/** An event stream is no answer to a call that did not ask for one. */
function mayBeIgnored(path: readonly string[]): boolean {
  return path.length > 1 || path[0] !== 'stream';
}

const NO_PATHS: CachePolicy['ignoreKeys'] = Object.freeze([]);
const NO_DIRECTIVES: CacheDirectives = Object.freeze({ noStore: false, noCache: false, maxAgeSeconds: null });

/** The values of a call's headers, and its properties. */
export interface Asked {
  readonly values: HeaderValues;
  readonly properties: Readonly<Record<string, string>>;
}

/** Resolves what is asked for a call. An identity's own user wins over the header; `fallbacks` hold where no header has any. */
export function resolvePolicy(
  { values, properties }: Asked,
  identityUserId: string | null,
  fallbacks: readonly Fallback[] | null = null,
): Policy {
  return Object.freeze({
    userId: identityUserId ?? values['helicone-user-id'] ?? null,
    properties: allProperties(values, properties),
    promptId: values['helicone-prompt-id'] ?? null,
    modelOverride: values['helicone-model-override'] ?? null,
    omitRequest: values['helicone-omit-request'] ?? false,
    omitResponse: values['helicone-omit-response'] ?? false,
    webhooks: values['helicone-webhook-enabled'] ?? true,
    cache: resolveCache(values),
    rateLimits: values['helicone-ratelimit-policy'] ?? NO_LIMITS,
    retry: resolveRetry(values),
    fallbacks: values['helicone-fallbacks'] ?? fallbacks,
    streamUsage: values['helicone-stream-usage'] ?? false,
    moderations: values['helicone-moderations-enabled'] ?? false,
    security: resolveSecurity(values),
    tokenLimit: values['helicone-token-limit-exception-handler'] ?? null,
  });
}

function resolveCache(values: HeaderValues): CachePolicy | null {
  const enabled = values['helicone-cache-enabled'] ?? false;
  const { noStore, noCache, maxAgeSeconds } = values['helicone-cache-control'] ?? NO_DIRECTIVES;
  const read = (values['helicone-cache-read'] ?? enabled) && !noStore && !noCache && maxAgeSeconds !== 0;
  const save = (values['helicone-cache-save'] ?? enabled) && !noStore;
  if (!read && !save) return null;
  return {
    read,
    save,
    maxAgeMs: maxAgeSeconds === null ? null : maxAgeSeconds * 1000,
    // An age of 0 asks for a fresh answer, not for an entry that nobody can read.
    lifetimeMs: (maxAgeSeconds === null || maxAgeSeconds === 0 ? DEFAULT_AGE_SECONDS : maxAgeSeconds) * 1000,
    buckets: values['helicone-cache-bucket-max-size'] ?? 1,
    seed: values['helicone-cache-seed'] ?? null,
    ignoreKeys: values['helicone-cache-ignore-keys']?.filter(mayBeIgnored) ?? NO_PATHS,
  };
}

function resolveRetry(values: HeaderValues): RetryPolicy | null {
  if (values['helicone-retry-enabled'] !== true) return null;
  return {
    retries: values['helicone-retry-num'] ?? 5,
    factor: values['helicone-retry-factor'] ?? 2,
    minMs: values['helicone-retry-min-timeout'] ?? 1000,
    maxMs: values['helicone-retry-max-timeout'] ?? 10_000,
  };
}

function resolveSecurity(values: HeaderValues): Policy['security'] {
  if (values['helicone-llm-security-enabled'] !== true) return 'off';
  return values['helicone-llm-security-advanced'] === true ? 'advanced' : 'on';
}

function allProperties(
  values: HeaderValues,
  properties: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  let all: Record<string, string> | null = null;
  for (const name of ALSO_PROPERTIES) {
    const value = values[name];
    if (value === undefined) continue;
    all ??= { ...properties };
    all[name] = value;
  }
  return all ?? properties;
}
