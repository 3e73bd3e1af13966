import type { Batch } from './handover-queue.js';
import type { RecordRow, RecordStore } from './store.js';
import type { FacadeContext, StoreFacade } from './store-facade.js';
import { askTwice } from './worker/ask-twice.js';
import { WorkerLink } from './worker/link.js';
import { RowQueue } from './worker/row-queue.js';
import type { WriterData } from './worker/writer-main.js';

/** A store that the host handed in: the worker makes the rows, the store writes them on this thread. */
export function hostStoreFacade(store: RecordStore, context: FacadeContext): StoreFacade {
  const { recordBodyBytes, prices, news, lost, settled } = context;
  const data: WriterData = { path: null, recordBodyBytes, prices };
  const worker = new WorkerLink({
    entry: new URL('./worker/writer-main.js', import.meta.url),
    name: 'helicone-records',
    data,
    news,
    settled,
  });
  const queue = new RowQueue({
    write: (rows) => store.append(rows),
    trouble: (error) => news('trouble', error instanceof Error ? error.message : String(error)),
    recovered: () => news('recovered', 'records are written again'),
  });
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
    counters: null,
    store: (handOver) => ({
      append: (rows) => queue.push([...rows]),
      async patch(tenant, requestId, patch) {
        handOver();
        return store.patch(tenant, requestId, patch);
      },
      query: (query) => store.query(query),
      count: (query) => store.count(query),
      get: (tenant, requestId, options) => store.get(tenant, requestId, options),
      aggregate: (query) => store.aggregate(query),
      deleteBefore: (before) => store.deleteBefore(before),
      close: async () => {},
    }),
    async close() {
      const rows = queue.stop();
      if (rows > 0) lost({ bodies: 0, rows });
      await worker.stop();
    },
  };
}
