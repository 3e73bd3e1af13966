import type { Capture } from '../stream/capture.js';
import type { CallFacts, CapturedBytes } from './facts.js';
import { encodeFacts } from './facts-codec.js';

/**
 * A batch on its way to the records worker: facts as short texts (one long one would be allocated outside of the nursery, three
 * times over, and paid in page faults), all bodies in one buffer that changes hands.
 */
export interface Batch {
  /** What `decodeFacts` reads, one for each call. */
  facts: string[];
  bytes: ArrayBuffer;
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
  /** Resolves when the batch is in the store, with its buffer to be used again if that came back. Never rejects. */
  send(batch: Batch): Promise<ArrayBuffer | null>;
  dropped(dropped: Dropped): void;
}

/** A batch is closed this long after its first call, ms: this thread's share of the 250 ms that a kill may cost. */
const HANDOVER_MS = 40;
/** ... or when it has this many calls, or its buffer is full. */
const BATCH_CALLS = 512;
const MAX_BUFFER_BYTES = 1024 * 1024;
const MIN_BUFFER_BYTES = 4 * 1024;
/** Bytes in the worker before more are held back here, where the oldest bodies can still be dropped. */
const WINDOW_BYTES = 16 * 1024 * 1024;
/** What a record's facts are counted as. Bytes. */
const FACTS_BYTES = 1024;
/** Buffers that came back are used again: a fresh one costs a page fault for each 4 KiB. */
const SPARE_BUFFERS = 8;

interface OpenBatch {
  /** Resolved when the batch is in the store, or was dropped. */
  done: PromiseWithResolvers<void>;
  facts: string[];
  /** Null once the bodies were dropped. */
  buffer: Buffer | null;
  used: number;
}

/**
 * Between the request thread and the records worker. A call's bodies are copied at once, so that their chunks die young; a
 * batch then waits a moment so that one message carries many calls. When the worker falls behind, batches wait here, and when
 * too much waits the bodies of the oldest go first, whole records last.
 */
export class HandoverQueue {
  readonly #options: HandoverOptions;
  /** A sixteenth of what may wait, so that buffers that are not full do not use it up. */
  readonly #bufferBytes: number;
  #open: OpenBatch | null = null;
  #waiting: OpenBatch[] = [];
  #sentBytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #sent: OpenBatch[] = [];
  readonly #spare: Buffer[] = [];

  constructor(options: HandoverOptions) {
    this.#options = options;
    this.#bufferBytes = Math.min(MAX_BUFFER_BYTES, Math.max(MIN_BUFFER_BYTES, options.maxBytes >> 4));
  }

  push(facts: CallFacts, request: Capture, response: Capture): void {
    const batch = this.#batchFor(request.kept + response.kept);
    append(batch, facts.request, request);
    append(batch, facts.response, response);
    batch.facts.push(encodeFacts(facts));
    if (batch.facts.length >= BATCH_CALLS) this.handOver();
    else this.#timer ??= setTimeout(() => this.handOver(), HANDOVER_MS);
  }

  /** Sends what waits without waiting longer, as far as the worker keeps up. */
  handOver(): void {
    this.#close();
    while (this.#waiting.length > 0 && this.#sentBytes < WINDOW_BYTES) this.#send(this.#waiting.shift() as OpenBatch);
  }

  /** Resolves when everything that was pushed before is in the store. */
  async drain(): Promise<void> {
    this.handOver();
    await Promise.all([...this.#sent, ...this.#waiting].map(({ done }) => done.promise));
  }

  /** What waits here or with the worker. */
  queued(): { bytes: number; batches: number } {
    const open = this.#open === null ? [] : [this.#open];
    const here = [...open, ...this.#waiting];
    return {
      bytes: here.reduce((sum, batch) => sum + sizeOf(batch), this.#sentBytes),
      batches: here.length + this.#sent.length,
    };
  }

  #batchFor(bytes: number): OpenBatch {
    if (this.#open !== null && (this.#open.buffer as Buffer).length - this.#open.used < bytes) this.handOver();
    this.#open ??= { done: Promise.withResolvers(), facts: [], buffer: this.#buffer(bytes), used: 0 };
    return this.#open;
  }

  #buffer(bytes: number): Buffer {
    // Not zeroed, and not from Buffer's pool, which could not be transferred.
    if (bytes > this.#bufferBytes) return Buffer.allocUnsafeSlow(bytes);
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(this.#bufferBytes);
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#open;
    if (batch === null) return;
    this.#open = null;
    this.#trim(batch);
    this.#waiting.push(batch);
    this.#makeRoom();
  }

  /** A batch that fills little of its buffer goes on in one that fits, so that quiet times use up no room. */
  #trim(batch: OpenBatch): void {
    const { buffer, used } = batch;
    if (buffer === null || used > buffer.length >> 2) return;
    batch.buffer = Buffer.allocUnsafeSlow(used);
    buffer.copy(batch.buffer, 0, 0, used);
    if (buffer.length === this.#bufferBytes && this.#spare.length < SPARE_BUFFERS) this.#spare.push(buffer);
  }

  #send(batch: OpenBatch): void {
    const size = sizeOf(batch);
    this.#sentBytes += size;
    const bytes = (batch.buffer?.buffer ?? new ArrayBuffer(0)) as ArrayBuffer;
    this.#sent.push(batch);
    const sent = this.#options.send({ facts: batch.facts, bytes });
    void sent.then((returned) => {
      this.#sentBytes -= size;
      this.#sent = this.#sent.filter((other) => other !== batch);
      batch.done.resolve();
      if (returned?.byteLength === this.#bufferBytes && this.#spare.length < SPARE_BUFFERS)
        this.#spare.push(Buffer.from(returned));
      if (this.#waiting.length > 0) this.handOver();
    });
  }

  #makeRoom(): void {
    const dropped: Dropped = { bodies: 0, rows: 0 };
    let excess =
      this.#sentBytes + this.#waiting.reduce((sum, batch) => sum + sizeOf(batch), 0) - this.#options.maxBytes;
    for (const batch of this.#waiting) {
      if (excess <= 0) break;
      if (batch.buffer === null) continue;
      excess -= batch.buffer.length;
      batch.buffer = null;
      dropped.bodies += batch.facts.length;
    }
    while (excess > 0 && this.#waiting.length > 0) {
      const batch = this.#waiting.shift() as OpenBatch;
      excess -= sizeOf(batch);
      dropped.rows += batch.facts.length;
      batch.done.resolve();
    }
    if (dropped.bodies + dropped.rows > 0) this.#options.dropped(dropped);
  }
}

function sizeOf(batch: OpenBatch): number {
  return (batch.buffer?.length ?? 0) + batch.facts.length * FACTS_BYTES;
}

/** Copies a captured body into the batch: the chunks themselves may share memory with a socket. */
function append(batch: OpenBatch, at: CapturedBytes | null, capture: Capture): void {
  if (at !== null) {
    at.offset = batch.used;
    for (const chunk of capture.chunks) {
      (batch.buffer as Buffer).set(chunk, batch.used);
      batch.used += chunk.length;
    }
  }
  capture.release();
}
