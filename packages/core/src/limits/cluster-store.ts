import cluster, { type Worker } from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { CLUSTER_TAG, type ClusterRequest, type FromPrimary, type ToPrimary } from './cluster-primary.js';
import type { LimitStore, Taken } from './limit-store.js';

/** The part of a cluster's worker that leads to the primary. */
export type Channel = Pick<Worker, 'send' | 'isConnected'> & {
  on(event: string, listener: (message: unknown) => void): unknown;
  off(event: string, listener: (message: unknown) => void): unknown;
};

export interface ClusterStoreOptions {
  /** A take that the primary has not answered by then rejects, ms. */
  timeoutMs: number;
  /** Default: this process's own. */
  channel?: Channel;
}

interface Pending {
  key: string;
  points: number;
  /** On the clock of `performance.now()`. */
  until: number;
  resolve(taken: Taken): void;
  reject(error: Error): void;
}

/** Takes that may wait for the primary. */
const MAX_PENDING = 50_000;
/** Takes given up whose answers may still come and are then given back. */
const MAX_LATE = 10_000;
/** Messages that may wait in the channel when the primary does not read. */
const MAX_UNSENT = 1_000;

/**
 * Counts in the primary of this Node cluster, where `setupPrimary()` must have been called: one process counts, so it is exact.
 * What is asked for in one turn of the event loop goes as one message. Not rate-limiter-flexible's RateLimiterCluster: its
 * primary keeps a limiter for each policy for ever, and its windows over 24.8 days do not limit.
 *
 * @throws {TypeError} in a process that is no worker of a cluster.
 */
export function clusterStore({ timeoutMs, channel = ownChannel() }: ClusterStoreOptions): LimitStore {
  return new ClusterStore(timeoutMs, channel);
}

function ownChannel(): Channel {
  const { worker } = cluster;
  if (!cluster.isWorker || worker === undefined) {
    throw new TypeError('rateLimit.store: "cluster" works in the workers of a Node cluster, and this process is none');
  }
  return worker as Channel;
}

class ClusterStore implements LimitStore {
  readonly #timeoutMs: number;
  readonly #channel: Channel;
  /** A process may have several proxies, which share the channel. */
  readonly #id = randomUUID();
  /** By id; the oldest come first, and end first. */
  readonly #pending = new Map<number, Pending>();
  readonly #late = new Map<number, Pick<Pending, 'key' | 'points'>>();
  #requests: ClusterRequest[] = [];
  #lastId = 0;
  #unsent = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(timeoutMs: number, channel: Channel) {
    this.#timeoutMs = timeoutMs;
    this.#channel = channel;
    channel.on('message', this.#receive);
    channel.on('disconnect', this.#disconnected);
  }

  take(key: string, points: number, windowMs: number): Promise<Taken> {
    if (!this.#channel.isConnected()) return Promise.reject(new Error(DISCONNECTED));
    if (this.#pending.size >= MAX_PENDING || this.#unsent >= MAX_UNSENT) {
      return Promise.reject(new Error('the primary of the cluster does not keep up with counting rate limits'));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#request([id, key, points, windowMs]);
    if (this.#timer === null) this.#expireLater(this.#timeoutMs);
    const until = performance.now() + this.#timeoutMs;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { key, points, until, resolve, reject });
    });
  }

  /** Lost when the primary is not there: then nothing is counted either. */
  adjust(key: string, points: number, { endsAt }: Taken): void {
    if (this.#channel.isConnected() && this.#unsent < MAX_UNSENT) this.#request([null, key, points, endsAt]);
  }

  async close(): Promise<void> {
    this.#send();
    this.#channel.off('message', this.#receive);
    this.#channel.off('disconnect', this.#disconnected);
    this.#rejectAll('this proxy is closed');
  }

  #request(request: ClusterRequest): void {
    if (this.#requests.length === 0) setImmediate(this.#send);
    this.#requests.push(request);
  }

  readonly #send = (): void => {
    const requests = this.#requests;
    if (requests.length === 0) return;
    this.#requests = [];
    if (!this.#channel.isConnected()) return;
    const message: ToPrimary = { tag: CLUSTER_TAG, store: this.#id, requests };
    this.#unsent += 1;
    // Without a callback a channel that has just closed would end this process.
    this.#channel.send(message, this.#sent);
  };

  readonly #sent = (): void => {
    this.#unsent -= 1;
  };

  readonly #receive = (message: unknown): void => {
    if (!isFromPrimary(message) || message.store !== this.#id) return;
    for (const [id, points, endsAt] of message.taken) {
      const pending = this.#pending.get(id);
      if (pending !== undefined) {
        this.#pending.delete(id);
        pending.resolve({ points, endsAt });
        continue;
      }
      // Its caller went on without it.
      const late = this.#late.get(id);
      if (late !== undefined) this.adjust(late.key, -late.points, { points, endsAt });
      this.#late.delete(id);
    }
  };

  readonly #disconnected = (): void => {
    this.#rejectAll(DISCONNECTED);
  };

  #rejectAll(why: string): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const { reject } of this.#pending.values()) reject(new Error(why));
    this.#pending.clear();
    this.#late.clear();
  }

  /** One timer for all: they end in the order in which they came. */
  #expireLater(ms: number): void {
    // In a turn of its own: if it was this process that stood still, answers are here and only not read yet.
    this.#timer = setTimeout(() => setImmediate(this.#expire), ms);
    this.#timer.unref();
  }

  readonly #expire = (): void => {
    this.#timer = null;
    const now = performance.now();
    for (const [id, { key, points, until, reject }] of this.#pending) {
      if (until > now) {
        this.#expireLater(Math.ceil(until - now));
        return;
      }
      this.#pending.delete(id);
      // Oldest first: a map keeps the order of insertion.
      if (this.#late.size >= MAX_LATE) this.#late.delete(this.#late.keys().next().value as number);
      this.#late.set(id, { key, points });
      reject(
        new Error(
          `the primary of the cluster did not count within ${this.#timeoutMs} ms; is setupPrimary() called there?`,
        ),
      );
    }
  };
}

const DISCONNECTED = 'the channel to the primary of the cluster is closed';

/** A primary that hands everything on to all workers sends us our own questions too. */
function isFromPrimary(message: unknown): message is FromPrimary {
  if (typeof message !== 'object' || message === null) return false;
  const { tag, taken } = message as Partial<FromPrimary>;
  return tag === CLUSTER_TAG && Array.isArray(taken);
}
