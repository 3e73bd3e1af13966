import type { Call } from '../call.js';
import type { PriceBound, PricedModel } from '../cost/price-bound.js';
import type { ListedPrice } from '../cost/price-list.js';
import type { ProxyEvents } from '../events.js';
import type { ResolvedOptions } from '../options.js';
import type { CallTelemetry } from '../telemetry/call-telemetry.js';
import { type ByteBudget, createByteBudget } from '../upstream/byte-budget.js';
import type { Queued } from '../webhooks/delivery-writer.js';
import { type Ending, factsOfCall } from './facts-of-call.js';
import { type Dropped, HandoverQueue } from './handover-queue.js';
import type { RecordStore } from './store.js';
import { type CounterKeeper, createStoreFacade, type StoreFacade } from './store-facade.js';
import type { Settled } from './worker/settled.js';

/** Takes calls that ended and gives the records back: the request thread's side of everything under `records/`. */
export interface Recorder {
  /** Bounds what all running and waiting calls keep for their records, bytes. */
  readonly captureBudget: ByteBudget;
  /** Reads and patches records. */
  readonly store: RecordStore;
  /** Takes a call that ended. Never throws and never waits. */
  record(call: Call, ending: Ending): void;
  /** `listener` gets the true figures of calls whose `settles` is set, once they are read. There is one listener. */
  onSettled(listener: (settled: readonly Settled[]) => void): void;
  /** `listener` hears of deliveries of webhooks that were written beside rows. There is one listener. */
  onDeliveries(listener: (queued: Queued) => void): void;
  /** Whether a store that is there already may have deliveries of webhooks. Creates none. Rejects with the store's error. */
  mayHaveDeliveries(): Promise<boolean>;
  /** Tenants' webhooks were changed: the next rows are told to those that there are then. */
  webhooksChanged(): Promise<void>;
  /** The dearest rates of a model; null when its price is not known. Rejects when the worker cannot say. */
  priceBound(model: PricedModel): Promise<PriceBound | null>;
  /** What is charged now, by provider and model. Rejects when the worker cannot say. */
  listPrices(): Promise<ListedPrice[]>;
  /** Prometheus text of all calls that ended before; null when there were none yet, or the worker does not answer. */
  callMetrics(): Promise<string | null>;
  /** What waits to be written. */
  queued(): { bytes: number; batches: number };
  /** Takes a delivery of calls that were made elsewhere, whose buffer changes hands; rejects when the store takes nothing. */
  readonly intake: StoreFacade['intake'];
  /** Keeps the counters of rate limits; null where records are not in a file. */
  readonly counters: CounterKeeper | null;
  /** Resolves when every call taken before is in the store, also once that is closed. */
  flush(): Promise<void>;
  /** The same, but a store that takes nothing is waited for 5 s at most. */
  drain(): Promise<void>;
  /** Writes what waits and closes the store. */
  close(): Promise<void>;
}

/** How long `close` waits for a store that takes nothing, ms. */
const CLOSE_MS = 5_000;
/** How long whoever asks for metrics waits for the worker, ms. */
const METRICS_MS = 2_000;

/** `events` gets `record` (a call ended), `drop` (the store cannot keep up and something was dropped), `store` (it failed or is back). */
export function createRecorder(
  options: ResolvedOptions,
  events: ProxyEvents,
  telemetry: Pick<CallTelemetry, 'ended' | 'figures'> | null = null,
): Recorder {
  const { tell } = events;
  const captureBudget = createByteBudget(options.records.maxQueueBytes);
  let settled: (settled: readonly Settled[]) => void = () => {};
  let queuedDeliveries: (queued: Queued) => void = () => {};
  const facade: StoreFacade = createStoreFacade(options, tell, {
    settled(sums, figures) {
      if (sums.length > 0) settled(sums);
      if (figures.length > 0) telemetry?.figures(figures);
    },
    deliveries: (queued) => queuedDeliveries(queued),
  });
  const dropped = (what: Dropped): void => {
    tell('drop', what);
    options.logger?.warn(what, 'the record store cannot keep up');
  };
  const queue = new HandoverQueue({
    maxBytes: options.records.maxQueueBytes,
    send: facade.send,
    dropped,
  });
  let closing: Promise<void> | null = null;
  const flush = async (): Promise<void> => {
    if (closing === null) await queue.drain();
    // A store that is closed has what it took, and answers no more.
    await (closing ?? facade.flush());
  };
  const close = async (): Promise<void> => {
    // A store that fails keeps its rows waiting; the host's shutdown does not wait with them.
    await within(CLOSE_MS, queue.drain(), undefined);
    await facade.close();
  };
  return {
    captureBudget,
    store: facade.store(() => queue.handOver()),
    flush,
    drain: () => within(CLOSE_MS, flush(), undefined),
    onSettled(listener) {
      settled = listener;
    },
    onDeliveries(listener) {
      queuedDeliveries = listener;
    },
    mayHaveDeliveries: facade.mayHaveDeliveries,
    webhooksChanged: facade.webhooksChanged,
    priceBound: facade.priceBound,
    listPrices: facade.listPrices,
    callMetrics() {
      queue.handOver();
      return within(METRICS_MS, facade.callMetrics(), null);
    },
    queued: () => queue.queued(),
    intake: facade.intake,
    counters: facade.counters,
    record(call, ending) {
      const facts = factsOfCall(call, ending);
      telemetry?.ended(call, facts);
      if (!options.records.bodies) {
        facts.omitRequest = true;
        facts.omitResponse = true;
      }
      if (call.requestCapture.starved || call.responseCapture.starved) dropped({ bodies: 1, rows: 0 });
      queue.push(facts, call.requestCapture, call.responseCapture);
      if (events.emitter.listenerCount('record') > 0) {
        const { id, requestId, tenant, provider, outcome, status, delayMs } = facts;
        tell('record', { id, requestId, tenant, provider, outcome, status, delayMs });
      }
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Resolves with `promise`, or after `ms` with `late`. */
async function within<T>(ms: number, promise: Promise<T>, late: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, ms, late);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
