import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ExpressHost, startExpressHost } from './express-host.js';
import { rejection } from './rejection.js';

/** Head, a whole event, and a chunk size that is none: all in one packet, so that the answer breaks as it begins. */
const EVENT = `data: ${JSON.stringify({ id: 'c1', model: 'gpt-4o', choices: [{ index: 0, delta: { content: 'Hi' } }] })}\n\n`;
const ANSWER = [
  'HTTP/1.1 200 OK',
  'content-type: text/event-stream',
  'transfer-encoding: chunked',
  '',
  `${EVENT.length.toString(16)}`,
  `${EVENT}`,
  'not-a-size',
  '',
].join('\r\n');

let upstream: Server;
let host: ExpressHost;
beforeAll(async () => {
  upstream = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(ANSWER));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  host = await startExpressHost({ providers: { openai: { baseUrl } } });
});
afterAll(async () => {
  await host.close();
  upstream.close();
});

test('an answer that breaks in the packet of its head looks broken, is recorded, and does not hold up close()', async () => {
  const response = await fetch(`${host.url}/helicone/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"model":"gpt-4o","stream":true}',
  });
  expect(response.status).toBe(200);
  expect(await rejection(response.text())).toBeInstanceOf(TypeError);
  const record = await host.record(response.headers.get('helicone-id'));
  expect(record).toMatchObject({ outcome: 'truncated', error: 'upstream_reset', truncated: true, model: 'gpt-4o' });
  expect(record.response_body).toMatchObject({ choices: [{ message: { content: 'Hi' } }] });

  const startedAt = performance.now();
  await host.proxy.close();
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
