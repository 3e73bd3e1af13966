import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { pathBelow } from './path-below.js';
import type { HeliconeProxy } from './proxy.js';

type Decides = (req: IncomingMessage) => boolean;

/** Whether a request becomes an `upgrade` event; since Node 22.21 and 24.9. */
interface Upgrading {
  shouldUpgradeCallback?: Decides;
}

/** A proxy that takes the WebSockets below a prefix. */
interface Door {
  prefix: string;
  proxy: HeliconeProxy;
}

/** Servers may have several proxies: one listener serves them all, for it alone can tell what is for none of them. */
const doorsOf = new WeakMap<Server, Door[]>();

const REFUSAL = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Relays the WebSockets of a server that are meant for the proxy. What is not is left to the host's other listeners. Where there
 * are none, such requests stay ordinary ones, as Node treats them without any listener: clients that offer HTTP/2 by an upgrade
 * rely on that. Older Nodes cannot be told so; there they are refused, since nobody would ever close their sockets.
 */
export function listenForUpgrades(server: Server, prefix: string, proxy: HeliconeProxy): void {
  const others = doorsOf.get(server);
  if (others !== undefined) {
    others.push({ prefix, proxy });
    return;
  }
  const doors: Door[] = [{ prefix, proxy }];
  doorsOf.set(server, doors);
  const alone = (): boolean => server.listenerCount('upgrade') === 1;
  const upgrading = server as Server & Upgrading;
  const hosts = upgrading.shouldUpgradeCallback;
  if (hosts !== undefined) {
    upgrading.shouldUpgradeCallback = (req) => isOurs(doors, req) || (!alone() && hosts.call(server, req));
  }
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (doors.some((door) => door.proxy.handleUpgrade(req, socket, head)) || !alone()) return;
    // A client that is gone has nothing to be told.
    socket.on('error', () => {});
    socket.end(REFUSAL);
  });
}

function isOurs(doors: readonly Door[], { headers, url }: IncomingMessage): boolean {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return false;
  return doors.some(({ prefix }) => pathBelow(prefix, url as string) !== null);
}
