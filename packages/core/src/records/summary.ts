import type { Filter } from './filter.js';

/** Columns of a record that records can be grouped by. */
export type GroupColumn =
  | 'model'
  | 'request_model'
  | 'response_model'
  | 'provider'
  | 'request_user_id'
  | 'response_status'
  | 'outcome'
  | 'finish_reason'
  | 'prompt_id'
  | 'request_path'
  | 'target_url'
  | 'request_id'
  | 'stream'
  | 'cache_enabled'
  /** Whether the answer came out of the cache: 1 or 0. */
  | 'cached';

/** What records are grouped by: a column, or the value of one property (lower-case name). */
export type Dimension = { kind: 'column'; name: GroupColumn } | { kind: 'property'; name: string };

/** Sums and counts over a group; values that are not known are left out of sums. */
export const SUM_MEASURES = [
  'requests',
  /** Records whose status is 400 and above, or below 0. */
  'errors',
  /** Records with outcome `success`. */
  'successes',
  'prompt_tokens',
  'completion_tokens',
  'total_tokens',
  'prompt_cache_read_tokens',
  'prompt_cache_write_tokens',
  'reasoning_tokens',
  'prompt_audio_tokens',
  'completion_audio_tokens',
  /** USD. */
  'cost_usd',
  /** USD that answers out of the cache saved. */
  'saved_cost_usd',
  /** Records whose cost is not known. */
  'unknown_cost',
  /** Sum of durations, ms. */
  'delay_ms',
  /** Answers out of the cache. */
  'cache_hits',
  /** Calls that a rate limit refused. */
  'rate_limited',
  /** Records with a rating of true, and of false. */
  'positive_feedback',
  'negative_feedback',
  /** Different users, sessions, models; UTC days with a record. */
  'users',
  'sessions',
  'models',
  'active_days',
] as const;

/** Single values of a group; null where nothing is known. */
export const VALUE_MEASURES = [
  /** Unix ms: creation of the first and of the last record, and when the last answer was there. */
  'first_created_at',
  'last_created_at',
  'last_ended_at',
  /** Time from the first request to the end of the last answer, ms. */
  'span_ms',
  /** Averages of what is known. */
  'avg_delay_ms',
  'avg_time_to_first_token',
  /** Records by UTC days with a record, and tokens that are known by records. */
  'requests_per_active_day',
  'tokens_per_request',
] as const;

/**
 * Percentiles of what is known in a group: durations and times to first token in ms, and total tokens; null where nothing is known.
 * Between two values they are interpolated. In groups of more than 10 000 known values a store may be up to 1 % beside them.
 */
export const PERCENTILES = ['p50', 'p75', 'p90', 'p95', 'p99', 'p99.9'] as const;
export type Percentile = (typeof PERCENTILES)[number];
export type PercentileMeasure = `${Percentile}_${'delay_ms' | 'time_to_first_token' | 'total_tokens'}`;
/** Average of a score over the records of the group that have it. */
export type ScoreMeasure = `score:${string}`;

export type Measure =
  | (typeof SUM_MEASURES)[number]
  | (typeof VALUE_MEASURES)[number]
  | PercentileMeasure
  | ScoreMeasure;

/** A condition on groups. */
export type MeasureFilter =
  | {
      kind: 'condition';
      measure: Exclude<Measure, ScoreMeasure>;
      operator: 'equals' | 'not-equals' | 'gte' | 'lte' | 'gt' | 'lt';
      value: number;
    }
  | { kind: 'and' | 'or'; filters: MeasureFilter[] };

/** A span of time that groups are split by; weeks begin on Monday. */
export interface TimeBucket {
  unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
  /** Minutes that the viewer's clock is ahead of UTC; buckets begin at the viewer's full hours and days. Default 0. */
  offsetMinutes?: number;
}

/** Groups of records and what is measured of each. Exact: read from the records themselves, not from roll-ups. */
export interface SummaryQuery {
  tenant: string;
  filter: Filter;
  /** Unix ms, inclusive; default: from the beginning. */
  from?: number;
  /** Unix ms, exclusive; default: to the end. */
  to?: number;
  /** At most 3; none: one group. Records where a dimension is not known form a group whose key is null. */
  by?: readonly Dimension[];
  /** Leave out records where a dimension is not known. Default false. */
  known?: boolean;
  bucket?: TimeBucket;
  measures: readonly Measure[];
  /** Groups that do not match are left out. */
  having?: MeasureFilter;
  /** Default: by time, then keys. A measure that is not known comes last. Ties are broken by the keys. */
  sort?: { measure: Measure; direction: 'asc' | 'desc' };
  /** 1 to 10 000, default 1000. */
  limit?: number;
  offset?: number;
}

/** One group. */
export interface SummaryRow {
  /** Start of the time bucket, ISO 8601 in UTC; null when no bucket was asked for. */
  time: string | null;
  /** Values of the dimensions, in their order; null is not known. */
  keys: (string | null)[];
  /** By measure. Sums are 0 where nothing is known, all others null. */
  values: Record<string, number | null>;
}

/** How one measure is distributed over groups. */
export interface HistogramQuery extends Omit<SummaryQuery, 'measures' | 'sort' | 'limit' | 'offset' | 'bucket'> {
  measure: Measure;
  /** Ranges of equal width, 1 to 100. Default 10. */
  ranges?: number;
  /** Leave out groups above this percentile, so that a few extremes do not hide the rest. Default: all groups. */
  upTo?: Percentile;
  /** With `upTo`: leave out as many at the lower end, too. Default false. */
  bothEnds?: boolean;
}

/** One range of a histogram. */
export interface HistogramRow {
  /** Inclusive. */
  from: number;
  /** Exclusive, except in the last range. */
  to: number;
  groups: number;
}
