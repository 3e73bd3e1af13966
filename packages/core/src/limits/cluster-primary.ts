import cluster, { type Worker } from 'node:cluster';
import { Counters } from './counters.js';

/** Tells our messages from the host's own on the same channel. */
export const CLUSTER_TAG = 'helicone-proxy:limits';

/** A take: its id, key, points and window in ms. An adjustment: null, key, points and the end of the window taken from, unix ms. */
export type ClusterRequest = readonly [id: number | null, key: string, points: number, windowMsOrEndsAt: number];

/** What a worker sends: all that one of its stores asked for in one turn of the event loop, in order. */
export interface ToPrimary {
  tag: typeof CLUSTER_TAG;
  store: string;
  requests: readonly ClusterRequest[];
}

/** Answers to takes: id, points and end of the window. */
export interface FromPrimary {
  tag: typeof CLUSTER_TAG;
  store: string;
  taken: readonly (readonly [id: number, points: number, endsAt: number])[];
}

/** Rate limits counted for the workers of a cluster. */
export interface ClusterPrimary {
  /** Stops counting; the counters are gone. Idempotent. */
  close(): void;
}

let running: ClusterPrimary | null = null;

/**
 * Counts rate limits for all workers of this Node cluster whose proxies have `rateLimit.store: 'cluster'`: call it in the
 * primary process, before it forks. Counters live in the primary's memory, at most 100 000 windows at a time. Calling it again
 * returns what runs already.
 *
 * @throws {Error} in a worker of a cluster.
 * @example
 * ```ts
 * import cluster from 'node:cluster';
 * import { setupPrimary } from '@helicone-proxy/node';
 *
 * if (cluster.isPrimary) {
 *   setupPrimary();
 *   for (let i = 0; i < 4; i++) cluster.fork();
 * }
 * ```
 */
export function setupPrimary(): ClusterPrimary {
  if (!cluster.isPrimary) {
    throw new Error('setupPrimary() must be called in the primary process of a Node cluster; this one is a worker');
  }
  running ??= start();
  return running;
}

function start(): ClusterPrimary {
  const counters = new Counters();
  const receive = (worker: Pick<Worker, 'send'>, message: unknown): void => {
    const answer = answerOf(counters, message);
    // With a callback, since without one a worker that has just left would end this process.
    if (answer !== null) worker.send(answer, ignore);
  };
  cluster.on('message', receive);
  const primary = {
    close() {
      cluster.off('message', receive);
      if (running === primary) running = null;
    },
  };
  return primary;
}

/** Does what a message asks for. Null when it is none of ours, or has no take in it. */
export function answerOf(counters: Counters, message: unknown): FromPrimary | null {
  if (!isToPrimary(message)) return null;
  const { store, requests } = message;
  const taken: [number, number, number][] = [];
  for (const [id, key, points, windowMsOrEndsAt] of requests) {
    if (id === null) {
      counters.adjust(key, points, { points: 0, endsAt: windowMsOrEndsAt });
      continue;
    }
    const window = counters.take(key, points, windowMsOrEndsAt);
    taken.push([id, window.points, window.endsAt]);
  }
  return taken.length === 0 ? null : { tag: CLUSTER_TAG, store, taken };
}

function isToPrimary(message: unknown): message is ToPrimary {
  if (typeof message !== 'object' || message === null) return false;
  const { tag, requests } = message as Partial<ToPrimary>;
  return tag === CLUSTER_TAG && Array.isArray(requests);
}

function ignore(): void {}
