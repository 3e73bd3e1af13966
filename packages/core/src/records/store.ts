import type { Attempt, Outcome } from './facts.js';
import type { Filter, Sort } from './filter.js';
import type { CallRecord, UsageSource } from './record.js';

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
  usageSource: UsageSource;
  costNanoUsd: number | null;
  savedCostNanoUsd: number | null;
  priceSource: string | null;
  requestBytes: number | null;
  responseBytes: number | null;
  cacheEnabled: boolean;
  /** Request id of the call whose answer this one got out of the cache; null where the provider was called. */
  cacheReferenceId: string | null;
  /** UTF-8 text of the bodies (JSON where the provider spoke JSON); null when not kept. */
  requestBody: Uint8Array | null;
  responseBody: Uint8Array | null;
}

/** A change to a record that may come before the record itself. */
export type RecordPatch =
  | { kind: 'feedback'; rating: boolean }
  | { kind: 'scores'; scores: Record<string, number> }
  | { kind: 'property'; key: string; value: string };

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
 * Every method may reject with the store's own error; rows of other tenants are never seen.
 */
export interface RecordStore {
  /** Writes all rows or none. */
  append(rows: readonly RecordRow[]): Promise<void>;
  /**
   * Applies a change to the newest record of that tenant and request id. When there is none yet the change waits up to
   * 24 h for it, at most 10 000 per tenant. Resolves `'applied'`, `'waiting'`, or `'refused'` when too many wait.
   */
  patch(tenant: string, requestId: string, patch: RecordPatch): Promise<'applied' | 'waiting' | 'refused'>;
  query(query: RecordQuery): Promise<CallRecord[]>;
  count(query: Pick<RecordQuery, 'tenant' | 'filter'>): Promise<number>;
  /** Newest record of that tenant with this request id (or record id), else null. */
  get(tenant: string, requestId: string, options?: { bodies?: boolean }): Promise<CallRecord | null>;
  aggregate(query: AggregateQuery): Promise<AggregateRow[]>;
  /** Deletes records created before `before` (unix ms); resolves how many. */
  deleteBefore(before: number): Promise<number>;
  close(): Promise<void>;
}
