import type { DatabaseSync } from 'node:sqlite';

/** What every roll-up sums, in the order of `UsageSums`. */
export const SUM_COLUMNS = [
  'requests',
  'errors',
  'prompt_tokens',
  'completion_tokens',
  'cost_nano',
  'unknown_cost',
  'delay_ms',
] as const;

const sums = SUM_COLUMNS.map((name) => `${name} ${name === 'delay_ms' ? 'REAL' : 'INTEGER'} NOT NULL`).join(', ');

/**
 * Step n brings a file from version n to n + 1. Steps are never changed once released, only added: a new column in `COLUMNS`
 * needs a step here. The first one spells its sums out of `SUM_COLUMNS`, so a new one there needs a fixed list for step 0 too.
 *
 * Each index costs every insert, so there are three:
 * - `id`, which grows at its right edge since UUIDv7 is ordered by time;
 * - tenant and time, for lists and retention (ties in time are sorted by `id` within the few rows that share a
 *   millisecond, so `id` need not be in it);
 * - request ids that a caller chose. They are random, so each one dirties another page: measured, this index alone would
 *   cost as much as all the rest of an insert. Where the proxy chose it, `request_id` is the `id`, which is indexed already.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE records (
    record INTEGER PRIMARY KEY,
    id TEXT, request_id TEXT, tenant TEXT, created_at INTEGER, method TEXT, path TEXT, provider TEXT,
    target_url TEXT, user_id TEXT, properties TEXT, prompt_id TEXT, model TEXT, request_model TEXT,
    response_model TEXT, model_override TEXT, status INTEGER, outcome TEXT, error TEXT, attempts TEXT,
    stream INTEGER, truncated INTEGER, finish_reason TEXT, delay_ms REAL, ttft_ms REAL, prompt_tokens INTEGER,
    completion_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, cache_write_5m_tokens INTEGER,
    cache_write_1h_tokens INTEGER, reasoning_tokens INTEGER, prompt_audio_tokens INTEGER,
    completion_audio_tokens INTEGER, usage_source TEXT, cost_nano INTEGER, saved_cost_nano INTEGER,
    price_source TEXT, request_bytes INTEGER, response_bytes INTEGER,
    feedback_rating INTEGER,
    feedback_at INTEGER,
    scores TEXT,
    block INTEGER,
    slot INTEGER
  );
  CREATE UNIQUE INDEX records_id ON records (id);
  CREATE INDEX records_tenant_time ON records (tenant, created_at);
  CREATE INDEX records_request_id ON records (request_id, tenant, created_at) WHERE request_id <> id;

  -- Never reuses an id (AUTOINCREMENT): readers keep decompressed blocks by their id.
  CREATE TABLE body_blocks (
    block INTEGER PRIMARY KEY AUTOINCREMENT,
    newest INTEGER NOT NULL,
    codec TEXT NOT NULL,
    lengths BLOB NOT NULL,
    data BLOB NOT NULL
  );
  CREATE INDEX body_blocks_newest ON body_blocks (newest);

  -- Times are whole hours and days since 1970; '' stands for "not known", since keys cannot be null.
  CREATE TABLE usage_by_hour (
    tenant TEXT, hour INTEGER, provider TEXT, model TEXT, ${sums},
    PRIMARY KEY (tenant, hour, provider, model)
  ) WITHOUT ROWID;
  CREATE TABLE usage_by_day_user (
    tenant TEXT, day INTEGER, user_id TEXT, ${sums},
    PRIMARY KEY (tenant, day, user_id)
  ) WITHOUT ROWID;
  CREATE TABLE latency_by_hour (
    tenant TEXT, hour INTEGER, bucket INTEGER, ${sums},
    PRIMARY KEY (tenant, hour, bucket)
  ) WITHOUT ROWID;

  CREATE TABLE pending_patches (
    seq INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    request_id TEXT NOT NULL,
    patch TEXT NOT NULL,
    created_at INTEGER NOT NULL
  );
  CREATE INDEX pending_patches_request ON pending_patches (tenant, request_id);
  `,
  `
  -- Null in rows that are older than the cache.
  ALTER TABLE records ADD COLUMN cache_enabled INTEGER;
  ALTER TABLE records ADD COLUMN cache_reference_id TEXT;

  -- Windows of rate limits; ends_at is unix ms.
  CREATE TABLE limit_counters (key TEXT PRIMARY KEY, points INTEGER NOT NULL, ends_at INTEGER NOT NULL) WITHOUT ROWID;
  `,
  `
  ALTER TABLE records ADD COLUMN trace_id TEXT;
  ALTER TABLE records ADD COLUMN span_id TEXT;
  ALTER TABLE records ADD COLUMN parent_span_id TEXT;

  -- What sessions are found and grouped by, without a look into the JSON of every record.
  ALTER TABLE records ADD COLUMN session_id TEXT
    GENERATED ALWAYS AS (properties ->> '$."helicone-session-id"') VIRTUAL;
  ALTER TABLE records ADD COLUMN session_name TEXT
    GENERATED ALWAYS AS (properties ->> '$."helicone-session-name"') VIRTUAL;
  ALTER TABLE records ADD COLUMN session_path TEXT
    GENERATED ALWAYS AS (properties ->> '$."helicone-session-path"') VIRTUAL;
  CREATE INDEX records_session ON records (tenant, session_id, created_at, session_name) WHERE session_id IS NOT NULL;

  -- Every name that a property has had, at most 10 000 a tenant.
  CREATE TABLE property_names (tenant TEXT, name TEXT, PRIMARY KEY (tenant, name)) WITHOUT ROWID;
  INSERT INTO property_names (tenant, name)
    SELECT tenant, name FROM (
      SELECT tenant, name, row_number() OVER (PARTITION BY tenant ORDER BY name) AS nth FROM (
        SELECT DISTINCT tenant, key AS name FROM records, json_each(properties)))
    WHERE nth <= 10000;

  -- Small things besides the records, as documents.ts has them. Times are unix ms.
  CREATE TABLE documents (
    document INTEGER PRIMARY KEY,
    kind TEXT NOT NULL, tenant TEXT NOT NULL, id TEXT NOT NULL,
    due_at INTEGER, created_at INTEGER NOT NULL, value TEXT NOT NULL
  );
  CREATE UNIQUE INDEX documents_id ON documents (kind, tenant, id);
  CREATE INDEX documents_due ON documents (kind, due_at, tenant, id) WHERE due_at IS NOT NULL;
  `,
  `
  ALTER TABLE records ADD COLUMN usage_details TEXT;
  ALTER TABLE records ADD COLUMN provider_usage TEXT;
  ALTER TABLE records ADD COLUMN service_tier TEXT;
  ALTER TABLE records ADD COLUMN assets TEXT;

  -- Media of bodies, each once for a tenant. newest is the time of the newest record that has it, for retention.
  CREATE TABLE assets (
    asset INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL, hash TEXT NOT NULL, newest INTEGER NOT NULL, data BLOB NOT NULL
  );
  CREATE UNIQUE INDEX assets_hash ON assets (tenant, hash);
  CREATE INDEX assets_newest ON assets (newest);
  `,
];

/** Version of the schema that this code reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings a file to the current schema, in one transaction that other processes wait for.
 * @throws {Error} when the file was written by a newer version.
 */
export function migrate(database: DatabaseSync): void {
  if (schemaVersion(database) === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = schemaVersion(database);
    refuseNewer(version);
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Checks that a file can be read by this code.
 * @throws {Error} when it is older (no writer has opened it yet) or newer.
 */
export function requireCurrentSchema(database: DatabaseSync): void {
  const version = schemaVersion(database);
  refuseNewer(version);
  if (version < SCHEMA_VERSION) {
    throw new Error(`The record database has schema ${version}, not ${SCHEMA_VERSION}: open it for writing first`);
  }
}

function refuseNewer(version: number): void {
  if (version <= SCHEMA_VERSION) return;
  throw new Error(
    `The record database was written by a newer version of helicone-proxy (schema ${version}, this one knows up to ` +
      `${SCHEMA_VERSION}): upgrade helicone-proxy or name another file`,
  );
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}
