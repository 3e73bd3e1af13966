import { heliconeProxy } from '@helicone-proxy/express';
import express from 'express';

const helicone = heliconeProxy({
  // Only where OpenAI's calls must go elsewhere, for example to a gateway of your own.
  providers: { openai: { baseUrl: process.env.OPENAI_UPSTREAM } },
});

const app = express();
app.use(helicone); // before body parsers, so that request bodies go on byte for byte
app.get('/', (_req, res) => void res.send('Hello from your own app\n'));

const server = app.listen(Number(process.env.PORT ?? 3000), (error) => {
  if (error) throw error; // the port is taken, for example
  console.log(`OpenAI's base URL is now http://localhost:${server.address().port}/helicone/openai/v1`);
});

async function close() {
  server.close(); // takes no new connections; answers that run go on
  await helicone.proxy.close(); // waits for them, then writes every record
}
process.on('SIGTERM', close);
process.on('SIGINT', close); // Ctrl-C, which npm sends a second time
