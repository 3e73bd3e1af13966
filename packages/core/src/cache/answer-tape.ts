import { EventEnds } from '../stream/event-ends.js';
import type { ByteBudget } from '../upstream/byte-budget.js';

export interface TapeOptions {
  /** Longest answer that is kept, bytes. */
  maxBytes: number;
  /** The answer is an event stream. */
  events: boolean;
  /** Bounds what all tapes keep together. */
  budget: ByteBudget;
}

/** Keeps the bytes of an answer that streams by, while they fit, and where its events end. It copies nothing until `bytes`. */
export class AnswerTape {
  /** Whether everything that passed is still here. */
  fits = true;
  readonly #maxBytes: number;
  readonly #budget: ByteBudget;
  readonly #ends: EventEnds | null;
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor({ maxBytes, events, budget }: TapeOptions) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
    this.#ends = events ? new EventEnds() : null;
  }

  /** Where the events ended; null for an answer that is one document. */
  get eventEnds(): readonly number[] | null {
    return this.#ends === null ? null : this.#ends.offsets;
  }

  /** Takes the next bytes. Once they do not fit, all are let go. */
  add(bytes: Uint8Array): void {
    if (!this.fits) return;
    if (this.#length + bytes.length > this.#maxBytes || !this.#budget.take(bytes.length)) {
      this.drop();
      return;
    }
    this.#length += bytes.length;
    this.#chunks.push(bytes);
    this.#ends?.add(bytes);
  }

  /** All bytes in a copy of their own, when no more come; the tape is of no use from then on. */
  takeBytes(): Uint8Array {
    this.#ends?.finish();
    const bytes = Buffer.concat(this.#chunks, this.#length);
    this.drop();
    return bytes;
  }

  /** Lets go of everything. */
  drop(): void {
    this.fits = false;
    this.#budget.give(this.#length);
    this.#length = 0;
    this.#chunks = [];
  }
}
