// Measures of a group as expressions over its records. Only names of this file get into the text; scores are bound.
import { type Measure, type MeasureFilter, PERCENTILES, type SUM_MEASURES, type VALUE_MEASURES } from '../summary.js';
import { scoreSql } from './filter-sql.js';
import { PERCENTILE_AT, PERCENTILES_OF } from './functions.js';
import { DAY_MS } from './roll-ups.js';
import { bind, joinSql, type Sql, sql } from './sql.js';

const ENDED_AT = 'created_at + delay_ms';
const TOTAL_TOKENS = 'prompt_tokens + completion_tokens';

/** `total`, not `sum`: it yields a double, so that a sum beyond 2^53 can still be read, and 0 of nothing. */
const SUMS: Readonly<Record<(typeof SUM_MEASURES)[number], string>> = {
  requests: 'count(*)',
  errors: 'count(*) FILTER (WHERE status >= 400 OR status < 0)',
  successes: `count(*) FILTER (WHERE outcome = 'success')`,
  prompt_tokens: 'total(prompt_tokens)',
  completion_tokens: 'total(completion_tokens)',
  total_tokens: `total(${TOTAL_TOKENS})`,
  prompt_cache_read_tokens: 'total(cache_read_tokens)',
  prompt_cache_write_tokens: 'total(cache_write_tokens)',
  reasoning_tokens: 'total(reasoning_tokens)',
  prompt_audio_tokens: 'total(prompt_audio_tokens)',
  completion_audio_tokens: 'total(completion_audio_tokens)',
  cost_usd: 'total(cost_nano) / 1e9',
  saved_cost_usd: 'total(saved_cost_nano) / 1e9',
  unknown_cost: 'count(*) - count(cost_nano)',
  delay_ms: 'total(delay_ms)',
  cache_hits: 'count(cache_reference_id)',
  rate_limited: `count(*) FILTER (WHERE outcome = 'rate_limited')`,
  positive_feedback: 'count(*) FILTER (WHERE feedback_rating = 1)',
  negative_feedback: 'count(*) FILTER (WHERE feedback_rating = 0)',
  users: 'count(DISTINCT user_id)',
  sessions: 'count(DISTINCT session_id)',
  models: 'count(DISTINCT model)',
  active_days: `count(DISTINCT floor(created_at / ${DAY_MS}.0))`,
};

const VALUES: Readonly<Record<(typeof VALUE_MEASURES)[number], string>> = {
  first_created_at: 'min(created_at)',
  last_created_at: 'max(created_at)',
  last_ended_at: `max(${ENDED_AT})`,
  span_ms: `max(${ENDED_AT}) - min(created_at)`,
  avg_delay_ms: 'avg(delay_ms)',
  avg_time_to_first_token: 'avg(ttft_ms)',
  requests_per_active_day: `count(*) * 1.0 / nullif(${SUMS.active_days}, 0)`,
  tokens_per_request: `${SUMS.total_tokens} / nullif(count(*), 0)`,
};

const DISTRIBUTED: ReadonlyMap<string, string> = new Map([
  ['delay_ms', 'delay_ms'],
  ['time_to_first_token', 'ttft_ms'],
  ['total_tokens', TOTAL_TOKENS],
]);

const SCORE = 'score:';

const PLAIN: ReadonlyMap<string, string> = new Map([
  ...Object.entries(SUMS),
  ...Object.entries(VALUES),
  ...PERCENTILES.flatMap((name, index) =>
    [...DISTRIBUTED].map(
      ([measure, column]) =>
        [`${name}_${measure}`, `${PERCENTILE_AT}(${PERCENTILES_OF}(${column}), ${index})`] as [string, string],
    ),
  ),
]);

/** A measure as an expression. @throws {RangeError} for one that does not exist. */
export function measureSql(measure: Measure): Sql {
  const text = PLAIN.get(measure);
  if (text !== undefined) return { text, values: [] };
  if (measure.startsWith(SCORE)) return sql`avg(${scoreSql(measure.slice(SCORE.length))})`;
  throw new RangeError(`There is no measure ${measure}`);
}

const OPERATORS = {
  equals: 'IS',
  'not-equals': 'IS NOT',
  gte: '>=',
  lte: '<=',
  gt: '>',
  lt: '<',
} as const;

/** A condition on groups, for HAVING. @throws {RangeError} for a measure or operator that does not exist, or a value that is no number. */
export function havingSql(filter: MeasureFilter): Sql {
  if (filter.kind !== 'condition') {
    const operator = filter.kind === 'and' ? ' AND ' : ' OR ';
    if (filter.filters.length === 0) return { text: filter.kind === 'and' ? '1' : '0', values: [] };
    return joinSql(filter.filters.map(havingSql), operator);
  }
  const { measure, operator, value } = filter;
  if (!Object.hasOwn(OPERATORS, operator)) throw new RangeError(`Measures cannot be compared by ${operator}`);
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new RangeError(`${measure} can be compared with a number only`);
  return sql`${measureSql(measure)} ${OPERATORS[operator]} ${bind(value)}`;
}
