import type { ByteBudget } from '../upstream/byte-budget.js';

/** Arrivals that are kept of one stream: enough to find the first token behind any sensible number of heartbeats. */
const MAX_ARRIVALS = 64;

/** Once a capture is full, this much of the body's end is kept besides: usage stands in the last event. Bytes. */
const TAIL_BYTES = 64 * 1024;

/** Entries of a log up to a quarter of this share memory: each in its own would take 20 times what it counts for. Bytes. */
const PAGE_BYTES = 1024;

/**
 * Keeps references to a body's bytes while they pass: the first ones up to a bound, and the last ones. It copies nothing;
 * the recorder copies once, at hand-over.
 */
export class Capture {
  /** Bytes that passed. */
  total = 0;
  /** Bytes kept, head and tail. */
  kept = 0;
  /** The budget had nothing left for this body. */
  starved = false;
  /** For streams: end offset and ms after the start of each of the first chunks, flat. */
  arrivals: number[] | null = null;
  #head: Uint8Array[] = [];
  #headBytes = 0;
  #full = false;
  #released = false;
  #tail: Uint8Array[] | null = null;
  #tailBytes = 0;
  /** Memory that the next small entries of a log go to, and how much of it is taken. */
  #page: Uint8Array | null = null;
  #pageBytes = 0;
  readonly #budget: ByteBudget;

  /** `budget` bounds what all captures keep together. */
  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Whether bytes are missing between the head and the tail. */
  get cut(): boolean {
    return this.kept < this.total;
  }

  /** What was kept, in order. */
  get chunks(): readonly Uint8Array[] {
    return this.#tail === null ? this.#head : [...this.#head, ...this.#tail];
  }

  /** Bytes of the head: where the tail begins when the body was cut. */
  get headBytes(): number {
    return this.#headBytes;
  }

  /** Takes the next bytes of a stream, of whose head up to `maxBytes` are kept, and notes when they came (ms). */
  addAt(bytes: Uint8Array, maxBytes: number, atMs: number): void {
    this.add(bytes, maxBytes);
    this.arrivals ??= [];
    if (this.arrivals.length < 2 * MAX_ARRIVALS) this.arrivals.push(this.total, atMs);
  }

  /** Takes the next bytes, of whose head up to `maxBytes` are kept. */
  add(bytes: Uint8Array, maxBytes: number): void {
    this.total += bytes.length;
    // An upload goes on behind an early answer: its call is on record already.
    if (this.#released || bytes.length === 0) return;
    const rest = this.#full ? bytes : this.#addHead(bytes, maxBytes - this.#headBytes);
    if (rest.length > 0) this.#addTail(rest.length > TAIL_BYTES ? rest.subarray(-TAIL_BYTES) : rest);
  }

  /** Keeps all of `bytes` or, where the budget has no room for them, nothing: for a log, of whose entries a part is no use. */
  addWhole(bytes: Uint8Array): boolean {
    if (this.#released) return false;
    if (!this.#budget.take(bytes.length)) {
      this.starved = true;
      return false;
    }
    if (bytes.length > PAGE_BYTES / 4) {
      this.#page = null;
      this.#head.push(bytes);
    } else this.#addToPage(bytes);
    this.#headBytes += bytes.length;
    this.kept += bytes.length;
    return true;
  }

  /** Lets go of everything; what was counted against the budget is given back. */
  release(): void {
    this.#released = true;
    this.#budget.give(this.#headBytes);
    this.#head = [];
    this.#page = null;
    this.#tail = null;
    this.#headBytes = 0;
    this.#tailBytes = 0;
    this.kept = 0;
  }

  #addToPage(bytes: Uint8Array): void {
    const fits = this.#page !== null && this.#pageBytes + bytes.length <= PAGE_BYTES;
    if (fits) this.#head.pop();
    else {
      this.#page = new Uint8Array(PAGE_BYTES);
      this.#pageBytes = 0;
    }
    const page = this.#page as Uint8Array;
    page.set(bytes, this.#pageBytes);
    this.#pageBytes += bytes.length;
    this.#head.push(page.subarray(0, this.#pageBytes));
  }

  /** Returns what did not fit. */
  #addHead(bytes: Uint8Array, room: number): Uint8Array {
    const fits = bytes.length <= room;
    const part = fits ? bytes : bytes.subarray(0, room);
    this.starved = part.length > 0 && !this.#budget.take(part.length);
    if (part.length === 0 || this.starved) {
      this.#full = true;
      return bytes;
    }
    this.#head.push(part);
    this.#headBytes += part.length;
    this.kept += part.length;
    this.#full = !fits;
    return bytes.subarray(part.length);
  }

  #addTail(bytes: Uint8Array): void {
    this.#tail ??= [];
    const tail = this.#tail;
    tail.push(bytes);
    this.#tailBytes += bytes.length;
    this.kept += bytes.length;
    for (;;) {
      const oldest = tail[0] as Uint8Array;
      if (this.#tailBytes - oldest.length < TAIL_BYTES) return;
      tail.shift();
      this.#tailBytes -= oldest.length;
      this.kept -= oldest.length;
    }
  }
}
