import { expect, test } from 'vitest';
import { bucketOf, TimeFilter } from './time.js';

const DAY = Date.UTC(2026, 0, 10);

test.each<[unknown, unknown]>([
  [{}, {}],
  [
    { start: '2026-01-10', end: '2026-01-10T01:00:00Z' },
    { from: DAY, to: DAY + 3_600_000 },
  ],
  [{ start: '2026-01-10T00:00:00' }, { from: DAY }],
  [{ start: '2026-01-10 02:00:00+02:00' }, { from: DAY }],
  [{ end: '2026-01-10T00:00:00.001Z' }, { to: DAY + 1 }],
  [
    { start: DAY, end: DAY },
    { from: DAY, to: DAY },
  ],
  [
    { startTimeUnixMs: DAY, endTimeUnixMs: DAY + 1 },
    { from: DAY, to: DAY + 1 },
  ],
  [
    { startTimeUnixSeconds: DAY / 1000, endTimeUnixSeconds: DAY / 1000 + 0.5 },
    { from: DAY, to: DAY + 500 },
  ],
  [
    { start: DAY, endTimeUnixMs: DAY + 1 },
    { from: DAY, to: DAY + 1 },
  ],
])('%j', (given, expected) => {
  expect(TimeFilter.parse(given)).toEqual(expected);
});

test.each<[unknown, string, string]>([
  [{ start: 'yesterday' }, 'start', 'must be an ISO 8601 timestamp or unix ms'],
  [{ end: '2026-13-01' }, 'end', 'must be an ISO 8601 timestamp or unix ms'],
  [{ end: 9e15 }, 'end', 'must be an ISO 8601 timestamp or unix ms'],
  [{ start: DAY + 1, end: DAY }, '', 'ends before it starts'],
  [{ start: DAY, startTimeUnixMs: DAY }, '', 'says its start more than once'],
  [{ startTimeUnixMs: '1' }, 'startTimeUnixMs', 'Invalid input'],
  [{ begin: 1 }, '', 'Unrecognized key'],
  ['today', '', 'Invalid input'],
])('%j is refused with its place', (given, place, message) => {
  const [issue] = TimeFilter.safeParse(given).error?.issues ?? [];
  expect([issue?.path.join('.'), issue?.message.startsWith(message)]).toEqual([place, true]);
});

test('a difference is what getTimezoneOffset gives: minutes behind UTC', () => {
  const berlinInWinter = -60;
  expect(bucketOf('day', berlinInWinter)).toEqual({ unit: 'day', offsetMinutes: 60 });
  expect(bucketOf('min', 300)).toEqual({ unit: 'minute', offsetMinutes: -300 });
  expect(bucketOf('week')).toEqual({ unit: 'week', offsetMinutes: 0 });
});
