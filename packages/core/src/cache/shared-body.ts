import type { ByteSink, ByteStream } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { AnswerTape } from './answer-tape.js';
import { type ReaderOwner, SharedReader, type SharedSource } from './shared-reader.js';

/** Bytes that one reader may be behind the upstream before it is held back, and that are handed on at once. */
const HIGH_WATER_BYTES = 64 * 1024;

/** Who wants to know how a shared body gets on. Called synchronously. */
export interface SharedBodyListener {
  /** The first bytes are here. */
  begun(): void;
  /** The tape is full: from here on nobody can read from the beginning. */
  filled(): void;
  /** The upstream said everything; readers may still be behind. */
  ended(): void;
  /** The upstream broke; readers are told next. */
  broke(): void;
}

export interface SharedBodyOptions {
  listener: SharedBodyListener;
  /** Gets every byte. */
  tape: AnswerTape;
  /** A reader that takes nothing for this long is dropped when others wait for it, ms. */
  idleMs: number;
}

/**
 * One upstream stream for many readers. Each begins at the first byte and goes at its own pace, but none runs further ahead of the
 * slowest than a bound: then the upstream is held back. Once the tape is full, bytes that all have taken are let go.
 */
export class SharedBody implements ByteSink, SharedSource {
  readonly #options: SharedBodyOptions;
  /** A new list for each change: readers come and go while one is gone through. */
  #readers: readonly SharedReader[] = [];
  #chunks: Uint8Array[] = [];
  /** Chunks that were let go. */
  #gone = 0;
  #bytes = 0;
  #upstream: ByteStream | null = null;
  #goOn: (() => void) | null = null;
  #paused = false;
  #spreading = false;
  #ended = false;
  #over = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: SharedBodyOptions) {
    this.#options = options;
  }

  /** Whether any bytes came. */
  get begun(): boolean {
    return this.#bytes > 0;
  }

  /** Whether the upstream said everything. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes that came. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes what the upstream sends, from now on. */
  start(upstream: ByteStream): void {
    this.#upstream = upstream;
    this.#goOn = upstream.attach(this);
    this.pace();
  }

  /** One more reader, from the first byte; not after `filled`. */
  join(owner: ReaderOwner): SharedReader {
    const reader = new SharedReader(this, owner);
    this.#readers = [...this.#readers, reader];
    return reader;
  }

  /** Gives the upstream up: nobody reads any more. */
  cancel(reason: Error): void {
    if (this.#over) return;
    this.#finish();
    this.#upstream?.cancel(reason);
  }

  write(bytes: Uint8Array): boolean {
    if (this.#over || bytes.length === 0) return true;
    const { listener, tape } = this.#options;
    const { fits } = tape;
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    tape.add(bytes);
    // Whoever waits becomes a reader before anything is let go.
    if (this.#bytes === bytes.length) listener.begun();
    if (fits && !tape.fits) listener.filled();
    this.#spread();
    this.pace();
    if (!this.#over && this.#bytes - this.#leastTaken() > HIGH_WATER_BYTES) this.#pause();
    return !this.#paused;
  }

  end(): void {
    if (this.#over) return;
    this.#ended = true;
    this.#finish();
    this.#spread();
    this.#options.listener.ended();
    this.pace();
  }

  fail(error: Error, lastEvent: Uint8Array | null): void {
    if (this.#over) return;
    this.#finish();
    this.#options.listener.broke();
    this.#spreading = true;
    for (const reader of this.#readers) reader.body.fail(error, lastEvent);
    this.#spreading = false;
    this.#forgetReaders();
  }

  /** For a reader: its next bytes, as many chunks at once as are worth a write. */
  take(reader: SharedReader): Uint8Array | null {
    const from = reader.chunk - this.#gone;
    const first = this.#chunks[from];
    if (first === undefined) return null;
    let to = from + 1;
    let { length } = first;
    for (let next = this.#chunks[to]; next !== undefined; next = this.#chunks[to]) {
      if (length + next.length > HIGH_WATER_BYTES) break;
      length += next.length;
      to += 1;
    }
    const bytes = to === from + 1 ? first : Buffer.concat(this.#chunks.slice(from, to), length);
    reader.took(to - from, length);
    if (!this.#spreading) this.pace();
    return bytes;
  }

  /** For a reader that is over. */
  leave(reader: SharedReader): void {
    reader.over = true;
    // All may leave in one go: then they are taken out in one go.
    if (this.#spreading) return;
    this.#forgetReaders();
    this.pace();
  }

  /** After readers took something, or left: lets go what nobody needs, and the upstream when it was held back for nobody else. */
  pace(): void {
    if (this.#over || !this.#options.tape.fits) this.#letGo();
    if (!this.#paused || this.#goOn === null || this.#bytes - this.#leastTaken() > HIGH_WATER_BYTES) return;
    this.#unpause();
    this.#goOn();
  }

  #spread(): void {
    this.#spreading = true;
    for (const reader of this.#readers) reader.body.pump();
    this.#spreading = false;
    this.#forgetReaders();
  }

  #forgetReaders(): void {
    if (this.#readers.some(isOver)) this.#readers = this.#readers.filter((reader) => !reader.over);
  }

  #leastTaken(): number {
    let least = this.#bytes;
    for (const { taken } of this.#readers) if (taken < least) least = taken;
    return least;
  }

  #letGo(): void {
    let needed = this.#gone + this.#chunks.length;
    for (const { chunk } of this.#readers) if (chunk < needed) needed = chunk;
    this.#chunks.splice(0, needed - this.#gone);
    this.#gone = needed;
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#watch(this.#options.idleMs);
  }

  #unpause(): void {
    this.#paused = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** No more bytes come. */
  #finish(): void {
    this.#over = true;
    this.#unpause();
  }

  #watch(ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(dropStalled, Math.max(1, ms), this);
    this.#timer.unref();
  }

  /**
   * Nothing comes while the upstream is held back, so whoever has bytes waiting has had them for as long as that. A reader that
   * stalls is dropped only for others that do not.
   */
  dropStalled(): void {
    this.#timer = null;
    const { idleMs } = this.#options;
    const now = performance.now();
    const stalled = this.#readers.filter((reader) => this.#isWaiting(reader) && reader.tookAt <= now - idleMs);
    const alive = this.#readers.some((reader) => reader.body.attached && !stalled.includes(reader));
    if (alive) for (const reader of stalled) reader.body.cancel(tooSlow());
    if (!this.#paused || this.#timer !== null) return;
    let next = now + idleMs;
    for (const reader of this.#readers) {
      if (this.#isWaiting(reader) && reader.tookAt > now - idleMs) next = Math.min(next, reader.tookAt + idleMs);
    }
    this.#watch(next - now);
  }

  #isWaiting(reader: SharedReader): boolean {
    return reader.taken < this.#bytes;
  }
}

function isOver({ over }: SharedReader): boolean {
  return over;
}

function dropStalled(body: SharedBody): void {
  body.dropStalled();
}

function tooSlow(): ProxyError {
  return new ProxyError('client_closed', 'the client stopped reading an answer that others wait for');
}
