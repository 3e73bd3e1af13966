import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/node';

/** A server that relays upgrades, in whatever framework. */
export interface WebSocketHost {
  /** Where the proxy answers, `ws:`. */
  readonly url: string;
  readonly proxy: HeliconeProxy;
  /** Ends the server, and the proxy unless that is closed already. */
  close(): Promise<void>;
}

/** Starts a host with these options. */
export type StartWebSocketHost = (options: HeliconeProxyOptions) => Promise<WebSocketHost>;

/** A `node:http` server as the documentation shows it. */
export const startNodeHost: StartWebSocketHost = async (options) => {
  const handler = heliconeProxy(options);
  const server = createServer(handler);
  server.on('upgrade', (req, socket, head) => {
    if (!handler.proxy.handleUpgrade(req, socket, head)) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/helicone`,
    proxy: handler.proxy,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([handler.proxy.close(), closed]);
    },
  };
};
