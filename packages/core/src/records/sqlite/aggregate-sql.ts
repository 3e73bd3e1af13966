import type { AggregateQuery, AggregateRow } from '../store.js';
import { isoTime } from './call-record.js';
import { safeText } from './columns.js';
import { DAY_MS, HOUR_MS } from './roll-ups.js';
import type { Sql } from './sql.js';

const HOURS_PER_DAY = DAY_MS / HOUR_MS;

/**
 * SQL over the roll-ups, with columns as `toAggregateRow` wants them. Without dimension and bucket it yields one row
 * even when nothing is there.
 * @throws {RangeError} for hours by user, which are not kept.
 */
export function aggregateSql({ tenant, from, to, by, bucket }: AggregateQuery): Sql {
  if (by === 'user' && bucket === 'hour') throw new RangeError('Usage by user is kept by day, not by hour');
  const [table, unit, unitMs] =
    by === 'user' ? (['usage_by_day_user', 'day', DAY_MS] as const) : (['usage_by_hour', 'hour', HOUR_MS] as const);
  const time = bucket === undefined ? 'NULL' : timeSql(unit, bucket);
  const key = by === undefined ? 'NULL' : `nullif(${by === 'user' ? 'user_id' : by}, '')`;
  const grouping = by === undefined && bucket === undefined ? '' : 'GROUP BY 1, 2 ORDER BY 1, 2 NULLS LAST';
  return {
    // `total`, not `sum`: it yields a double, so that a sum beyond 2^53 can still be read.
    text: `SELECT ${time} AS time, ${key} AS key, total(requests) AS requests, total(errors) AS errors,
        total(prompt_tokens) AS prompt_tokens, total(completion_tokens) AS completion_tokens,
        total(cost_nano) AS cost_nano, total(unknown_cost) AS unknown_cost, total(delay_ms) AS delay_ms
      FROM ${table} WHERE tenant = ? AND ${unit} >= ? AND ${unit} < ? ${grouping}`,
    values: [safeText(tenant), Math.floor(from / unitMs), Math.ceil(to / unitMs)],
  };
}

/** Unix ms of a bucket's start. */
function timeSql(unit: 'hour' | 'day', bucket: 'hour' | 'day'): string {
  if (unit === 'day') return `day * ${DAY_MS}`;
  return bucket === 'hour' ? `hour * ${HOUR_MS}` : `(hour - hour % ${HOURS_PER_DAY}) * ${HOUR_MS}`;
}

export function toAggregateRow(row: Record<string, unknown>): AggregateRow {
  return {
    time: row.time === null ? null : isoTime(row.time as number),
    key: row.key as string | null,
    requests: row.requests as number,
    errors: row.errors as number,
    prompt_tokens: row.prompt_tokens as number,
    completion_tokens: row.completion_tokens as number,
    cost_usd: (row.cost_nano as number) / 1e9,
    unknown_cost: row.unknown_cost as number,
    delay_ms: row.delay_ms as number,
  };
}
