import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CounterRow } from '../store-facade.js';
import { openWriter, type SqliteWriter } from './writer.js';

const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

let folder: string;
let now: number;
let opened: SqliteWriter[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helicone-counters-'));
  now = START;
  opened = [];
});

afterEach(() => {
  for (const writer of opened) writer.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The counters of the file, as one process has them. */
function counters(): SqliteWriter['counters'] {
  const writer = openWriter(join(folder, 'records.db'), { now: () => now });
  opened.push(writer);
  return writer.counters;
}

function rowCount(): number {
  const database = new DatabaseSync(join(folder, 'records.db'), { readOnly: true });
  const row = database.prepare('SELECT count(*) AS n FROM limit_counters').get();
  database.close();
  return Number(row?.n);
}

const soon = START + 1000;
const later = START + HOUR_MS;

test('what one process saved the next one loads, in order of the keys', () => {
  const rows: CounterRow[] = [
    ['b', 2 ** 53 - 1, START + 365 * 24 * HOUR_MS],
    ['a', 0, later],
    ['ünï', 3, later],
  ];
  counters().save(rows);
  const next = counters();
  expect(next.load('')).toEqual([rows[1], rows[0], rows[2]]);
  expect(next.load('a')).toEqual([rows[0], rows[2]]);
  expect(next.load('ünï')).toEqual([]);
});

test('windows that have ended are not loaded', () => {
  counters().save([
    ['a', 1, soon],
    ['b', 1, later],
  ]);
  now = soon;
  expect(counters().load('')).toEqual([['b', 1, later]]);
});

test('pages follow each other without a gap', () => {
  const rows = Array.from({ length: 4_500 }, (_, n): CounterRow => [`k${String(n).padStart(5, '0')}`, n, later]);
  const one = counters();
  one.save(rows);
  const loaded: CounterRow[] = [];
  for (let page = one.load(''); page.length > 0; page = one.load(loaded.at(-1)?.[0] ?? '')) loaded.push(...page);
  expect(loaded).toEqual(rows);
});

test('a process lowers what it wrote itself, or has read', () => {
  const one = counters();
  one.save([['a', 9, later]]);
  one.save([['a', 4, later]]);
  expect(one.load('')).toEqual([['a', 4, later]]);
  const next = counters();
  next.load('');
  next.save([['a', 1, later]]);
  expect(counters().load('')).toEqual([['a', 1, later]]);
});

test('the larger count of another process stays while its window is open', () => {
  const [one, other] = [counters(), counters()];
  one.save([['a', 9, soon]]);
  other.save([['a', 4, later]]);
  expect(one.load('')).toEqual([['a', 9, soon]]);
  other.save([['a', 12, later]]);
  expect(one.load('')).toEqual([['a', 12, later]]);
  now = soon;
  other.save([['b', 9, soon + 1]]);
  now = soon + 1;
  one.save([['b', 2, later]]);
  expect(one.load('a')).toEqual([['b', 2, later]]);
});

test('what a connection of the same process wrote is adopted, where the window is the same', () => {
  const [one, other] = [counters(), counters()];
  one.save([
    ['a', 9, later],
    ['b', 9, soon],
  ]);
  const rows: CounterRow[] = [
    ['a', 4, later],
    ['b', 4, later],
    ['c', 4, later],
  ];
  other.adopt(rows);
  other.save(rows);
  expect(one.load('')).toEqual([
    ['a', 4, later],
    ['b', 9, soon],
    ['c', 4, later],
  ]);
  // A count that went on elsewhere is not lowered by adopting again.
  one.save([['a', 12, later]]);
  other.adopt([['a', 5, later]]);
  other.save([['a', 5, later]]);
  expect(one.load('').at(0)).toEqual(['a', 12, later]);
});

test('all rows are saved or none', () => {
  const one = counters();
  const broken = ['b', Symbol('odd'), later] as unknown as CounterRow;
  expect(() => one.save([['a', 1, later], broken])).toThrow();
  expect(one.load('')).toEqual([]);
  one.save([['a', 1, later]]);
  expect(one.load('')).toEqual([['a', 1, later]]);
});

test('windows that have ended are deleted now and then', () => {
  const one = counters();
  one.save(Array.from({ length: 50 }, (_, n): CounterRow => [`${n}`, 1, soon]));
  now = soon;
  one.save([['a', 1, later]]);
  expect(rowCount()).toBe(51);
  now = START + 600_000;
  one.save([['b', 1, later]]);
  expect(rowCount()).toBe(2);
});
