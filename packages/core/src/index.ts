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
export type { ListedPrice, ListedRates } from './cost/price-list.js';
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
export {
  type Intake,
  type IntakeDelivery,
  type IntakeFormat,
  type IntakeResult,
  InvalidIntake,
} from './intake/intake.js';
export type { LoggedTime, LogIntake } from './intake/log-intake.js';
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
export { originOf } from './policy/answer-links.js';
export type { FallbackOption } from './policy/fallback-list.js';
export { HEADERS, type HeaderRow } from './policy/header-table.js';
export type { HeaderType, Read } from './policy/header-types.js';
export type { HeaderMap, LayerOptions, PolicyOptions } from './policy/policy-layers.js';
export { isUuid } from './policy/uuid.js';
export type { AwsCredentials, AwsSecret } from './providers/aws-options.js';
export type { ProviderOptions, ProviderTargetOptions, Secret } from './providers/registry.js';
export type { WireFormat } from './providers/wire.js';
export { assetMark, restoreAssets } from './records/assets.js';
export { type BodyLinkProof, signBodyLink, verifyBodyLink } from './records/body-link.js';
export type { DocumentList, DocumentStore, StoredDocument } from './records/documents.js';
export { exportPages } from './records/export-pages.js';
export type { BodyLinks, ExportFormat, ExportQuery } from './records/export-query.js';
export type { Attempt, Outcome } from './records/facts.js';
export {
  type Condition,
  type Filter,
  type FilterField,
  type FilterOperator,
  InvalidFilter,
  type Sort,
} from './records/filter.js';
export { nestsDeeper } from './records/nests-deeper.js';
export { openRecords } from './records/open-records.js';
export { parseFilter, parseSort } from './records/parse-filter.js';
export type { CallRecord, UsageSource } from './records/record.js';
export type { Recorder } from './records/recorder.js';
export type { Redactable, RedactFn } from './records/redact.js';
export type { RedactOption } from './records/redact-option.js';
export type { Repriced, RepriceQuery } from './records/reprice.js';
export { createSigningKeys, type SigningKeys } from './records/signing-keys.js';
export type {
  AggregateQuery,
  AggregateRow,
  Asset,
  RecordPatch,
  RecordQuery,
  RecordRow,
  RecordStore,
} from './records/store.js';
export {
  type Dimension,
  type GroupColumn,
  type HistogramQuery,
  type HistogramRow,
  type Measure,
  type MeasureFilter,
  PERCENTILES,
  type Percentile,
  SUM_MEASURES,
  type SummaryQuery,
  type SummaryRow,
  type TimeBucket,
  VALUE_MEASURES,
} from './records/summary.js';
export type { UsageDetails } from './records/usage-details.js';
export type { RedisClient } from './redis/redis-client.js';
export type { RetryOptions } from './retry-options.js';
export { freeBytes } from './stream/free-bytes.js';
export { iterableStream } from './stream/iterable-stream.js';
export { socketStream } from './stream/socket-stream.js';
export { METRICS_TYPE } from './telemetry/metrics-text.js';
export type { Meter, Tracer } from './telemetry/otel.js';
export type { TelemetryOptions } from './telemetry/telemetry-options.js';
export { keepAlive } from './upstream/keep-alive.js';
export type { TargetOptions } from './upstream/target-guard.js';
export type { StoredWebhook } from './webhooks/stored-webhook.js';
export type { PropertyFilter } from './webhooks/webhook.js';
export type { WebhookOptions } from './webhooks/webhook-options.js';
export { InvalidWebhook, type NewWebhook, type TestedWebhook, type Webhooks } from './webhooks/webhooks.js';
