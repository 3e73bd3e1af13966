import { EventEmitter } from 'node:events';
import type { Call } from '../call.js';
import type { ResolvedOptions } from '../options.js';
import { type ByteBudget, createByteBudget } from '../upstream/byte-budget.js';
import { type Ending, factsOfCall } from './facts-of-call.js';
import { type Dropped, HandoverQueue } from './handover-queue.js';
import type { RecordStore } from './store.js';
import { createStoreFacade, type StoreFacade } from './store-facade.js';

/** Takes calls that ended and gives the records back: the request thread's side of everything under `records/`. */
export interface Recorder {
  /** Bounds what all running and waiting calls keep for their records, bytes. */
  readonly captureBudget: ByteBudget;
  /** `record`: a call ended. `drop`: the store cannot keep up and something was dropped. `store`: the store failed or is back. */
  readonly events: EventEmitter;
  /** Reads and patches records. */
  readonly store: RecordStore;
  /** Takes a call that ended. Never throws and never waits. */
  record(call: Call, ending: Ending): void;
  /** Resolves when every call taken before is in the store. */
  flush(): Promise<void>;
  /** Writes what waits and closes the store. */
  close(): Promise<void>;
}

/** How long `close` waits for a store that takes nothing, ms. */
const CLOSE_MS = 5_000;

export function createRecorder(options: ResolvedOptions): Recorder {
  const events = new EventEmitter();
  const captureBudget = createByteBudget(options.records.maxQueueBytes);
  // A listener of the host's that throws must not end a call or a write.
  const tell = (event: string, details: object): void => {
    try {
      events.emit(event, details);
    } catch (cause) {
      options.logger?.error({ cause, event }, 'a listener of the proxy’s events failed');
    }
  };
  const facade: StoreFacade = createStoreFacade(options, tell);
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
    events,
    store: facade.store(() => queue.handOver()),
    flush,
    record(call, ending) {
      const facts = factsOfCall(call, ending);
      if (!options.records.bodies) {
        facts.omitRequest = true;
        facts.omitResponse = true;
      }
      if (call.requestCapture.starved || call.responseCapture.starved) dropped({ bodies: 1, rows: 0 });
      queue.push(facts, call.requestCapture, call.responseCapture);
      if (events.listenerCount('record') > 0) {
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
