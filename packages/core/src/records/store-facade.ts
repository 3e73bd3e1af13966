import { resolve } from 'node:path';
import type { ResolvedOptions } from '../options.js';
import type { Batch, Dropped } from './handover-queue.js';
import { hostStoreFacade } from './host-store.js';
import { sqliteFacade } from './sqlite-store.js';
import type { RecordStore } from './store.js';

/** A store as the recorder sees it: takes batches of calls, and can be read. */
export interface StoreFacade {
  /** Resolves when the batch is in the store, or was given up and reported: with its buffer if that came back. Never rejects. */
  send(batch: Batch): Promise<ArrayBuffer | null>;
  /** Writes what the worker holds back. */
  flush(): Promise<void>;
  /** The store for reading and patching. `handOver` is called first, so that calls that ended come before a patch. */
  store(handOver: () => void): RecordStore;
  close(): Promise<void>;
}

/** What a facade needs of its surroundings. */
export interface FacadeContext {
  recordBodyBytes: number;
  prices: ResolvedOptions['prices'];
  /** The store failed, or works again. */
  news(kind: 'trouble' | 'recovered', message: string): void;
  /** Records, or the bodies of some, were given up. */
  lost(dropped: Dropped): void;
}

/** The facade of the store that the options name. Nothing is opened or started yet. */
export function createStoreFacade(
  options: ResolvedOptions,
  tell: (event: string, details: object) => void,
): StoreFacade {
  const { logger } = options;
  const context: FacadeContext = {
    recordBodyBytes: options.limits.recordBodyBytes,
    prices: options.prices,
    news(kind, message) {
      tell('store', { state: kind, message });
      if (kind === 'trouble') logger?.error({ cause: message }, 'records cannot be written; they wait');
      else logger?.info({}, message);
    },
    lost(dropped) {
      tell('drop', dropped);
      logger?.error(dropped, 'records were lost');
    },
  };
  const { store } = options.records;
  if (typeof store !== 'string') return hostStoreFacade(store, context);
  const path = store.slice('sqlite:'.length);
  return sqliteFacade(path === ':memory:' ? path : resolve(path), context);
}
