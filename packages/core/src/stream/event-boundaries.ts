const LF = 10;
const CR = 13;
const COLON = 58;

/**
 * Finds where the events of a stream end, across any split of its bytes. LF, CRLF and CR end a line, also mixed (WHATWG HTML
 * 9.2.6). A comment line between two events counts as one of its own: it is a heartbeat, and nobody should wait for what
 * follows it.
 */
export class EventBoundaries {
  #line: 'empty' | 'comment' | 'field' = 'empty';
  /** The event that is being read has a line that is no comment. */
  #begun = false;
  /** The last byte was a CR; an LF now belongs to it. */
  #cr = false;
  /** That CR ended an event, and was handed out as its end. */
  #crEnded = false;

  /**
   * Offset in `bytes` behind the next end of an event at or behind `at`; -1 when none of it ends one. Each byte must be passed
   * once, in order: ask again with the offset that was returned, then with the next bytes and 0. A CRLF that is split over two
   * chunks ends its event at the CR; its LF is then an end of its own, at offset 1.
   */
  next(bytes: Uint8Array, at: number): number {
    for (let here = at; here < bytes.length; here += 1) {
      const byte = bytes[here] as number;
      if (byte === LF && this.#cr) {
        this.#cr = false;
        if (this.#crEnded) return here + 1;
        continue;
      }
      this.#cr = false;
      if (byte === LF || byte === CR) {
        const ends = this.#endLine();
        this.#cr = byte === CR;
        this.#crEnded = ends;
        if (!ends) continue;
        if (!this.#cr || bytes[here + 1] !== LF) return here + 1;
        this.#cr = false;
        return here + 2;
      }
      if (this.#line === 'empty') {
        this.#line = byte === COLON ? 'comment' : 'field';
        if (byte !== COLON) this.#begun = true;
      }
    }
    return -1;
  }

  /** Whether the line that ends here ends an event. */
  #endLine(): boolean {
    const ends = this.#line === 'empty' || (this.#line === 'comment' && !this.#begun);
    if (this.#line === 'empty') this.#begun = false;
    this.#line = 'empty';
    return ends;
  }
}
