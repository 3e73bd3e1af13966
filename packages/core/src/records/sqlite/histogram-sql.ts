import { type HistogramQuery, type HistogramRow, PERCENTILES } from '../summary.js';
import { PERCENTILE_AT, PERCENTILES_OF, RANGE_OF } from './functions.js';
import { startOf } from './histogram-ranges.js';
import { bind, type Sql, sql } from './sql.js';
import { groupsSql } from './summary-sql.js';

const DEFAULT_RANGES = 10;
const MAX_RANGES = 100;

/**
 * Groups counted by the range that their value lies in, with the columns `nth`, `groups`, `smallest` and `largest`.
 * @throws {RangeError} for what is out of bounds or does not exist.
 */
export function histogramSql(query: HistogramQuery): Sql {
  const ranges = rangesOf(query);
  // Materialized: they are read three times and costly to make.
  return sql`WITH measured AS MATERIALIZED (${groupsSql(query, [query.measure])}),
    kept AS MATERIALIZED (SELECT value0 AS value FROM measured WHERE value0 IS NOT NULL ${limitSql(query)}),
    ends AS (SELECT min(value) AS smallest, max(value) AS largest FROM kept)
    SELECT ${RANGE_OF}(value, smallest, largest, ${bind(ranges)}) AS nth, count(*) AS groups, smallest, largest
    FROM kept, ends GROUP BY nth ORDER BY nth`;
}

/** Rows of `histogramSql`, and ranges that no group lies in between them. */
export function toHistogram(rows: Record<string, unknown>[], query: HistogramQuery): HistogramRow[] {
  const [first] = rows;
  if (first === undefined) return [];
  const [from, to] = [first.smallest as number, first.largest as number];
  if (from === to) return [{ from, to, groups: first.groups as number }];
  const ranges = rangesOf(query);
  const counts = new Map(rows.map((row) => [row.nth as number, row.groups as number]));
  return Array.from({ length: ranges }, (_, nth) => ({
    from: startOf(nth, { from, to, ranges }),
    to: startOf(nth + 1, { from, to, ranges }),
    groups: counts.get(nth) ?? 0,
  }));
}

function rangesOf({ ranges = DEFAULT_RANGES }: HistogramQuery): number {
  if (Number.isInteger(ranges) && ranges >= 1 && ranges <= MAX_RANGES) return ranges;
  throw new RangeError(`ranges must be 1 to ${MAX_RANGES}`);
}

function limitSql({ upTo, bothEnds = false }: HistogramQuery): Sql | string {
  if (upTo === undefined) return '';
  const index = PERCENTILES.indexOf(upTo);
  if (index < 0) throw new RangeError(`There is no percentile ${upTo}`);
  const above = sql`AND value0 <= ${groupsAt(index)}`;
  return bothEnds ? sql`${above} AND value0 >= ${groupsAt(PERCENTILES.length + index)}` : above;
}

/** One of the percentiles of all groups, by its place. */
function groupsAt(index: number): Sql {
  return sql`(SELECT ${PERCENTILE_AT}(${PERCENTILES_OF}(value0), ${bind(index)}) FROM measured)`;
}
