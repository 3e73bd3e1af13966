import type { Delivery, Destination, OutgoingLog, OutgoingPatch } from './destination.js';
import { LogQueue, type QueuedLog } from './log-queue.js';
import { retryWaitMs } from './retry-wait.js';

/** Figures of a logger, from its making on. */
export interface LoggerStats {
  /** Logs that wait or are on their way. */
  queued: number;
  /** What they take, bytes. */
  queuedBytes: number;
  /** Logs that were accepted. */
  sent: number;
  /** Logs that were given up: the queue was full, or the end came first. */
  dropped: number;
  /** Logs that were refused. */
  failed: number;
  /** Deliveries that were tried again. */
  retries: number;
}

export interface LogSenderOptions {
  destination: Destination;
  /** What may wait, bytes. */
  maxQueueBytes: number;
  /** How long logs wait for others to go with, ms. */
  flushIntervalMs: number;
  failed: (error: Error) => void;
}

/** Logs go before their time once as much waits, bytes. */
const EAGER_BYTES = 512 * 1024;
/** Length of one delivery, bytes: far below what the server takes, since it is written in one turn. */
const MAX_DELIVERY_BYTES = 2 * 1024 * 1024;
/** JSON that is made in one turn of the event loop, bytes. */
const TURN_BYTES = 256 * 1024;
/** Deliveries that a server may stumble over before they are given up. */
const MAX_FAULTS = 8;
/** Changes of sent records that may wait. */
const MAX_PATCHES = 1000;

/** Sends logs, one delivery after the other, until each is accepted, refused or given up. */
export class LogSender {
  readonly #options: LogSenderOptions;
  readonly #queue: LogQueue;
  #patches: OutgoingPatch[] = [];
  #patchesDone = 0;
  #stats = { sent: 0, dropped: 0, failed: 0, retries: 0 };
  #clock: NodeJS.Timeout | null = null;
  /** Set while deliveries run. */
  #running: Promise<void> | null = null;
  /** Ends the wait before the next try. */
  #wake: (() => void) | null = null;
  /** Resolves when something more is done with. */
  #step = Promise.withResolvers<void>();
  /** Flushes that run. */
  #hurried = 0;
  #closed = false;

  constructor(options: LogSenderOptions) {
    this.#options = options;
    this.#queue = new LogQueue(options.maxQueueBytes, (log) => {
      log.drop();
      this.#stats.dropped += 1;
      options.failed(new Error('a log was dropped: the queue is full'));
    });
  }

  get stats(): LoggerStats {
    return { queued: this.#queue.length, queuedBytes: this.#queue.bytes, ...this.#stats };
  }

  /** Whether changes of sent records wait. */
  get hasPatches(): boolean {
    return this.#patches.length > 0;
  }

  /** Takes a log. */
  add(log: QueuedLog): void {
    if (this.#closed) {
      log.drop();
      this.#stats.dropped += 1;
      return;
    }
    this.#queue.add(log);
    const eager = this.#queue.length >= this.#options.destination.maxLogs || this.#queue.bytes >= EAGER_BYTES;
    this.#schedule(eager && this.#options.destination.maxLogs > 1 ? 0 : this.#options.flushIntervalMs);
  }

  /** Takes a change of a record that was sent. Returns false where there is no way to change it. */
  addPatch(patch: OutgoingPatch): boolean {
    if (this.#options.destination.patch === null || this.#closed || this.#patches.length >= MAX_PATCHES) return false;
    this.#patches.push(patch);
    this.#schedule(this.#options.flushIntervalMs);
    return true;
  }

  /**
   * Sends all that waits, at once. Resolves when it is gone, or after `deadlineMs`; what comes later is not waited for, since
   * there may always be more. Keeps the process alive until then.
   */
  async flush(deadlineMs: number): Promise<void> {
    const logs = this.#logsDone() + this.#queue.length;
    const patches = this.#patchesDone + this.#patches.length;
    const end = performance.now() + deadlineMs;
    let clock: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      clock = setTimeout(resolve, deadlineMs);
    });
    this.#hurried += 1;
    try {
      while ((this.#logsDone() < logs || this.#patchesDone < patches) && performance.now() < end) {
        this.#wake?.();
        void this.#start();
        await Promise.race([this.#step.promise, late]);
      }
    } finally {
      this.#hurried -= 1;
      clearTimeout(clock);
    }
  }

  /** Gives up all that is left. */
  close(): void {
    this.#closed = true;
    if (this.#clock !== null) clearTimeout(this.#clock);
    this.giveUp();
    this.#wake?.();
    this.#options.destination.close();
  }

  /** Forgets all that waits. */
  giveUp(): void {
    this.#patchesDone += this.#patches.length;
    this.#patches = [];
    const left = this.#queue.clear();
    this.#stats.dropped += left;
    if (left > 0) this.#options.failed(new Error(`${left} logs were given up: they could not be sent in time`));
    this.#stepped();
  }

  /** Each log ends in one of three ways. */
  #logsDone(): number {
    const { sent, dropped, failed } = this.#stats;
    return sent + dropped + failed;
  }

  #stepped(): void {
    this.#step.resolve();
    this.#step = Promise.withResolvers();
  }

  #schedule(delayMs: number): void {
    if (this.#running !== null || this.#closed) return;
    if (this.#clock !== null) {
      if (delayMs > 0) return;
      clearTimeout(this.#clock);
    }
    // Never longer than the process lives for other reasons: the end of it flushes, too.
    this.#clock = setTimeout(() => {
      this.#clock = null;
      void this.#start();
    }, delayMs).unref();
  }

  #start(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      this.#stepped();
      if (this.#queue.length > 0 || this.#patches.length > 0) this.#schedule(this.#options.destination.holdMs);
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    try {
      for (let logs = await this.#pack(); logs.length > 0; logs = await this.#pack()) {
        await this.#deliver(logs);
        await this.#sendPatches();
      }
      await this.#sendPatches();
    } catch (error) {
      // A fault of ours; what is on the way then must not stay there.
      this.#stats.failed += this.#queue.settle();
      this.#options.failed(error as Error);
    }
  }

  /** Makes the JSON of the next logs, a little in each turn: it is the application's thread. */
  async #pack(): Promise<OutgoingLog[]> {
    const { maxLogs, holdMs } = this.#options.destination;
    const logs: OutgoingLog[] = [];
    let bytes = 0;
    let inTurn = 0;
    while (logs.length < maxLogs && bytes < MAX_DELIVERY_BYTES) {
      const readyBefore = this.#hurried > 0 ? Number.POSITIVE_INFINITY : performance.now() - holdMs;
      const log = this.#queue.take(readyBefore, MAX_DELIVERY_BYTES - bytes, logs.length === 0);
      if (log === null) break;
      try {
        const outgoing = log.make();
        logs.push(outgoing);
        bytes += outgoing.json.length;
        inTurn += outgoing.json.length;
        this.#queue.onTheWay(outgoing.json.length);
        if (outgoing.route !== null) break;
      } catch (error) {
        this.#settle(1, 'failed');
        this.#options.failed(error as Error);
      }
      if (inTurn > TURN_BYTES) {
        inTurn = 0;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return logs;
  }

  async #deliver(logs: OutgoingLog[]): Promise<void> {
    let faults = 0;
    for (let tries = 0; ; tries++) {
      if (this.#closed) return this.#settle(logs.length, 'dropped');
      const delivery = await this.#options.destination.deliver(logs);
      if (delivery.kind === 'taken') return this.#taken(logs.length, delivery.rejected);
      if (delivery.kind === 'too-large' && logs.length > 1) {
        const half = Math.ceil(logs.length / 2);
        await this.#deliver(logs.slice(0, half));
        return this.#deliver(logs.slice(half));
      }
      if (delivery.kind === 'later' && delivery.faulty) faults += 1;
      if (delivery.kind !== 'later' || faults >= MAX_FAULTS) {
        this.#options.failed(new Error(delivery.message));
        return this.#settle(logs.length, 'failed');
      }
      await this.#waitFor(delivery, tries);
    }
  }

  async #waitFor({ message, askedMs }: Extract<Delivery, { kind: 'later' }>, tries: number): Promise<void> {
    this.#options.failed(new Error(`logs could not be sent, they are kept: ${message}`));
    this.#stats.retries += 1;
    const notBefore = performance.now() + askedMs;
    await new Promise<void>((resolve) => {
      const waitMs = retryWaitMs(this.#hurried > 0 ? 0 : tries, askedMs, Math.random());
      const clock = setTimeout(resolve, waitMs).unref();
      this.#wake = () => {
        // Whoever is in a hurry gets one more try at once, unless the server asked for the wait.
        if (!this.#closed && performance.now() < notBefore) return;
        clearTimeout(clock);
        resolve();
      };
    });
    this.#wake = null;
  }

  #taken(count: number, rejected: { index: number; message: string }[]): void {
    const refused = rejected.filter(({ index }) => index >= 0 && index < count).length;
    for (const { message } of rejected) this.#options.failed(new Error(`a log was refused: ${message}`));
    this.#settle(refused, 'failed');
    this.#settle(count - refused, 'sent');
  }

  #settle(count: number, as: 'sent' | 'failed' | 'dropped'): void {
    // What was given up meanwhile is counted already.
    this.#stats[as] += this.#queue.settle(count);
    this.#stepped();
  }

  /** Sends the changes that there are now: those that come meanwhile have their turn behind the next logs. */
  async #sendPatches(): Promise<void> {
    const { patch } = this.#options.destination;
    let tries = 0;
    for (let left = this.#patches.length; left > 0 && patch !== null && !this.#closed; ) {
      const [next] = this.#patches;
      if (next === undefined) return;
      const delivery = await patch(next);
      if (delivery.kind === 'later' && tries < MAX_FAULTS) {
        await this.#waitFor(delivery, tries);
        tries += 1;
        continue;
      }
      tries = 0;
      left -= 1;
      if (this.#patches[0] === next) {
        this.#patches.shift();
        this.#patchesDone += 1;
        this.#stepped();
      }
      if (delivery.kind !== 'taken') this.#options.failed(new Error(delivery.message));
    }
  }
}
