import type { ByteObserver, ByteSink, ByteStream } from '../contract.js';
import type { Boundary } from './boundary.js';
import { iterateBody } from './iterate-body.js';

/** What feeds a body, and can be held back or given up. */
export interface BodySource {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Bytes that wait for a consumer before the upstream is held back. */
const HIGH_WATER_BYTES = 64 * 1024;

const NO_BYTES = new Uint8Array(0);

/**
 * A body on its way from the upstream to the client. What arrives in one turn of the event loop is handed on as one chunk,
 * so that a burst costs one write. When nobody takes it, the upstream is paused.
 */
export class UpstreamBody implements ByteStream {
  readonly #source: BodySource;
  readonly #lastEvent: (error: Error) => Uint8Array | null;
  readonly #boundary: Boundary | null;
  readonly #observers: ByteObserver[] = [];
  #sink: ByteSink | null = null;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #scheduled = false;
  #sinkFull = false;
  #paused = false;
  /** Last bytes of the stream: at least the last four, where there are as many. */
  #tail: Uint8Array = NO_BYTES;
  #upstreamEnded = false;
  #error: Error | null = null;
  /** The sink was told how the stream ended. */
  #sinkDone = false;
  /** The observers were told how the stream ended. */
  #settled = false;
  readonly #flush = (): void => this.#deliver();

  /**
   * `lastEvent` gives what may be said to the client when the stream breaks between two events, or null. `boundary` tells whether
   * it does; without one, the last bytes tell it as in server-sent events.
   */
  constructor(source: BodySource, lastEvent: (error: Error) => Uint8Array | null, boundary: Boundary | null = null) {
    this.#source = source;
    this.#lastEvent = lastEvent;
    this.#boundary = boundary;
  }

  /** Whether the upstream is being held back for a slow client. */
  get paused(): boolean {
    return this.#paused;
  }

  observe(observer: ByteObserver): void {
    // The head and the first bytes often come in one packet, before anybody could observe. Nothing pending was handed on yet,
    // so this observer has missed nothing else.
    for (const bytes of this.#pending) tell(observer, bytes);
    if (this.#settled) observer.end(this.#error ?? undefined);
    else this.#observers.push(observer);
  }

  attach(sink: ByteSink): () => void {
    if (this.#sink !== null) throw new Error('a stream can be consumed once');
    this.#sink = sink;
    this.#deliver();
    return () => {
      this.#sinkFull = false;
      this.#deliver();
    };
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    return iterateBody(this);
  }

  cancel(reason: Error): void {
    if (this.#settled) return;
    this.#source.abort(reason);
    this.fail(reason);
  }

  /** From the upstream: the next bytes. */
  push(bytes: Uint8Array): void {
    if (this.#settled || bytes.length === 0) return;
    for (const observer of this.#observers) tell(observer, bytes);
    this.#tail = bytes.length >= 4 ? bytes : Buffer.concat([this.#tail.subarray(-3), bytes]);
    if (this.#boundary !== null) this.#boundary.add(bytes);
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#schedule();
  }

  /** From the upstream: that was all. */
  finish(): void {
    this.#upstreamEnded = true;
    this.#schedule();
  }

  /** From the upstream, or from who gives it up: it will never be whole. */
  fail(error: Error): void {
    if (this.#error !== null || this.#sinkDone) return;
    this.#error = error;
    // At once, not with the turn's end: after a cancel nobody may be left to run it.
    this.#sinkFull = false;
    this.#deliver();
    this.#settle(error);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    if (this.#sink === null || this.#sinkFull) {
      this.#holdBack();
      return;
    }
    this.#scheduled = true;
    queueMicrotask(this.#flush);
  }

  #holdBack(): void {
    if (this.#paused || this.#pendingBytes < HIGH_WATER_BYTES) return;
    this.#paused = true;
    this.#source.pause();
  }

  #deliver(): void {
    this.#scheduled = false;
    const sink = this.#sink;
    if (sink === null || this.#sinkDone) return;
    if (!this.#sinkFull && this.#pending.length > 0 && !this.#write(sink)) return;
    if (this.#error !== null) {
      this.#sinkDone = true;
      const between = this.#boundary === null ? endsEvent(this.#tail) : this.#boundary.between;
      sink.fail(this.#error, between ? this.#lastEvent(this.#error) : null);
    } else if (this.#upstreamEnded && this.#pending.length === 0) {
      this.#sinkDone = true;
      this.#end(sink);
    } else if (this.#sinkFull) {
      this.#holdBack();
    } else if (this.#paused) {
      this.#paused = false;
      this.#source.resume();
    }
  }

  /** False when the sink threw, as a response that the host has patched may: then nobody takes the stream any more. */
  #write(sink: ByteSink): boolean {
    try {
      this.#sinkFull = !sink.write(this.#takePending());
      return true;
    } catch (error) {
      this.#sinkFull = true;
      this.cancel(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }

  /** This runs in a microtask, where what a patched response throws would end the host's process. */
  #end(sink: ByteSink): void {
    try {
      sink.end();
      this.#settle();
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      this.#settle(error);
      sink.fail(error, null);
    }
  }

  #takePending(): Uint8Array {
    const [first] = this.#pending;
    const bytes = this.#pending.length === 1 ? (first as Uint8Array) : Buffer.concat(this.#pending, this.#pendingBytes);
    this.#pending = [];
    this.#pendingBytes = 0;
    return bytes;
  }

  #settle(error?: Error): void {
    if (this.#settled) return;
    this.#settled = true;
    for (const observer of this.#observers) {
      try {
        observer.end(error);
      } catch {
        // The stream is over for everybody else too.
      }
    }
  }
}

function tell(observer: ByteObserver, bytes: Uint8Array): void {
  try {
    observer.chunk?.(bytes);
  } catch {
    // An observer may miss bytes; the client may not.
  }
}

/** Whether these last bytes end an event (a blank line after any of the three line ends), or nothing was sent yet. */
export function endsEvent(tail: Uint8Array): boolean {
  if (tail.length === 0) return true;
  const last = Buffer.from(tail.subarray(-4)).toString('latin1');
  return last.endsWith('\n\n') || last.endsWith('\r\n\r\n') || last.endsWith('\r\r');
}
