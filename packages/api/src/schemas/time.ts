// Time ranges, time zones and buckets, in the ways in which Helicone's clients say them.
import type { TimeBucket } from '@helicone-proxy/core';
import { z } from 'zod';

/** From (inclusive) to (exclusive), unix ms; undefined: without an end. */
export interface TimeRange {
  from?: number;
  to?: number;
}

/** ISO 8601, a date alone too, or unix ms. What names no zone is UTC. */
const Moment = z
  .union([z.string(), z.number()])
  .meta({ description: 'ISO 8601 (UTC where no zone is named) or unix ms.' });
const Unix = z.number().nonnegative();

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;
/** The last moment that JavaScript can tell. */
const MAX_TIME = 8.64e15;

/**
 * A time range: `{ start, end }` as ISO 8601 or unix ms, `{ startTimeUnixMs, endTimeUnixMs }` or
 * `{ startTimeUnixSeconds, endTimeUnixSeconds }`. The start belongs to it, the end does not; either may be missing.
 */
export const TimeFilter = z
  .strictObject({
    start: Moment.optional(),
    end: Moment.optional(),
    startTimeUnixMs: Unix.optional(),
    endTimeUnixMs: Unix.optional(),
    startTimeUnixSeconds: Unix.optional(),
    endTimeUnixSeconds: Unix.optional(),
  })
  .transform((given, context): TimeRange => {
    const ends = {
      start: [given.start, given.startTimeUnixMs, seconds(given.startTimeUnixSeconds)],
      end: [given.end, given.endTimeUnixMs, seconds(given.endTimeUnixSeconds)],
    };
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: path === '' ? [] : [path], message });
    };
    const [from, to] = (['start', 'end'] as const).map((name) => {
      const said = ends[name].filter((moment) => moment !== undefined);
      if (said.length > 1) refuse('', `says its ${name} more than once`);
      const [moment] = said;
      if (moment === undefined) return undefined;
      const ms = momentMs(moment);
      if (ms === null) refuse(name, 'must be an ISO 8601 timestamp or unix ms');
      return ms ?? undefined;
    });
    if (from !== undefined && to !== undefined && from > to) refuse('', 'ends before it starts');
    return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  })
  .meta({ description: 'The start belongs to the range, the end does not; either may be missing.' });

function seconds(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000;
}

function momentMs(moment: string | number): number | null {
  let ms: number;
  if (typeof moment === 'number') ms = Math.round(moment);
  else {
    const match = ISO.exec(moment);
    if (match === null) return null;
    const withZone = moment.length > 10 && match[1] === undefined ? `${moment}Z` : moment;
    ms = Date.parse(withZone.replace(' ', 'T'));
  }
  return Math.abs(ms) <= MAX_TIME ? ms : null;
}

/**
 * As JavaScript's `getTimezoneOffset()` gives it, and Helicone's page sends it: minutes that the viewer's clock is *behind* UTC,
 * so Berlin in winter is -60 and New York 300.
 */
export const TimeZoneDifference = z
  .int()
  .min(-1440)
  .max(1440)
  .meta({ description: "Minutes that the viewer's clock is behind UTC: `new Date().getTimezoneOffset()`." });

const UNITS = { min: 'minute', hour: 'hour', day: 'day', week: 'week', month: 'month', year: 'year' } as const;

/** Width of a time bucket, in Helicone's words. */
export const DbIncrement = z.enum(['min', 'hour', 'day', 'week', 'month', 'year']);

/** The bucket of a width and a time zone. */
export function bucketOf(increment: z.output<typeof DbIncrement>, timeZoneDifference = 0): TimeBucket {
  // No -0: it would show in what is compared.
  return { unit: UNITS[increment], offsetMinutes: timeZoneDifference === 0 ? 0 : -timeZoneDifference };
}

/** ISO 8601 of unix ms that the store has measured; the beginning of time where it knows none. */
export function isoTime(ms: number | null | undefined): string {
  return new Date(ms ?? 0).toISOString();
}
