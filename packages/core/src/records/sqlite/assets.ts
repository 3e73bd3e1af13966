import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordRow } from '../store.js';
import { createdAtOf, safeText } from './columns.js';

/** Writes media, each once for a tenant. */
export class AssetWriter {
  readonly #touch: StatementSync;
  readonly #insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.#touch = database.prepare('UPDATE assets SET newest = max(newest, ?) WHERE tenant = ? AND hash = ?');
    this.#insert = database.prepare('INSERT INTO assets (tenant, hash, newest, data) VALUES (?, ?, ?, ?)');
  }

  /** Inside the transaction that writes the rows. */
  add(rows: readonly RecordRow[]): void {
    for (const row of rows) {
      // As the row itself has it.
      const [tenant, newest] = [safeText(row.tenant), createdAtOf(row)];
      for (const { hash, bytes } of row.assets ?? []) {
        if (this.#touch.run(newest, tenant, hash).changes === 0) this.#insert.run(tenant, hash, newest, bytes);
      }
    }
  }
}

/** Reads media. */
export class AssetReader {
  readonly #select: StatementSync;

  constructor(database: DatabaseSync) {
    this.#select = database.prepare('SELECT data FROM assets WHERE tenant = ? AND hash = ?');
  }

  /** Null when it was deleted, or never written. */
  read(tenant: string, hash: string): Uint8Array | null {
    const row = this.#select.get(tenant, hash);
    return row === undefined ? null : (row.data as Uint8Array);
  }
}
