import type { DatabaseSync } from 'node:sqlite';
import { checkExport } from '../export-pages.js';
import type { ExportQuery } from '../export-query.js';
import { EXPORT_PIECE_LENGTH, exportText } from '../export-text.js';
import type { Sort } from '../filter.js';
import type { CallRecord } from '../record.js';
import { RECORD_COLUMNS } from './call-record.js';
import { behindSql, type SortedPlace, sortedBySql, sortSql, whereSql } from './filter-sql.js';
import { bind, sql } from './sql.js';

/**
 * Records that are found at once. For sorts that no index has, each time all of them are looked at; but what is found goes to another
 * thread and back with every piece, where it leaves garbage behind.
 */
const FOUND_AT_ONCE = { byTime: 200, other: 5_000 };

/** Where an export goes on: all there is to it between two pieces, so that one that is not asked for again holds nothing. */
export interface ExportPlace {
  /** Records that were written. */
  count: number;
  /** Newest row when it began: later ones are not part of it. */
  newest: number;
  /** Rows that were found and not yet written, in order. */
  found: number[];
  /** The last row of `found`, or of those before it; null at the beginning. */
  after: SortedPlace | null;
  /** Nothing more is to be found. */
  complete: boolean;
}

/** Some text of an export, and where it goes on; null at its end. */
export interface ExportPiece {
  bytes: Uint8Array<ArrayBuffer>;
  next: ExportPlace | null;
}

interface PieceOptions {
  query: ExportQuery;
  /** Null for the first piece. */
  place: ExportPlace | null;
  /** A row as a record. */
  record(row: Record<string, unknown>): CallRecord;
}

/** About 64 KiB of an export. @throws {RangeError} for what is out of bounds. */
export function exportPiece(database: DatabaseSync, { query, place, record }: PieceOptions): ExportPiece {
  checkExport(query);
  const text = exportText(query);
  // Asked again whose it is: where the last row was deleted, its number goes to the next one that is written.
  const { text: matches, values } = whereSql(query.tenant, query.filter);
  const select = database.prepare(`SELECT ${RECORD_COLUMNS} FROM records WHERE record = ? AND ${matches}`);
  let at = place === null ? begin(database) : { ...place };
  let piece = place === null ? text.head : '';
  let done = false;
  while (piece.length < EXPORT_PIECE_LENGTH && !done) {
    if (at.found.length === 0) at = find(database, query, at);
    let written = 0;
    for (const found of at.found) {
      written += 1;
      const row = select.get(found, ...values);
      // Deleted meanwhile, or changed so that it does not match any more.
      if (row === undefined) continue;
      piece += text.record(record(row), at.count);
      at.count += 1;
      if (piece.length >= EXPORT_PIECE_LENGTH) break;
    }
    at.found = at.found.slice(written);
    done = at.found.length === 0 && at.complete;
  }
  if (done) piece += text.tail;
  // Not Buffer.from: a short one lies in a pool that other threads must not get.
  return { bytes: new TextEncoder().encode(piece), next: done ? null : at };
}

function begin(database: DatabaseSync): ExportPlace {
  const newest = Number(database.prepare('SELECT max(record) AS newest FROM records').get()?.newest ?? 0);
  return { count: 0, newest, found: [], after: null, complete: false };
}

/** The next rows of an export. */
function find(database: DatabaseSync, query: ExportQuery, place: ExportPlace): ExportPlace {
  const { tenant, filter, limit = Number.MAX_SAFE_INTEGER, offset = 0 } = query;
  const { count, newest, after } = place;
  const sort: Sort = query.sort ?? { by: 'request_created_at', direction: 'desc' };
  const most = sort.by === 'request_created_at' ? FOUND_AT_ONCE.byTime : FOUND_AT_ONCE.other;
  const wanted = Math.min(most, limit - count);
  // The plus keeps SQLite from walking all tenants' rows instead of an index.
  const { text, values } = sql`SELECT record, id, ${sortedBySql(sort)} AS value FROM records
    WHERE ${whereSql(tenant, filter)} AND +record <= ${bind(newest)} ${after === null ? '' : sql`AND ${behindSql(sort, after)}`}
    ORDER BY ${sortSql(sort)} LIMIT ${bind(wanted)} OFFSET ${bind(after === null ? offset : 0)}`;
  const rows = database.prepare(text).all(...values);
  const last = rows.at(-1);
  return {
    count,
    newest,
    found: rows.map(({ record }) => record as number),
    after: last === undefined ? after : { value: last.value ?? null, id: last.id as string },
    complete: rows.length < wanted || count + rows.length >= limit,
  };
}
