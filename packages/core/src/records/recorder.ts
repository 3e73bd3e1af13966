import type { Call } from '../call.js';
import type { PriceBound, PricedModel } from '../cost/price-bound.js';
import type { ProxyEvents } from '../events.js';
import type { ResolvedOptions } from '../options.js';
import { type ByteBudget, createByteBudget } from '../upstream/byte-budget.js';
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
  /** The dearest rates of a model; null when its price is not known. Rejects when the worker cannot say. */
  priceBound(model: PricedModel): Promise<PriceBound | null>;
  /** Keeps the counters of rate limits; null where records are not in a file. */
  readonly counters: CounterKeeper | null;
  /** Resolves when every call taken before is in the store. */
  flush(): Promise<void>;
  /** The same, but a store that takes nothing is waited for 5 s at most. */
  drain(): Promise<void>;
  /** Writes what waits and closes the store. */
  close(): Promise<void>;
}

/** How long `close` waits for a store that takes nothing, ms. */
const CLOSE_MS = 5_000;

/** `events` gets `record` (a call ended), `drop` (the store cannot keep up and something was dropped), `store` (it failed or is back). */
export function createRecorder(options: ResolvedOptions, events: ProxyEvents): Recorder {
  const { tell } = events;
  const captureBudget = createByteBudget(options.records.maxQueueBytes);
  let settled: (settled: readonly Settled[]) => void = () => {};
  const facade: StoreFacade = createStoreFacade(options, tell, (figures) => settled(figures));
  const dropped = (what: Dropped): void => {
    tell('drop', what);
    options.logger?.warn(what, 'the record store cannot keep up');
  };
  const queue = new HandoverQueue({
    maxBytes: options.records.maxQueueBytes,
    send: facade.send,
    dropped,
  });
  const flush = async (): Promise<void> => {
    await queue.drain();
    await facade.flush();
  };
  return {
    captureBudget,
    store: facade.store(() => queue.handOver()),
    flush,
    drain: () => within(CLOSE_MS, flush()),
    onSettled(listener) {
      settled = listener;
    },
    priceBound: facade.priceBound,
    counters: facade.counters,
    record(call, ending) {
      const facts = factsOfCall(call, ending);
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
    async close() {
      // A store that fails keeps its rows waiting; the host's shutdown does not wait with them.
      await within(CLOSE_MS, queue.drain());
      await facade.close();
    },
  };
}

/** Resolves with `promise`, or after `ms` without it. */
async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, deadline]);
  clearTimeout(timer);
}
