import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** A provider that speaks over WebSockets, on loopback. */
export interface WebSocketProvider {
  readonly origin: string;
  /** Handshakes so far. */
  readonly requests: readonly IncomingMessage[];
  /** Sockets of the handshakes so far. */
  readonly sockets: readonly Duplex[];
  /** The next session that is accepted, or the first that was and was not asked for. */
  session(): Promise<WebSocket>;
  close(): Promise<void>;
}

export interface ProviderScript {
  /** Answers a handshake by itself; true when it did. */
  refuse?(request: IncomingMessage, socket: Duplex): boolean;
  /** Called as soon as a session is accepted. */
  accepted?(session: WebSocket): void;
}

export async function startWebSocketProvider(script: ProviderScript = {}): Promise<WebSocketProvider> {
  const server = createServer((_request, response) => response.writeHead(426).end());
  const sessions = new WebSocketServer({
    noServer: true,
    perMessageDeflate: true,
    maxPayload: 64 * 1024 * 1024,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });
  const requests: IncomingMessage[] = [];
  const sockets: Duplex[] = [];
  const unclaimed: WebSocket[] = [];
  const waiting: ((session: WebSocket) => void)[] = [];
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    sockets.push(socket);
    socket.on('error', () => {});
    if (script.refuse?.(request, socket) === true) return;
    sessions.handleUpgrade(request, socket, head, (session) => {
      session.on('error', () => {});
      script.accepted?.(session);
      const claim = waiting.shift();
      if (claim === undefined) unclaimed.push(session);
      else claim(session);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    sockets,
    session: () => {
      const ready = unclaimed.shift();
      return ready === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(ready);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
