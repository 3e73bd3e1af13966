import type { Duplex } from 'node:stream';
import type { ByteStream } from '../contract.js';
import { UpstreamBody } from './upstream-body.js';

/**
 * What arrives on a socket, as a stream: `head` first. It listens at once, so that the other side's leaving is noticed, but holds
 * the socket back when nobody takes the bytes. Ends with the other side's end; breaks when the socket closes without one.
 */
export function socketStream(socket: Duplex, head: Uint8Array): ByteStream {
  const body = new UpstreamBody(
    {
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      abort: () => socket.destroy(),
    },
    () => null,
  );
  let ended = false;
  body.push(head);
  socket.on('data', (bytes: Buffer) => body.push(bytes));
  socket.once('end', () => {
    ended = true;
    body.finish();
  });
  socket.on('error', (error) => body.fail(error));
  socket.once('close', () => {
    if (!ended) body.fail(new Error('the connection was closed'));
  });
  return body;
}
