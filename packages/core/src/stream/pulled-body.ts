import type { ByteObserver, ByteSink, ByteStream } from '../contract.js';
import { iterateBody } from './iterate-body.js';

/** What a body takes its bytes from. */
export interface BodySupply {
  /** The next bytes; null when there are none at this moment. */
  take(): Uint8Array | null;
  /** Everything was taken, and that was all. */
  readonly done: boolean;
  /** The client left. True: the rest is taken all the same, for the observers alone. */
  left?(reason: Error): boolean;
  /** Called once, when nothing will be taken any more: everything was handed on (null), or what ended the body before that. */
  closed(reason: Error | null): void;
}

/** In place of a client that left. */
const NOBODY: ByteSink = { write: () => true, end() {}, fail() {} };

/**
 * A body that takes its bytes from a supply as fast as its client takes them. Observers see each byte once, in order, right before the client does.
 */
export class PulledBody implements ByteStream {
  readonly #supply: BodySupply;
  readonly #observers: ByteObserver[] = [];
  #sink: ByteSink | null = null;
  #full = false;
  /** The client asked for more while it was being written to. */
  #asked = false;
  #pumping = false;
  /** What feeds the supply broke: what it still holds is handed on, then this. */
  #broken: { error: Error; lastEvent: Uint8Array | null } | null = null;
  /** The client left, and the rest is for the observers. */
  #left: Error | null = null;
  #over = false;
  #error: Error | null = null;

  constructor(supply: BodySupply) {
    this.#supply = supply;
  }

  /** Whether somebody takes the bytes. */
  get attached(): boolean {
    return this.#sink !== null && this.#left === null;
  }

  observe(observer: ByteObserver): void {
    if (this.#over) endObserver(observer, this.#error);
    else this.#observers.push(observer);
  }

  attach(sink: ByteSink): () => void {
    if (this.#left !== null) {
      endSink(sink, this.#left, null);
      this.#goOnAlone();
    } else if (this.#sink !== null) throw new Error('a stream can be consumed once');
    else this.#begin(sink);
    return () => {
      if (this.#left !== null) return;
      this.#asked = true;
      this.#full = false;
      this.pump();
    };
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    return iterateBody(this);
  }

  cancel(reason: Error): void {
    if (this.#over) return;
    if (this.#left !== null) this.#goOnAlone();
    else if (this.#supply.left?.(reason) !== true) this.#end(reason, null);
    // What is asked may have ended the body.
    else if (!this.#over) {
      endSink(this.#sink, reason, null);
      this.#left = reason;
      this.#goOnAlone();
    }
  }

  /** The client left before it got this body, and observers are yet to come: the rest is theirs once somebody gives it up. */
  leftBefore(reason: Error): void {
    this.#left = reason;
  }

  /** Ends the body, also one that goes on without its client. */
  stop(reason: Error): void {
    this.#end(reason, null);
  }

  /** From who feeds the supply: there may be more to take. Never throws. */
  pump(): void {
    // A client that asks for more inside of `write` gets it from the loop that writes.
    if (this.#sink === null || this.#pumping) return;
    this.#pumping = true;
    while (!this.#over && (!this.#full || this.#broken !== null)) {
      const bytes = this.#supply.take();
      // Taking may let others go on, and end this one.
      if (bytes === null || this.#over) break;
      this.#hand(bytes);
    }
    this.#pumping = false;
    if (this.#over) return;
    if (this.#broken !== null) this.#end(this.#broken.error, this.#broken.lastEvent);
    else if (this.#supply.done) this.#end(null, null);
  }

  /**
   * From who feeds the supply: it breaks behind what can be taken now. A client gets that much, even when it is full, and then
   * `lastEvent`; one that is yet to come gets it then. Never throws.
   */
  fail(error: Error, lastEvent: Uint8Array | null): void {
    this.#broken ??= { error, lastEvent };
    this.pump();
  }

  #begin(sink: ByteSink): void {
    this.#sink = sink;
    if (this.#over) endSink(sink, this.#error, null);
    else this.pump();
  }

  /** Without the client: observers see the rest as fast as it comes. */
  #goOnAlone(): void {
    this.#sink = NOBODY;
    this.#full = false;
    this.pump();
  }

  #hand(bytes: Uint8Array): void {
    for (const observer of this.#observers) tell(observer, bytes);
    // Whoever was told may have given the stream up.
    if (this.#over) return;
    this.#asked = false;
    try {
      this.#full = this.#sink?.write(bytes) === false && !this.#asked && this.#left === null;
    } catch (thrown) {
      // As a response that the host has patched may: nobody takes the stream any more.
      this.cancel(toError(thrown));
    }
  }

  #end(error: Error | null, lastEvent: Uint8Array | null): void {
    if (this.#over) return;
    this.#over = true;
    const failure = this.#left ?? endSink(this.#sink, error, lastEvent);
    this.#error = failure;
    this.#supply.closed(failure);
    for (const observer of this.#observers) endObserver(observer, failure);
  }
}

/** Tells the client how the stream ended; returns what it knows of it, which is what it threw if it did. */
function endSink(sink: ByteSink | null, error: Error | null, lastEvent: Uint8Array | null): Error | null {
  let failure = error;
  try {
    if (error === null) sink?.end();
    else sink?.fail(error, lastEvent);
  } catch (thrown) {
    failure ??= toError(thrown);
    if (error === null) endSink(sink, failure, null);
  }
  return failure;
}

function endObserver(observer: ByteObserver, error: Error | null): void {
  try {
    observer.end(error ?? undefined);
  } catch {
    // The stream is over for everybody else too.
  }
}

function tell(observer: ByteObserver, bytes: Uint8Array): void {
  try {
    observer.chunk?.(bytes);
  } catch {
    // An observer may miss bytes; the client may not.
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
