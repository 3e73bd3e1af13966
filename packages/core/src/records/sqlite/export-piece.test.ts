import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordRow, START } from '../../../../testkit/src/stores/rows.js';
import type { Sort } from '../filter.js';
import type { ExportPlace } from './export-piece.js';
import { openWriter, type SqliteWriter } from './writer.js';

const ALL = { tenant: 'default', filter: { kind: 'all' } } as const;
/** More than are found at once, so that it goes on behind a place in the middle. */
const ROWS = 5_400;

let writer: SqliteWriter;

beforeEach(() => {
  writer = openWriter(':memory:');
  for (let start = 0; start < ROWS; start += 600) {
    writer.append(
      Array.from({ length: 600 }, (_, n) =>
        recordRow(start + n, {
          createdAt: START + ((start + n) % 3),
          userId: n % 4 === 0 ? null : `u${n % 2}`,
          timeToFirstTokenMs: n % 50 === 0 ? 1 : null,
          promptTokens: n % 50 === 0 ? null : n % 7,
        }),
      ),
    );
  }
});

afterEach(() => writer.close());

/** Ids in the order of an export; `between` is called after each piece. */
function exportedIds(sort: Sort | undefined, between?: () => void): string[] {
  const ids: string[] = [];
  let place: ExportPlace | null = null;
  do {
    const { bytes, next } = writer.reader().exportPiece({ ...ALL, format: 'jsonl', sort }, place);
    for (const [, id] of Buffer.from(bytes)
      .toString()
      .matchAll(/^\{"id":"([^"]+)"/gm))
      ids.push(id as string);
    // As it comes from another thread.
    place = structuredClone(next) as ExportPlace | null;
    between?.();
  } while (place !== null);
  return ids;
}

test.each<Sort | undefined>([
  undefined,
  { by: 'request_created_at', direction: 'asc' },
  { by: 'request_user_id', direction: 'asc' },
  { by: 'request_user_id', direction: 'desc' },
  { by: 'time_to_first_token', direction: 'asc' },
  { by: 'prompt_tokens', direction: 'asc' },
  { by: 'prompt_tokens', direction: 'desc' },
])('sorted by %j it goes on in the middle of ties and of what is not known', (sort) => {
  const wanted = Array.from({ length: Math.ceil(ROWS / 1000) }, (_, page) =>
    writer.reader().query({ ...ALL, sort, limit: 1000, offset: page * 1000 }),
  );
  expect(exportedIds(sort)).toEqual(wanted.flat().map(({ id }) => id));
});

test('records that come meanwhile are no part of it, wherever they belong', () => {
  let come = 100_000;
  const between = () => writer.append([0, 1, 2, 3].map((after) => recordRow(come++, { createdAt: START + after })));
  for (const direction of ['asc', 'desc'] as const) {
    const before = writer.reader().count(ALL);
    const ids = exportedIds({ by: 'request_created_at', direction }, between);
    expect([ids.length, new Set(ids).size]).toEqual([before, before]);
  }
});

test('a number that a deleted record leaves to a record of another tenant shows nothing of that', () => {
  // The last row that was written, yet the oldest record: as of a call that was logged afterwards.
  writer.append([recordRow(200_000, { createdAt: START - 1000 })]);
  const all: string[] = [];
  let place: ExportPlace | null = null;
  do {
    const { bytes, next } = writer.reader().exportPiece({ ...ALL, format: 'jsonl', offset: 1000 }, place);
    all.push(Buffer.from(bytes).toString());
    if (place === null) {
      expect(writer.deleteBefore(START)).toBe(1);
      writer.append([recordRow(300_000, { tenant: 'other', model: 'of another tenant' })]);
    }
    place = next;
  } while (place !== null);
  expect(all.join('')).not.toContain('other');
});

test('records that are deleted meanwhile shift nothing', () => {
  let deleted = false;
  const ids = exportedIds(undefined, () => {
    // A third of all, at the end of the order.
    if (!deleted) writer.deleteBefore(START + 1);
    deleted = true;
  });
  expect([ids.length, new Set(ids).size]).toEqual([(ROWS / 3) * 2, (ROWS / 3) * 2]);
});
