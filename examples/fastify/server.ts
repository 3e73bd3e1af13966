import heliconeProxy from '@helicone-proxy/fastify';
import Fastify from 'fastify';

const app = Fastify();
await app.register(heliconeProxy, {
  // Only where OpenAI's calls must go elsewhere, for example to a gateway of your own.
  providers: { openai: { baseUrl: process.env.OPENAI_UPSTREAM } },
});
app.get('/', async () => 'Hello from your own app\n');

// Running calls may finish, every record is written. Ctrl-C is SIGINT, which npm sends a second time.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.close());

const address = await app.listen({ port: Number(process.env.PORT ?? 3000) });
console.log(`OpenAI's base URL is now ${address}/helicone/openai/v1`);
