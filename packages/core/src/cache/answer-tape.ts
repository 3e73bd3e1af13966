import { EventEnds } from '../stream/event-ends.js';

/** Keeps the bytes of an answer that streams by, while they fit, and where its events end. It copies nothing until `bytes`. */
export class AnswerTape {
  /** Whether everything that passed is still here. */
  fits = true;
  readonly #maxBytes: number;
  readonly #ends: EventEnds | null;
  #chunks: Uint8Array[] = [];
  #length = 0;

  /** `events`: the answer is an event stream. */
  constructor(maxBytes: number, events: boolean) {
    this.#maxBytes = maxBytes;
    this.#ends = events ? new EventEnds() : null;
  }

  /** Where the events ended; null for an answer that is one document. */
  get eventEnds(): readonly number[] | null {
    return this.#ends === null ? null : this.#ends.offsets;
  }

  /** Takes the next bytes. Once they do not fit, all are let go. */
  add(bytes: Uint8Array): void {
    if (!this.fits) return;
    this.#length += bytes.length;
    if (this.#length > this.#maxBytes) {
      this.fits = false;
      this.#chunks = [];
      return;
    }
    this.#chunks.push(bytes);
    this.#ends?.add(bytes);
  }

  /** All bytes in a copy of their own, when no more come; the tape is empty from then on. */
  takeBytes(): Uint8Array {
    this.#ends?.finish();
    const chunks = this.#chunks;
    this.#chunks = [];
    return Buffer.concat(chunks, this.#length);
  }
}
