// Random questions about random rows, answered by hand: from the rows themselves, by loops, and by nothing that the store uses.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordRow, START } from '../../../../testkit/src/stores/rows.js';
import type { Filter } from '../filter.js';
import type { RecordRow } from '../store.js';
import type { Dimension, HistogramQuery, Measure, MeasureFilter, SummaryQuery, TimeBucket } from '../summary.js';
import { openWriter, type SqliteWriter } from './writer.js';

const ROWS = 600;
const QUESTIONS = 150;
const MINUTE = 60_000;
const DAY = 86_400_000;

/** Numbers from 0 to 1 that are the same in every run: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomOf(20_261_121);
const below = (end: number): number => Math.floor(random() * end);
const oneOf = <T>(...values: T[]): T => values[below(values.length)] as T;

const NAME = `te'am "x"[0].$`;

function randomRow(n: number): RecordRow {
  const known = random() < 0.8;
  const outcome = oneOf('success', 'success', 'success', 'upstream_error', 'rate_limited', 'client_closed');
  const status = { success: 200, upstream_error: 500, rate_limited: 429, client_closed: -3 }[outcome];
  const hit = outcome === 'success' && random() < 0.2;
  return recordRow(n, {
    tenant: random() < 0.9 ? 'default' : 'other',
    // Over a leap day, a new year and before 1970, also just beside midnight.
    createdAt: oneOf(START, Date.UTC(2024, 1, 29), Date.UTC(2025, 11, 31, 23, 59), -DAY) + below(3 * DAY) - below(2),
    userId: oneOf(null, 'ada', 'Ada', 'bob'),
    properties: {
      ...(random() < 0.7 ? { [NAME]: oneOf('', 'a', 'b', 'Other') } : {}),
      ...(random() < 0.5 ? { 'helicone-session-id': oneOf('s1', 's2', 's3') } : {}),
    },
    model: oneOf(null, 'gpt', 'claude'),
    outcome: outcome as RecordRow['outcome'],
    status: status as number,
    delayMs: oneOf(0, random() * 1000, below(10_000)),
    timeToFirstTokenMs: random() < 0.5 ? random() * 500 : null,
    promptTokens: known ? below(1000) : null,
    completionTokens: known && random() < 0.9 ? below(1000) : null,
    costNanoUsd: hit ? 0 : known ? below(5e9) : null,
    savedCostNanoUsd: hit ? below(5e9) : null,
    cacheReferenceId: hit ? 'c0ffee00-1111-4222-8333-444455556666' : null,
  });
}

const rows = Array.from({ length: ROWS }, (_, n) => randomRow(n));
let writer: SqliteWriter;
beforeAll(() => {
  writer = openWriter(':memory:');
  for (let start = 0; start < ROWS; start += 100) writer.append(rows.slice(start, start + 100));
});
afterAll(() => writer.close());

type Read = (row: RecordRow) => number | null;
const sum = (group: RecordRow[], read: Read): number => group.reduce((total, row) => total + (read(row) ?? 0), 0);
const mean = (values: number[]): number | null =>
  values.length === 0 ? null : values.reduce((total, value) => total + value, 0) / values.length;
const values = (group: RecordRow[], read: Read): number[] => group.map(read).filter((value) => value !== null);

/** As a spreadsheet's PERCENTILE.INC. */
function percentile(found: number[], fraction: number): number | null {
  const sorted = [...found].sort((a, b) => a - b);
  const place = (sorted.length - 1) * fraction;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low === undefined || high === undefined ? null : low + (high - low) * (place % 1);
}

const BY_HAND: Partial<Record<Measure, (group: RecordRow[]) => number | null>> = {
  requests: (group) => group.length,
  errors: (group) => group.filter(({ status }) => status >= 400 || status < 0).length,
  successes: (group) => group.filter(({ outcome }) => outcome === 'success').length,
  rate_limited: (group) => group.filter(({ outcome }) => outcome === 'rate_limited').length,
  cache_hits: (group) => group.filter(({ cacheReferenceId }) => cacheReferenceId !== null).length,
  prompt_tokens: (group) => sum(group, (row) => row.promptTokens),
  total_tokens: (group) => sum(group, total),
  cost_usd: (group) => sum(group, (row) => row.costNanoUsd) / 1e9,
  saved_cost_usd: (group) => sum(group, (row) => row.savedCostNanoUsd) / 1e9,
  unknown_cost: (group) => group.filter(({ costNanoUsd }) => costNanoUsd === null).length,
  users: (group) => new Set(group.flatMap(({ userId }) => userId ?? [])).size,
  sessions: (group) => new Set(group.flatMap(({ properties }) => properties['helicone-session-id'] ?? [])).size,
  active_days: (group) => new Set(group.map(({ createdAt }) => new Date(createdAt).toISOString().slice(0, 10))).size,
  avg_delay_ms: (group) => mean(values(group, (row) => row.delayMs)),
  avg_time_to_first_token: (group) => mean(values(group, (row) => row.timeToFirstTokenMs)),
  p50_delay_ms: (group) =>
    percentile(
      values(group, (row) => row.delayMs),
      0.5,
    ),
  p95_time_to_first_token: (group) =>
    percentile(
      values(group, (row) => row.timeToFirstTokenMs),
      0.95,
    ),
  p99_total_tokens: (group) => percentile(values(group, total), 0.99),
};
const MEASURES = Object.keys(BY_HAND) as (keyof typeof BY_HAND & Measure)[];

function total({ promptTokens, completionTokens }: RecordRow): number | null {
  return promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens;
}

const FILTERS: readonly [Filter, (row: RecordRow) => boolean][] = [
  [{ kind: 'all' }, () => true],
  [condition({ kind: 'column', name: 'response_status' }, 'lt', 400), ({ status }) => status < 400],
  [
    condition({ kind: 'column', name: 'request_user_id' }, 'contains', 'ADA'),
    ({ userId }) => /ada/i.test(userId ?? ''),
  ],
  [condition({ kind: 'property', name: NAME }, 'not-equals', 'a'), ({ properties }) => properties[NAME] !== 'a'],
  [condition({ kind: 'column', name: 'cost_usd' }, 'gte', 2.5), ({ costNanoUsd }) => (costNanoUsd ?? -1) >= 2.5e9],
];

function condition(field: object, operator: string, value: unknown): Filter {
  return { kind: 'condition', condition: { field, operator, value } } as Filter;
}

const DIMENSIONS: readonly [Dimension, (row: RecordRow) => string | null][] = [
  [{ kind: 'column', name: 'model' }, ({ model }) => model],
  [{ kind: 'column', name: 'request_user_id' }, ({ userId }) => userId],
  [{ kind: 'column', name: 'response_status' }, ({ status }) => String(status)],
  [{ kind: 'property', name: NAME }, ({ properties }) => properties[NAME] ?? null],
  [{ kind: 'property', name: 'helicone-session-id' }, ({ properties }) => properties['helicone-session-id'] ?? null],
];

/** By stepping back from the moment until the viewer's calendar shows another unit. */
function startOf({ unit, offsetMinutes = 0 }: TimeBucket, at: number): number {
  const name = (ms: number): string => {
    const shown = new Date(ms + offsetMinutes * MINUTE);
    if (unit === 'week') {
      const monday = new Date(shown);
      while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1);
      return monday.toISOString().slice(0, 10);
    }
    return shown.toISOString().slice(0, { minute: 16, hour: 13, day: 10, month: 7, year: 4 }[unit]);
  };
  let start = Math.floor(at / MINUTE) * MINUTE;
  for (const step of [DAY, 60 * MINUTE, MINUTE]) while (name(start - step) === name(at)) start -= step;
  return start;
}

interface Question {
  query: Omit<SummaryQuery, 'measures'>;
  groups: Map<string, { time: string | null; keys: (string | null)[]; members: RecordRow[] }>;
}

function randomQuestion(bucketed: boolean): Question {
  const [filter, matches] = oneOf(...FILTERS);
  const dimensions = [...DIMENSIONS].sort(() => random() - 0.5).slice(0, below(3));
  const known = random() < 0.3;
  const from = random() < 0.3 ? START + below(DAY) : undefined;
  const to = random() < 0.3 ? START + DAY + below(DAY) : undefined;
  const offsetMinutes = oneOf(0, 60, -300, 345, 840, -720);
  const unit = oneOf('minute', 'hour', 'day', 'week', 'month', 'year') as TimeBucket['unit'];
  const bucket = bucketed ? { unit, offsetMinutes } : undefined;
  const groups: Question['groups'] = new Map();
  for (const row of rows) {
    if (row.tenant !== 'default' || !matches(row)) continue;
    if (row.createdAt < (from ?? -Infinity) || row.createdAt >= (to ?? Infinity)) continue;
    const keys = dimensions.map(([, read]) => read(row));
    if (known && keys.includes(null)) continue;
    const time = bucket === undefined ? null : new Date(startOf(bucket, row.createdAt)).toISOString();
    const name = JSON.stringify([time, keys]);
    const group = groups.get(name) ?? { time, keys, members: [] };
    group.members.push(row);
    groups.set(name, group);
  }
  if (dimensions.length === 0 && bucket === undefined && groups.size === 0) {
    groups.set('', { time: null, keys: [], members: [] });
  }
  const by = dimensions.map(([dimension]) => dimension);
  return { query: { tenant: 'default', filter, from, to, by, known, bucket, limit: 10_000 }, groups };
}

const near = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(10)));
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

test('summaries', () => {
  let compared = 0;
  for (let n = 0; n < QUESTIONS; n++) {
    const { query, groups } = randomQuestion(random() < 0.5);
    const measures = [...MEASURES].sort(() => random() - 0.5).slice(0, 1 + below(MEASURES.length));
    const found = writer.reader().summarize({ ...query, measures });
    const shown = found.map(({ time, keys, values }) => ({
      name: JSON.stringify([time, keys]),
      values: measures.map((measure) => near(values[measure] as number | null)),
    }));
    const expected = [...groups.values()].map(({ time, keys, members }) => ({
      name: JSON.stringify([time, keys]),
      values: measures.map((measure) => near(BY_HAND[measure]?.(members) ?? null)),
    }));
    expect(shown.sort(byName), JSON.stringify({ ...query, measures })).toEqual(expected.sort(byName));
    compared += shown.length;
  }
  expect(compared).toBeGreaterThan(QUESTIONS);
});

test('groups that match conditions are counted, and their measures distributed', () => {
  for (let n = 0; n < QUESTIONS; n++) {
    const { query, groups } = randomQuestion(false);
    const { limit: _none, bucket: _neither, ...chosen } = query;
    const least = below(60);
    const having: MeasureFilter = { kind: 'condition', measure: 'requests', operator: 'gte', value: least };
    const kept = [...groups.values()].map(({ members }) => members).filter((members) => members.length >= least);
    const place = JSON.stringify({ ...chosen, least });
    expect(writer.reader().countGroups({ ...chosen, having }), place).toBe(kept.length);
    const measure = oneOf(...MEASURES);
    const upTo = oneOf(undefined, 'p75', 'p95') as HistogramQuery['upTo'];
    const ranges = 1 + below(12);
    const measured = kept.flatMap((members) => BY_HAND[measure]?.(members) ?? []);
    const most = upTo === undefined ? Infinity : (percentile(measured, upTo === 'p75' ? 0.75 : 0.95) ?? 0);
    const inside = measured.filter((value) => value <= most + 1e-9);
    const found = writer.reader().histogram({ ...chosen, having, measure, ranges, ...(upTo && { upTo }) });
    const counted = found.map(({ from, to }, index) => {
      const last = index === found.length - 1;
      return inside.filter((value) => value >= from - 1e-9 && (last ? value <= to + 1e-9 : value < to - 1e-9)).length;
    });
    expect(
      found.map(({ groups }) => groups),
      `${place} ${measure} ${upTo} ${ranges}`,
    ).toEqual(counted);
    expect(found.reduce((all, { groups }) => all + groups, 0)).toBe(inside.length);
  }
});
