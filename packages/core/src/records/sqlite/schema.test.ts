import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openReader } from './reader.js';
import { SCHEMA_VERSION } from './schema.js';
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
  expect(SCHEMA_VERSION).toBe(2);
});
