import type { Duplex } from 'node:stream';

/** What a TCP socket can do that not every stream can. */
interface TcpSocket {
  setKeepAlive?(on: boolean, afterMs: number): void;
  setNoDelay?(on: boolean): void;
  setTimeout?(ms: number): void;
}

/** Silence before a peer is asked whether it is still there, ms. */
const PROBE_AFTER_MS = 30_000;

/** Readies the socket of a session, which may be silent for hours: a dead peer is noticed, and nothing else ends it. */
export function keepAlive(socket: Duplex & TcpSocket): void {
  socket.setTimeout?.(0);
  socket.setNoDelay?.(true);
  socket.setKeepAlive?.(true, PROBE_AFTER_MS);
}
