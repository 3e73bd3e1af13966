// Entry of the records worker: makes rows of calls that ended and writes them. One per engine, started on first use.
import { workerData } from 'node:worker_threads';
import { createPricer, type PriceOverrides } from '../../cost/price.js';
import type { CallFacts } from '../facts.js';
import type { Batch } from '../handover-queue.js';
import { openWriter, type SqliteWriter } from '../sqlite/writer.js';
import type { RecordPatch, RecordRow } from '../store.js';
import { digest } from './digest.js';
import { readMethods } from './read-methods.js';
import { RowQueue } from './row-queue.js';
import { serve, silenceSqliteWarning, tell } from './serve.js';

/** What the records worker is started with. */
export interface WriterData {
  /** Absolute path of the database, `:memory:`, or null when the rows go to a store on the main thread. */
  path: string | null;
  recordBodyBytes: number;
  prices: PriceOverrides;
}

const { path, recordBodyBytes, prices } = workerData as WriterData;
const pricer = createPricer(prices);
let opened: SqliteWriter | null = null;

function writer(): SqliteWriter {
  if (opened !== null) return opened;
  if (path === null) throw new Error('this worker has no database');
  silenceSqliteWarning();
  opened = openWriter(path);
  return opened;
}

const queue = new RowQueue({
  write: (rows) => writer().append(rows),
  trouble: (error) => tell({ news: 'trouble', message: error instanceof Error ? error.message : String(error) }),
  recovered: () => tell({ news: 'recovered', message: 'records are written again' }),
});

function rowsOf(batch: Pick<Batch, 'facts' | 'bytes'>): RecordRow[] {
  const bytes = Buffer.from(batch.bytes);
  return (JSON.parse(batch.facts) as CallFacts[]).map((facts) => {
    const options = { pricer, recordBodyBytes };
    // A worker that died took the bodies with it; what the request thread knew is still a record.
    if (bytes.length === 0) return digest(withoutBodies(facts), bytes, options);
    try {
      return digest(facts, bytes, options);
    } catch {
      // For example JSON nested deeper than the stack: the bodies are lost, the record is not.
      return digest(withoutBodies(facts), bytes, options);
    }
  });
}

function withoutBodies(facts: CallFacts): CallFacts {
  return { ...facts, request: null, response: null };
}

serve({
  /** Answers with the batch's buffer when the calls are in the database. */
  async record(batch: Batch) {
    await queue.push(rowsOf(batch));
    return batch.bytes;
  },
  /** Rows for a store that lives on the main thread. */
  digest: (batch: Batch) => rowsOf(batch),
  append: (rows: RecordRow[]) => queue.push(rows),
  async patch({ tenant, requestId, patch }: { tenant: string; requestId: string; patch: RecordPatch }) {
    await queue.flush();
    return writer().patch(tenant, requestId, patch, Date.now());
  },
  flush: () => queue.flush(),
  open: () => {
    writer();
  },
  async deleteBefore(before: number) {
    await queue.flush();
    return writer().deleteBefore(before);
  },
  async close() {
    await queue.flush();
    opened?.close();
    opened = null;
  },
  // A database in memory belongs to its connection, so it is read here too.
  ...readMethods(() => writer().reader()),
});
