import { type Transferable, Worker } from 'node:worker_threads';
import type { Settled } from './settled.js';

/** A question to a worker, by method name. */
interface Question {
  id: number;
  method: string;
  argument: unknown;
}

/** What a worker sends: the answer to a question, or news that nobody asked for. */
export type FromWorker =
  | { id: number; value: unknown }
  | { id: number; error: { name: string; message: string } }
  | { news: 'trouble' | 'recovered'; message: string }
  | { news: 'settled'; settled: readonly Settled[] };

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The worker ended before it answered. */
export class WorkerDied extends Error {
  constructor(cause: unknown) {
    super('the records worker ended unexpectedly', { cause });
    this.name = 'WorkerDied';
  }
}

export interface LinkOptions {
  entry: URL;
  name: string;
  data: unknown;
  news(kind: 'trouble' | 'recovered', message: string): void;
  /** True figures that reservations wait for. */
  settled?(settled: readonly Settled[]): void;
}

/**
 * Asks questions of one worker thread. The thread is started by the first question and again by the next one after it died.
 * It keeps the host's process alive only while a question is open.
 */
export class WorkerLink {
  readonly #options: LinkOptions;
  #worker: Worker | null = null;
  #pending = new Map<number, Pending>();
  #lastId = 0;
  #stopped = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Rejects with the worker's error, or `WorkerDied`. */
  ask<T>(method: string, argument: unknown, transfer: Transferable[] = []): Promise<T> {
    if (this.#stopped) return Promise.reject(new WorkerDied(null));
    const worker = this.#worker ?? this.#start();
    const question: Question = { id: ++this.#lastId, method, argument };
    if (this.#pending.size === 0) worker.ref();
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(question.id, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage(question, transfer);
    });
  }

  /** Ends the worker for good; open questions are rejected, and so are new ones. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #start(): Worker {
    const { entry, name, data } = this.#options;
    const worker = new Worker(entry, {
      name,
      workerData: data,
      // Its own empty list: a host started with, say, --inspect-brk must not stop in here too.
      execArgv: [],
      // V8 would let the nursery of this thread, which makes nothing but short-lived garbage, grow and shrink: every growth is
      // paid in page faults (measured: half of them gone, a tenth of all CPU).
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
    this.#worker = worker;
    let cause: unknown = null;
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
      const open = [...this.#pending.values()];
      this.#pending.clear();
      for (const { reject } of open) reject(new WorkerDied(cause));
    });
    worker.unref();
    return worker;
  }

  #receive(message: FromWorker): void {
    if ('news' in message) {
      if (message.news === 'settled') this.#options.settled?.(message.settled);
      else this.#options.news(message.news, message.message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (this.#pending.size === 0) this.#worker?.unref();
    if ('error' in message)
      pending?.reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
    else pending?.resolve(message.value);
  }
}
