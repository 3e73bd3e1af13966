import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HeliconeProxy, type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/express';
import express from 'express';

export interface App {
  /** Where the app listens. */
  url: string;
  proxy: HeliconeProxy;
  close(): Promise<void>;
}

/** Your app: Express with the proxy mounted. It answers under `/helicone`; all else is yours. */
export async function startApp(options: HeliconeProxyOptions): Promise<App> {
  const app = express();
  const helicone = heliconeProxy(options);
  app.use(helicone);
  app.get('/', (_req, res) => void res.send('Your own routes go on as before.\n'));

  const server = createServer(app);
  const port = await listen(server, 3000);
  return {
    url: `http://127.0.0.1:${port}`,
    proxy: helicone.proxy,
    async close() {
      server.close(); // takes no new connections; answers that run go on
      await helicone.proxy.close(); // waits for them, then writes every record
      server.closeAllConnections();
    },
  };
}

/** Listens on `port`, or on a free one when that is taken. */
async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return (server.address() as AddressInfo).port;
}
