import { SeenRequest } from './seen-request.js';

type State = 'head' | 'body' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer';

const NO_BYTES: Buffer = Buffer.alloc(0);

/** Reads requests off one connection, one after the other, and keeps what came byte for byte. */
export class RequestReader {
  readonly #onRequest: (request: SeenRequest) => void;
  #pending: Buffer = NO_BYTES;
  #state: State = 'head';
  #request: SeenRequest | null = null;
  /** Bytes that are still due of this body or chunk. */
  #left = 0;

  /** `onRequest` is called as soon as a head is complete; its body fills up afterwards. */
  constructor(onRequest: (request: SeenRequest) => void) {
    this.#onRequest = onRequest;
  }

  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#step());
  }

  /** The connection closed. */
  end(): void {
    this.#request?.end(false);
  }

  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'body':
        return this.#readBody('head');
      case 'chunk':
        return this.#readBody('chunk-end');
      case 'chunk-size':
        return this.#readLine((line) => this.#startChunk(Number.parseInt(line, 16)));
      case 'chunk-end':
        return this.#readLine(() => {
          this.#state = 'chunk-size';
        });
      case 'trailer':
        return this.#readLine((line) => {
          if (line === '') this.#finish();
        });
    }
  }

  #readHead(): boolean {
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end < 0) return false;
    const request = new SeenRequest(this.#take(end + 4).toString('latin1'));
    this.#request = request;
    const chunked = request.header('transfer-encoding') !== undefined;
    this.#left = Number(request.header('content-length') ?? 0);
    this.#state = chunked ? 'chunk-size' : 'body';
    this.#onRequest(request);
    if (!chunked && this.#left === 0) this.#finish();
    return this.#pending.length > 0;
  }

  #readBody(next: State): boolean {
    const bytes = this.#take(Math.min(this.#left, this.#pending.length));
    if (bytes.length > 0) this.#request?.add(bytes);
    this.#left -= bytes.length;
    if (this.#left > 0) return false;
    if (next === 'head') this.#finish();
    else this.#state = next;
    return this.#pending.length > 0;
  }

  #readLine(onLine: (line: string) => void): boolean {
    const end = this.#pending.indexOf('\r\n');
    if (end < 0) return false;
    onLine(
      this.#take(end + 2)
        .subarray(0, end)
        .toString('latin1'),
    );
    return this.#pending.length > 0;
  }

  #startChunk(size: number): void {
    this.#left = size;
    this.#state = size === 0 ? 'trailer' : 'chunk';
  }

  #finish(): void {
    this.#request?.end(true);
    this.#request = null;
    this.#state = 'head';
  }

  #take(count: number): Buffer {
    const bytes = this.#pending.subarray(0, count);
    this.#pending = count === this.#pending.length ? NO_BYTES : this.#pending.subarray(count);
    return bytes;
  }
}
