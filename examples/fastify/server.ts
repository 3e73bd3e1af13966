import heliconeProxy from '@helicone-proxy/fastify';
import Fastify from 'fastify';

const app = Fastify();
await app.register(heliconeProxy, {
  // Only where OpenAI's calls must go elsewhere, for example to a gateway of your own.
  providers: { openai: { baseUrl: process.env.OPENAI_UPSTREAM } },
});
app.get('/', async () => 'Hello from your own app\n');

process.once('SIGTERM', () => app.close()); // running calls may finish, every record is written

const address = await app.listen({ port: Number(process.env.PORT ?? 3000) });
console.log(`OpenAI's base URL is now ${address}/helicone/openai/v1`);
