import { afterEach, beforeEach, expect, test } from 'vitest';
import { fullRow, idOf, recordRow, START } from '../../../testkit/src/stores/rows.js';
import { exportPages } from './export-pages.js';
import type { ExportQuery } from './export-query.js';
import type { CallRecord } from './record.js';
import { openWriter, type SqliteWriter } from './sqlite/writer.js';
import type { RecordQuery } from './store.js';

const ALL = { tenant: 'default', filter: { kind: 'all' } } as const;

let writer: SqliteWriter;
let asked: RecordQuery[];

beforeEach(() => {
  writer = openWriter(':memory:');
  asked = [];
});

afterEach(() => writer.close());

const page = async (query: RecordQuery): Promise<CallRecord[]> => {
  asked.push(query);
  return writer.reader().query(query);
};

async function exported(query: Partial<ExportQuery> = {}): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of exportPages({ ...ALL, format: 'jsonl', ...query }, page)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

function idsOf(lines: string): string[] {
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).id);
}

test.each(['json', 'jsonl', 'csv'] as const)('%s is what the embedded store makes', async (format) => {
  writer.append([fullRow(1), recordRow(2), recordRow(3)]);
  const links = { base: 'https://host.example/api', key: 'k', expiresAt: START };
  for (const query of [{}, { bodies: true, links }]) {
    const { bytes } = writer.reader().exportPiece({ ...ALL, format, ...query }, null);
    expect(await exported({ format, ...query })).toBe(Buffer.from(bytes).toString());
  }
});

test('hundreds of one millisecond over many pages come once each, in order', async () => {
  writer.append(Array.from({ length: 1_100 }, (_, n) => recordRow(n, { createdAt: START + (n < 700 ? 0 : n % 3) })));
  for (const sort of [
    undefined,
    { by: 'request_created_at', direction: 'asc' },
    { by: 'model', direction: 'asc' },
  ] as const) {
    const wanted = [0, 1_000].flatMap((offset) => writer.reader().query({ ...ALL, sort, limit: 1000, offset }));
    expect(idsOf(await exported({ sort })), JSON.stringify(sort)).toEqual(wanted.map(({ id }) => id));
    const part = idsOf(await exported({ sort, offset: 250, limit: 500 }));
    expect(part, JSON.stringify(sort)).toEqual(wanted.slice(250, 750).map(({ id }) => id));
  }
});

test('records that come meanwhile do not shift it', async () => {
  writer.append(Array.from({ length: 700 }, (_, n) => recordRow(n)));
  const ids: string[] = [];
  let come = 1_000;
  for await (const piece of exportPages({ ...ALL, format: 'jsonl' }, page)) {
    ids.push(...idsOf(Buffer.from(piece).toString()));
    writer.append([recordRow(come++)]);
  }
  expect(ids).toEqual(Array.from({ length: 700 }, (_, n) => idOf(699 - n)));
});

test('a page is asked for when the one before was taken', async () => {
  writer.append(Array.from({ length: 1_000 }, (_, n) => recordRow(n)));
  const pieces = exportPages({ ...ALL, format: 'jsonl' }, page);
  expect(asked).toHaveLength(0);
  await pieces.next();
  const first = asked.length;
  expect(first).toBeLessThan(3);
  await pieces.return();
  expect(asked).toHaveLength(first);
});

test('what the store throws ends it', async () => {
  const failing = exportPages({ ...ALL, format: 'jsonl' }, () => Promise.reject(new Error('gone')));
  await expect(failing.next()).rejects.toThrow('gone');
});
