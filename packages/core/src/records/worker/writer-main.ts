// Entry of the records worker: makes rows of calls that ended and writes them. One per engine, started on first use.
import { workerData } from 'node:worker_threads';
import { createPricer, type PriceOverrides } from '../../cost/price.js';
import { type PricedModel, priceBound } from '../../cost/price-bound.js';
import type { CallFacts } from '../facts.js';
import { decodeFacts } from '../facts-codec.js';
import type { Batch } from '../handover-queue.js';
import { openWriter, type SqliteWriter } from '../sqlite/writer.js';
import type { RecordPatch, RecordRow } from '../store.js';
import type { CounterRow } from '../store-facade.js';
import { digest } from './digest.js';
import { readMethods } from './read-methods.js';
import { bodyBytes, RowQueue } from './row-queue.js';
import { serve, silenceSqliteWarning, tell } from './serve.js';
import { type Settled, settledOf } from './settled.js';

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

/** Bodies can be far longer than on the wire, so the rows of a batch are made a part at a time. Bytes. */
const PART_BYTES = 4 * 1024 * 1024;

function* partsOf(batch: Batch): Generator<RecordRow[]> {
  const bytes = Buffer.from(batch.bytes);
  let part: RecordRow[] = [];
  let settled: Settled[] = [];
  let size = 0;
  for (const text of batch.facts) {
    const facts = decodeFacts(text);
    const row = rowOf(facts, bytes);
    part.push(row);
    if (facts.settles) settled.push(settledOf(row, facts.session !== null));
    size += bodyBytes(row);
    if (size < PART_BYTES) continue;
    tellSettled(settled);
    yield part;
    part = [];
    settled = [];
    size = 0;
  }
  tellSettled(settled);
  if (part.length > 0) yield part;
}

/** At once: a reservation does not wait until the rows are written. */
function tellSettled(settled: Settled[]): void {
  if (settled.length > 0) tell({ news: 'settled', settled });
}

function rowOf(facts: CallFacts, bytes: Buffer): RecordRow {
  const options = { pricer, recordBodyBytes };
  // A worker that died took the bodies with it; what the request thread knew is still a record.
  if (bytes.length === 0) return digest(withoutBodies(facts), bytes, options);
  try {
    return digest(facts, bytes, options);
  } catch {
    // For example JSON nested deeper than the stack: the bodies are lost, the record is not.
    return digest(withoutBodies(facts), bytes, options);
  }
}

function withoutBodies(facts: CallFacts): CallFacts {
  return { ...facts, request: null, response: null };
}

/** Batches are read one after the other, each part only when the queue has room. */
let reading: Promise<void> = Promise.resolve();

/** Resolves when the batch was read; its rows may still wait to be written. */
async function readBatch(batch: Batch, writes: Promise<void>[]): Promise<void> {
  for (const rows of partsOf(batch)) {
    await queue.room();
    writes.push(queue.push(rows));
  }
}

/** What is left of the batch that a store on the main thread is being given. */
let rest: Generator<RecordRow[]> = partsOf({ facts: [], bytes: new ArrayBuffer(0) });

/** Counters are read before any is saved, once in a process: where they were not, another worker died before this one. */
let countersRead = false;

serve({
  /** Answers with the batch's buffer when the calls are in the database. */
  async record(batch: Batch) {
    const writes: Promise<void>[] = [];
    const mine = reading.then(() => readBatch(batch, writes));
    reading = mine.catch(() => {});
    await mine;
    await Promise.all(writes);
    return batch.bytes;
  },
  /** First rows of a batch, for a store that lives on the main thread; null at its end. */
  digest(batch: Batch) {
    rest = partsOf(batch);
    return rest.next().value ?? null;
  },
  /** The next rows of that batch; null at its end. */
  digestMore: () => rest.next().value ?? null,
  append: (rows: RecordRow[]) => queue.push(rows),
  /** The dearest rates of a model; null when its price is not known. */
  priceBound: (model: PricedModel) => priceBound(pricer, model, Date.now()),
  loadCounters(after: string) {
    countersRead = true;
    return writer().counters.load(after);
  },
  saveCounters(rows: CounterRow[]) {
    const { counters } = writer();
    if (!countersRead) counters.adopt(rows);
    counters.save(rows);
  },
  async patch({ tenant, requestId, patch }: { tenant: string; requestId: string; patch: RecordPatch }) {
    await reading;
    await queue.flush();
    return writer().patch(tenant, requestId, patch, Date.now());
  },
  async flush() {
    await reading;
    await queue.flush();
  },
  open: () => {
    writer();
  },
  async deleteBefore(before: number) {
    await reading;
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
