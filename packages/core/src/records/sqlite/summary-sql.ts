// Summaries to SQL. Whatever users choose is bound, never written into the text.
import type { Dimension, GroupColumn, Measure, SummaryQuery, SummaryRow } from '../summary.js';
import { isoTime } from './call-record.js';
import { propertySql, whereSql } from './filter-sql.js';
import { havingSql, measureSql } from './measure-sql.js';
import { bind, listSql, type Sql, sql } from './sql.js';
import { timeBucketSql } from './time-bucket-sql.js';

const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;
const MAX_DIMENSIONS = 3;

/** Keys are text: numbers and booleans as they are written. */
const KEYS: Readonly<Record<GroupColumn, string>> = {
  model: 'model',
  request_model: 'request_model',
  response_model: 'response_model',
  provider: 'provider',
  request_user_id: 'user_id',
  response_status: 'CAST(status AS TEXT)',
  outcome: 'outcome',
  finish_reason: 'finish_reason',
  prompt_id: 'prompt_id',
  request_path: 'path',
  target_url: 'target_url',
  request_id: 'request_id',
  stream: 'CAST(stream AS TEXT)',
  cache_enabled: 'CAST(coalesce(cache_enabled, 0) AS TEXT)',
  cached: `iif(cache_reference_id IS NULL, '0', '1')`,
};

/** What makes the groups of a query. */
export type GroupsQuery = Pick<
  SummaryQuery,
  'tenant' | 'filter' | 'from' | 'to' | 'by' | 'known' | 'bucket' | 'having'
>;

/**
 * SQL of a summary, with the columns `time`, `key0` to `key2` and `value0`, `value1` and so on. Without dimension and bucket it
 * yields one row even when nothing is there.
 * @throws {RangeError} for what is out of bounds or does not exist.
 */
export function summarySql(query: SummaryQuery): Sql {
  const { by = [], bucket, measures, sort } = query;
  const order = [...(bucket === undefined ? [] : ['time']), ...keyNames(by)].map(unknownLast);
  if (sort !== undefined) order.unshift(sortSql(sort, measures));
  return sql`${groupsSql(query, measures)} ${order.length === 0 ? '' : sql`ORDER BY ${listSql(order)}`} ${pageSql(query)}`;
}

/** One row for each group, in no order, with columns as `summarySql` has them. @throws {RangeError} as it does. */
export function groupsSql(query: GroupsQuery, measures: readonly Measure[]): Sql {
  const { by = [], bucket, having } = query;
  const keys = keysSql(by);
  const names = keyNames(by);
  const columns = [
    // Makes it a grouping also where nothing is asked for.
    sql`count(*) AS records`,
    sql`${bucket === undefined ? 'NULL' : timeBucketSql(bucket)} AS time`,
    ...keys.map((key, index) => sql`${key} AS ${names[index] as string}`),
    ...measures.map((measure, index) => sql`${measureSql(measure)} AS ${`value${index}`}`),
  ];
  const grouping = [...(bucket === undefined ? [] : ['time']), ...names].join(', ');
  return sql`SELECT ${listSql(columns)} FROM records WHERE ${recordsSql(query, keys)}
    ${grouping === '' ? '' : `GROUP BY ${grouping}`} ${having === undefined ? '' : sql`HAVING ${havingSql(having)}`}`;
}

/** A row of `summarySql`. */
export function toSummaryRow(row: Record<string, unknown>, query: SummaryQuery): SummaryRow {
  const { by = [], measures } = query;
  return {
    time: row.time === null ? null : isoTime(row.time as number),
    keys: by.map((_, index) => row[`key${index}`] as string | null),
    values: Object.fromEntries(measures.map((measure, index) => [measure, row[`value${index}`] as number | null])),
  };
}

function keysSql(by: readonly Dimension[]): Sql[] {
  if (by.length > MAX_DIMENSIONS)
    throw new RangeError(`Records can be grouped by ${MAX_DIMENSIONS} dimensions at most`);
  return by.map((dimension) => {
    if (dimension.kind === 'property') return propertySql(dimension.name);
    if (!Object.hasOwn(KEYS, dimension.name)) throw new RangeError(`Records cannot be grouped by ${dimension.name}`);
    return { text: KEYS[dimension.name], values: [] };
  });
}

function keyNames(by: readonly Dimension[]): string[] {
  return by.map((_, index) => `key${index}`);
}

/** Which records are grouped. */
function recordsSql({ tenant, filter, from, to, known }: GroupsQuery, keys: readonly Sql[]): Sql {
  const terms = [whereSql(tenant, filter)];
  if (from !== undefined) terms.push(sql`created_at >= ${bind(time('from', from))}`);
  if (to !== undefined) terms.push(sql`created_at < ${bind(time('to', to))}`);
  if (known === true) terms.push(...keys.map((key) => sql`${key} IS NOT NULL`));
  return { text: terms.map(({ text }) => text).join(' AND '), values: terms.flatMap(({ values }) => values) };
}

function time(name: string, ms: number): number {
  if (typeof ms === 'number' && !Number.isNaN(ms)) return ms;
  throw new RangeError(`${name} must be unix ms`);
}

function sortSql({ measure, direction }: NonNullable<SummaryQuery['sort']>, measures: readonly Measure[]): Sql {
  if (direction !== 'asc' && direction !== 'desc') throw new RangeError('direction must be asc or desc');
  const index = measures.indexOf(measure);
  const value = index >= 0 ? `value${index}` : measureSql(measure);
  return sql`${value} ${direction === 'asc' ? 'ASC' : 'DESC'} NULLS LAST`;
}

function unknownLast(name: string): Sql {
  return { text: `${name} NULLS LAST`, values: [] };
}

function pageSql({ limit = DEFAULT_LIMIT, offset = 0 }: SummaryQuery): Sql {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) {
    throw new RangeError(`limit must be 1 to ${MAX_LIMIT}`);
  }
  if (!(Number.isSafeInteger(offset) && offset >= 0)) throw new RangeError('offset must be a whole number from 0');
  return sql`LIMIT ${bind(limit)} OFFSET ${bind(offset)}`;
}
