import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SummaryQuery } from '../summary.js';
import { openReader } from './reader.js';
import { SCHEMA_VERSION } from './schema.js';
import { summarySql } from './summary-sql.js';
import { openWriter } from './writer.js';

/** What version 1 of the schema made: never changed here, since such files are out there. */
const VERSION_1 = `
  CREATE TABLE records (
    record INTEGER PRIMARY KEY,
    id TEXT, request_id TEXT, tenant TEXT, created_at INTEGER, method TEXT, path TEXT, provider TEXT, target_url TEXT,
    user_id TEXT, properties TEXT, prompt_id TEXT, model TEXT, request_model TEXT, response_model TEXT,
    model_override TEXT, status INTEGER, outcome TEXT, error TEXT, attempts TEXT, stream INTEGER, truncated INTEGER,
    finish_reason TEXT, delay_ms REAL, ttft_ms REAL, prompt_tokens INTEGER, completion_tokens INTEGER,
    cache_read_tokens INTEGER, cache_write_tokens INTEGER, cache_write_5m_tokens INTEGER, cache_write_1h_tokens INTEGER,
    reasoning_tokens INTEGER, prompt_audio_tokens INTEGER, completion_audio_tokens INTEGER, usage_source TEXT,
    cost_nano INTEGER, saved_cost_nano INTEGER, price_source TEXT, request_bytes INTEGER, response_bytes INTEGER,
    feedback_rating INTEGER, feedback_at INTEGER, scores TEXT, block INTEGER, slot INTEGER
  );
  CREATE UNIQUE INDEX records_id ON records (id);
  CREATE INDEX records_tenant_time ON records (tenant, created_at);
  CREATE INDEX records_request_id ON records (request_id, tenant, created_at) WHERE request_id <> id;
  CREATE TABLE body_blocks (
    block INTEGER PRIMARY KEY AUTOINCREMENT, newest INTEGER NOT NULL, codec TEXT NOT NULL, lengths BLOB NOT NULL,
    data BLOB NOT NULL
  );
  CREATE INDEX body_blocks_newest ON body_blocks (newest);
  CREATE TABLE usage_by_hour (
    tenant TEXT, hour INTEGER, provider TEXT, model TEXT, requests INTEGER NOT NULL, errors INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cost_nano INTEGER NOT NULL,
    unknown_cost INTEGER NOT NULL, delay_ms REAL NOT NULL, PRIMARY KEY (tenant, hour, provider, model)
  ) WITHOUT ROWID;
  CREATE TABLE usage_by_day_user (
    tenant TEXT, day INTEGER, user_id TEXT, requests INTEGER NOT NULL, errors INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cost_nano INTEGER NOT NULL,
    unknown_cost INTEGER NOT NULL, delay_ms REAL NOT NULL, PRIMARY KEY (tenant, day, user_id)
  ) WITHOUT ROWID;
  CREATE TABLE latency_by_hour (
    tenant TEXT, hour INTEGER, bucket INTEGER, requests INTEGER NOT NULL, errors INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, cost_nano INTEGER NOT NULL,
    unknown_cost INTEGER NOT NULL, delay_ms REAL NOT NULL, PRIMARY KEY (tenant, hour, bucket)
  ) WITHOUT ROWID;
  CREATE TABLE pending_patches (
    seq INTEGER PRIMARY KEY, tenant TEXT NOT NULL, request_id TEXT NOT NULL, patch TEXT NOT NULL,
    created_at INTEGER NOT NULL
  );
  CREATE INDEX pending_patches_request ON pending_patches (tenant, request_id);
  INSERT INTO records (
    id, request_id, tenant, created_at, method, path, provider, target_url, model, status, outcome, stream, truncated,
    delay_ms, prompt_tokens, completion_tokens, usage_source, cost_nano, request_bytes, response_bytes
  ) VALUES (
    'old', 'asked', 'default', 1767323045678, 'POST', '/v1/chat/completions', 'openai', 'https://api.openai.com', 'm',
    200, 'success', 0, 0, 12.5, 10, 5, 'provider', 4500, 100, 200
  );
  PRAGMA user_version = 1;
`;

/** What version 2 added. Never changed either. */
const VERSION_2 = `
  ALTER TABLE records ADD COLUMN cache_enabled INTEGER;
  ALTER TABLE records ADD COLUMN cache_reference_id TEXT;
  CREATE TABLE limit_counters (key TEXT PRIMARY KEY, points INTEGER NOT NULL, ends_at INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO records (id, request_id, tenant, created_at, properties, delay_ms) VALUES
    ('a', 'a', 'default', 1767323045679, '{"env":"prod","helicone-session-id":"s-1","helicone-session-path":"/x"}', 1),
    ('b', 'b', 'default', 1767323045680, '{"env":"test","odd \\"name\\".x":""}', 1),
    ('c', 'c', 'other', 1767323045681, '{"helicone-session-id":"s-1"}', 1);
  WITH RECURSIVE many (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM many WHERE n < 10499)
    INSERT INTO records (id, request_id, tenant, created_at, properties, delay_ms)
    SELECT 'm' || n, 'm' || n, 'many', n, json_object('name ' || n, ''), 1 FROM many;
  PRAGMA user_version = 2;
`;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'helicone-schema-'));
  path = join(folder, 'records.db');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Tables, indices and their columns. */
function shapeOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = database.prepare('SELECT type, name FROM sqlite_schema ORDER BY type, name').all();
  const shape = tables.map(({ type, name }) => [
    type,
    name,
    database
      .prepare('SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?) ORDER BY name')
      .all(String(name))
      .map((column) => ({ ...column })),
  ]);
  database.close();
  return shape;
}

test('a file of version 1 is read and written after it was opened for writing', () => {
  new DatabaseSync(path).exec(VERSION_1);
  expect(() => openReader(path)).toThrow(/open it for writing first/);
  const writer = openWriter(path);
  const reader = openReader(path);
  const filter = { kind: 'all' } as const;
  expect(reader.query({ tenant: 'default', filter })).toMatchObject([
    {
      id: 'old',
      request_id: 'asked',
      model: 'm',
      cost_usd: 0.0000045,
      response_bytes: 200,
      cache_enabled: false,
      cache_reference_id: null,
    },
  ]);
  expect(writer.patch('default', 'asked', { kind: 'feedback', rating: true }, Date.now())).toBe('applied');
  writer.counters.save([['a', 1, Date.now() + 60_000]]);
  expect(writer.counters.load('')).toHaveLength(1);
  reader.close();
  writer.close();
});

test('its rows are found as those of calls that did not ask for the cache', () => {
  new DatabaseSync(path).exec(VERSION_1);
  const writer = openWriter(path);
  const count = (value: boolean): number =>
    writer.reader().count({
      tenant: 'default',
      filter: {
        kind: 'condition',
        condition: { field: { kind: 'column', name: 'cache_enabled' }, operator: 'equals', value },
      },
    });
  expect([count(false), count(true)]).toEqual([1, 0]);
  writer.close();
});

test('it becomes what a new file is', () => {
  new DatabaseSync(path).exec(VERSION_1);
  openWriter(path).close();
  const fresh = join(folder, 'fresh.db');
  openWriter(fresh).close();
  expect(shapeOf(path)).toEqual(shapeOf(fresh));
  expect(SCHEMA_VERSION).toBe(4);
});

test('a file of version 2 gets its sessions, names and documents', () => {
  const database = new DatabaseSync(path);
  database.exec(VERSION_1 + VERSION_2);
  database.close();
  const writer = openWriter(path);
  const reader = openReader(path);
  const session = { kind: 'property', name: 'helicone-session-id' } as const;
  const filter = { kind: 'condition', condition: { field: session, operator: 'equals', value: 's-1' } } as const;
  expect(reader.query({ tenant: 'default', filter }).map(({ id, trace_id }) => [id, trace_id])).toEqual([['a', null]]);
  const by = [session, { kind: 'property', name: 'helicone-session-path' } as const];
  expect(reader.summarize({ tenant: 'default', filter: { kind: 'all' }, by, measures: ['requests'] })).toEqual([
    { time: null, keys: ['s-1', '/x'], values: { requests: 1 } },
    { time: null, keys: [null, null], values: { requests: 2 } },
  ]);
  expect(reader.propertyNames('default')).toEqual([
    'env',
    'helicone-session-id',
    'helicone-session-path',
    'odd "name".x',
  ]);
  expect(reader.propertyNames('other')).toEqual(['helicone-session-id']);
  expect(reader.propertyNames('many')).toHaveLength(10_000);
  const document = { tenant: 'default', kind: 'dataset', id: 'd', value: '{}', dueAt: null, createdAt: 1 };
  writer.documents.put([document]);
  expect(reader.documents.listAll({ kind: 'dataset' })).toEqual([document]);
  reader.close();
  writer.close();
  const fresh = join(folder, 'fresh.db');
  openWriter(fresh).close();
  expect(shapeOf(path)).toEqual(shapeOf(fresh));
});

/** How SQLite finds what a query asks for. */
function planOf(database: DatabaseSync, query: SummaryQuery): string {
  const { text, values } = summarySql(query);
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values);
  return steps.map(({ detail }) => detail).join('; ');
}

test('sessions are found and listed by their index, without a look at other records', () => {
  openWriter(path).close();
  const database = new DatabaseSync(path, { readOnly: true });
  const session = { kind: 'property', name: 'helicone-session-id' } as const;
  const one = { kind: 'condition', condition: { field: session, operator: 'equals', value: 's' } } as const;
  const plans = [
    planOf(database, { tenant: 't', filter: one, measures: ['requests'] }),
    planOf(database, { tenant: 't', filter: { kind: 'all' }, by: [session], known: true, measures: ['cost_usd'] }),
  ];
  expect(plans).toEqual([
    'SEARCH records USING INDEX records_session (tenant=? AND session_id=?)',
    // Nor is anything sorted to make the groups: the index has them side by side.
    'SEARCH records USING INDEX records_session (tenant=? AND session_id>?); USE TEMP B-TREE FOR ORDER BY',
  ]);
  database.close();
});
