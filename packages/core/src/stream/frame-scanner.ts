/** What a scanner of WebSocket frames tells, in order. Called synchronously for every frame that passes, so it must be quick. */
export interface FrameListener {
  /** A data message begins. */
  begin(text: boolean): void;
  /** Where up to `available` next bytes of the message go, unmasked; empty when none of them are wanted. */
  space(available: number): Uint8Array;
  /** That many bytes of what `space` gave have been filled. */
  filled(count: number): void;
  /** The message is whole; its length in bytes. */
  end(length: number): void;
  /** A close frame with what it carries: nothing, or code and reason, at most 125 bytes. */
  close(payload: Uint8Array): void;
  /** What passes are no frames that can be read; nothing is told any more. */
  lost(): void;
}

const CONTINUATION = 0x0;
const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const PONG = 0xa;

/** Longest payload of a control frame, bytes (RFC 6455 section 5.5). */
const MAX_CONTROL = 125;

/**
 * Reads the frames of one direction of a WebSocket (RFC 6455 section 5.2) while their bytes pass, in pieces of any size. It holds
 * nothing but a header: what it does for a message grows with what its listener wants of it, not with its length.
 */
export class FrameScanner {
  readonly #listener: FrameListener;
  readonly #header = new Uint8Array(14);
  #headerLength = 0;
  #headerNeeded = 2;
  #opcode = 0;
  #final = true;
  /** Where in the header the mask stands; 0 where there is none. */
  #mask = 0;
  /** Payload bytes of the frame that have passed, modulo 4. */
  #maskAt = 0;
  #inFrame = false;
  /** Payload bytes of the frame that are still to come. */
  #left = 0;
  #inMessage = false;
  #messageLength = 0;
  #control: number[] = [];
  #lost = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Whether everything that passed were whole frames, so that a frame of our own may follow. */
  get betweenFrames(): boolean {
    return !this.#lost && !this.#inFrame && this.#headerLength === 0;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#lost) {
      at = this.#inFrame ? this.#readPayload(bytes, at) : this.#readHeader(bytes, at);
    }
  }

  #readHeader(bytes: Uint8Array, start: number): number {
    const header = this.#header;
    let at = start;
    while (at < bytes.length && this.#headerLength < this.#headerNeeded) {
      header[this.#headerLength++] = bytes[at++] as number;
      if (this.#headerLength === 2) this.#headerNeeded = neededFor(header[1] as number);
    }
    if (this.#headerLength === this.#headerNeeded) this.#beginFrame();
    return at;
  }

  #beginFrame(): void {
    const header = this.#header;
    const first = header[0] as number;
    const second = header[1] as number;
    this.#opcode = first & 0x0f;
    this.#final = (first & 0x80) !== 0;
    const length = lengthIn(header);
    // Reserved bits belong to extensions, and none is agreed on.
    if ((first & 0x70) !== 0 || length > Number.MAX_SAFE_INTEGER || !this.#isExpected(length)) {
      this.#lost = true;
      this.#listener.lost();
      return;
    }
    this.#mask = (second & 0x80) === 0 ? 0 : this.#headerNeeded - 4;
    this.#maskAt = 0;
    this.#headerLength = 0;
    this.#headerNeeded = 2;
    this.#inFrame = true;
    this.#left = length;
    if (this.#opcode === TEXT || this.#opcode === BINARY) {
      this.#inMessage = true;
      this.#messageLength = 0;
      this.#listener.begin(this.#opcode === TEXT);
    }
    if (length === 0) this.#endFrame();
  }

  #isExpected(length: number): boolean {
    const opcode = this.#opcode;
    if (opcode === CONTINUATION) return this.#inMessage;
    if (opcode === TEXT || opcode === BINARY) return !this.#inMessage;
    return opcode >= CLOSE && opcode <= PONG && this.#final && length <= MAX_CONTROL;
  }

  #readPayload(bytes: Uint8Array, at: number): number {
    const length = Math.min(this.#left, bytes.length - at);
    if (this.#opcode === CLOSE) this.#readClose(bytes, at, length);
    else if (this.#opcode < CLOSE) this.#readMessage(bytes, at, length);
    this.#maskAt = (this.#maskAt + length) & 3;
    this.#left -= length;
    if (this.#left === 0) this.#endFrame();
    return at + length;
  }

  #readClose(bytes: Uint8Array, at: number, length: number): void {
    for (let i = 0; i < length; i++) this.#control.push((bytes[at + i] as number) ^ this.#maskByte(i));
  }

  #readMessage(bytes: Uint8Array, at: number, length: number): void {
    this.#messageLength += length;
    let done = 0;
    while (done < length) {
      const space = this.#listener.space(length - done);
      const count = Math.min(space.length, length - done);
      if (count === 0) return;
      space.set(bytes.subarray(at + done, at + done + count));
      if (this.#mask !== 0) this.#unmask(space, count, done);
      done += count;
      this.#listener.filled(count);
    }
  }

  #unmask(bytes: Uint8Array, count: number, offset: number): void {
    const mask = this.#header.subarray(this.#mask, this.#mask + 4);
    const first = this.#maskAt + offset;
    for (let i = 0; i < count; i++) (bytes[i] as number) ^= mask[(first + i) & 3] as number;
  }

  #maskByte(offset: number): number {
    return this.#mask === 0 ? 0 : (this.#header[this.#mask + ((this.#maskAt + offset) & 3)] as number);
  }

  #endFrame(): void {
    this.#inFrame = false;
    if (this.#opcode === CLOSE) {
      this.#listener.close(Uint8Array.from(this.#control));
      this.#control = [];
    } else if (this.#opcode < CLOSE && this.#final) {
      this.#inMessage = false;
      this.#listener.end(this.#messageLength);
    }
  }
}

/** Length of a whole frame header whose second byte this is. */
function neededFor(second: number): number {
  const length = second & 0x7f;
  const extended = length === 127 ? 8 : length === 126 ? 2 : 0;
  return 2 + extended + ((second & 0x80) === 0 ? 0 : 4);
}

function lengthIn(header: Uint8Array): number {
  const length = (header[1] as number) & 0x7f;
  const bytes = length === 127 ? 8 : length === 126 ? 2 : 0;
  if (bytes === 0) return length;
  let value = 0;
  for (let i = 0; i < bytes; i++) value = value * 256 + (header[2 + i] as number);
  return value;
}
