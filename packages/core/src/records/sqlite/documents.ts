import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { checkDocument, checkIds, checkKind, checkTime, documentLimit, endOfPrefix } from '../document-bounds.js';
import type { DocumentList, DocumentStore, StoredDocument } from '../documents.js';
import { safeName } from './columns.js';
import { inTransaction } from './database.js';
import { bind, type Sql, sql } from './sql.js';

const COLUMNS = 'tenant, kind, id, value, due_at, created_at';
/** Documents that `listAll` gives at once. */
const LIST_ALL = 1000;

/** What `DocumentStore.claim` is asked. */
export type ClaimQuery = Parameters<DocumentStore['claim']>[0];
/** What `DocumentStore.delete` is asked. */
export type DeleteQuery = Parameters<DocumentStore['delete']>[0];

/** Writes documents through one connection, synchronously. */
export class DocumentWriter {
  /** Reads what this connection has written. */
  readonly reader: DocumentReader;
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.reader = new DocumentReader(database);
  }

  /** Writes all or none. @throws {RangeError} for a document that is out of bounds. */
  put(documents: readonly StoredDocument[]): void {
    for (const document of documents) checkDocument(document);
    const upsert = this.#database.prepare(
      `INSERT INTO documents (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (kind, tenant, id) DO UPDATE SET value = excluded.value, due_at = excluded.due_at`,
    );
    const write = (): void => {
      for (const { tenant, kind, id, value, dueAt, createdAt } of documents) {
        upsert.run(safeName(tenant), kind, safeName(id), value, dueAt, createdAt);
      }
    };
    // Deliveries are written in the transaction of their rows.
    if (this.#database.isTransaction) write();
    else inTransaction(this.#database, write);
  }

  /** Deletes by id or by prefix; returns how many. */
  delete(query: DeleteQuery): number {
    const { text, values } = sql`DELETE FROM documents WHERE ${'ids' in query ? idsSql(query) : prefixSql(query)}`;
    return Number(this.#database.prepare(text).run(...values).changes);
  }

  /** Takes documents that are due, in one transaction: no other process gets them until `now + leaseMs`. */
  claim({ kind, now, leaseMs, limit }: ClaimQuery): StoredDocument[] {
    checkKind(kind);
    checkTime('now', now);
    checkTime('leaseMs', leaseMs);
    const due = this.#database.prepare(
      `SELECT document, ${COLUMNS} FROM documents WHERE kind = ? AND due_at <= ? ORDER BY due_at, tenant, id LIMIT ?`,
    );
    const putOff = this.#database.prepare('UPDATE documents SET due_at = ? WHERE document = ?');
    const until = now + leaseMs;
    return inTransaction(this.#database, () => {
      return due.all(kind, now, documentLimit({ limit })).map((row) => {
        putOff.run(until, row.document as number);
        return { ...toDocument(row), dueAt: until };
      });
    });
  }
}

/** Reads documents through one connection, synchronously. */
export class DocumentReader {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Those that exist. @throws {RangeError} for more than 1000 ids. */
  get(query: { tenant: string; kind: string; ids: readonly string[] }): StoredDocument[] {
    checkIds(query.ids);
    return this.#all(sql`SELECT ${COLUMNS} FROM documents WHERE ${idsSql(query)}`);
  }

  /** By id, ascending. @throws {RangeError} for a limit outside 1 to 1000. */
  list(query: DocumentList): StoredDocument[] {
    const after = query.after === undefined ? '' : sql` AND id > ${bind(safeName(query.after))}`;
    return this.#all(
      sql`SELECT ${COLUMNS} FROM documents WHERE ${prefixSql(query)}${after} ORDER BY id LIMIT ${bind(documentLimit(query))}`,
    );
  }

  count(query: Pick<DocumentList, 'tenant' | 'kind' | 'prefix'>): number {
    const { text, values } = sql`SELECT count(*) AS n FROM documents WHERE ${prefixSql(query)}`;
    return Number(this.#database.prepare(text).get(...values)?.n);
  }

  /** Documents of one kind of all tenants, by tenant and id: 1000 at most behind `after`. */
  listAll({ kind, after }: { kind: string; after?: { tenant: string; id: string } }): StoredDocument[] {
    checkKind(kind);
    const values: SQLInputValue[] = after === undefined ? [] : [safeName(after.tenant), safeName(after.id)];
    const behind: Sql = { text: after === undefined ? '' : ' AND (tenant, id) > (?, ?)', values };
    return this.#all(
      sql`SELECT ${COLUMNS} FROM documents WHERE kind = ${bind(kind)}${behind} ORDER BY tenant, id LIMIT ${bind(LIST_ALL)}`,
    );
  }

  #all({ text, values }: Sql): StoredDocument[] {
    return this.#database
      .prepare(text)
      .all(...values)
      .map(toDocument);
  }
}

function idsSql({ tenant, kind, ids }: { tenant: string; kind: string; ids: readonly string[] }): Sql {
  checkKind(kind);
  const wanted = bind(JSON.stringify(ids.map(safeName)));
  return sql`kind = ${bind(kind)} AND tenant = ${bind(safeName(tenant))} AND id IN (SELECT value FROM json_each(${wanted}))`;
}

function prefixSql({ tenant, kind, prefix = '' }: Pick<DocumentList, 'tenant' | 'kind' | 'prefix'>): Sql {
  checkKind(kind);
  const own = sql`kind = ${bind(kind)} AND tenant = ${bind(safeName(tenant))}`;
  const end = endOfPrefix(safeName(prefix));
  const from = prefix === '' ? '' : sql` AND id >= ${bind(safeName(prefix))}`;
  return sql`${own}${from}${end === null ? '' : sql` AND id < ${bind(end)}`}`;
}

function toDocument(row: Record<string, unknown>): StoredDocument {
  return {
    tenant: row.tenant as string,
    kind: row.kind as string,
    id: row.id as string,
    value: row.value as string,
    dueAt: row.due_at as number | null,
    createdAt: row.created_at as number,
  };
}
