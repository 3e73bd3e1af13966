import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RepriceQuery } from '../reprice.js';
import type { RecordPatch, RecordRow } from '../store.js';
import { AssetWriter } from './assets.js';
import { BodyPacker, type PackedBlock } from './blocks.js';
import { COLUMNS } from './columns.js';
import { IN_MEMORY, inTransaction, openForWriting } from './database.js';
import { DocumentWriter } from './documents.js';
import { LimitCounters } from './limit-counters.js';
import { Patcher } from './patches.js';
import { PendingPatches } from './pending-patches.js';
import { PropertyNames } from './property-names.js';
import { SqliteReader } from './reader.js';
import { type RepricePiece, repricePiece } from './reprice.js';
import { RollUps } from './roll-ups.js';
import { migrate } from './schema.js';

/** Records deleted per transaction, so that other processes get their turn. */
const DELETE_AT_ONCE = 5_000;
/** Blocks of bodies, or media, deleted per transaction. */
const DELETE_LARGE_AT_ONCE = 100;

/**
 * Opens a SQLite file for writing, or `:memory:`. The file and its folder are created, its schema brought up to date.
 * Several processes may have writers on the same file.
 * @throws {Error} when the file cannot be opened or was written by a newer version.
 */
export function openWriter(path: string, options: { now?: () => number } = {}): SqliteWriter {
  const database = openForWriting(path);
  try {
    migrate(database);
    return new SqliteWriter(database, options.now ?? Date.now);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Writes records, synchronously: belongs into a thread of its own. */
export class SqliteWriter {
  /** Counters of rate limits in the same file. */
  readonly counters: LimitCounters;
  /** Small things besides the records. */
  readonly documents: DocumentWriter;
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #bodies = new BodyPacker();
  readonly #assets: AssetWriter;
  readonly #insertRecord: StatementSync;
  readonly #insertBlock: StatementSync;
  readonly #rollUps: RollUps;
  readonly #names: PropertyNames;
  readonly #patcher: Patcher;
  readonly #pending: PendingPatches;
  #reader: SqliteReader | null = null;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
    const names = [...COLUMNS.map(({ name }) => name), 'block', 'slot'];
    this.#insertRecord = database.prepare(
      `INSERT INTO records (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`,
    );
    this.#insertBlock = database.prepare('INSERT INTO body_blocks (newest, codec, lengths, data) VALUES (?, ?, ?, ?)');
    this.#assets = new AssetWriter(database);
    this.#rollUps = new RollUps(database);
    this.#names = new PropertyNames(database);
    this.#patcher = new Patcher(database, { rollUps: this.#rollUps, names: this.#names });
    this.#pending = new PendingPatches(database);
    this.counters = new LimitCounters(database, now);
    this.documents = new DocumentWriter(database);
  }

  /**
   * Writes all rows in one transaction. Rows whose `id` is there already are left out, so a batch may be sent again
   * when it is not known whether it was written. `beside` is called with the others inside the transaction, to write what
   * belongs to them.
   */
  append(rows: readonly RecordRow[], beside?: (added: readonly RecordRow[]) => void): void {
    if (rows.length === 0) return;
    const { blocks, positions } = this.#bodies.pack(rows);
    this.#inTransaction(() => {
      const ids = new Map<PackedBlock, number>();
      for (const block of blocks) {
        const { lastInsertRowid } = this.#insertBlock.run(block.newest, block.codec, block.lengths, block.data);
        ids.set(block, Number(lastInsertRowid));
      }
      const added = rows.filter((row, index) => {
        const position = positions[index] ?? null;
        const values = COLUMNS.map((column) => column.write(row));
        if (position === null) values.push(null, null);
        else values.push(ids.get(position.block) as number, position.slot);
        return this.#insertRecord.run(...values).changes === 1;
      });
      this.#assets.add(added);
      this.#rollUps.add(added);
      this.#names.add(added);
      this.#pending.join(added, this.#patcher, this.#now());
      beside?.(added);
    });
  }

  /**
   * Changes the newest record of that tenant with this request id (or id). Without one the change waits for it 24 h.
   * `now` is unix ms. `'refused'` when 10 000 changes of the tenant wait already, or the record can hold no more.
   */
  patch(tenant: string, requestId: string, patch: RecordPatch, now: number): 'applied' | 'waiting' | 'refused' {
    const target = { tenant, requestId };
    return this.#inTransaction(() => {
      const outcome = this.#patcher.apply(target, patch, now);
      if (outcome !== 'unknown') return outcome === 'full' ? 'refused' : outcome;
      return this.#pending.add(target, patch, now) ? 'waiting' : 'refused';
    });
  }

  /**
   * Deletes records created before `before` (unix ms), and the bodies and media that no record needs any more; roll-ups stay.
   * Returns how many. With `atMost` it stops there, so that the caller can write in between; call it again until it
   * returns less.
   */
  deleteBefore(before: number, atMost = Number.POSITIVE_INFINITY): number {
    let deleted = 0;
    const tenants = this.#database
      .prepare(
        // One index look-up per tenant: DISTINCT would read the whole index.
        `WITH RECURSIVE one (tenant) AS (
           SELECT min(tenant) FROM records
           UNION ALL
           SELECT (SELECT min(tenant) FROM records WHERE tenant > one.tenant) FROM one WHERE one.tenant IS NOT NULL
         ) SELECT tenant FROM one WHERE tenant IS NOT NULL`,
      )
      .all();
    const remove = this.#database.prepare(
      `DELETE FROM records WHERE record IN (
         SELECT record FROM records WHERE tenant = ? AND created_at < ? ORDER BY created_at LIMIT ?)`,
    );
    for (const { tenant } of tenants) {
      for (let changes = -1; changes !== 0 && deleted < atMost; deleted += changes) {
        const limit = Math.min(DELETE_AT_ONCE, atMost - deleted);
        changes = inTransaction(this.#database, () => Number(remove.run(String(tenant), before, limit).changes));
      }
    }
    if (deleted < atMost) {
      this.#deleteOlder('body_blocks', 'block', before);
      this.#deleteOlder('assets', 'asset', before);
    }
    return deleted;
  }

  /** Deletes what no record from `before` on has. Each of them is large: SQLite reads every page of what it deletes. */
  #deleteOlder(table: 'body_blocks' | 'assets', key: string, before: number): void {
    const remove = this.#database.prepare(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE newest < ? LIMIT ?)`,
    );
    while (Number(remove.run(before, DELETE_LARGE_AT_ONCE).changes) === DELETE_LARGE_AT_ONCE);
  }

  /** Prices the next records again, those behind row `after` (0: from the first). */
  repricePiece(query: RepriceQuery, after: number): RepricePiece {
    return repricePiece(this.#database, this.#rollUps, { query, after });
  }

  /** A reader on this writer's own connection: the only one that sees a `:memory:` database. Closed with the writer. */
  reader(): SqliteReader {
    this.#reader ??= new SqliteReader(this.#database, { owned: false });
    return this.#reader;
  }

  /** Idempotent. */
  close(): void {
    if (!this.#database.isOpen) return;
    if (this.#database.location() !== null && this.#database.location() !== IN_MEMORY) {
      // Leaves one whole file behind where no other process has it open; another one's lock is no fault of ours.
      try {
        this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      } catch {}
    }
    this.#database.close();
  }

  /** Names of properties that were added are not there when their transaction failed. */
  #inTransaction<Result>(work: () => Result): Result {
    try {
      return inTransaction(this.#database, work);
    } catch (error) {
      this.#names.forget();
      throw error;
    }
  }
}
