const LF = 10;
const CR = 13;

/**
 * Finds where the events of a stream end while its bytes pass: right behind the blank line, whether LF, CRLF or CR ends the
 * lines, also mixed, and wherever the chunks were cut. A block of comments counts as an event; blank lines that follow another
 * belong to what comes next. Linear in the bytes.
 */
export class EventEnds {
  /** Offsets in the whole stream, rising. */
  readonly offsets: number[] = [];
  /** Bytes that passed. */
  #passed = 0;
  /** The current line has bytes. */
  #inLine = false;
  /** The current event has lines. */
  #inEvent = false;
  /** The last byte was a CR: an LF that follows belongs to it. */
  #afterCr = false;
  /** That CR ended an event: where exactly, the next byte tells. */
  #endPending = false;

  /** Takes the next bytes. */
  add(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length === 0) return;
    let at = this.#afterLastCr(bytes[0] === LF);
    // Each is searched again only once it was passed: bytes without any CR stay linear.
    let lf = at - 1;
    let cr = at - 1;
    while (at < length) {
      if (lf < at) lf = find(bytes, LF, at);
      if (cr < at) cr = find(bytes, CR, at);
      const end = Math.min(lf, cr);
      if (end > at) this.#inLine = true;
      if (end === length) break;
      const cut = bytes[end] === CR && end + 1 === length;
      at = bytes[end] === CR && bytes[end + 1] === LF ? end + 2 : end + 1;
      this.#afterCr = cut;
      this.#endLine(this.#passed + at);
    }
    this.#passed += length;
  }

  /** No more bytes come. */
  finish(): void {
    this.#afterLastCr(false);
  }

  /** Returns how many bytes of the new chunk belong to the line that the one before ended with a CR. */
  #afterLastCr(lineFeed: boolean): number {
    const taken = this.#afterCr && lineFeed ? 1 : 0;
    if (this.#endPending) this.offsets.push(this.#passed + taken);
    this.#afterCr = false;
    this.#endPending = false;
    return taken;
  }

  #endLine(behind: number): void {
    if (this.#inLine) this.#inEvent = true;
    else if (this.#inEvent) {
      this.#inEvent = false;
      if (this.#afterCr) this.#endPending = true;
      else this.offsets.push(behind);
    }
    this.#inLine = false;
  }
}

function find(bytes: Uint8Array, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found < 0 ? bytes.length : found;
}
