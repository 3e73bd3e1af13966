import { type Transferable, Worker } from 'node:worker_threads';
import type { CallFigures } from '../../telemetry/call-figures.js';
import type { Queued } from '../../webhooks/delivery-writer.js';
import type { HostRedaction } from '../host-redaction.js';
import type { Redactable } from '../redact.js';
import type { RedactFailure } from './redaction.js';
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
  | { news: 'settled'; settled: readonly Settled[]; figures: readonly CallFigures[] }
  | ({ news: 'deliveries' } & Queued)
  | { news: 'redact'; turn: number; records: Redactable[] }
  | { news: 'unredacted'; failure: RedactFailure };

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
  /** MiB of short-lived garbage that the thread may have. Default 16. */
  maxYoungMb?: number;
  news(kind: 'trouble' | 'recovered', message: string): void;
  /** True figures that reservations wait for, and those that telemetry does. */
  settled?(settled: readonly Settled[], figures: readonly CallFigures[]): void;
  /** Rows were written with deliveries of webhooks beside them. */
  deliveries?(queued: Queued): void;
  /** Redacts records for the worker, and hears what went wrong. */
  redaction?: HostRedaction;
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
    const { entry, name, data, maxYoungMb = 16 } = this.#options;
    const worker = new Worker(entry, {
      name,
      workerData: data,
      // Its own empty list: a host started with, say, --inspect-brk must not stop in here too.
      execArgv: [],
      // V8 would let the nursery of this thread, which makes nothing but short-lived garbage, grow and shrink: every growth is
      // paid in page faults (measured: half of them gone, a tenth of all CPU).
      resourceLimits: { maxYoungGenerationSizeMb: maxYoungMb },
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
      if (message.news === 'settled') this.#options.settled?.(message.settled, message.figures);
      else if (message.news === 'deliveries') this.#options.deliveries?.(message);
      else if (message.news === 'redact') void this.#redact(message.turn, message.records);
      else if (message.news === 'unredacted') this.#options.redaction?.failed(message.failure);
      else this.#options.news(message.news, message.message);
      return;
    }
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (this.#pending.size === 0) this.#worker?.unref();
    if ('error' in message) pending?.reject(errorOf(message.error));
    else pending?.resolve(message.value);
  }

  /** A worker that ended meanwhile waits for no answer. */
  async #redact(turn: number, records: Redactable[]): Promise<void> {
    const worker = this.#worker;
    const redacted = await this.#options.redaction?.redact(records);
    if (this.#worker === worker) await this.ask('redacted', { turn, redacted }).catch(() => {});
  }
}

/** A worker's error on this thread; of the classes only `RangeError` is kept: what was asked for is out of bounds. */
function errorOf({ name, message }: { name: string; message: string }): Error {
  return name === 'RangeError' ? new RangeError(message) : Object.assign(new Error(message), { name });
}
