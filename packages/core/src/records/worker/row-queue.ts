import { assetBytes } from '../assets.js';
import type { RecordRow } from '../store.js';

/** Rows are written together: as soon as there are this many ... */
const BATCH_ROWS = 100;
/** ... or this long after the first of them came, ms: the rest of the 250 ms that a kill may cost. */
const WRITE_MS = 100;
/** Waits between attempts when the store fails, ms. */
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

export interface RowQueueOptions {
  /** Writes all rows or throws and writes none. */
  write(rows: readonly RecordRow[]): void | Promise<void>;
  trouble(error: unknown): void;
  recovered(): void;
}

interface Waiting {
  rows: RecordRow[];
  bytes: number;
  written(): void;
}

/** Bytes of bodies that may be with the queue before `room` has callers wait. */
const ROOM_BYTES = 8 * 1024 * 1024;

/** Collects rows into batches for the store, and keeps trying while the store fails: a row leaves only when it is written. */
export class RowQueue {
  readonly #options: RowQueueOptions;
  #waiting: Waiting[] = [];
  #waitingRows = 0;
  #writingRows = 0;
  #unwrittenBytes = 0;
  /** Resolved, and made anew, whenever rows were written. */
  #progress = Promise.withResolvers<void>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #failures = 0;
  #stopped = false;

  constructor(options: RowQueueOptions) {
    this.#options = options;
  }

  /** Resolves when the rows are written. */
  push(rows: RecordRow[]): Promise<void> {
    return new Promise((written) => {
      const bytes = rows.reduce((sum, row) => sum + bodyBytes(row), 0);
      this.#waiting.push({ rows, bytes, written });
      this.#unwrittenBytes += bytes;
      this.#waitingRows += rows.length;
      if (this.#writing !== null) return;
      // A store that fails is left alone for its back-off, however many rows come.
      if (this.#waitingRows >= BATCH_ROWS && this.#failures === 0) void this.flush();
      else this.#timer ??= setTimeout(() => void this.flush(), this.#delayMs());
    });
  }

  /** Resolves when there is room for more rows: while the store takes none, they would only pile up. */
  async room(): Promise<void> {
    while (this.#unwrittenBytes > ROOM_BYTES && !this.#stopped) await this.#progress.promise;
  }

  /** Resolves when all rows pushed before are written, or the store failed once more. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    // A loop, since another flush may have started the next write meanwhile.
    while (this.#writing !== null) await this.#writing;
    if (this.#waiting.length === 0) return;
    // Cleared behind the promise, not inside it: a store that throws at once ends the write before it is assigned here.
    this.#writing = this.#writeWaiting().finally(() => {
      this.#writing = null;
      this.#writingRows = 0;
      if (this.#waiting.length > 0 && !this.#stopped)
        this.#timer ??= setTimeout(() => void this.flush(), this.#delayMs());
    });
    await this.#writing;
  }

  /** Gives up what is not written; returns how many rows that was. */
  stop(): number {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#stopped = true;
    this.#announceProgress();
    return this.#waitingRows + this.#writingRows;
  }

  async #writeWaiting(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    this.#writingRows = this.#waitingRows;
    this.#waitingRows = 0;
    try {
      await this.#options.write(batch.flatMap(({ rows }) => rows));
      if (this.#failures > 0) this.#options.recovered();
      this.#failures = 0;
      for (const { bytes, written } of batch) {
        this.#unwrittenBytes -= bytes;
        written();
      }
      this.#announceProgress();
    } catch (error) {
      this.#waiting = [...batch, ...this.#waiting];
      this.#waitingRows = this.#waiting.reduce((sum, { rows }) => sum + rows.length, 0);
      if (this.#failures === 0) this.#options.trouble(error);
      this.#failures += 1;
    }
  }

  #announceProgress(): void {
    this.#progress.resolve();
    this.#progress = Promise.withResolvers();
  }

  #delayMs(): number {
    return this.#failures === 0 ? WRITE_MS : Math.min(RETRY_MIN_MS * 2 ** (this.#failures - 1), RETRY_MAX_MS);
  }
}

/** What a row's bodies take. */
export function bodyBytes({ requestBody, responseBody, assets }: RecordRow): number {
  return (requestBody?.length ?? 0) + (responseBody?.length ?? 0) + assetBytes(assets);
}
