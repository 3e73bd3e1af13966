import type { Duplex } from 'node:stream';
import {
  type ByteSink,
  type ByteStream,
  type EngineResponse,
  type Headers,
  keepAlive,
  socketStream,
} from '@helicone-proxy/core';

/** How long a client may take to take the last of a whole answer or session, ms. */
const LAST_MS = 10_000;
/** The same for a session that was cut, ms. */
const CUT_MS = 1_000;
/** How long it may then take to close its side, ms. */
const CLOSE_MS = 1_000;

/** The socket of a client that asked for an upgrade: everything that Node's server has let go of. */
export class UpgradeSocket {
  /** What the client sends. */
  readonly stream: ByteStream;
  readonly #socket: Duplex;
  readonly #gone = new AbortController();
  #answered = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(socket: Duplex, head: Uint8Array) {
    this.#socket = socket;
    keepAlive(socket);
    this.stream = socketStream(socket, head);
    const left = (): void => {
      if (!this.#answered) this.#gone.abort();
    };
    socket.once('end', left);
    socket.once('close', () => {
      left();
      if (this.#timer !== null) clearTimeout(this.#timer);
    });
    // Gone already, while the host was at work: `close` does not come twice.
    if (socket.destroyed) left();
  }

  /** Aborts when the client leaves before it is answered. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Writes the answer: frames behind a 101, and any other as HTTP, which is then over. */
  answer(response: EngineResponse): void {
    const { status, body } = response;
    const socket = this.#socket;
    if (socket.destroyed || this.#gone.signal.aborted) {
      if (body !== null && !(body instanceof Uint8Array)) body.cancel(new Error('nobody is left to read the answer'));
      socket.destroy();
      return;
    }
    this.#answered = true;
    socket.write(headOf(response), 'latin1');
    if (status === 101) {
      // No close frame is enough to look broken.
      this.#send(body as ByteStream, (lastEvent) => this.#end(CUT_MS, lastEvent));
    } else this.#sendAnswer(body);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #sendAnswer(body: EngineResponse['body']): void {
    // What it sends still is read and dropped: closing on unread bytes would reset the connection under the answer.
    this.stream.attach({ write: () => true, end() {}, fail() {} });
    if (body === null) this.#end(LAST_MS);
    else if (body instanceof Uint8Array) this.#end(LAST_MS, body);
    else this.#send(body, () => reset(this.#socket));
  }

  #send(body: ByteStream, fail: (lastEvent: Uint8Array | null) => void): void {
    const socket = this.#socket;
    const sink: ByteSink = {
      write: (bytes) => socket.write(bytes),
      end: () => this.#end(LAST_MS),
      fail: (_error, lastEvent) => fail(lastEvent),
    };
    const goOn = body.attach(sink);
    socket.on('drain', goOn);
    socket.once('close', () => body.cancel(new Error('the client closed the connection')));
    if (socket.destroyed) body.cancel(new Error('the client closed the connection'));
  }

  /** Closes behind what was written. A client that does not take that within `ms`, or does not close its side then, is cut. */
  #end(ms: number, last: Uint8Array | null = null): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    this.#destroyIn(ms);
    const written = (): void => this.#destroyIn(CLOSE_MS);
    if (last === null) socket.end(written);
    else socket.end(last, written);
  }

  #destroyIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = this.#socket.destroyed ? null : setTimeout(() => this.#socket.destroy(), ms);
  }
}

/** An answer without a length is whole when its connection ends: a broken one must not end so. */
function reset(socket: Duplex & { resetAndDestroy?(): void }): void {
  try {
    socket.resetAndDestroy?.();
  } catch {
    // Only plain TCP can be reset: behind TLS or on a local socket Node throws.
  }
  socket.destroy();
}

function headOf({ status, headers, body }: EngineResponse): string {
  // Here the host has its server; importing it with this file would load Node's own fetch into hosts that have none yet.
  const { STATUS_CODES } = process.getBuiltinModule('node:http');
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`];
  const own = status === 101 ? ['Connection: Upgrade', 'Upgrade: websocket'] : ['Connection: close'];
  lines.push(...own, ...fieldsOf(headers, status === 101));
  if (body instanceof Uint8Array && headers['content-length'] === undefined) {
    lines.push(`Content-Length: ${body.length}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Headers of a message: where it ends, a 101 does not tell. */
function fieldsOf(headers: Headers, switches: boolean): string[] {
  const fields: string[] = [];
  for (const name in headers) {
    if (switches && name === 'content-length') continue;
    for (const value of [headers[name] ?? []].flat()) if (isPlain(value)) fields.push(`${name}: ${value}`);
  }
  return fields;
}

/** A line end in a value would begin a header of its own, and written as latin1 some characters beyond it become one. */
function isPlain(value: string): boolean {
  return !/[\r\n\0\u0100-\uffff]/.test(value);
}
