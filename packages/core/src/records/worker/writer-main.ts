// Entry of the records worker: makes rows of calls that ended and writes them. One per engine, started on first use.
import { workerData } from 'node:worker_threads';
import { createPricer, type PriceOverrides } from '../../cost/price.js';
import { type PricedModel, priceBound } from '../../cost/price-bound.js';
import { listPrices } from '../../cost/price-list.js';
import { intakeMethods } from '../../intake/serve-intake.js';
import { CallCounters } from '../../telemetry/call-counters.js';
import { type CallFigures, figuresOf } from '../../telemetry/call-figures.js';
import { DeliveryWriter, type Queued } from '../../webhooks/delivery-writer.js';
import { WEBHOOK, type Webhook } from '../../webhooks/webhook.js';
import type { StoredDocument } from '../documents.js';
import type { CallFacts } from '../facts.js';
import { decodeFacts } from '../facts-codec.js';
import type { Batch } from '../handover-queue.js';
import type { Redacted } from '../redact.js';
import { createSecretRemover } from '../redact-secrets.js';
import type { RepriceQuery } from '../reprice.js';
import type { ClaimQuery, DeleteQuery } from '../sqlite/documents.js';
import { openWriter, type SqliteWriter } from '../sqlite/writer.js';
import type { RecordPatch, RecordRow } from '../store.js';
import type { CounterRow } from '../store-facade.js';
import { cutMedia } from './cut-media.js';
import { digest } from './digest.js';
import { readMethods } from './read-methods.js';
import { type RedactFailure, Redaction, type WriterRedact } from './redaction.js';
import { bodyBytes, RowQueue } from './row-queue.js';
import { serve, silenceSqliteWarning, tell } from './serve.js';
import { type Settled, settledOf } from './settled.js';

/** What the records worker is started with. */
export interface WriterData {
  /** Absolute path of the database, `:memory:`, or null when the rows go to a store on the main thread. */
  path: string | null;
  recordBodyBytes: number;
  prices: PriceOverrides;
  /** Those of the options. */
  webhooks: readonly Webhook[];
  redact: WriterRedact;
}

const { path, recordBodyBytes, prices, webhooks, redact } = workerData as WriterData;
const pricer = createPricer(prices);
const callCounters = new CallCounters();
const secretRemover = createSecretRemover();
/** Every row that leaves this worker, into the database or to another thread, has passed it. */
const redaction = new Redaction({
  redact,
  ask: (turn, records) => tell({ news: 'redact', turn, records }),
  failed: (failure: RedactFailure) => tell({ news: 'unredacted', failure }),
});
let opened: SqliteWriter | null = null;

function writer(): SqliteWriter {
  if (opened !== null) return opened;
  if (path === null) throw new Error('this worker has no database');
  silenceSqliteWarning();
  opened = openWriter(path);
  return opened;
}

const deliveries = new DeliveryWriter(webhooks, Date.now);

/** Rows, and what webhooks are to be told of them, are written together or not at all. */
function append(rows: readonly RecordRow[]): void {
  const to = writer();
  let queued: Queued = { added: 0, dropped: 0 };
  to.append(rows, (added) => {
    queued = deliveries.add(added, to.documents);
  });
  if (queued.added + queued.dropped > 0) tell({ news: 'deliveries', ...queued });
}

const queue = new RowQueue({
  write: append,
  trouble: (error) => tell({ news: 'trouble', message: error instanceof Error ? error.message : String(error) }),
  recovered: () => tell({ news: 'recovered', message: 'records are written again' }),
});

/** Bodies can be far longer than on the wire, so the rows of a batch are made a part at a time. Bytes. */
const PART_BYTES = 4 * 1024 * 1024;

function* partsOf(batch: Batch): Generator<RecordRow[]> {
  const bytes = Buffer.from(batch.bytes);
  let part: RecordRow[] = [];
  let settled: Settled[] = [];
  let figures: CallFigures[] = [];
  let size = 0;
  for (const text of batch.facts) {
    const facts = decodeFacts(text);
    const row = rowOf(facts, bytes);
    part.push(row);
    callCounters.count(row);
    if (facts.settles) settled.push(settledOf(row, facts.session !== null));
    if (facts.observed === true) figures.push(figuresOf(row, redact !== null));
    size += bodyBytes(row);
    if (size < PART_BYTES) continue;
    tellSettled(settled, figures);
    yield part;
    part = [];
    settled = [];
    figures = [];
    size = 0;
  }
  tellSettled(settled, figures);
  if (part.length > 0) yield part;
}

/** At once: a reservation does not wait until the rows are written. */
function tellSettled(settled: Settled[], figures: CallFigures[]): void {
  if (settled.length + figures.length > 0) tell({ news: 'settled', settled, figures });
}

/** The row of a call, its credentials taken out. */
function rowOf(facts: CallFacts, bytes: Buffer, add?: (row: RecordRow) => RecordRow): RecordRow {
  const row = rawRowOf(facts, bytes);
  return secretRemover.remove(add === undefined ? row : add(row), facts.secrets);
}

function rawRowOf(facts: CallFacts, bytes: Buffer): RecordRow {
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

/** The rows as they are kept: redacted by the user, their media apart. What is redacted leaves no media behind. */
async function keptRows(rows: RecordRow[]): Promise<RecordRow[]> {
  const redacted = await redaction.rows(rows);
  return redacted.map(cutMedia);
}

/** Batches are read one after the other, each part only when the queue has room. */
let reading: Promise<void> = Promise.resolve();

/** Resolves when the batch was read; its rows may still wait to be written. */
async function readBatch(batch: Batch, writes: Promise<void>[]): Promise<void> {
  for (const rows of partsOf(batch)) {
    await queue.room();
    writes.push(queue.push(await keptRows(rows)));
  }
}

/** What is left of the batch that a store on the main thread is being given. */
let rest: Generator<RecordRow[]> = partsOf({ facts: [], bytes: new ArrayBuffer(0) });

async function nextPart(): Promise<RecordRow[] | null> {
  const { value } = rest.next();
  return value === undefined ? null : keptRows(value);
}

interface PatchQuestion {
  tenant: string;
  requestId: string;
  patch: RecordPatch;
}

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
    return nextPart();
  },
  /** The next rows of that batch; null at its end. */
  digestMore: nextPart,
  append: async (rows: RecordRow[]) => queue.push(await keptRows(rows)),
  /** What the host's function left of records that this worker asked it for. */
  redacted: ({ turn, redacted }: { turn: number; redacted: (Redacted | null)[] }) => redaction.answered(turn, redacted),
  /** Rows and patches that come from the host, for a store of its own. */
  redactRows: keptRows,
  redactPatch: ({ tenant, requestId, patch }: PatchQuestion) => redaction.patches(tenant, requestId, patch),
  ...intakeMethods(rowOf, append, keptRows),
  /** The dearest rates of a model; null when its price is not known. */
  priceBound: (model: PricedModel) => priceBound(pricer, model, Date.now()),
  listPrices: () => listPrices(prices, Date.now()),
  /** Prometheus text of what was counted since this worker began. */
  callMetrics: () => callCounters.text(),
  loadCounters(after: string) {
    countersRead = true;
    return writer().counters.load(after);
  },
  saveCounters(rows: CounterRow[]) {
    const { counters } = writer();
    if (!countersRead) counters.adopt(rows);
    counters.save(rows);
  },
  hasWebhooks: () => writer().documents.reader.listAll({ kind: WEBHOOK }).length > 0,
  forgetWebhooks: () => deliveries.forget(),
  async patch({ tenant, requestId, patch }: PatchQuestion) {
    const patches = await redaction.patches(tenant, requestId, patch);
    await reading;
    await queue.flush();
    let done: ReturnType<SqliteWriter['patch']> = 'applied';
    for (const each of patches) done = writer().patch(tenant, requestId, each, Date.now());
    return done;
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
  async reprice({ query, after }: { query: RepriceQuery; after: number }) {
    await reading;
    await queue.flush();
    return writer().repricePiece({ ...query, prices: query.prices ?? prices }, after);
  },
  putDocuments: (documents: StoredDocument[]) => writer().documents.put(documents),
  deleteDocuments: (query: DeleteQuery) => writer().documents.delete(query),
  claimDocuments: (query: ClaimQuery) => writer().documents.claim(query),
  async close() {
    await queue.flush();
    opened?.close();
    opened = null;
  },
  // A database in memory belongs to its connection, so it is read here too.
  ...readMethods(() => writer().reader()),
});
