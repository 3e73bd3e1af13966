import { type FrameListener, FrameScanner } from '../stream/frame-scanner.js';

const NOTHING = new Uint8Array(0);

/** Sees whether a close frame has passed in one direction, and whether a frame of ours may follow. */
export class CloseWatch implements FrameListener {
  /** A close frame has passed: nothing may follow it. */
  closed = false;
  readonly #scanner = new FrameScanner(this);

  push(bytes: Uint8Array): void {
    if (!this.closed) this.#scanner.push(bytes);
  }

  /** Whether a close frame of ours would be understood behind what has passed. */
  get takesClose(): boolean {
    return !this.closed && this.#scanner.betweenFrames;
  }

  space(): Uint8Array {
    return NOTHING;
  }

  close(): void {
    this.closed = true;
  }

  begin(): void {}
  filled(): void {}
  end(): void {}
  lost(): void {}
}
