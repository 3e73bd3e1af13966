import type { DocumentStore } from './documents.js';
import type { ExportQuery } from './export-query.js';
import type { Attempt, Outcome } from './facts.js';
import type { Filter, Sort } from './filter.js';
import type { CallRecord, UsageSource } from './record.js';
import type { Repriced, RepriceQuery } from './reprice.js';
import type { HistogramQuery, HistogramRow, SummaryQuery, SummaryRow } from './summary.js';
import type { UsageDetails } from './usage-details.js';

/** One finished row on its way into a store: flat, with money as integer nano-USD, bodies as text. */
export interface RecordRow {
  id: string;
  requestId: string;
  tenant: string;
  /** Unix ms. */
  createdAt: number;
  method: string;
  path: string;
  provider: string;
  targetUrl: string;
  userId: string | null;
  properties: Record<string, string>;
  promptId: string | null;
  model: string | null;
  requestModel: string | null;
  responseModel: string | null;
  modelOverride: string | null;
  status: number;
  outcome: Outcome;
  error: string | null;
  attempts: Attempt[];
  stream: boolean;
  truncated: boolean;
  finishReason: string | null;
  delayMs: number;
  timeToFirstTokenMs: number | null;
  promptTokens: number | null;
  completionTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  cacheWrite5mTokens: number | null;
  cacheWrite1hTokens: number | null;
  reasoningTokens: number | null;
  promptAudioTokens: number | null;
  completionAudioTokens: number | null;
  /** What of the usage has no column of its own; absent or null: nothing. */
  usageDetails?: UsageDetails | null;
  /** The provider's own usage object as JSON text, at most 4 KiB; absent or null: none, or longer. */
  providerUsage?: string | null;
  /** What changed the price of the whole call; absent or null: the provider's standard. */
  serviceTier?: string | null;
  usageSource: UsageSource;
  costNanoUsd: number | null;
  savedCostNanoUsd: number | null;
  priceSource: string | null;
  requestBytes: number | null;
  responseBytes: number | null;
  cacheEnabled: boolean;
  /** Request id of the call whose answer this one got out of the cache; null where the provider was called. */
  cacheReferenceId: string | null;
  /** OpenTelemetry ids of the call's span, lower-case hex; null where there is none. */
  traceId: string | null;
  spanId: string | null;
  parentSpanId: string | null;
  /** UTF-8 text of the bodies (JSON where the provider spoke JSON); null when not kept. */
  requestBody: Uint8Array | null;
  responseBody: Uint8Array | null;
  /** Media that were cut out of the bodies, each once; absent: none. */
  assets?: readonly Asset[];
  /** Reasoning that nobody told may have been charged besides: its tokens and cost are the least that it used. Not kept. */
  atLeast?: true;
  /** Webhooks hear nothing of it. Not kept. */
  quiet?: true;
}

/** One image, sound or file that was cut out of a body, where `assetMark(hash)` stands for its base64. */
export interface Asset {
  /** SHA-256 of its bytes, lower-case hex. */
  hash: string;
  bytes: Uint8Array;
}

/** A change to a record that may come before the record itself. */
export type RecordPatch =
  | { kind: 'feedback'; rating: boolean }
  | { kind: 'scores'; scores: Record<string, number> }
  | { kind: 'property'; key: string; value: string }
  | { kind: 'user'; userId: string };

export interface RecordQuery {
  tenant: string;
  filter: Filter;
  /** Default: newest first. Ties are broken by `id` in the same direction. */
  sort?: Sort;
  /** 1 to 1000, default 10. */
  limit?: number;
  offset?: number;
  /** Default false. */
  bodies?: boolean;
}

/** Sums of one group of an aggregate. Token and cost sums leave unknown values out; `unknown_cost` counts them. */
export interface AggregateRow {
  /** Start of the time bucket, ISO 8601; null when no bucket was asked for. */
  time: string | null;
  /** Value of the dimension; null when none was asked for or the value is not known. */
  key: string | null;
  requests: number;
  errors: number;
  prompt_tokens: number;
  completion_tokens: number;
  cost_usd: number;
  /** Records whose cost is not known. */
  unknown_cost: number;
  /** Sum over the group, ms: divide by `requests`. */
  delay_ms: number;
}

export interface AggregateQuery {
  tenant: string;
  /** Unix ms, inclusive; rounded down to the roll-up's unit (hour; day for users). */
  from: number;
  /** Unix ms, exclusive; rounded up likewise. */
  to: number;
  /** One total, or one row per model, provider or user. */
  by?: 'model' | 'provider' | 'user';
  /** One row per time bucket besides. `hour` is not offered by user. */
  bucket?: 'hour' | 'day';
}

/**
 * Where records are kept. SQLite, Postgres and ClickHouse implement it and one shared suite tests it.
 * Every method may reject with the store's own error, and with a `RangeError` for a question that is out of bounds; rows of
 * other tenants are never seen. Text is compared and sorted by code points; in text that databases cannot hold, NUL and lone
 * surrogates become U+FFFD.
 */
export interface RecordStore {
  /**
   * Writes all rows or none. Rows whose `id` is there already are left out, so that a batch may be sent again. Media of a row are
   * kept once for a tenant, and put back where bodies are read (`restoreAssets`).
   */
  append(rows: readonly RecordRow[]): Promise<void>;
  /**
   * Applies a change to the newest record of that tenant and request id. When there is none yet the change waits up to
   * 24 h for it, at most 10 000 per tenant. Resolves `'applied'`, `'waiting'`, or `'refused'` when too many wait, or
   * when the record would have more than 256 KiB of properties, or scores, as JSON. Another user
   * takes the record's share of what `aggregate` sums along.
   */
  patch(tenant: string, requestId: string, patch: RecordPatch): Promise<'applied' | 'waiting' | 'refused'>;
  /** Records that match, a page of them. */
  query(query: RecordQuery): Promise<CallRecord[]>;
  /** How many match. */
  count(query: Pick<RecordQuery, 'tenant' | 'filter'>): Promise<number>;
  /** Newest record of that tenant with this request id (or record id), else null. */
  get(tenant: string, requestId: string, options?: { bodies?: boolean }): Promise<CallRecord | null>;
  /**
   * Sums by hour or day from roll-ups: fast over any time, also over that of records which are deleted, but only by what is
   * rolled up. By time, then key.
   */
  aggregate(query: AggregateQuery): Promise<AggregateRow[]>;
  /**
   * Groups of records, exact and by any filter, of records that are still there: what sessions, users, properties and
   * dashboards are made of. Without dimension and bucket one row, also of nothing.
   */
  summarize(query: SummaryQuery): Promise<SummaryRow[]>;
  /** How one measure is distributed over the groups of which it is known; none: no ranges, one value: one range. */
  histogram(query: HistogramQuery): Promise<HistogramRow[]>;
  /** How many groups a summary without bucket has. */
  countGroups(
    query: Pick<SummaryQuery, 'tenant' | 'filter' | 'from' | 'to' | 'by' | 'known' | 'having'>,
  ): Promise<number>;
  /** Names of all properties that records of the tenant have had, sorted; the first 10 000 that came. */
  propertyNames(tenant: string): Promise<string[]>;
  /**
   * Records as text in pieces of about 64 KiB, each read when it is asked for and then the caller's alone. Records that come
   * meanwhile do not shift it. Ending the iteration early frees what it holds.
   */
  export(query: ExportQuery): AsyncIterable<Uint8Array>;
  /** Small things besides the records. */
  readonly documents: DocumentStore;
  /**
   * Deletes records created before `before` (unix ms) with their bodies and media; resolves how many. Sums of `aggregate`, names of
   * properties and documents stay.
   */
  deleteBefore(before: number): Promise<number>;
  /** Prices records again, each as of its own time: those made before a price was known, above all. */
  reprice(query: RepriceQuery): Promise<Repriced>;
  /** Writes what waits and lets go of everything. */
  close(): Promise<void>;
}
