import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openReader } from '../../packages/core/src/records/sqlite/reader.js';
import { openWriter } from '../../packages/core/src/records/sqlite/writer.js';
import { recordRow, utf8 } from '../../packages/testkit/src/stores/rows.js';
import { type StoreSession, storeSuite } from '../../packages/testkit/src/stores/store-suite.js';
import { directStore } from '../rig/direct-store.js';

const ALL = { kind: 'all' } as const;

/** A clock that can be moved on. */
function clock() {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance(ms: number) {
      offset += ms;
    },
  };
}

describe('SQLite in a file', () => {
  storeSuite({ test, expect }, async (): Promise<StoreSession> => {
    const folder = mkdtempSync(join(tmpdir(), 'helicone-sqlite-'));
    const path = join(folder, 'new', 'records.db');
    const { now, advance } = clock();
    const open = () => {
      const writer = openWriter(path, { now });
      return directStore(writer, openReader(path), now);
    };
    let store = open();
    return {
      store,
      advance,
      async reopen() {
        await store.close();
        store = open();
        return store;
      },
      async close() {
        await store.close();
        rmSync(folder, { recursive: true });
      },
    };
  });
});

describe('SQLite in memory', () => {
  storeSuite({ test, expect }, async () => {
    const { now, advance } = clock();
    const writer = openWriter(':memory:', { now });
    const store = directStore(writer, writer.reader(), now);
    return { store, advance, close: () => store.close() };
  });
});

describe('a SQLite file', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'helicone-sqlite-'));
    path = join(folder, 'records.db');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('of a newer version is refused and left as it is', () => {
    openWriter(path).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 999');
    database.close();
    const before = readFileSync(path);
    expect(() => openWriter(path)).toThrow(/newer version of helicone-proxy \(schema 999/);
    expect(() => openReader(path)).toThrow(/newer version of helicone-proxy \(schema 999/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('that no writer has made cannot be read', () => {
    expect(() => openReader(path)).toThrow();
    new DatabaseSync(path).exec('CREATE TABLE t (c)');
    expect(() => openReader(path)).toThrow(/open it for writing first/);
  });

  test('takes rows and patches of two writers, and shows them to a reader that was open before', () => {
    const [first, second] = [openWriter(path), openWriter(path)];
    const reader = openReader(path);
    first.append([recordRow(1)]);
    expect(second.patch('default', recordRow(2).id, { kind: 'feedback', rating: true }, Date.now())).toBe('waiting');
    first.append([recordRow(2)]);
    second.append([recordRow(3)]);
    expect(reader.query({ tenant: 'default', filter: ALL }).map((record) => record.feedback_rating)).toEqual([
      null,
      true,
      null,
    ]);
    for (const one of [first, second, reader]) one.close();
  });

  test('stays whole when a batch fails', () => {
    const writer = openWriter(path);
    const poisoned = recordRow(2);
    Object.defineProperty(poisoned, 'status', {
      get() {
        throw new Error('odd row');
      },
    });
    expect(() => writer.append([recordRow(1), poisoned])).toThrow('odd row');
    writer.append([recordRow(3)]);
    const reader = writer.reader();
    expect(reader.count({ tenant: 'default', filter: ALL })).toBe(1);
    expect(reader.aggregate({ tenant: 'default', from: 0, to: 4e12 })[0]?.requests).toBe(1);
    writer.close();
  });

  test('has the names of properties whose first batch failed', () => {
    const writer = openWriter(path);
    const row = recordRow(1, { properties: { env: 'prod' } });
    const fail = () => {
      throw new Error('odd delivery');
    };
    expect(() => writer.append([row], fail)).toThrow('odd delivery');
    expect(writer.reader().propertyNames('default')).toEqual([]);
    writer.append([row]);
    expect(writer.reader().propertyNames('default')).toEqual(['env']);
    writer.close();
  });

  test('is one file after close, and close may be repeated', () => {
    const writer = openWriter(path);
    writer.append([recordRow(1, { requestBody: utf8('{}') })]);
    writer.close();
    writer.close();
    expect(readFileSync(path).length).toBeGreaterThan(0);
    expect(() => readFileSync(`${path}-wal`)).toThrow();
  });

  test('gives space of deleted bodies back to new ones', () => {
    const writer = openWriter(path);
    const body = (n: number) =>
      utf8(JSON.stringify(Array.from({ length: 2_000 }, (_, i) => (i * 7919 * (n + 1)) % 99_991)));
    const rows = (from: number) => Array.from({ length: 64 }, (_, n) => recordRow(from + n, { requestBody: body(n) }));
    const sizeAfter = (from: number) => {
      writer.append(rows(from));
      const database = new DatabaseSync(path, { readOnly: true });
      const pages = Number(database.prepare('PRAGMA page_count').get()?.page_count);
      database.close();
      writer.deleteBefore(Date.UTC(2027, 0));
      return pages;
    };
    const first = sizeAfter(0);
    const later = Array.from({ length: 5 }, (_, n) => sizeAfter((n + 1) * 100));
    expect(Math.max(...later)).toBeLessThan(first * 1.2);
    writer.close();
  });

  test('deletes in steps when asked to', () => {
    const writer = openWriter(path);
    writer.append(Array.from({ length: 30 }, (_, n) => recordRow(n, { tenant: `t${n % 4}` })));
    const end = Date.UTC(2027, 0);
    expect([12, 12, 12, 12].map((atMost) => writer.deleteBefore(end, atMost))).toEqual([12, 12, 6, 0]);
    writer.close();
  });
});
