import { hostIntake } from '../intake/host-intake.js';
import { HostDeliveries } from '../webhooks/host-deliveries.js';
import { WEBHOOK } from '../webhooks/webhook.js';
import type { Batch } from './handover-queue.js';
import type { RecordPatch, RecordRow, RecordStore } from './store.js';
import type { FacadeContext, StoreFacade } from './store-facade.js';
import { askTwice } from './worker/ask-twice.js';
import { WorkerLink } from './worker/link.js';
import { RowQueue } from './worker/row-queue.js';
import type { WriterData } from './worker/writer-main.js';

/** A store that the host handed in: the worker makes the rows, the store writes them on this thread. */
export function hostStoreFacade(store: RecordStore, context: FacadeContext): StoreFacade {
  const { recordBodyBytes, prices, webhooks, news, lost, settled, redaction } = context;
  const data: WriterData = { path: null, recordBodyBytes, prices, webhooks: [], redact: redaction.forWorker };
  const worker = new WorkerLink({
    entry: new URL('./worker/writer-main.js', import.meta.url),
    name: 'helicone-records',
    data,
    news,
    settled,
    redaction,
  });
  const deliveries = new HostDeliveries(store, webhooks, Date.now);
  const append = async (rows: readonly RecordRow[]): Promise<void> => {
    const queued = await deliveries.add(rows);
    await store.append(rows);
    if (queued.added + queued.dropped > 0) context.deliveries(queued);
  };
  /** Of logs that could not be written their sender hears, and nobody else. */
  const appendLogs = async (rows: readonly RecordRow[]): Promise<void> => {
    try {
      await append(rows);
    } catch (error) {
      await deliveries.takeBack(rows);
      throw error;
    }
  };
  const queue = new RowQueue({
    write: append,
    trouble: (error) => news('trouble', error instanceof Error ? error.message : String(error)),
    recovered: () => news('recovered', 'records are written again'),
  });
  let started = false;
  const redacts = redaction.forWorker !== null;
  const redactedRows = async (rows: RecordRow[]): Promise<RecordRow[]> =>
    redacts ? worker.ask('redactRows', rows) : rows;
  // One batch after the other: the worker reads a part of it at a time, when the store has taken what came before.
  let turn: Promise<void> = Promise.resolve();
  const read = async (batch: Batch, writes: Promise<void>[]): Promise<void> => {
    await queue.room();
    let rows = await askTwice<RecordRow[] | null>(worker, { method: 'digest', batch }, context);
    while (rows !== null) {
      writes.push(queue.push(rows));
      await queue.room();
      rows = await worker.ask<RecordRow[] | null>('digestMore', null);
    }
  };
  return {
    async send(batch) {
      started = true;
      const writes: Promise<void>[] = [];
      const mine = turn.then(() => read(batch, writes));
      turn = mine.catch(() => {});
      try {
        await mine;
        await Promise.all(writes);
      } catch (error) {
        news('trouble', error instanceof Error ? error.message : String(error));
        lost({ bodies: 0, rows: batch.facts.length });
      }
      return null;
    },
    flush: () => queue.flush(),
    priceBound: (model) => worker.ask('priceBound', model),
    intake: hostIntake({ append: appendLogs }, (job) => worker.ask('intakeRows', job, [job.bytes.buffer])),
    listPrices: () => worker.ask('listPrices', null),
    callMetrics: async () => (started ? worker.ask<string>('callMetrics', null) : null),
    counters: null,
    mayHaveDeliveries: async () => webhooks.length > 0 || ((await store.documents?.listAll(WEBHOOK)) ?? []).length > 0,
    async webhooksChanged() {
      deliveries.forget();
    },
    store: (handOver) => ({
      append: async (rows) => queue.push(await redactedRows([...rows])),
      async patch(tenant, requestId, patch) {
        handOver();
        const patches = redacts
          ? await worker.ask<RecordPatch[]>('redactPatch', { tenant, requestId, patch })
          : [patch];
        let done: Awaited<ReturnType<RecordStore['patch']>> = 'applied';
        for (const each of patches) done = await store.patch(tenant, requestId, each);
        return done;
      },
      query: (query) => store.query(query),
      count: (query) => store.count(query),
      get: (tenant, requestId, options) => store.get(tenant, requestId, options),
      aggregate: (query) => store.aggregate(query),
      summarize: (query) => store.summarize(query),
      histogram: (query) => store.histogram(query),
      countGroups: (query) => store.countGroups(query),
      propertyNames: (tenant) => store.propertyNames(tenant),
      export: (query) => store.export(query),
      documents: store.documents,
      deleteBefore: (before) => store.deleteBefore(before),
      reprice: (query) => store.reprice({ ...query, prices: query.prices ?? prices }),
      close: async () => {},
    }),
    async close() {
      const rows = queue.stop();
      if (rows > 0) lost({ bodies: 0, rows });
      await worker.stop();
    },
  };
}
