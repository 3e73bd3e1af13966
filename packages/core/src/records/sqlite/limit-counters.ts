import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CounterRow } from '../store-facade.js';
import { inTransaction } from './database.js';

/** Rows read at once, so that the thread that gets them is not held up. */
const PAGE_ROWS = 1_000;
/** Rows kept; beyond it those whose windows end first go. More than a process counts at a time. */
const MAX_ROWS = 200_000;
/** Windows that ended are deleted this often, ms, ... */
const CLEAN_MS = 600_000;
/** ... or when so many rows were saved. */
const CLEAN_ROWS = 100_000;

/** A window as this connection knows it to be in the file. */
type Kept = Readonly<{ points: number; endsAt: number }>;

/**
 * Counters of rate limits in a database, so that they outlive their process. Each process counts for itself: where two have the
 * same key, the row is the one with more points, and each may lower only what it wrote or read itself.
 */
export class LimitCounters {
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #load: StatementSync;
  readonly #save: StatementSync;
  readonly #find: StatementSync;
  readonly #kept = new Map<string, Kept>();
  #cleanAt = 0;
  #savedRows = 0;

  constructor(database: DatabaseSync, now: () => number) {
    this.#database = database;
    this.#now = now;
    this.#load = database.prepare(
      'SELECT key, points, ends_at FROM limit_counters WHERE key > ? AND ends_at > ? ORDER BY key LIMIT ?',
    );
    this.#save = database.prepare(
      `INSERT INTO limit_counters (key, points, ends_at) VALUES (?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET points = excluded.points, ends_at = excluded.ends_at
       WHERE ends_at <= ? OR points <= excluded.points OR (points = ? AND ends_at = ?)`,
    );
    this.#find = database.prepare('SELECT points FROM limit_counters WHERE key = ? AND ends_at = ?');
  }

  /** Windows that are open, in order of their keys, from the one behind `after`; an empty list at the end. */
  load(after: string): CounterRow[] {
    const rows = this.#load.all(after, this.#now(), PAGE_ROWS).map((row): CounterRow => {
      return [row.key as string, row.points as number, row.ends_at as number];
    });
    for (const [key, points, endsAt] of rows) this.#keep(key, { points, endsAt });
    return rows;
  }

  /**
   * Takes what the file has of the same windows for this process's own: a connection of it that is gone wrote that, and what
   * was settled since could not be lowered any more.
   */
  adopt(rows: readonly CounterRow[]): void {
    for (const [key, , endsAt] of rows) {
      if (this.#kept.has(key)) continue;
      const points = this.#find.get(key, endsAt)?.points;
      if (points !== undefined) this.#keep(key, { points: points as number, endsAt });
    }
  }

  /** Writes all rows or none. A row that was saved before may be saved again. */
  save(rows: readonly CounterRow[]): void {
    const now = this.#now();
    const written = inTransaction(this.#database, () => {
      if (now >= this.#cleanAt || this.#savedRows >= CLEAN_ROWS) this.#clean(now);
      return rows.filter(([key, points, endsAt]) => {
        const kept = this.#kept.get(key);
        const { changes } = this.#save.run(key, points, endsAt, now, kept?.points ?? null, kept?.endsAt ?? null);
        return changes === 1;
      });
    });
    this.#savedRows += rows.length;
    for (const [key, points, endsAt] of written) this.#keep(key, { points, endsAt });
  }

  #keep(key: string, kept: Kept): void {
    // Oldest first: a map keeps the order of insertion.
    this.#kept.delete(key);
    if (this.#kept.size >= MAX_ROWS) this.#kept.delete(this.#kept.keys().next().value as string);
    this.#kept.set(key, kept);
  }

  #clean(now: number): void {
    this.#cleanAt = now + CLEAN_MS;
    this.#savedRows = 0;
    this.#database.prepare('DELETE FROM limit_counters WHERE ends_at <= ?').run(now);
    const surplus = Number(this.#database.prepare('SELECT count(*) AS n FROM limit_counters').get()?.n) - MAX_ROWS;
    if (surplus <= 0) return;
    this.#database
      .prepare('DELETE FROM limit_counters WHERE key IN (SELECT key FROM limit_counters ORDER BY ends_at LIMIT ?)')
      .run(surplus);
  }
}
