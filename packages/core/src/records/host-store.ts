import type { RecordRow, RecordStore } from './store.js';
import type { FacadeContext, StoreFacade } from './store-facade.js';
import { WorkerLink } from './worker/link.js';
import { RowQueue } from './worker/row-queue.js';
import type { WriterData } from './worker/writer-main.js';

/** A store that the host handed in: the worker makes the rows, the store writes them on this thread. */
export function hostStoreFacade(store: RecordStore, context: FacadeContext): StoreFacade {
  const { recordBodyBytes, prices, news, lost } = context;
  const data: WriterData = { path: null, recordBodyBytes, prices };
  const worker = new WorkerLink({
    entry: new URL('./worker/writer-main.js', import.meta.url),
    name: 'helicone-records',
    data,
    news,
  });
  const queue = new RowQueue({
    write: (rows) => store.append(rows),
    trouble: (error) => news('trouble', error instanceof Error ? error.message : String(error)),
    recovered: () => news('recovered', 'records are written again'),
  });
  return {
    async send(batch) {
      try {
        await queue.push(await worker.ask<RecordRow[]>('digest', batch, [batch.bytes]));
      } catch (error) {
        news('trouble', error instanceof Error ? error.message : String(error));
        lost(batch.count);
      }
      return null;
    },
    flush: () => queue.flush(),
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
      if (rows > 0) lost(rows);
      await worker.stop();
    },
  };
}
