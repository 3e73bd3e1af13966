import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

export const IN_MEMORY = ':memory:';

/** How long a process waits for another one's write, ms. */
const BUSY_TIMEOUT_MS = 5_000;
/** Tries of the switch to WAL, which does not wait as other statements do when two processes start at once. */
const WAL_ATTEMPTS = 50;
const WAL_WAIT_MS = 20;

/**
 * Opens a database file for writing; creates it, and its folder for this user alone.
 * `node:sqlite` is loaded here and not at import: Node 22 prints a warning when it is, which the caller holds back.
 */
export function openForWriting(path: string): DatabaseSync {
  if (path !== IN_MEMORY) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new (sqlite().DatabaseSync)(path);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // Twice the default: fewer pages to write for the same rows. Counts for new files only.
    database.exec('PRAGMA page_size = 8192');
    switchToWal(database);
    // Safe against a killed process; a power cut may lose the last transactions but never damages the file.
    database.exec('PRAGMA synchronous = NORMAL');
    // In pages: a checkpoint each 32 MiB (each costs 20 ms and more), after which the log shrinks to at most 64 MiB.
    database.exec('PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864');
    database.exec('PRAGMA cache_size = -16384');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens a file that a writer has opened before. */
export function openForReading(path: string): DatabaseSync {
  const database = new (sqlite().DatabaseSync)(path, { readOnly: true });
  // KiB; what a long reading passes by the system keeps anyway.
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA cache_size = -4096`);
  return database;
}

function switchToWal(database: DatabaseSync): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (attempt >= WAL_ATTEMPTS || !String(error).includes('locked')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_WAIT_MS);
    }
  }
}

function sqlite(): typeof import('node:sqlite') {
  return process.getBuiltinModule('node:sqlite');
}

/** Runs `work` in a write transaction; what it throws rolls everything back. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // Some failures, a full disk among them, have rolled back by themselves; a second error must not hide the first.
    try {
      database.exec('ROLLBACK');
    } catch {}
    throw error;
  }
}
