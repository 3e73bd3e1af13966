export type { BreakerOptions } from './breaker-options.js';
export type { CacheOptions } from './cache/cache-options.js';
export type { Call } from './call.js';
export type {
  ByteObserver,
  ByteSink,
  ByteStream,
  ClientSignal,
  EngineRequest,
  EngineResponse,
  Headers,
  Stage,
  UnreadBody,
} from './contract.js';
export type { PriceOverride, PriceOverrides } from './cost/price.js';
export type { Usage } from './cost/usage.js';
export { createEngine, type Engine } from './engine.js';
export { type ErrorCode, ProxyError, renderError } from './errors.js';
export type {
  GuardedPrompt,
  GuardedRequest,
  GuardOptions,
  PromptGuard,
  Verdict,
} from './guards/guard-options.js';
export type { Authenticate, Caller, Identity, KeyOptions } from './identity.js';
export { type ClusterPrimary, setupPrimary } from './limits/cluster-primary.js';
export type { RateLimiterFactory } from './limits/factory-store.js';
export type { RateLimitOptions } from './limits/limit-options.js';
export type {
  EngineOptions,
  LimitOptions,
  Logger,
  RecordOptions,
  TimeoutOptions,
} from './options.js';
export type { FallbackOption } from './policy/fallback-list.js';
export { HEADERS, type HeaderRow } from './policy/header-table.js';
export type { HeaderType, Read } from './policy/header-types.js';
export type { HeaderMap, LayerOptions, PolicyOptions } from './policy/policy-layers.js';
export { isUuid } from './policy/uuid.js';
export type { ProviderOptions, ProviderTargetOptions, Secret } from './providers/registry.js';
export type { WireFormat } from './providers/wire.js';
export type { Attempt, Outcome } from './records/facts.js';
export {
  type Condition,
  type Filter,
  type FilterField,
  type FilterOperator,
  InvalidFilter,
  type Sort,
} from './records/filter.js';
export { parseFilter, parseSort } from './records/parse-filter.js';
export type { CallRecord, UsageSource } from './records/record.js';
export type { Recorder } from './records/recorder.js';
export type {
  AggregateQuery,
  AggregateRow,
  RecordPatch,
  RecordQuery,
  RecordRow,
  RecordStore,
} from './records/store.js';
export type { RedisClient } from './redis/redis-client.js';
export type { RetryOptions } from './retry-options.js';
export { socketStream } from './stream/socket-stream.js';
export { keepAlive } from './upstream/keep-alive.js';
export type { TargetOptions } from './upstream/target-guard.js';
