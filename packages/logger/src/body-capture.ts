/** Once a capture is full, this much of the body's end is kept besides: usage stands in the last event. Bytes. */
const TAIL_BYTES = 64 * 1024;

/** What was kept of a body. */
export interface CapturedBody {
  /** The body, or its beginning. */
  head: string;
  /** Its end, where something is missing between the two. */
  tail: string | null;
  /** Bytes that are missing. */
  missing: number;
}

/** Copies a body's bytes while they pass: the first ones up to a bound, and the last ones. */
export class BodyCapture {
  /** Bytes that passed. */
  total = 0;
  readonly #maxBytes: number;
  #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  /** The body, when it came as one text that fits: kept as it is, without a copy. */
  #text: string | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#headBytes + this.#tailBytes + (this.#text?.length ?? 0);
  }

  /** Takes a whole body that was read as text. */
  addText(text: string): void {
    if (text.length <= this.#maxBytes && this.total === 0) {
      this.#text = text;
      this.total = text.length;
      return;
    }
    // A part of a text keeps all of it in memory; bytes do not.
    const ends = [text.slice(0, this.#maxBytes), text.slice(Math.max(this.#maxBytes, text.length - TAIL_BYTES))];
    for (const end of ends) this.add(Buffer.from(end));
    this.total = Math.max(this.total, text.length);
  }

  /** Takes the next bytes. They are copied: whoever gets them next may detach them. */
  add(bytes: Uint8Array): void {
    this.total += bytes.length;
    const room = this.#maxBytes - this.#headBytes;
    const first = bytes.length <= room ? bytes : bytes.subarray(0, room);
    if (first.length > 0) {
      this.#head.push(Buffer.from(first));
      this.#headBytes += first.length;
    }
    if (first.length < bytes.length) this.#addTail(bytes.subarray(Math.max(first.length, bytes.length - TAIL_BYTES)));
  }

  /** What was kept, as text. */
  read(): CapturedBody {
    if (this.#text !== null) return { head: this.#text, tail: null, missing: 0 };
    const missing = this.total - this.bytes;
    if (missing > 0) return { head: textOf(this.#head), tail: textOf(this.#tail), missing };
    return { head: textOf([...this.#head, ...this.#tail]), tail: null, missing };
  }

  /** The first bytes as text, about `bytes` of them. */
  start(bytes: number): string {
    if (this.#text !== null) return this.#text.slice(0, bytes);
    let to = 0;
    for (let length = 0; to < this.#head.length && length < bytes; to++) length += (this.#head[to] as Buffer).length;
    return textOf(this.#head.slice(0, to)).slice(0, bytes);
  }

  /** The last bytes as text, about `bytes` of them. */
  end(bytes: number): string {
    if (this.#text !== null) return this.#text.slice(-bytes);
    const chunks = [...this.#head, ...this.#tail];
    let from = chunks.length;
    for (let length = 0; from > 0 && length < bytes; from--) length += (chunks[from - 1] as Buffer).length;
    return textOf(chunks.slice(from)).slice(-bytes);
  }

  #addTail(bytes: Uint8Array): void {
    this.#tail.push(Buffer.from(bytes));
    this.#tailBytes += bytes.length;
    for (;;) {
      const oldest = this.#tail[0] as Buffer;
      if (this.#tailBytes - oldest.length < TAIL_BYTES) return;
      this.#tail.shift();
      this.#tailBytes -= oldest.length;
    }
  }
}

function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString();
}
