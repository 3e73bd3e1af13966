import type { Connection } from './connection.js';
import { turn } from './gate.js';
import type { SeenRequest } from './seen-request.js';

/** How the end of an answer's body is told. `none`: there is no body, as for HEAD, 204 and 304. */
export type Framing = 'chunked' | 'length' | 'close' | 'none';

/** Head of an answer. */
export interface AnswerHead {
  /** Default 200. */
  status?: number;
  reason?: string;
  headers?: readonly (readonly [name: string, value: string])[];
  /** Default `chunked`. */
  framing?: Framing;
  /** Declared content-length; default the length of all pieces. */
  length?: number;
}

/** Bytes to send, or something to wait for before the next ones. */
export type Piece = Uint8Array | string | Promise<unknown>;

type Pieces = Iterable<Piece> | AsyncIterable<Uint8Array | string>;

/** One request at a scripted provider, and the means to answer it byte by byte. */
export class Exchange {
  readonly request: SeenRequest;
  readonly connection: Connection;
  #framing: Framing = 'none';

  constructor(connection: Connection, request: SeenRequest) {
    this.connection = connection;
    this.request = request;
  }

  /** Sends bytes as they are. */
  raw(bytes: Uint8Array | string): Promise<void> {
    return this.connection.send(bytes);
  }

  /** Sends a head, as a packet of its own. */
  head({ status = 200, reason = 'OK', headers = [], framing = 'chunked', length }: AnswerHead = {}): Promise<void> {
    this.#framing = framing;
    return this.raw(headBytes({ status, reason, headers, framing, length }));
  }

  /** Sends a part of the body, framed as the head said, as a packet of its own. */
  write(bytes: Uint8Array | string): Promise<void> {
    return this.raw(this.#framing === 'chunked' ? chunkBytes(bytes) : bytes);
  }

  /** Ends the body, cleanly. */
  async end(): Promise<void> {
    if (this.#framing === 'chunked') await this.raw('0\r\n\r\n');
    if (this.#framing === 'close') this.connection.end();
  }

  /** Closes the connection in the middle of the answer: no terminator, no reset. */
  cut(): void {
    this.connection.end();
  }

  /** Resets the connection. */
  reset(): void {
    this.connection.reset();
  }

  /** Sends a whole answer: the head, each piece as a packet of its own (promises are waited for), and the end. */
  async respond(head: AnswerHead, pieces: Pieces = []): Promise<void> {
    const length = head.length ?? (Array.isArray(pieces) ? byteLength(pieces) : undefined);
    await this.head({ ...head, length });
    for await (const piece of pieces as AsyncIterable<Uint8Array | string | undefined>) {
      await turn();
      if (typeof piece === 'string' || piece instanceof Uint8Array) await this.write(piece);
    }
    await this.end();
  }
}

/** A head as bytes. */
export function headBytes(head: AnswerHead): Buffer {
  const { status = 200, reason = 'OK', headers = [], framing = 'chunked', length } = head;
  const lines = [`HTTP/1.1 ${status} ${reason}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  if (framing === 'chunked') lines.push('transfer-encoding: chunked');
  if (framing === 'close') lines.push('connection: close');
  if (framing === 'length') lines.push(`content-length: ${length ?? 0}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

/** Bytes as one chunk of the chunked coding. */
export function chunkBytes(bytes: Uint8Array | string): Buffer {
  const body = Buffer.from(bytes);
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
}

/** Bytes cut in two. */
export function splitAt(bytes: Uint8Array, offset: number): Uint8Array[] {
  return [bytes.subarray(0, offset), bytes.subarray(offset)].filter((part) => part.length > 0);
}

/** Bytes in pieces of `size`. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** Bytes in pieces of `size`, one every `everyMs`. */
export async function* drip(bytes: Uint8Array, size: number, everyMs: number): AsyncGenerator<Uint8Array> {
  for (const piece of inPieces(bytes, size)) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    yield piece;
  }
}

function byteLength(pieces: readonly Piece[]): number {
  let sum = 0;
  for (const piece of pieces) {
    if (typeof piece === 'string') sum += Buffer.byteLength(piece);
    else if (piece instanceof Uint8Array) sum += piece.length;
  }
  return sum;
}
