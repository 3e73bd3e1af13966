// OpenAI's own clients through the proxy; the Realtime one insists on `wss:`, so the host speaks TLS.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ConnectionOptions as TlsOptions } from 'node:tls';
import { heliconeProxy } from '@helicone-proxy/node';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { describe, expect, test } from 'vitest';
import type { ClientOptions } from 'ws';
import { type StartWebSocketHost, startNodeHost } from '../rig/websocket-host.js';
import { closing, refusal, soon, webSocketRigs } from '../rig/websocket-rig.js';

/** TLS by a shared key, so that no certificate has to be kept here. */
const PSK = { ciphers: 'PSK', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
const KEY = Buffer.from('0123456789abcdef');
const CLIENT_TLS = {
  ...PSK,
  pskCallback: () => ({ psk: KEY, identity: 'test' }),
  checkServerIdentity: () => undefined,
} as TlsOptions as ClientOptions;

const startTlsHost: StartWebSocketHost = async (options) => {
  const handler = heliconeProxy(options);
  const server = createServer({ ...PSK, pskCallback: () => KEY }, handler);
  server.on('upgrade', (req, socket, head) => {
    if (!handler.proxy.handleUpgrade(req, socket, head)) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `wss://127.0.0.1:${(server.address() as AddressInfo).port}/helicone`,
    proxy: handler.proxy,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([handler.proxy.close(), closed]);
    },
  };
};

const tlsRig = webSocketRigs(startTlsHost);
const plainRig = webSocketRigs(startNodeHost);
const USAGE = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };

describe('the openai package', () => {
  test('OpenAIRealtimeWS talks over TLS, and is recorded', async () => {
    const { host, provider, records } = await tlsRig();
    const client = new OpenAI({ apiKey: 'sk-theirs', baseURL: `${host.url.replace('wss', 'https')}/openai/v1` });
    const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime', options: CLIENT_TLS }, client);
    const server = await soon('the session', provider.session());
    expect(provider.requests[0]?.url).toBe('/v1/realtime?model=gpt-realtime');
    expect(provider.requests[0]?.headers.authorization).toBe('Bearer sk-theirs');
    const updated = once(server, 'message');
    realtime.socket.on('open', () => realtime.send({ type: 'response.create' }));
    expect(JSON.parse(String((await soon('the event', updated))[0]))).toEqual({ type: 'response.create' });
    const done = new Promise<{ response: { usage?: object } }>((resolve) => realtime.on('response.done', resolve));
    server.send(
      JSON.stringify({ type: 'response.done', event_id: 'e', response: { status: 'completed', usage: USAGE } }),
    );
    expect((await soon('response.done', done)).response.usage).toEqual(USAGE);
    const closed = closing(server);
    realtime.close({ code: 1000, reason: 'OK' });
    expect(await closed).toEqual({ code: 1000, reason: 'OK' });
    expect(await records()).toMatchObject([
      { outcome: 'success', model: 'gpt-realtime', prompt_tokens: 10, completion_tokens: 5 },
    ]);
  });

  test('a handshake that is refused over TLS gets its answer whole', async () => {
    const { dial } = await tlsRig();
    const answer = await refusal(dial({ path: '/nobody/v1/realtime', options: CLIENT_TLS }));
    expect(answer).toMatchObject({ status: 404, headers: { 'x-helicone-error': 'unknown_route' } });
    expect(JSON.parse(answer.body).error.code).toBe('unknown_route');
  });

  test('ResponsesWS talks, and is recorded', async () => {
    const { host, provider, records } = await plainRig();
    const client = new OpenAI({ apiKey: 'sk-theirs', baseURL: `${host.url.replace('ws', 'http')}/openai/v1` });
    const responses = new ResponsesWS(client);
    const server = await soon('the session', provider.session());
    expect(provider.requests[0]?.url).toBe('/v1/responses');
    const asked = once(server, 'message');
    responses.send({ type: 'response.create', model: 'gpt-4o-mini', input: 'hi' });
    expect(JSON.parse(String((await soon('the event', asked))[0]))).toMatchObject({ type: 'response.create' });
    const done = new Promise((resolve) => responses.on('response.completed', resolve));
    const response = { id: 'r', model: 'gpt-4o-mini-2024-07-18', status: 'completed', output: [], usage: USAGE };
    server.send(JSON.stringify({ type: 'response.completed', sequence_number: 1, response }));
    await soon('response.completed', done);
    const closed = closing(server);
    responses.close();
    await closed;
    expect(await records()).toMatchObject([
      { outcome: 'success', request_model: 'gpt-4o-mini', model: 'gpt-4o-mini-2024-07-18', prompt_tokens: 10 },
    ]);
  });
});
