import { type BreakerOptions, type ResolvedBreakerOptions, resolveBreakerOptions } from './breaker-options.js';
import { type CacheOptions, type ResolvedCacheOptions, resolveCacheOptions } from './cache/cache-options.js';
import type { PriceOverrides } from './cost/price.js';
import { compileOverrides } from './cost/price-overrides.js';
import { type GuardOptions, type ResolvedGuards, resolveGuards } from './guards/guard-options.js';
import type { Authenticate, KeyOptions } from './identity.js';
import {
  type RateLimitOptions,
  type ResolvedRateLimitOptions,
  resolveRateLimitOptions,
} from './limits/limit-options.js';
import { bytes, duration, expectKeys, flag } from './option-values.js';
import type { FallbackOption } from './policy/fallback-list.js';
import type { PolicyOptions } from './policy/policy-layers.js';
import type { ProviderOptions } from './providers/registry.js';
import { type RedactOption, type ResolvedRedact, resolveRedactOption } from './records/redact-option.js';
import type { RecordStore } from './records/store.js';
import { type ResolvedRetryOptions, type RetryOptions, resolveRetryOptions } from './retry-options.js';
import { type ResolvedTelemetry, resolveTelemetry, type TelemetryOptions } from './telemetry/telemetry-options.js';
import type { TargetOptions } from './upstream/target-guard.js';
import type { Webhook } from './webhooks/webhook.js';
import { resolveWebhooks, type WebhookOptions } from './webhooks/webhook-options.js';

/** Options of the engine, all optional. */
export interface EngineOptions {
  /** Who may call: keys with their rights, or a function that decides. Default: anyone, without server-held keys. */
  auth?: { keys: Record<string, KeyOptions> } | Authenticate;
  /** Addresses, keys and headers of providers, by name; names that are not built in add providers. */
  providers?: Record<string, ProviderOptions>;
  /** Which origins callers may choose by header. */
  targets?: TargetOptions;
  /** Policy for all calls, in the language of the request headers. */
  policy?: PolicyOptions;
  /** Targets to try in order, for calls that send no `Helicone-Fallbacks`. They are trusted as they are, private addresses included. */
  fallbacks?: FallbackOption[];
  /** Where answers are cached, for calls that ask for it; `false`: nowhere. */
  cache?: CacheOptions | false;
  /** Where rate limits are counted, for calls that have one; `false`: a call that asks for one gets 400. */
  rateLimit?: RateLimitOptions | false;
  /** What bounds retries, for calls that ask for them. */
  retry?: RetryOptions;
  /** Refuses calls to an origin that keeps failing. Default: only for origins that have another to go to. */
  breaker?: BreakerOptions | boolean;
  /** Checks of prompts in place of the built-in ones, for calls that ask for them. */
  guards?: GuardOptions;
  timeouts?: TimeoutOptions;
  limits?: LimitOptions;
  records?: RecordOptions;
  cost?: {
    /** Prices of your own; they go before the built-in table. */
    prices?: PriceOverrides;
  };
  /** OpenTelemetry and Prometheus. Default: whatever the host has registered, and `/metrics`. */
  telemetry?: TelemetryOptions;
  /** Who is told of every call by a signed POST; tenants add their own over REST. */
  webhooks?: WebhookOptions[];
  /** Where problems are told; nothing is printed without one. */
  logger?: Logger;
}

/** pino-shaped: details first; an error among them is called `err`, which pino writes out. */
export interface Logger {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Milliseconds. */
export interface TimeoutOptions {
  /** Until the upstream connection stands. Default 10 000. */
  connectMs?: number;
  /** From then until the upstream's answer begins. Default 600 000. */
  firstByteMs?: number;
  /** Between two pieces of an answer, while the client takes them. Default 300 000. */
  idleMs?: number;
  /** For the whole call. Default none. */
  totalMs?: number;
}

/** Bytes. */
export interface LimitOptions {
  /** Longest request body. Default unlimited. */
  requestBytes?: number;
  /**
   * Longest request body that is held whole where a policy needs all of it (cache, retry, fallbacks, …); longer ones stream
   * through, without that policy, and warn. Default 32 MiB.
   */
  bufferedBytes?: number;
  /** How much of each body is recorded. Default 1 MiB. */
  recordBodyBytes?: number;
  /** Request bodies held at one time, over all calls; beyond it calls get 503. Default 256 MiB. */
  inFlightBytes?: number;
}

export interface RecordOptions {
  /** `sqlite:<path>`, `sqlite::memory:`, or a store of your own (its writes then run on the request thread). Default `sqlite:.helicone/helicone.db`. */
  store?: string | RecordStore;
  /** Whether request and response bodies are kept. Default true. */
  bodies?: boolean;
  /**
   * Takes out of each record what must not be kept, before anything of it is written, summed up or told: a function, or
   * `{ module }` whose default export is one (a file URL, a path or a package name; ESM without top-level await, or CommonJS), which
   * runs in the records worker and is faster. Of a record for which it fails, and of all while the module cannot be loaded, the figures alone are kept: no
   * bodies, properties, user ids or errors.
   */
  redact?: RedactOption;
  /** Bytes of records that may wait for the store; beyond it the oldest bodies are dropped, rows last. Default 64 MiB. */
  maxQueueBytes?: number;
}

/** The options with their defaults, frozen. */
export interface ResolvedOptions {
  readonly auth: EngineOptions['auth'] | null;
  readonly providers: Record<string, ProviderOptions>;
  readonly targets: TargetOptions;
  readonly policy: PolicyOptions | null;
  readonly fallbacks: FallbackOption[] | null;
  /** Null: turned off. */
  readonly cache: ResolvedCacheOptions | null;
  /** Null: turned off. */
  readonly rateLimit: ResolvedRateLimitOptions | null;
  readonly retry: ResolvedRetryOptions;
  readonly breaker: ResolvedBreakerOptions;
  readonly guards: ResolvedGuards;
  readonly timeouts: Readonly<Required<TimeoutOptions>>;
  readonly limits: Readonly<Required<LimitOptions>>;
  readonly records: Readonly<Required<Omit<RecordOptions, 'redact'>>> & { readonly redact: ResolvedRedact | null };
  readonly prices: PriceOverrides;
  readonly telemetry: ResolvedTelemetry;
  readonly webhooks: readonly Webhook[];
  readonly logger: Logger | null;
}

const MIB = 1024 * 1024;

/** Wrong prices are told when the proxy is made, and not when the records worker reads them. */
function checkedPrices(prices: PriceOverrides): PriceOverrides {
  if (!Array.isArray(prices)) throw new TypeError('cost.prices: must be a list');
  compileOverrides(prices);
  return prices;
}

/** Checks the options and fills in the defaults. Throws a `TypeError` or `RangeError` that names the wrong key. */
export function resolveOptions(options: EngineOptions): ResolvedOptions {
  expectKeys('options', options, [
    'auth',
    'providers',
    'targets',
    'policy',
    'fallbacks',
    'cache',
    'rateLimit',
    'retry',
    'breaker',
    'guards',
    'timeouts',
    'limits',
    'records',
    'cost',
    'telemetry',
    'webhooks',
    'logger',
  ]);
  const { timeouts = {}, limits = {}, records = {}, cost = {} } = options;
  expectKeys('timeouts', timeouts, ['connectMs', 'firstByteMs', 'idleMs', 'totalMs']);
  expectKeys('limits', limits, ['requestBytes', 'bufferedBytes', 'recordBodyBytes', 'inFlightBytes']);
  expectKeys('records', records, ['store', 'bodies', 'redact', 'maxQueueBytes']);
  expectKeys('cost', cost, ['prices']);
  expectKeys('targets', options.targets ?? {}, ['allow', 'privateNetworks']);
  for (const [name, provider] of Object.entries(options.providers ?? {})) {
    expectKeys(`providers.${name}`, provider, [
      ...['baseUrl', 'apiKey', 'headers', 'wire', 'targets'],
      ...['aws', 'region', 'service'],
    ]);
  }
  if (options.rateLimit === false) refuseLimits(options.policy ?? {});
  return Object.freeze({
    auth: options.auth ?? null,
    providers: options.providers ?? {},
    targets: options.targets ?? {},
    policy: options.policy ?? null,
    fallbacks: options.fallbacks ?? null,
    cache: resolveCacheOptions(options.cache),
    rateLimit: resolveRateLimitOptions(options.rateLimit),
    retry: resolveRetryOptions(options.retry),
    breaker: resolveBreakerOptions(options.breaker),
    guards: resolveGuards(options.guards),
    timeouts: Object.freeze({
      connectMs: duration('timeouts.connectMs', timeouts.connectMs, 10_000),
      firstByteMs: duration('timeouts.firstByteMs', timeouts.firstByteMs, 600_000),
      idleMs: duration('timeouts.idleMs', timeouts.idleMs, 300_000),
      totalMs: duration('timeouts.totalMs', timeouts.totalMs, Number.POSITIVE_INFINITY),
    }),
    limits: Object.freeze({
      requestBytes: bytes('limits.requestBytes', limits.requestBytes, Number.POSITIVE_INFINITY),
      bufferedBytes: bytes('limits.bufferedBytes', limits.bufferedBytes, 32 * MIB),
      recordBodyBytes: bytes('limits.recordBodyBytes', limits.recordBodyBytes, MIB),
      inFlightBytes: bytes('limits.inFlightBytes', limits.inFlightBytes, 256 * MIB),
    }),
    records: Object.freeze({
      store: storeOption(records.store ?? 'sqlite:.helicone/helicone.db'),
      bodies: flag('records.bodies', records.bodies, true),
      redact: resolveRedactOption(records.redact),
      maxQueueBytes: bytes('records.maxQueueBytes', records.maxQueueBytes, 64 * MIB),
    }),
    prices: checkedPrices(cost.prices ?? []),
    telemetry: resolveTelemetry(options.telemetry),
    webhooks: resolveWebhooks(options.webhooks),
    logger: options.logger ?? null,
  });
}

/** A server that counts nothing would refuse every caller of a limit that it sets itself. */
function refuseLimits(policy: PolicyOptions): void {
  for (const where of ['defaults', 'enforce'] as const) {
    const name = Object.keys(policy[where] ?? {}).find((each) => each.toLowerCase() === 'helicone-ratelimit-policy');
    if (name !== undefined) throw new TypeError(`policy.${where}["${name}"]: rate limits are turned off (rateLimit)`);
  }
}

function storeOption(store: string | RecordStore): string | RecordStore {
  if (typeof store === 'object' && store !== null && typeof store.append === 'function') return store;
  if (typeof store === 'string' && store.startsWith('sqlite:') && store.length > 'sqlite:'.length) return store;
  throw new TypeError(
    `records.store: ${JSON.stringify(store)} is neither "sqlite:<path>", "sqlite::memory:" nor a store`,
  );
}
