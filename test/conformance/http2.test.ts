// HTTP/2 has other headers, other responses and another way to look broken. Of the frameworks Fastify alone serves it by itself.
import { type ClientHttp2Stream, connect, constants } from 'node:http2';
import heliconeProxy from '@helicone-proxy/fastify';
import { ANSWERS, createGate, type Script } from '@helicone-proxy/testkit';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { startedHere } from '../rig/started.js';
import { within } from '../rig/until.js';

const { running, provider: startProvider } = startedHere();
const { headers, events } = ANSWERS.chatStream;

async function start(script: Script) {
  const provider = await startProvider(script);
  const app = fastify({ http2: true });
  running.push({ close: () => app.close() });
  await app.register(heliconeProxy, {
    providers: { openai: { baseUrl: provider.origin } },
    records: { store: 'sqlite::memory:' },
  });
  const record = new Promise<unknown>((resolve) => app.heliconeProxy.events.once('record', resolve));
  const client = connect(await app.listen({ port: 0, host: '127.0.0.1' }));
  running.push({ close: () => new Promise((resolve) => client.close(resolve)) });
  const ask = (body: string | Buffer): ClientHttp2Stream => {
    const path = '/helicone/openai/v1/chat/completions';
    const asked = client.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' });
    asked.on('error', () => {});
    asked.end(body);
    return asked;
  };
  return { provider, client, ask, record };
}

interface Answered {
  status: unknown;
  body: string;
  code: number;
}

function answered(asked: ClientHttp2Stream): Promise<Answered> {
  const answer = new Promise<Answered>((resolve) => {
    let status: unknown;
    let body = '';
    asked.on('response', (head) => {
      status = head[':status'];
    });
    asked.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    asked.on('close', () => resolve({ status, body, code: asked.rstCode }));
  });
  return within(5_000, 'the answer', answer);
}

test('A1 a whole answer, to a body without a length; no pseudo-header goes on', async () => {
  const { ask, provider } = await start(async (exchange) => {
    await exchange.request.ended;
    await exchange.respond({ headers: ANSWERS.chat.headers }, [ANSWERS.chat.body]);
  });
  const body = `{"pad":"${'x'.repeat(300_000)}"}`;
  expect(await answered(ask(body))).toEqual({ status: 200, body: ANSWERS.chat.body.toString(), code: 0 });
  const seen = await provider.request(0);
  expect([seen.header('host'), seen.rawHead.includes(':authority')]).toEqual([new URL(provider.origin).host, false]);
});

test('S1 a stream', async () => {
  const { ask, record } = await start((exchange) => exchange.respond({ headers }, events));
  const body = ANSWERS.chatStream.body.toString();
  expect(await answered(ask(ANSWERS.chatStream.request))).toEqual({ status: 200, body, code: 0 });
  expect(await record).toMatchObject({ outcome: 'success' });
});

test('S7 a stream that the provider breaks looks broken', async () => {
  const { ask, record } = await start(async (exchange) => {
    await exchange.head({ headers });
    for (const event of events.slice(0, 2)) await exchange.write(event);
    exchange.cut();
  });
  const { status, body, code } = await answered(ask(ANSWERS.chatStream.request));
  expect([status, code]).toEqual([200, constants.NGHTTP2_INTERNAL_ERROR]);
  expect(body).toContain('upstream_reset');
  expect(await record).toMatchObject({ outcome: 'truncated' });
});

test('S6 a client that leaves a stream leaves the provider', async () => {
  const gate = createGate();
  const { ask, record } = await start((exchange) =>
    exchange.respond({ headers }, [...events.slice(0, 2), gate.opened]),
  );
  const asked = ask(ANSWERS.chatStream.request);
  asked.once('data', () => asked.close(constants.NGHTTP2_CANCEL));
  expect(await within(5_000, 'the record', record)).toMatchObject({ outcome: 'client_closed' });
  gate.open();
});

test('S6 a client that leaves an upload: nobody is called', async () => {
  const { client, provider, record } = await start((exchange) => exchange.respond({ headers }, events));
  const asked = client.request({ ':method': 'POST', ':path': '/helicone/openai/v1/chat/completions' });
  asked.on('error', () => {});
  // Closing it would end the body first.
  asked.write('{"model":', () => asked.destroy());
  expect(await within(5_000, 'the record', record)).toMatchObject({ outcome: 'client_closed' });
  expect(provider.requests).toHaveLength(0);
});

test('H2 REST is open to this machine', async () => {
  const { client } = await start((exchange) => exchange.respond({ headers }, events));
  const asked = client.request({ ':path': '/helicone/api/v1/request/no-such-id' });
  asked.end();
  expect((await answered(asked)).status).toBe(404);
});
