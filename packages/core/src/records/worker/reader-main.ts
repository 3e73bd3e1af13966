// Entry of the reading worker: REST and the dashboard read here, so that a long query delays no write.
import { workerData } from 'node:worker_threads';
import { openReader, type SqliteReader } from '../sqlite/reader.js';
import { readMethods } from './read-methods.js';
import { serve, silenceSqliteWarning } from './serve.js';

/** What the reading worker is started with. */
export interface ReaderData {
  /** Absolute path of a database that exists. */
  path: string;
}

let opened: SqliteReader | null = null;

function reader(): SqliteReader {
  if (opened !== null) return opened;
  silenceSqliteWarning();
  opened = openReader((workerData as ReaderData).path);
  return opened;
}

serve({
  ...readMethods(reader),
  close() {
    opened?.close();
    opened = null;
  },
});
