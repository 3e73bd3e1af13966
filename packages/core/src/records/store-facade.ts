import { resolve } from 'node:path';
import type { PriceBound, PricedModel } from '../cost/price-bound.js';
import type { ListedPrice } from '../cost/price-list.js';
import type { ProxyEvents } from '../events.js';
import type { IntakeResult } from '../intake/intake.js';
import type { IntakeAnswer, IntakeJob } from '../intake/intake-job.js';
import type { ResolvedOptions } from '../options.js';
import type { CallFigures } from '../telemetry/call-figures.js';
import type { Queued } from '../webhooks/delivery-writer.js';
import type { Webhook } from '../webhooks/webhook.js';
import type { Batch, Dropped } from './handover-queue.js';
import { createHostRedaction, type HostRedaction } from './host-redaction.js';
import { hostStoreFacade } from './host-store.js';
import { sqliteFacade } from './sqlite-store.js';
import type { RecordStore } from './store.js';
import type { Settled } from './worker/settled.js';

/** A store as the recorder sees it: takes batches of calls, and can be read. */
export interface StoreFacade {
  /** Resolves when the batch is in the store, or was given up and reported: with its buffer if that came back. Never rejects. */
  send(batch: Batch): Promise<ArrayBuffer | null>;
  /** Writes what the worker holds back. */
  flush(): Promise<void>;
  /** The store for reading and patching. `handOver` is called first, so that calls that ended come before a patch. */
  store(handOver: () => void): RecordStore;
  /** The dearest rates of a model; null when its price is not known. Rejects when the worker cannot say. */
  priceBound(model: PricedModel): Promise<PriceBound | null>;
  /** What is charged now, by provider and model. Rejects when the worker cannot say. */
  listPrices(): Promise<ListedPrice[]>;
  /** Prometheus text of the calls that the worker has counted; null before it was started, which this does not do. */
  callMetrics(): Promise<string | null>;
  /** Takes a delivery of calls that were made elsewhere, whose buffer changes hands; rejects when the store takes nothing. */
  intake(job: IntakeJob): Promise<IntakeAnswer<IntakeResult>>;
  /** Keeps the counters of rate limits; null where records are not in a file. */
  readonly counters: CounterKeeper | null;
  /** Whether a store that is there already may have deliveries of webhooks. Creates none. Rejects with the store's error. */
  mayHaveDeliveries(): Promise<boolean>;
  /** Tenants' webhooks were changed: the next rows are told to those that there are then. */
  webhooksChanged(): Promise<void>;
  close(): Promise<void>;
}

/** One window of a rate limit: its key, its points, when it ends (unix ms). */
export type CounterRow = readonly [key: string, points: number, endsAt: number];

/** Keeps counters of rate limits over restarts. */
export interface CounterKeeper {
  /**
   * Kept windows that are open, in order of their keys, from the one behind `after`: a page of them, an empty one at the end.
   * The first call starts the records worker.
   */
  load(after: string): Promise<CounterRow[]>;
  /** Keeps all rows or none. One that another process has counted further stays as that one has it. */
  save(rows: readonly CounterRow[]): Promise<void>;
}

/** What a facade needs of its surroundings. */
export interface FacadeContext {
  recordBodyBytes: number;
  prices: ResolvedOptions['prices'];
  /** The store failed, or works again. */
  news(kind: 'trouble' | 'recovered', message: string): void;
  /** Records, or the bodies of some, were given up. */
  lost(dropped: Dropped): void;
  /** True figures of calls that reservations wait for, and those that telemetry does. */
  settled(settled: readonly Settled[], figures: readonly CallFigures[]): void;
  /** The webhooks of the options. */
  webhooks: readonly Webhook[];
  /** Rows were written with deliveries beside them. */
  deliveries(queued: Queued): void;
  /** The user's own redaction. */
  redaction: HostRedaction;
}

/** The facade of the store that the options name. Nothing is opened or started yet. */
export function createStoreFacade(
  options: ResolvedOptions,
  tell: ProxyEvents['tell'],
  heard: Pick<FacadeContext, 'settled' | 'deliveries'>,
): StoreFacade {
  const { logger } = options;
  const context: FacadeContext = {
    recordBodyBytes: options.limits.recordBodyBytes,
    prices: options.prices,
    news(kind, message) {
      tell('store', { state: kind, message });
      if (kind === 'trouble') logger?.error({ err: message }, 'records cannot be written; they wait');
      else logger?.info({}, message);
    },
    lost(dropped) {
      tell('drop', dropped);
      logger?.error(dropped, 'records were lost');
    },
    webhooks: options.webhooks,
    redaction: createHostRedaction({ redact: options.records.redact, tell, logger, now: () => performance.now() }),
    ...heard,
  };
  const { store } = options.records;
  if (typeof store !== 'string') return hostStoreFacade(store, context);
  const path = store.slice('sqlite:'.length);
  return sqliteFacade(path === ':memory:' ? path : resolve(path), context);
}
