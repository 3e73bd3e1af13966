import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.ts';
import { readConfig } from './config.ts';
import { logger } from './logger.ts';

const config = readConfig(process.env);
const { app, proxy } = createApp(config);

// What the proxy logs is what goes wrong; this is worth knowing too.
proxy.events.on('limited', (details: object) => logger.info(details, 'a call was refused by a rate limit'));

const server = app.listen(config.port);
// OpenAI's realtime sessions are WebSockets, which Node does not hand to Express.
server.on('upgrade', (req, socket, head) => {
  if (!proxy.handleUpgrade(req, socket, head)) socket.destroy();
});
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
logger.info({ baseUrl: `http://localhost:${port}/helicone/openai/v1` }, "OpenAI's base URL");

let closing = false;
async function close(signal: string): Promise<void> {
  if (closing) return; // npm passes on the Ctrl-C that the terminal has sent here already
  closing = true;
  logger.info({ signal }, 'closing');
  server.close(); // takes no new connections; answers that run go on
  await proxy.close(); // waits for them, then writes every record
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, close);
