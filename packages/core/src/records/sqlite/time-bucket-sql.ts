import type { TimeBucket } from '../summary.js';
import { DAY_MS, HOUR_MS } from './roll-ups.js';
import { bind, type Sql, sql } from './sql.js';

const MINUTE_MS = 60_000;
/** A day: more than any clock is off. */
const MAX_OFFSET_MINUTES = 1_440;
/** 1970-01-01 was a Thursday: three days after a Monday. */
const DAYS_SINCE_MONDAY = 3;
/** What SQLite's calendar reaches: the years 0 to 9999, unix ms. */
const CALENDAR = { first: -62_167_219_200_000, last: 253_402_300_799_999 };

const UNITS_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;

/**
 * Start of the bucket that a record's creation lies in, unix ms.
 * @throws {RangeError} for an unknown unit, or an offset that is not whole minutes within a day.
 */
export function timeBucketSql({ unit, offsetMinutes = 0 }: TimeBucket): Sql {
  if (!(Number.isInteger(offsetMinutes) && Math.abs(offsetMinutes) <= MAX_OFFSET_MINUTES)) {
    throw new RangeError(`offsetMinutes must be whole minutes, at most ${MAX_OFFSET_MINUTES} either way`);
  }
  const offset = bind(offsetMinutes * MINUTE_MS);
  const local = sql`(created_at + ${offset})`;
  return sql`CAST(${localStartSql(unit, local)} - ${offset} AS INTEGER)`;
}

/** Start of the bucket on the viewer's clock. */
function localStartSql(unit: TimeBucket['unit'], local: Sql): Sql {
  switch (unit) {
    case 'minute':
    case 'hour':
    case 'day':
      return sql`floor(${local} / ${UNITS_MS[unit]}.0) * ${UNITS_MS[unit]}`;
    case 'week': {
      const days = sql`(floor(${local} / ${DAY_MS}.0) + ${DAYS_SINCE_MONDAY})`;
      return sql`(floor(${days} / 7) * 7 - ${DAYS_SINCE_MONDAY}) * ${DAY_MS}`;
    }
    case 'month':
    case 'year': {
      const seconds = sql`floor(min(max(${local}, ${CALENDAR.first}), ${CALENDAR.last}) / 1000.0)`;
      return sql`unixepoch(${seconds}, 'unixepoch', 'start of ${unit}') * 1000`;
    }
    default:
      throw new RangeError(`There is no time bucket of a ${unit}`);
  }
}
