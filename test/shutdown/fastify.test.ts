// Fastify's own limits on closing: how long a hook may take, and connections that it cuts.
import heliconeProxy from '@helicone-proxy/fastify';
import { ANSWERS, call, createGate, startScriptedProvider } from '@helicone-proxy/testkit';
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify';
import { expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';
import { beginningOf, byKind } from './scripts.js';

const { running } = startedHere();
const STREAM = ANSWERS.chatStream;

async function start(options: FastifyServerOptions) {
  const gate = createGate();
  const provider = await startScriptedProvider(byKind(gate));
  const app: FastifyInstance = fastify(options);
  await app.register(heliconeProxy, {
    providers: { openai: { baseUrl: provider.origin } },
    records: { store: 'sqlite::memory:' },
  });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  running.push(provider, { close: () => app.close() });
  const url = `${origin}/helicone/openai${STREAM.path}`;
  const headers = { 'content-type': 'application/json' };
  return {
    app,
    gate,
    ask: (kind: string) => call(`${url}?kind=${kind}`, { body: STREAM.request, headers }),
  };
}

test('calls may take longer than a hook', async () => {
  const { app, ask, gate } = await start({ pluginTimeout: 200 });
  const stream = ask('finishing');
  await stream.received(beginningOf(STREAM).length);
  const closing = app.close();
  // Its port is gone once the hook has been left.
  await within(
    10_000,
    'the server is closed',
    (async () => {
      while (app.server.listening) await new Promise((resolve) => setImmediate(resolve));
    })(),
  );
  gate.open();
  const { complete, body } = await stream.whole;
  expect([complete, body.toString()]).toEqual([true, STREAM.body.toString()]);
  await within(10_000, 'close()', closing);
});

test.each([{ pluginTimeout: 0 }, { forceCloseConnections: true }])('running calls finish with %o', async (options) => {
  const { app, ask, gate } = await start(options);
  const stream = ask('finishing');
  await stream.received(beginningOf(STREAM).length);
  const closing = app.close();
  expect((await ask('now').whole).status).toBe(503);
  gate.open();
  const { complete, body } = await stream.whole;
  expect([complete, body.toString()]).toEqual([true, STREAM.body.toString()]);
  await within(10_000, 'close()', closing);
});

test('a request that was injected holds nothing up', async () => {
  const { app } = await start({});
  expect((await app.inject('/helicone/healthz')).statusCode).toBe(200);
  await within(5_000, 'close()', app.close());
});
