import type { ByteObserver, ByteSink, ByteStream } from '../contract.js';
import { own, parseObject } from '../providers/wires/json-read.js';
import { EventBoundaries } from './event-boundaries.js';
import { scanSse } from './sse-scanner.js';

/** An event is held until it is whole; one that is longer goes through as it comes, whatever it says. Bytes. */
const MAX_EVENT_BYTES = 1024 * 1024;

const NO_BYTES = Buffer.alloc(0);

/**
 * Hides from a client the usage chunk that it did not ask for: an event whose data is an object with an empty `choices` and a
 * `usage` object. All else goes through byte for byte, and nothing but an event that is not whole yet waits. Observers of the
 * stream see all of it, the usage included.
 *
 * `lastEvent` gives what may be said to the client when the stream breaks between two events that it saw, or null: the source
 * may have broken in the middle of one that was still held.
 */
export function usageFilter(source: ByteStream, lastEvent: (error: Error) => Uint8Array | null): ByteStream {
  return new FilteredStream(source, lastEvent);
}

class FilteredStream implements ByteStream {
  readonly #source: ByteStream;
  readonly #lastEvent: (error: Error) => Uint8Array | null;

  constructor(source: ByteStream, lastEvent: (error: Error) => Uint8Array | null) {
    this.#source = source;
    this.#lastEvent = lastEvent;
  }

  observe(observer: ByteObserver): void {
    this.#source.observe(observer);
  }

  attach(sink: ByteSink): () => void {
    return this.#source.attach(new FilteringSink(sink, this.#lastEvent));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    const events = new WantedEvents();
    for await (const bytes of this.#source) {
      const wanted = events.push(bytes);
      if (wanted !== null) yield wanted;
    }
    const rest = events.finish();
    if (rest !== null) yield rest;
  }

  cancel(reason: Error): void {
    this.#source.cancel(reason);
  }
}

class FilteringSink implements ByteSink {
  readonly #events = new WantedEvents();
  readonly #sink: ByteSink;
  readonly #lastEvent: (error: Error) => Uint8Array | null;

  constructor(sink: ByteSink, lastEvent: (error: Error) => Uint8Array | null) {
    this.#sink = sink;
    this.#lastEvent = lastEvent;
  }

  write(bytes: Uint8Array): boolean {
    const wanted = this.#events.push(bytes);
    // The source writes only where there is room, so there still is when nothing was written.
    return wanted === null || this.#sink.write(wanted);
  }

  end(): void {
    const rest = this.#events.finish();
    if (rest !== null) this.#sink.write(rest);
    this.#sink.end();
  }

  /** An event that will never be whole is dropped: what the client saw then ends between two events. */
  fail(error: Error, lastEvent: Uint8Array | null): void {
    this.#sink.fail(error, this.#events.between ? (lastEvent ?? this.#lastEvent(error)) : null);
  }
}

/** The bytes of a stream less its usage events. */
class WantedEvents {
  readonly #boundaries = new EventBoundaries();
  /** The beginning of an event whose end has not come yet, in a buffer that is used again. */
  #held: Buffer = NO_BYTES;
  #heldBytes = 0;
  /** An event that is too long to be held is being handed on. */
  #passing = false;
  /** A hidden event ended in a CR: an LF right behind it is hidden with it. */
  #hiddenCr = false;

  /** Whether what was handed on so far ends between two events. */
  get between(): boolean {
    return !this.#passing;
  }

  /** The next bytes of the stream in, those that may go on out; null when none may. */
  push(chunk: Uint8Array): Uint8Array | null {
    const kept: Uint8Array[] = [];
    // What of this chunk may go on and was not taken over yet begins here.
    let from = 0;
    let at = 0;
    for (let end = this.#boundaries.next(chunk, 0); end >= 0; end = this.#boundaries.next(chunk, at)) {
      if (this.#isHidden(chunk, at, end)) {
        kept.push(chunk.subarray(from, at));
        from = end;
      } else if (this.#heldBytes > 0) kept.push(Buffer.from(this.#held.subarray(0, this.#heldBytes)));
      this.#heldBytes = 0;
      this.#passing = false;
      at = end;
    }
    kept.push(chunk.subarray(from, at));
    this.#hold(chunk.subarray(at), kept);
    return joined(kept);
  }

  /** The stream has ended: what was held, unless it is a usage event that only lacks its blank line. */
  finish(): Uint8Array | null {
    const rest = this.#held.subarray(0, this.#heldBytes);
    this.#heldBytes = 0;
    return rest.length === 0 || isUsageEvent(Buffer.concat([rest, Buffer.from('\n\n')])) ? null : rest;
  }

  /** Whether the event that ends at `end`, of which the held bytes are the beginning, is one that the client did not ask for. */
  #isHidden(chunk: Uint8Array, at: number, end: number): boolean {
    if (this.#hiddenCr) {
      this.#hiddenCr = false;
      if (at === 0 && end === 1 && chunk[0] === 10) return true;
    }
    if (this.#passing || this.#heldBytes + end - at > MAX_EVENT_BYTES) return false;
    const part = Buffer.from(chunk.buffer, chunk.byteOffset + at, end - at);
    const event = this.#heldBytes === 0 ? part : Buffer.concat([this.#held.subarray(0, this.#heldBytes), part]);
    if (!isUsageEvent(event)) return false;
    this.#hiddenCr = event.at(-1) === 13;
    return true;
  }

  /** The beginning of an event is held, by copy: a chunk of one byte may keep 64 KiB alive. */
  #hold(rest: Uint8Array, kept: Uint8Array[]): void {
    if (rest.length === 0) return;
    if (this.#passing || this.#heldBytes + rest.length > MAX_EVENT_BYTES) {
      if (this.#heldBytes > 0) kept.push(Buffer.from(this.#held.subarray(0, this.#heldBytes)));
      this.#held = NO_BYTES;
      this.#heldBytes = 0;
      this.#passing = true;
      kept.push(rest);
      return;
    }
    const needed = this.#heldBytes + rest.length;
    if (needed > this.#held.length) {
      // Twice as large each time, so that an event in single bytes is still copied in linear time.
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#held.length, needed, 1024));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    this.#held.set(rest, this.#heldBytes);
    this.#heldBytes = needed;
  }
}

/** What came as one chunk goes on as one write; a copy is made only where something in it was hidden or held. */
function joined(pieces: readonly Uint8Array[]): Uint8Array | null {
  const some = pieces.filter((piece) => piece.length > 0);
  return some.length > 1 ? Buffer.concat(some) : (some[0] ?? null);
}

/** With the option on, every chunk has a `usage`, mostly null; only the extra one has no choice. */
const EMPTY_CHOICES = /"choices"\s*:\s*\[\s*\]/;

function isUsageEvent(event: Buffer): boolean {
  if (!event.includes('"usage"') || !EMPTY_CHOICES.test(event.toString('latin1'))) return false;
  let found = false;
  scanSse(event.toString(), ({ data }) => {
    const body = parseObject(data);
    if (body === null) return;
    const choices = own(body, 'choices');
    const usage = own(body, 'usage');
    found = Array.isArray(choices) && choices.length === 0 && isObject(usage);
  });
  return found;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
