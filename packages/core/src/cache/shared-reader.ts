import { type BodySupply, PulledBody } from '../stream/pulled-body.js';

/** Who reads. */
export interface ReaderOwner {
  /** The reader's client left. True: the reader goes on to the end all the same. */
  readerLeft(reason: Error): boolean;
  /** Bytes came that the reader's client is not there for any more. */
  readerMissed(): void;
  /** Called once: the reader got everything (null), or what ended it before that. */
  readerClosed(reason: Error | null): void;
}

/** What many readers read from. */
export interface SharedSource {
  /** Whether the upstream said everything. */
  readonly ended: boolean;
  /** Bytes that came. */
  readonly bytes: number;
  /** The reader's next bytes; null when it has all that came. */
  take(reader: SharedReader): Uint8Array | null;
  /** The reader is over. */
  leave(reader: SharedReader): void;
}

/** One reader's place in a shared body. */
export class SharedReader implements BodySupply {
  /** What the reader's client gets. */
  readonly body = new PulledBody(this);
  /** Index of the next chunk, of all that came. */
  chunk = 0;
  /** Bytes. */
  taken = 0;
  /** When it last took something, on the clock of `performance.now()`. */
  tookAt = performance.now();
  over = false;
  #left = false;
  readonly #shared: SharedSource;
  readonly #owner: ReaderOwner;

  constructor(shared: SharedSource, owner: ReaderOwner) {
    this.#shared = shared;
    this.#owner = owner;
  }

  get done(): boolean {
    return this.#shared.ended && this.taken === this.#shared.bytes;
  }

  take(): Uint8Array | null {
    return this.#shared.take(this);
  }

  took(chunks: number, bytes: number): void {
    this.chunk += chunks;
    this.taken += bytes;
    this.tookAt = performance.now();
    if (this.#left) this.#owner.readerMissed();
  }

  /** Its client left before it got anything: it goes on for the record. */
  leftBefore(reason: Error): void {
    this.#left = true;
    this.body.leftBefore(reason);
  }

  left(reason: Error): boolean {
    this.#left = this.#owner.readerLeft(reason);
    return this.#left;
  }

  closed(reason: Error | null): void {
    this.#shared.leave(this);
    this.#owner.readerClosed(reason);
  }
}
