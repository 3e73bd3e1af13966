import type { Socket } from 'node:net';
import { createGate, type Gate } from './gate.js';
import { RequestReader } from './request-reader.js';
import type { SeenRequest } from './seen-request.js';

/** Thrown into a script that goes on writing after its connection closed; the provider swallows it. */
export class ConnectionClosed extends Error {}

/** One connection to a scripted provider. */
export class Connection {
  /** Bytes that were handed to the socket and that it has passed on to the system. */
  sentBytes = 0;
  readonly requests: SeenRequest[] = [];
  readonly #socket: Socket;
  readonly #closed: Gate = createGate();
  #isClosed = false;

  constructor(socket: Socket, onRequest: (connection: Connection, request: SeenRequest) => void) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const reader = new RequestReader((request) => {
      this.requests.push(request);
      onRequest(this, request);
    });
    socket.on('data', (bytes) => reader.push(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isClosed = true;
      reader.end();
      this.#closed.open();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when the connection closed, from either side. */
  get closed(): Promise<void> {
    return this.#closed.opened;
  }

  /** Resolves when the system took the bytes; while the peer does not read, that is when it does again. */
  send(bytes: Uint8Array | string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed || !this.#socket.writable) return reject(new ConnectionClosed());
      this.#socket.write(bytes, (error) => {
        if (error !== undefined && error !== null) return reject(new ConnectionClosed());
        this.sentBytes += bytes.length;
        resolve();
      });
    });
  }

  /** Ends the connection with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Ends the connection in an orderly way, once what was sent is out. */
  end(): void {
    this.#socket.end();
  }

  /** Stops reading what the peer sends. A peer that leaves is noticed only after `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Resolves when the peer has taken no byte for `quietMs`: only time tells that somebody does not read. */
  async stalled(quietMs = 100): Promise<void> {
    for (let before = -1; before !== this.sentBytes; ) {
      before = this.sentBytes;
      await new Promise((resolve) => setTimeout(resolve, quietMs));
    }
  }
}
