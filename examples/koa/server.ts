import type { AddressInfo } from 'node:net';
import { heliconeProxy } from '@helicone-proxy/koa';
import Koa from 'koa';

const helicone = heliconeProxy({
  // Only where OpenAI's calls must go elsewhere, for example to a gateway of your own.
  providers: { openai: { baseUrl: process.env.OPENAI_UPSTREAM } },
});

const app = new Koa();
app.use(helicone); // before body parsers, so that request bodies go on byte for byte
app.use((ctx) => {
  if (ctx.path === '/') ctx.body = 'Hello from your own app\n';
});

const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  const { port } = server.address() as AddressInfo;
  console.log(`OpenAI's base URL is now http://localhost:${port}/helicone/openai/v1`);
});

async function close(): Promise<void> {
  server.close(); // takes no new connections; answers that run go on
  await helicone.proxy.close(); // waits for them, then writes every record
}
process.on('SIGTERM', close);
process.on('SIGINT', close); // Ctrl-C, which npm sends a second time
