import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordPatch, RecordRow } from '../store.js';
import { safeText } from './columns.js';
import type { Patcher } from './patches.js';
import { DAY_MS } from './roll-ups.js';

/** How long a change waits for its record. */
const WAIT_MS = DAY_MS;
/** Changes of one tenant that may wait. */
const MAX_PENDING_PER_TENANT = 10_000;

/** Changes that came before the record they mean. */
export class PendingPatches {
  readonly #any: StatementSync;
  readonly #expire: StatementSync;
  readonly #count: StatementSync;
  readonly #insert: StatementSync;
  readonly #ofRequest: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#any = database.prepare('SELECT 1 FROM pending_patches LIMIT 1');
    // In the order of arrival, so that the oldest are at the left edge of the table.
    this.#expire = database.prepare(
      `DELETE FROM pending_patches WHERE seq < coalesce(
        (SELECT seq FROM pending_patches WHERE created_at >= ? ORDER BY seq LIMIT 1), 9223372036854775807)`,
    );
    this.#count = database.prepare('SELECT count(*) AS n FROM pending_patches WHERE tenant = ?');
    this.#insert = database.prepare(
      'INSERT INTO pending_patches (tenant, request_id, patch, created_at) VALUES (?, ?, ?, ?)',
    );
    this.#ofRequest = database.prepare(
      'SELECT seq, patch, created_at FROM pending_patches WHERE tenant = ? AND request_id = ? ORDER BY seq',
    );
    this.#delete = database.prepare('DELETE FROM pending_patches WHERE tenant = ? AND request_id = ?');
  }

  /** False when too many of that tenant wait already. `now` is unix ms. */
  add(target: { tenant: string; requestId: string }, patch: RecordPatch, now: number): boolean {
    this.#expire.run(now - WAIT_MS);
    const tenant = safeText(target.tenant);
    if (Number(this.#count.get(tenant)?.n) >= MAX_PENDING_PER_TENANT) return false;
    this.#insert.run(tenant, safeText(target.requestId), JSON.stringify(patch), now);
    return true;
  }

  /** Applies what waited for these rows, which are inserted already. One cheap look when nothing waits. */
  join(rows: readonly RecordRow[], patcher: Patcher, now: number): void {
    if (this.#any.get() === undefined) return;
    this.#expire.run(now - WAIT_MS);
    for (const row of rows) {
      for (const requestId of new Set([row.requestId, row.id])) {
        const key = [safeText(row.tenant), safeText(requestId)] as const;
        const waiting = this.#ofRequest.all(...key);
        if (waiting.length === 0) continue;
        for (const { patch, created_at } of waiting) {
          patcher.apply({ tenant: row.tenant, requestId }, JSON.parse(String(patch)), Number(created_at));
        }
        this.#delete.run(...key);
      }
    }
  }
}
