// What only Fastify does: plugins that fail, prefixes with parameters, replies that it keeps until they are sent.
import heliconeProxy, { type HeliconeProxyOptions } from '@helicone-proxy/fastify';
import { ANSWERS, get } from '@helicone-proxy/testkit';
import { type FastifyInstance, fastify } from 'fastify';
import { expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';

const { running, provider } = startedHere();
const IN_MEMORY = { records: { store: 'sqlite::memory:' } };

function application(): FastifyInstance {
  const app = fastify();
  running.push({ close: () => app.close() });
  return app;
}

test.each<[string, HeliconeProxyOptions & { prefix?: string }]>([
  ['options: unknown key', { unknown: 1 } as HeliconeProxyOptions],
  ['prefix: /:org/ai has parameters', { ...IN_MEMORY, prefix: '/:org/ai' }],
])('registering fails with %s', async (message, options) => {
  const app = application();
  await expect(app.register(heliconeProxy, options)).rejects.toThrow(message);
});

test('registering a second time in one instance fails', async () => {
  const app = application();
  await app.register(heliconeProxy, IN_MEMORY);
  await expect(app.register(heliconeProxy, IN_MEMORY)).rejects.toThrow('has a proxy already');
});

test('at the root, `/` is the host’s when it has a route for it', async () => {
  const app = application();
  app.get('/', () => 'home');
  await app.register(heliconeProxy, { ...IN_MEMORY, basePath: '/' });
  expect((await app.inject('/')).body).toBe('home');
  expect((await app.inject('/healthz')).body).toBe('{"status":"ok"}');
});

test('a stream is answered also where a header of the host’s cannot be sent', async () => {
  const { headers, events } = ANSWERS.chatStream;
  const { origin } = await provider((exchange) => exchange.respond({ headers }, events));
  const app = application();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-broken', 'a\nb');
    done();
  });
  await app.register(heliconeProxy, { ...IN_MEMORY, providers: { openai: { baseUrl: origin } } });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const { status, body } = await get(`${url}/helicone/openai/v1/chat/completions`, {
    body: ANSWERS.chatStream.request,
  });
  expect([status, JSON.parse(body.toString()).code]).toEqual([500, 'ERR_INVALID_CHAR']);
});
