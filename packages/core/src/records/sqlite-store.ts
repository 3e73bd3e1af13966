import { access } from 'node:fs/promises';
import type { DocumentStore, StoredDocument } from './documents.js';
import type { ExportQuery } from './export-query.js';
import type { Batch } from './handover-queue.js';
import type { CallRecord } from './record.js';
import { repriceAll } from './reprice.js';
import type { ExportPiece, ExportPlace } from './sqlite/export-piece.js';
import type { RepricePiece } from './sqlite/reprice.js';
import type { AggregateQuery, AggregateRow, RecordPatch, RecordQuery, RecordRow, RecordStore } from './store.js';
import type { FacadeContext, StoreFacade } from './store-facade.js';
import type { HistogramRow, SummaryRow } from './summary.js';
import { askTwice } from './worker/ask-twice.js';
import { WorkerLink } from './worker/link.js';
import type { ReaderData } from './worker/reader-main.js';
import type { WriterData } from './worker/writer-main.js';

/** The embedded default: one worker writes the database, a second one reads it. */
export function sqliteFacade(path: string, context: FacadeContext): StoreFacade {
  const { recordBodyBytes, prices, webhooks, news, settled, deliveries, redaction } = context;
  const writerData: WriterData = { path, recordBodyBytes, prices, webhooks, redact: redaction.forWorker };
  const writer = new WorkerLink({
    entry: new URL('./worker/writer-main.js', import.meta.url),
    name: 'helicone-records',
    data: writerData,
    news,
    settled,
    deliveries,
    redaction,
  });
  const readerData: ReaderData = { path };
  const reader =
    path === ':memory:'
      ? writer
      : new WorkerLink({
          entry: new URL('./worker/reader-main.js', import.meta.url),
          name: 'helicone-reader',
          data: readerData,
          // What is read is soon gone, and nobody waits for this thread while it clears up: memory counts for more.
          maxYoungMb: 4,
          news,
        });
  let started = false;
  let exists = false;
  let readerStarted = false;
  const write = <T>(method: string, argument: unknown): Promise<T> => {
    started = true;
    return writer.ask<T>(method, argument);
  };
  /** The database exists only once the writer has opened it. */
  const read = async <T>(method: string, argument: unknown): Promise<T> => {
    if (!exists) await write('open', null);
    exists = true;
    readerStarted = true;
    return reader.ask<T>(method, argument);
  };
  return {
    send(batch) {
      started = true;
      return sendBatch(writer, batch, context);
    },
    async flush() {
      if (started) await write('flush', null);
    },
    store: (handOver) => sqliteStore({ write, read, handOver }),
    priceBound: (model) => write('priceBound', model),
    intake(job) {
      started = true;
      return writer.ask('intake', job, [job.bytes.buffer]);
    },
    listPrices: () => write('listPrices', null),
    callMetrics: async () => (started ? writer.ask<string>('callMetrics', null) : null),
    counters:
      path === ':memory:'
        ? null
        : {
            load: (after) => write('loadCounters', after),
            save: (rows) => write('saveCounters', rows),
          },
    async mayHaveDeliveries() {
      if (path === ':memory:' || !(await isThere(path))) return false;
      return webhooks.length > 0 || (await write<boolean>('hasWebhooks', null));
    },
    webhooksChanged: () => write('forgetWebhooks', null),
    async close() {
      if (!started) return;
      // First, since the last connection to a file clears its log away, and one that only reads cannot.
      if (readerStarted && reader !== writer) await reader.ask('close', null).catch(() => {});
      await write('close', null).catch((error: Error) => news('trouble', error.message));
      await Promise.all([writer.stop(), reader.stop()]);
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function sendBatch(writer: WorkerLink, batch: Batch, context: FacadeContext): Promise<ArrayBuffer | null> {
  try {
    return await askTwice<ArrayBuffer>(writer, { method: 'record', batch }, context);
  } catch (error) {
    context.news('trouble', error instanceof Error ? error.message : String(error));
    context.lost({ bodies: 0, rows: batch.facts.length });
    return null;
  }
}

interface Access {
  write<T>(method: string, argument: unknown): Promise<T>;
  read<T>(method: string, argument: unknown): Promise<T>;
  handOver(): void;
}

function sqliteStore({ write, read, handOver }: Access): RecordStore {
  return {
    append: (rows: readonly RecordRow[]) => write('append', rows),
    patch(tenant: string, requestId: string, patch: RecordPatch) {
      handOver();
      return write('patch', { tenant, requestId, patch });
    },
    query: (query: RecordQuery) => read<CallRecord[]>('query', query),
    count: (query: Pick<RecordQuery, 'tenant' | 'filter'>) => read<number>('count', query),
    get: (tenant, requestId, options) =>
      read<CallRecord | null>('get', { tenant, requestId, bodies: options?.bodies ?? false }),
    aggregate: (query: AggregateQuery) => read<AggregateRow[]>('aggregate', query),
    summarize: (query) => read<SummaryRow[]>('summarize', query),
    histogram: (query) => read<HistogramRow[]>('histogram', query),
    countGroups: (query) => read<number>('countGroups', query),
    propertyNames: (tenant) => read<string[]>('propertyNames', tenant),
    export: (query) => piecesOf(query, (argument) => read<ExportPiece>('export', argument)),
    documents: sqliteDocuments({ write, read }),
    deleteBefore: (before: number) => write('deleteBefore', before),
    reprice: (query) => repriceAll((after) => write<RepricePiece>('reprice', { query, after })),
    // The proxy's own close() closes the store with it.
    close: async () => {},
  };
}

/** Asks for a piece when it is wanted. Nothing is held between two: each says where the next one begins. */
async function* piecesOf(
  query: ExportQuery,
  read: (argument: { query: ExportQuery; place: ExportPlace | null }) => Promise<ExportPiece>,
): AsyncGenerator<Uint8Array, void> {
  let place: ExportPlace | null = null;
  do {
    const piece: ExportPiece = await read({ query, place });
    if (piece.bytes.length > 0) yield piece.bytes;
    place = piece.next;
  } while (place !== null);
}

function sqliteDocuments({ write, read }: Pick<Access, 'write' | 'read'>): DocumentStore {
  return {
    put: (documents) => write('putDocuments', documents),
    get: (tenant, kind, ids) => read<StoredDocument[]>('getDocuments', { tenant, kind, ids }),
    list: (query) => read<StoredDocument[]>('listDocuments', query),
    count: (query) => read<number>('countDocuments', query),
    delete: (query) => write<number>('deleteDocuments', query),
    listAll: (kind, after) => read<StoredDocument[]>('listAllDocuments', { kind, after }),
    claim: (query) => write<StoredDocument[]>('claimDocuments', query),
  };
}
