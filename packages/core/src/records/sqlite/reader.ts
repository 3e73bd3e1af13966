import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { restoreAssets } from '../assets.js';
import type { ExportQuery } from '../export-query.js';
import type { Filter } from '../filter.js';
import type { CallRecord } from '../record.js';
import type { AggregateQuery, AggregateRow, RecordQuery } from '../store.js';
import type { HistogramQuery, HistogramRow, SummaryQuery, SummaryRow } from '../summary.js';
import { aggregateSql, toAggregateRow } from './aggregate-sql.js';
import { AssetReader } from './assets.js';
import { BodyReader, type BodyTexts } from './blocks.js';
import { RECORD_COLUMNS, toCallRecord } from './call-record.js';
import { openForReading } from './database.js';
import { DocumentReader } from './documents.js';
import { type ExportPiece, type ExportPlace, exportPiece } from './export-piece.js';
import { sortSql, whereSql } from './filter-sql.js';
import { registerFunctions } from './functions.js';
import { histogramSql, toHistogram } from './histogram-sql.js';
import { newestSql, newestValues } from './patches.js';
import { namesOf } from './property-names.js';
import { requireCurrentSchema } from './schema.js';
import type { Sql } from './sql.js';
import { type GroupsQuery, groupsSql, summarySql, toSummaryRow } from './summary-sql.js';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 1000;

/**
 * Opens a SQLite file read-only, beside any number of writers, which it never blocks.
 * @throws {Error} when no writer has made the file yet, or its schema is another version's.
 */
export function openReader(path: string): SqliteReader {
  const database = openForReading(path);
  try {
    requireCurrentSchema(database);
    return new SqliteReader(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Reads records, synchronously: belongs into a thread of its own. */
export class SqliteReader {
  /** Small things besides the records. */
  readonly documents: DocumentReader;
  readonly #database: DatabaseSync;
  readonly #owned: boolean;
  readonly #bodies: BodyReader;
  readonly #assets: AssetReader;
  readonly #newest: StatementSync;

  /** `owned: false` when somebody else closes the connection. */
  constructor(database: DatabaseSync, { owned = true } = {}) {
    this.#database = database;
    this.#owned = owned;
    this.#bodies = new BodyReader(database);
    this.#assets = new AssetReader(database);
    this.documents = new DocumentReader(database);
    this.#newest = database.prepare(newestSql(RECORD_COLUMNS));
    // A body is read while a query is being stepped through: that needs a statement of its own, not a connection.
    registerFunctions(database, new BodyReader(database));
  }

  /**
   * Records of one tenant, newest first unless sorted otherwise.
   * @throws {RangeError} for a limit outside 1 to 1000 or a negative offset.
   */
  query(query: RecordQuery): CallRecord[] {
    const { limit = DEFAULT_LIMIT, offset = 0, bodies = false } = query;
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) throw new RangeError('limit must be 1 to 1000');
    if (!(Number.isSafeInteger(offset) && offset >= 0)) throw new RangeError('offset must be a whole number from 0');
    const where = whereSql(query.tenant, query.filter);
    const order = sortSql(query.sort ?? { by: 'request_created_at', direction: 'desc' });
    const rows = this.#database
      .prepare(`SELECT ${RECORD_COLUMNS} FROM records WHERE ${where.text} ORDER BY ${order} LIMIT ? OFFSET ?`)
      .all(...where.values, limit, offset);
    return rows.map((row) => this.#record(row, bodies));
  }

  /** How many records of a tenant match. */
  count(query: { tenant: string; filter: Filter }): number {
    const where = whereSql(query.tenant, query.filter);
    const row = this.#database.prepare(`SELECT count(*) AS n FROM records WHERE ${where.text}`).get(...where.values);
    return Number(row?.n);
  }

  /** Newest record of a tenant with this request id, or with this id of its own; else null. Bodies: default false. */
  get(tenant: string, requestId: string, options: { bodies?: boolean } = {}): CallRecord | null {
    const row = this.#newest.get(...newestValues(tenant, requestId));
    return row === undefined ? null : this.#record(row, options.bodies ?? false);
  }

  /** Sums from the roll-ups, ordered by time, then key. @throws {RangeError} for hours by user. */
  aggregate(query: AggregateQuery): AggregateRow[] {
    return this.#all(aggregateSql(query)).map(toAggregateRow);
  }

  /** Groups of records. @throws {RangeError} for what is out of bounds or does not exist. */
  summarize(query: SummaryQuery): SummaryRow[] {
    return this.#all(summarySql(query)).map((row) => toSummaryRow(row, query));
  }

  /** How many groups a summary has. @throws {RangeError} as `summarize`. */
  countGroups(query: GroupsQuery): number {
    const { text, values } = groupsSql(query, []);
    const row = this.#database.prepare(`SELECT count(*) AS n FROM (${text})`).get(...values);
    return Number(row?.n);
  }

  /** How one measure is distributed over groups; none where it is known of none. @throws {RangeError} as `summarize`. */
  histogram(query: HistogramQuery): HistogramRow[] {
    return toHistogram(this.#all(histogramSql(query)), query);
  }

  /** The next piece of an export: the first one without `place`. @throws {RangeError} for what is out of bounds. */
  exportPiece(query: ExportQuery, place: ExportPlace | null): ExportPiece {
    const { bodies = false } = query;
    return exportPiece(this.#database, { query, place, record: (row) => this.#record(row, bodies) });
  }

  /** Names of all properties that records of the tenant have had, sorted. */
  propertyNames(tenant: string): string[] {
    return namesOf(this.#database, tenant);
  }

  /** Idempotent. */
  close(): void {
    if (this.#owned && this.#database.isOpen) this.#database.close();
  }

  #all({ text, values }: Sql): Record<string, unknown>[] {
    return this.#database.prepare(text).all(...values);
  }

  #record(row: Record<string, unknown>, bodies: boolean): CallRecord {
    const texts = bodies ? this.#bodies.read(row.block as number | null, row.slot as number | null) : null;
    return toCallRecord(row, texts === null ? null : this.#withMedia(texts, row));
  }

  #withMedia(texts: BodyTexts, row: Record<string, unknown>): BodyTexts {
    if (row.assets === null) return texts;
    const hashes = JSON.parse(row.assets as string) as string[];
    const restored = (text: string | null): string | null =>
      text === null ? null : restoreAssets(text, hashes, (hash) => this.#assets.read(row.tenant as string, hash));
    return { request: restored(texts.request), response: restored(texts.response) };
  }
}
