import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/express';
import express from 'express';
import { Redis } from 'ioredis';

const redis = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379');
redis.on('error', (error) => console.error(`Redis: ${error.message}`)); // calls go on without it

const helicone = heliconeProxy({
  // Only where OpenAI's calls must go elsewhere, for example to a gateway of your own.
  providers: { openai: { baseUrl: process.env.OPENAI_UPSTREAM } },
  cache: { store: redis },
  rateLimit: { store: redis },
  policy: {
    defaults: { 'Helicone-Cache-Enabled': true },
    enforce: { 'Helicone-RateLimit-Policy': '10;w=60;s=user' },
  },
});

const app = express();
app.use(helicone); // before body parsers, so that request bodies go on byte for byte
app.get('/', (_req, res) => void res.send(`Hello from process ${process.pid}\n`));

const server = app.listen(Number(process.env.PORT ?? 3000), (error) => {
  if (error) throw error; // the port is taken, for example
  const { port } = server.address() as AddressInfo;
  console.log(`${process.pid}: OpenAI's base URL is now http://localhost:${port}/helicone/openai/v1`);
});

async function close(): Promise<void> {
  server.close(); // takes no new connections; answers that run go on
  await helicone.proxy.close(); // waits for them, then writes every record
  redis.disconnect(); // the client is yours: the proxy never closes it
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, close);
