import type { CallRecord, Dimension, Measure, SummaryQuery, SummaryRow, TimeBucket } from '@helicone-proxy/core';
import { FRACTIONS } from './measures.js';
import { matches } from './reference-filter.js';
import { DAY } from './rows.js';

const MINUTE = 60_000;

/** A summary's meaning in plain JavaScript, without `having`, order and page: what the stores' SQL is held against. */
export function summarized(query: SummaryQuery, records: readonly CallRecord[]): SummaryRow[] {
  const { tenant, filter, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, by = [], bucket } = query;
  const groups = new Map<string, CallRecord[]>();
  if (by.length === 0 && bucket === undefined) groups.set('[null,[]]', []);
  for (const record of records) {
    const at = createdAt(record);
    if (record.tenant !== tenant || !matches(filter, record) || at < from || at >= to) continue;
    const keys = by.map((dimension) => keyOf(dimension, record));
    if (query.known === true && keys.includes(null)) continue;
    const time = bucket === undefined ? null : new Date(startOf(bucket, at)).toISOString();
    const name = JSON.stringify([time, keys]);
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  return [...groups].map(([name, members]) => {
    const [time, keys] = JSON.parse(name) as [string | null, (string | null)[]];
    const values = Object.fromEntries(query.measures.map((measure) => [measure, measured(measure, members)]));
    return { time, keys, values };
  });
}

function keyOf(dimension: Dimension, record: CallRecord): string | null {
  if (dimension.kind === 'property') return own(record.properties, dimension.name);
  if (dimension.name === 'cached') return record.cache_reference_id === null ? '0' : '1';
  const value = record[dimension.name];
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value === null ? null : String(value);
}

/** By the calendar of `Date`, not by arithmetic. */
function startOf({ unit, offsetMinutes = 0 }: TimeBucket, at: number): number {
  const offset = offsetMinutes * MINUTE;
  const local = new Date(at + offset);
  const [year, month, date] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const [hour, minute] = [local.getUTCHours(), local.getUTCMinutes()];
  const starts = {
    minute: Date.UTC(year, month, date, hour, minute),
    hour: Date.UTC(year, month, date, hour),
    day: Date.UTC(year, month, date),
    week: Date.UTC(year, month, date - ((local.getUTCDay() + 6) % 7)),
    month: Date.UTC(year, month),
    year: Date.UTC(year, 0),
  };
  return starts[unit] - offset;
}

function measured(measure: Measure, records: readonly CallRecord[]): number | null {
  const sum = (read: (record: CallRecord) => number | null) => total(known(records, read));
  const count = (test: (record: CallRecord) => boolean) => records.filter(test).length;
  const distinct = (read: (record: CallRecord) => unknown) => new Set(known(records, read)).size;
  const begins = records.map(createdAt);
  const ends = records.map((record) => createdAt(record) + record.delay_ms);
  const none = records.length === 0;
  const days = distinct((record) => Math.floor(createdAt(record) / DAY));
  const plain: Record<string, () => number | null> = {
    requests: () => records.length,
    errors: () => count(({ response_status: status }) => status >= 400 || status < 0),
    successes: () => count(({ outcome }) => outcome === 'success'),
    unknown_cost: () => count(({ cost_usd }) => cost_usd === null),
    cache_hits: () => count(({ cache_reference_id }) => cache_reference_id !== null),
    rate_limited: () => count(({ outcome }) => outcome === 'rate_limited'),
    positive_feedback: () => count(({ feedback_rating }) => feedback_rating === true),
    negative_feedback: () => count(({ feedback_rating }) => feedback_rating === false),
    users: () => distinct(({ request_user_id }) => request_user_id),
    sessions: () => distinct(({ properties }) => own(properties, 'helicone-session-id')),
    models: () => distinct(({ model }) => model),
    active_days: () => days,
    first_created_at: () => (none ? null : Math.min(...begins)),
    last_created_at: () => (none ? null : Math.max(...begins)),
    last_ended_at: () => (none ? null : Math.max(...ends)),
    span_ms: () => (none ? null : Math.max(...ends) - Math.min(...begins)),
    avg_delay_ms: () => average(known(records, ({ delay_ms }) => delay_ms)),
    avg_time_to_first_token: () => average(known(records, ({ time_to_first_token }) => time_to_first_token)),
    requests_per_active_day: () => (none ? null : records.length / days),
    tokens_per_request: () => (none ? null : sum(({ total_tokens }) => total_tokens) / records.length),
  };
  const read = plain[measure];
  if (read !== undefined) return read();
  if (measure.startsWith('score:')) return average(known(records, ({ scores }) => own(scores, measure.slice(6))));
  const percentile = Object.entries(FRACTIONS).find(([name]) => measure.startsWith(`${name}_`));
  if (percentile === undefined) return sum((record) => record[measure as 'prompt_tokens']);
  const [name, fraction] = percentile;
  const column = measure.slice(name.length + 1) as 'delay_ms';
  return interpolated(
    known(records, (record) => record[column]),
    fraction,
  );
}

/** Linear interpolation between the two nearest of the sorted values. */
function interpolated(values: number[], fraction: number): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const [below, above] = [sorted[Math.floor(position)] as number, sorted[Math.ceil(position)] as number];
  return below + (above - below) * (position - Math.floor(position));
}

function known<Value>(records: readonly CallRecord[], read: (record: CallRecord) => Value | null): Value[] {
  return records.map(read).filter((value): value is Value => value !== null);
}

function total(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function average(values: number[]): number | null {
  return values.length === 0 ? null : total(values) / values.length;
}

function own<Value>(values: Record<string, Value>, name: string): Value | null {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

function createdAt(record: CallRecord): number {
  return Date.parse(record.request_created_at);
}

/** Rounded where the order of additions shows in the last digits. */
export function rounded(row: SummaryRow): SummaryRow {
  const values = Object.entries(row.values).map(([name, value]) => [
    name,
    value === null ? null : Number(value.toPrecision(12)),
  ]);
  return { ...row, values: Object.fromEntries(values) };
}

/** Rows in one order, whatever that of the store is: by time, then keys, unknown last, as text is compared by code points. */
export function byGroup(a: SummaryRow, b: SummaryRow): number {
  const [left, right] = [
    [a.time, ...a.keys],
    [b.time, ...b.keys],
  ];
  for (const [index, x] of left.entries()) {
    const y = right[index] ?? null;
    if (x === y) continue;
    if (x === null || y === null) return x === null ? 1 : -1;
    return Buffer.compare(Buffer.from(x), Buffer.from(y));
  }
  return 0;
}
