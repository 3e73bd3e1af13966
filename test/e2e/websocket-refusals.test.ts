import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CallRecord } from '@helicone-proxy/core';
import { describe, expect, test } from 'vitest';
import { startNodeHost } from '../rig/websocket-host.js';
import { closing, messages, REALTIME, refusal, soon, webSocketRigs } from '../rig/websocket-rig.js';

const rig = webSocketRigs(startNodeHost);
const ended = ({ outcome, response_status, error }: CallRecord) => [outcome, response_status, error];

/** Answers a handshake as an HTTP server. */
function respond(socket: Duplex, status: string, body: string): true {
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nX-Request-Id: r1\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return true;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('an answer that is no WebSocket', () => {
  test.each(['401 Unauthorized', '429 Too Many Requests'])('%s of the provider reaches the client', async (line) => {
    const body = '{"error":{"message":"no"}}';
    const { dial, records } = await rig({ refuse: (_request, socket) => respond(socket, line, body) });
    const answer = await refusal(dial());
    expect(answer).toMatchObject({ status: Number.parseInt(line, 10), body });
    expect(answer.headers).toMatchObject({
      connection: 'close',
      'x-request-id': 'r1',
      'content-type': 'application/json',
    });
    expect(answer.headers['helicone-id']).toBeTypeOf('string');
    expect((await records()).map(ended)).toEqual([['upstream_error', Number.parseInt(line, 10), 'no']]);
  });

  test('one that streams is passed on as it comes', async () => {
    const { dial } = await rig({
      refuse(_request, socket) {
        socket.end(
          'HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
        );
        return true;
      },
    });
    expect(await refusal(dial())).toMatchObject({ status: 400, body: 'abcde' });
  });

  test('nobody at the provider’s address: 502 as on HTTP', async () => {
    const port = await closedPort();
    const { dial, records } = await rig({
      options: {
        providers: { openai: { baseUrl: `http://127.0.0.1:${port}` } },
        records: { store: 'sqlite::memory:' },
      },
    });
    const { status, headers, body } = await refusal(dial());
    expect([status, headers['x-helicone-error'], headers['content-type']]).toEqual([
      502,
      'upstream_unreachable',
      'application/json; charset=utf-8',
    ]);
    expect(JSON.parse(body)).toMatchObject({
      type: 'error',
      error: { code: 'upstream_unreachable' },
      request_id: headers['helicone-id'],
    });
    expect((await records()).map(ended)).toEqual([['upstream_error', 502, 'upstream_unreachable']]);
  });

  test('a provider that hangs up in the handshake: 502', async () => {
    const { dial } = await rig({
      refuse: (_request, socket) => {
        socket.destroy();
        return true;
      },
    });
    expect(await refusal(dial())).toMatchObject({ status: 502, headers: { 'x-helicone-error': 'upstream_reset' } });
  });

  test.each([
    ['does not say to what', ''],
    ['is to something else', 'Connection: upgrade\r\nUpgrade: h2c\r\n'],
  ])('a 101 that %s: 502', async (_what, fields) => {
    const { dial } = await rig({
      refuse(_request, socket) {
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${fields}\r\n`);
        return true;
      },
    });
    expect(await refusal(dial())).toMatchObject({ status: 502, headers: { 'x-helicone-error': 'upstream_reset' } });
  });

  test('a provider that does not answer: 504', async () => {
    const { dial, records } = await rig({
      refuse: () => true,
      options: (origin) => ({
        providers: { openai: { baseUrl: origin } },
        records: { store: 'sqlite::memory:' },
        timeouts: { firstByteMs: 60 },
      }),
    });
    expect(await refusal(dial())).toMatchObject({ status: 504, headers: { 'x-helicone-error': 'upstream_timeout' } });
    expect((await records()).map(ended)).toEqual([['timeout', -1, 'upstream_timeout']]);
  });

  test('retries go on until the 101', async () => {
    let handshakes = 0;
    const { connect, records } = await rig({
      refuse: (_request, socket) => ++handshakes < 3 && respond(socket, '503 Unavailable', '{}'),
    });
    const { client } = await connect({
      headers: { 'helicone-retry-enabled': 'true', 'helicone-retry-min-timeout': '1' },
    });
    client.close();
    await closing(client);
    const [record] = await records();
    expect(record?.attempts.map(({ status }) => status)).toEqual([503, 503, 101]);
  });

  test('a fallback takes the session; the 101 is never given up for another', async () => {
    const { connect, provider } = await rig({
      options: (origin) => ({
        targets: { allow: [/http:\/\/127\.0\.0\.1:\d+/], privateNetworks: true },
        records: { store: 'sqlite::memory:' },
        fallbacks: [
          { 'target-url': origin.replace(/\d+$/, '1'), headers: {}, onCodes: [{ from: 100, to: 599 }] },
          { 'target-url': origin, headers: {}, onCodes: [{ from: 100, to: 599 }] },
          { 'target-url': origin.replace(/\d+$/, '2'), headers: {}, onCodes: [500] },
        ],
      }),
    });
    const { client, server } = await connect();
    const got = messages(server, 1);
    client.send('hi');
    await got;
    expect(provider.requests).toHaveLength(1);
  });

  test('a request for anything but a WebSocket is 400', async () => {
    const { host } = await rig();
    const socket = connectTcp(Number(new URL(host.url).port), '127.0.0.1');
    socket.write('GET /helicone/openai/v1/models HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
    expect(await soon('the answer', textOf(socket))).toMatch(
      /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n.*"invalid_header"/s,
    );
  });
});

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describe('a client that leaves early', () => {
  test.each([
    ['ends', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
  ])('%s before the 101: the handshake is given up and recorded', async (_name, leave) => {
    let upstream: ((socket: Duplex) => void) | null = null;
    const asked = new Promise<Duplex>((resolve) => {
      upstream = resolve;
    });
    const { host, records } = await rig({
      refuse: (_request, socket) => {
        upstream?.(socket);
        return true;
      },
    });
    const socket = connectTcp(Number(new URL(host.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `GET /helicone${REALTIME} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const provider = await soon('the handshake', asked);
    const closed = once(provider, 'end');
    provider.resume();
    leave(socket);
    await soon('the provider’s connection', closed);
    expect((await records()).map(ended)).toEqual([['client_closed', -3, 'client_closed']]);
  });

  test('frames sent before the 101 wait for it', async () => {
    let upstream: ((socket: Duplex) => void) | null = null;
    const asked = new Promise<Duplex>((resolve) => {
      upstream = resolve;
    });
    const { host } = await rig({
      refuse: (_request, socket) => {
        upstream?.(socket);
        return true;
      },
    });
    const socket = connectTcp(Number(new URL(host.url).port), '127.0.0.1');
    socket.write(
      `GET /helicone${REALTIME} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly`,
    );
    const provider = await soon('the handshake', asked);
    socket.write(' bird');
    provider.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\nX-A: b\r\n\r\nhead',
    );
    let got = '';
    for await (const chunk of provider) {
      got += String(chunk);
      if (got.length >= 10) break;
    }
    expect(got).toBe('early bird');
    const [first] = (await soon('the 101', once(socket, 'data'))) as [Buffer];
    expect(String(first)).toMatch(
      /^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n/,
    );
    socket.destroy();
  });
});
