import type { RecordRow } from '../records/store.js';

/** How long the rows of a delivery wait for those of others, ms: a transaction costs about as much as ten rows. */
const WAIT_MS = 5;
/** ... or until there are this many. */
const MAX_ROWS = 200;

interface Waiting {
  rows: readonly RecordRow[];
  written(): void;
  failed(error: unknown): void;
}

/**
 * Writes the rows of deliveries that come together in one go. Unlike calls that were proxied, which nobody can send again, a
 * delivery that cannot be written is not kept: its sender hears of it.
 */
export class JointWrites {
  readonly #write: (rows: readonly RecordRow[]) => void;
  #waiting: Waiting[] = [];
  #rows = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `write` writes all rows or throws and writes none. */
  constructor(write: (rows: readonly RecordRow[]) => void) {
    this.#write = write;
  }

  /** Resolves when the rows are written; rejects with the store's error when they are not. */
  push(rows: readonly RecordRow[]): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ rows, written, failed });
      this.#rows += rows.length;
      if (this.#rows >= MAX_ROWS) this.flush();
      else this.#timer ??= setTimeout(() => this.flush(), WAIT_MS);
    });
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#rows = 0;
    if (waiting.length > 1 && this.#wroteAll(waiting)) return;
    for (const each of waiting) this.#writeOne(each);
  }

  /** False when nothing was written: one delivery that cannot be must not take others with it. */
  #wroteAll(waiting: readonly Waiting[]): boolean {
    try {
      this.#write(waiting.flatMap(({ rows }) => rows));
    } catch {
      return false;
    }
    for (const { written } of waiting) written();
    return true;
  }

  #writeOne({ rows, written, failed }: Waiting): void {
    try {
      this.#write(rows);
      written();
    } catch (error) {
      failed(error);
    }
  }
}
