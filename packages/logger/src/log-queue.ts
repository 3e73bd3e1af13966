import type { OutgoingLog } from './destination.js';

/** A log that waits. */
export interface QueuedLog {
  /** What it takes, bytes. */
  readonly bytes: number;
  /** Nothing more is to be said of it: it need not wait. */
  readonly ready: boolean;
  /** Makes what is sent; called once. */
  make(): OutgoingLog;
  /** It is not sent. */
  drop(): void;
}

interface Entry {
  log: QueuedLog;
  bytes: number;
  addedAt: number;
}

/** Logs that wait, and those on their way, within a bound of bytes: the oldest that wait make room for new ones. */
export class LogQueue {
  /** What all of them take. */
  bytes = 0;
  readonly #maxBytes: number;
  readonly #dropped: (log: QueuedLog) => void;
  readonly #waiting = new Set<Entry>();
  #taken = 0;
  #takenBytes = 0;

  constructor(maxBytes: number, dropped: (log: QueuedLog) => void) {
    this.#maxBytes = maxBytes;
    this.#dropped = dropped;
  }

  get length(): number {
    return this.#waiting.size + this.#taken;
  }

  add(log: QueuedLog): void {
    const entry = { log, bytes: log.bytes, addedAt: performance.now() };
    this.#waiting.add(entry);
    this.bytes += entry.bytes;
    for (const oldest of this.#waiting) {
      if (this.bytes <= this.#maxBytes) return;
      this.#remove(oldest);
      this.#dropped(oldest.log);
    }
  }

  /**
   * Takes the oldest log, if it is ready or came before `addedBefore` (of `performance.now`) and fits into `room` bytes; else
   * null. The first of a delivery always fits.
   */
  take(addedBefore: number, room: number, always: boolean): QueuedLog | null {
    const [oldest] = this.#waiting;
    if (oldest === undefined || (!oldest.log.ready && oldest.addedAt > addedBefore)) return null;
    if (!always && oldest.bytes > room) return null;
    this.#remove(oldest);
    this.#taken += 1;
    return oldest.log;
  }

  /** What was taken last takes that much while it is on its way. */
  onTheWay(bytes: number): void {
    this.#takenBytes += bytes;
    this.bytes += bytes;
  }

  /** As many of those that were taken are done with; all by default. Returns how many that are. */
  settle(count: number = this.#taken): number {
    const settled = Math.min(count, this.#taken);
    const bytes = settled === this.#taken ? this.#takenBytes : 0;
    this.#taken -= settled;
    this.#takenBytes -= bytes;
    this.bytes -= bytes;
    return settled;
  }

  /** Forgets all of them, those on their way too. Returns how many there were. */
  clear(): number {
    const count = this.length;
    for (const { log } of this.#waiting) log.drop();
    this.#waiting.clear();
    this.#taken = 0;
    this.#takenBytes = 0;
    this.bytes = 0;
    return count;
  }

  #remove(entry: Entry): void {
    this.#waiting.delete(entry);
    this.bytes -= entry.bytes;
  }
}
