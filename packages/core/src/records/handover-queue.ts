import type { Capture } from '../stream/capture.js';
import type { CallFacts, CapturedBytes } from './facts.js';

/** A batch on its way to the records worker: facts as one string, all bodies in one buffer that changes hands. */
export interface Batch {
  /** JSON of `CallFacts[]`. */
  facts: string;
  bytes: ArrayBuffer;
  count: number;
}

/** What was given up because the store cannot keep up. */
export interface Dropped {
  /** Records whose bodies were dropped. */
  bodies: number;
  /** Records that were dropped whole. */
  rows: number;
}

export interface HandoverOptions {
  /** Bytes that may wait here and in the worker together. */
  maxBytes: number;
  /** Resolves when the batch is in the store. */
  send(batch: Batch): Promise<void>;
  dropped(dropped: Dropped): void;
}

interface Waiting {
  facts: CallFacts;
  request: Capture;
  response: Capture;
  bytes: number;
}

/** A batch is sent this long after the first call that waits for it, ms: the share of the 250 ms that a kill may cost. */
const HANDOVER_MS = 20;
/** ... or as soon as it is this large. */
const BATCH_CALLS = 64;
const BATCH_BYTES = 512 * 1024;
/** Bytes in the worker before more are held back here, where the oldest bodies can still be dropped. */
const WINDOW_BYTES = 16 * 1024 * 1024;
/** What a record's facts are counted as. Bytes. */
const FACTS_BYTES = 1024;

/**
 * Between the request thread and the records worker. Calls wait a moment so that one message carries many; when the worker
 * falls behind they wait here, and when too much waits the bodies of the oldest go first, whole records last.
 */
export class HandoverQueue {
  readonly #options: HandoverOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Entries before this index have no bodies any more. */
  #stripped = 0;
  #sentBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #inFlight = new Set<Promise<void>>();

  constructor(options: HandoverOptions) {
    this.#options = options;
  }

  push(facts: CallFacts, request: Capture, response: Capture): void {
    const bytes = FACTS_BYTES + request.kept + response.kept;
    this.#waiting.push({ facts, request, response, bytes });
    this.#waitingBytes += bytes;
    if (this.#waitingBytes + this.#sentBytes > this.#options.maxBytes) this.#makeRoom();
    if (this.#waiting.length >= BATCH_CALLS || this.#waitingBytes >= BATCH_BYTES) this.#sendWaiting();
    else this.#timer ??= setTimeout(() => this.#sendWaiting(), HANDOVER_MS);
  }

  /** Sends what waits without waiting longer, as far as the worker keeps up. */
  handOver(): void {
    this.#sendWaiting();
  }

  /** Resolves when everything that was pushed before is in the store. */
  async drain(): Promise<void> {
    this.#sendWaiting();
    while (this.#inFlight.size > 0) {
      await Promise.all(this.#inFlight);
      this.#sendWaiting();
    }
  }

  #sendWaiting(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#waiting.length > 0 && this.#sentBytes < WINDOW_BYTES) {
      const entries = this.#takeBatch();
      const size = entries.reduce((sum, entry) => sum + entry.bytes, 0);
      this.#waitingBytes -= size;
      this.#sentBytes += size;
      const sent = this.#options.send(pack(entries)).finally(() => {
        this.#sentBytes -= size;
        this.#inFlight.delete(sent);
        if (this.#waiting.length > 0 && this.#timer === null) this.#sendWaiting();
      });
      this.#inFlight.add(sent);
    }
  }

  #takeBatch(): Waiting[] {
    let count = 0;
    let bytes = 0;
    while (count < this.#waiting.length && count < BATCH_CALLS && (count === 0 || bytes < BATCH_BYTES)) {
      bytes += (this.#waiting[count] as Waiting).bytes;
      count += 1;
    }
    this.#stripped = Math.max(0, this.#stripped - count);
    return this.#waiting.splice(0, count);
  }

  #makeRoom(): void {
    const dropped: Dropped = { bodies: 0, rows: 0 };
    const excess = (): number => this.#waitingBytes + this.#sentBytes - this.#options.maxBytes;
    while (excess() > 0 && this.#stripped < this.#waiting.length) {
      const entry = this.#waiting[this.#stripped] as Waiting;
      this.#stripped += 1;
      if (entry.bytes === FACTS_BYTES) continue;
      this.#waitingBytes -= entry.bytes - FACTS_BYTES;
      entry.bytes = FACTS_BYTES;
      entry.request.release();
      entry.response.release();
      entry.facts.request = null;
      entry.facts.response = null;
      dropped.bodies += 1;
    }
    while (excess() > 0 && this.#waiting.length > 0) {
      this.#waiting.shift();
      this.#stripped = Math.max(0, this.#stripped - 1);
      this.#waitingBytes -= FACTS_BYTES;
      dropped.rows += 1;
    }
    if (dropped.bodies + dropped.rows > 0) this.#options.dropped(dropped);
  }
}

/** Copies a batch's bodies into one buffer of its own: the chunks themselves may share memory with a socket. */
function pack(entries: readonly Waiting[]): Batch {
  let size = 0;
  for (const { request, response } of entries) size += request.kept + response.kept;
  // Not zeroed, and not from Buffer's pool, which could not be transferred.
  const buffer = Buffer.allocUnsafeSlow(size);
  let offset = 0;
  for (const { facts, request, response } of entries) {
    offset = copy(buffer, offset, facts.request, request);
    offset = copy(buffer, offset, facts.response, response);
    request.release();
    response.release();
  }
  const facts = JSON.stringify(entries.map((entry) => entry.facts));
  return { facts, bytes: buffer.buffer as ArrayBuffer, count: entries.length };
}

function copy(buffer: Buffer, start: number, at: CapturedBytes | null, capture: Capture): number {
  if (at === null) return start;
  let offset = start;
  for (const chunk of capture.chunks) {
    buffer.set(chunk, offset);
    offset += chunk.length;
  }
  at.offset = start;
  at.length = offset - start;
  return offset;
}
