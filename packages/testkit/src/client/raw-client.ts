import { connect } from 'node:net';

/** What came back over a bare TCP connection. */
export interface RawAnswer {
  /** Every byte that came, framing included. */
  bytes: Buffer;
  /** The peer reset the connection. */
  reset: boolean;
}

/** Sends bytes over a TCP connection as they are, and resolves with all that comes until the peer closes it. */
export function sendRaw(origin: string, bytes: Uint8Array | string): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let reset = false;
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setNoDelay(true);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') reset = true;
      else reject(error);
    });
    socket.on('close', () => resolve({ bytes: Buffer.concat(chunks), reset }));
  });
}
