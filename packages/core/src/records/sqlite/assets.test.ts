import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { recordRow } from '@helicone-proxy/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RecordRow } from '../store.js';
import { cutMedia } from '../worker/cut-media.js';
import { openWriter, type SqliteWriter } from './writer.js';

let folder: string;
let writers: SqliteWriter[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assets-'));
  // As two processes have them.
  writers = [1, 2].map(() => openWriter(join(folder, 'helicone.db')));
});
afterEach(() => {
  for (const writer of writers) writer.close();
  rmSync(folder, { recursive: true });
});

const DAY = 86_400_000;
const BODY = JSON.stringify({ data: Buffer.alloc(3000, 'media').toString('base64') });

function row(n: number, day: number, tenant = 'default'): RecordRow {
  return cutMedia(recordRow(n, { tenant, createdAt: day * DAY, requestBody: Buffer.from(BODY), responseBody: null }));
}

function bodyOf(writer: SqliteWriter, n: number, tenant = 'default'): string {
  return JSON.stringify(writer.reader().get(tenant, recordRow(n).id, { bodies: true })?.request_body);
}

function left(query: string): unknown[] {
  const database = new DatabaseSync(join(folder, 'helicone.db'));
  const rows = database.prepare(query).all();
  database.close();
  return rows.map((row) => ({ ...row }));
}

test('what one process deletes is not what a record of another one needs, whichever comes first', () => {
  const [one, other] = writers as [SqliteWriter, SqliteWriter];
  one.append([row(1, 1)]);
  other.append([row(2, 20)]);
  expect(one.deleteBefore(10 * DAY)).toBe(1);
  expect(bodyOf(one, 2)).toBe(BODY);
  expect(one.deleteBefore(30 * DAY)).toBe(1);
  other.append([row(3, 40)]);
  expect(bodyOf(one, 3)).toBe(BODY);
  // An older record takes nothing away from a newer one.
  one.append([row(4, 35)]);
  expect(other.deleteBefore(38 * DAY)).toBe(1);
  expect(bodyOf(other, 3)).toBe(BODY);
});

test('each tenant has its own: those of one are neither shown to another, nor kept for it', () => {
  const [one] = writers as [SqliteWriter, SqliteWriter];
  one.append([row(1, 1, 'first'), row(2, 20, 'second')]);
  one.deleteBefore(10 * DAY);
  expect(left('SELECT tenant FROM assets')).toEqual([{ tenant: 'second' }]);
  expect(bodyOf(one, 2, 'second')).toBe(BODY);
});

test('more than are deleted at once are all deleted', () => {
  const [one] = writers as [SqliteWriter, SqliteWriter];
  const media = (n: number): Buffer =>
    Buffer.from(JSON.stringify({ data: Buffer.alloc(900, `${n}`).toString('base64') }));
  one.append(Array.from({ length: 250 }, (_, n) => cutMedia({ ...row(n, 1), requestBody: media(n) })));
  expect(one.deleteBefore(2 * DAY)).toBe(250);
  expect(left('SELECT newest FROM assets UNION ALL SELECT newest FROM body_blocks')).toEqual([]);
});
