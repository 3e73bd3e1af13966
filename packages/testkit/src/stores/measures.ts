// All measures there are. Spelled out here, since only types are taken from the core; that none is missing, the compiler sees.
import type { Measure, PERCENTILES, Percentile, SUM_MEASURES, VALUE_MEASURES } from '@helicone-proxy/core';

type Sum = (typeof SUM_MEASURES)[number];
type Value = (typeof VALUE_MEASURES)[number];

const SUMS: Readonly<Record<Sum, true>> = {
  requests: true,
  errors: true,
  successes: true,
  prompt_tokens: true,
  completion_tokens: true,
  total_tokens: true,
  prompt_cache_read_tokens: true,
  prompt_cache_write_tokens: true,
  reasoning_tokens: true,
  prompt_audio_tokens: true,
  completion_audio_tokens: true,
  cost_usd: true,
  saved_cost_usd: true,
  unknown_cost: true,
  delay_ms: true,
  cache_hits: true,
  rate_limited: true,
  positive_feedback: true,
  negative_feedback: true,
  users: true,
  sessions: true,
  models: true,
  active_days: true,
};

const VALUES: Readonly<Record<Value, true>> = {
  first_created_at: true,
  last_created_at: true,
  last_ended_at: true,
  span_ms: true,
  avg_delay_ms: true,
  avg_time_to_first_token: true,
  requests_per_active_day: true,
  tokens_per_request: true,
};

/** Percentiles and the part of the sorted values that lies below each. */
export const FRACTIONS: Readonly<Record<(typeof PERCENTILES)[number], number>> = {
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  'p99.9': 0.999,
};

/** Measures that are 0 of nothing. */
export const SUM_NAMES = Object.keys(SUMS) as Sum[];

/** All measures, and two scores. */
export const MEASURES: readonly Measure[] = [
  ...SUM_NAMES,
  ...(Object.keys(VALUES) as Value[]),
  ...(Object.keys(FRACTIONS) as Percentile[]).flatMap((name): Measure[] => [
    `${name}_delay_ms`,
    `${name}_time_to_first_token`,
    `${name}_total_tokens`,
  ]),
  'score:quality',
  'score:odd "name".x',
];
