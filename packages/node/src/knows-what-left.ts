import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Node's own, and no class of somebody else's upon them. */
const SOCKETS: ReadonlySet<unknown> = new Set([Socket.prototype, TLSSocket.prototype]);

/**
 * Whether bytes are nobody's any more when a write is called back. So it is where Node alone stands between here and the system: its
 * own HTTP/1 over its own sockets. A `write` of the host's (as `compression()` has) may look at the bytes for longer, a connection that is
 * no socket may hand them on as they are, and HTTP/2 calls back for a stream that was reset while frames that point into the bytes
 * still wait for the connection: freed, they would carry whatever comes to lie there.
 */
export function knowsWhatLeft(res: ServerResponse): boolean {
  const { socket } = res;
  // Not imported: an ES module's import of `node:http` reads all its exports, among them those that load Node's `fetch`.
  const { OutgoingMessage } = process.getBuiltinModule('node:http');
  return (
    ownerOf(res, 'write') === OutgoingMessage.prototype &&
    socket !== null &&
    SOCKETS.has(Object.getPrototypeOf(socket)) &&
    !Object.hasOwn(socket, 'write') &&
    !Object.hasOwn(socket, '_write') &&
    !Object.hasOwn(socket, '_writev')
  );
}

/** The object that a method is found at. */
function ownerOf(object: object, name: string): object | null {
  let owner: object | null = object;
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner);
  return owner;
}
