import { isFrameLength } from './aws-frame-layout.js';
import { framingOf } from './framing.js';

/** Watches the bytes of a stream pass, whatever they are cut into, and says whether they stand between two events. */
export interface Boundary {
  add(bytes: Uint8Array): void;
  readonly between: boolean;
}

/**
 * A watch for streams whose last bytes alone do not tell, by their content type; null for all others. It costs a step for each
 * chunk and each event, whatever their length.
 */
export function boundaryOf(type: string): Boundary | null {
  const framing = framingOf(type);
  if (framing === 'aws-frames') return new FrameBoundary();
  return framing === 'ndjson' ? new LineBoundary() : null;
}

const LF = 10;

class LineBoundary implements Boundary {
  between = true;

  add(bytes: Uint8Array): void {
    if (bytes.length > 0) this.between = bytes[bytes.length - 1] === LF;
  }
}

class FrameBoundary implements Boundary {
  /** Bytes of the current frame that have not passed, once its length is known. */
  #left = 0;
  #length = 0;
  /** Bytes of the current frame's length that have passed. */
  #lengthBytes = 0;
  /** A length was impossible: where a frame ends cannot be told any more. */
  #lost = false;

  get between(): boolean {
    return this.#left === 0 && this.#lengthBytes === 0 && !this.#lost;
  }

  add(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#lost) {
      if (this.#left > 0) {
        const passing = Math.min(this.#left, bytes.length - at);
        this.#left -= passing;
        at += passing;
      } else {
        this.#lengthByte(bytes[at] as number);
        at += 1;
      }
    }
  }

  #lengthByte(byte: number): void {
    this.#length = this.#length * 256 + byte;
    this.#lengthBytes += 1;
    if (this.#lengthBytes < 4) return;
    if (isFrameLength(this.#length)) this.#left = this.#length - 4;
    else this.#lost = true;
    this.#length = 0;
    this.#lengthBytes = 0;
  }
}
