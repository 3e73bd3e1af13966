import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPools, type Pools } from '../upstream/pools.js';
import { createTargetGuard } from '../upstream/target-guard.js';
import { post } from './post.js';

let server: Server;
let pools: Pools;
let answer: (res: ServerResponse) => void;
let connections = 0;
let received: { path: string | undefined; body: string }[] = [];
beforeEach(async () => {
  connections = 0;
  received = [];
  server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    received.push({ path: req.url, body });
    answer(res);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  pools = createPools({ connectMs: 1_000, lookup: createTargetGuard({}, []).lookup });
});
afterEach(async () => {
  await pools.destroy();
  server.closeAllConnections();
  server.close();
});

const origin = (scheme = 'http', host = '127.0.0.1') => `${scheme}://${host}:${(server.address() as AddressInfo).port}`;
const send = (timeoutMs = 5_000) =>
  post(pools.trusted(origin()), { path: '/a?b', headers: { 'x-a': '1' }, body: '{"é":1}', timeoutMs });

test('what is posted, and what is answered', async () => {
  answer = (res) => res.writeHead(200, { 'content-type': 'text/plain' }).end('thanks');
  expect(await send().done).toEqual({ status: 200, askedMs: 0, failure: null });
  expect(received).toEqual([{ path: '/a?b', body: '{"é":1}' }]);
});

test('answers are read away, so that connections are used again', async () => {
  answer = (res) => res.end('x'.repeat(10_000));
  for (let i = 0; i < 20; i++) expect(await send().done).toMatchObject({ status: 200 });
  // The next one may be sent in the very moment in which the last one ends.
  expect(connections).toBeLessThanOrEqual(2);
});

test('the wait that is asked for', async () => {
  answer = (res) => res.writeHead(503, { 'retry-after': '7' }).end();
  expect(await send().done).toEqual({ status: 503, askedMs: 7_000, failure: null });
});

test('an answer without end is not read to it', async () => {
  answer = (res) => {
    res.writeHead(200);
    const more = (): void => {
      while (!res.destroyed && res.write('x'.repeat(16_384)));
    };
    res.on('drain', more);
    more();
  };
  expect(await send(60_000).done).toMatchObject({ status: 200 });
});

test('a redirect is an answer', async () => {
  answer = (res) => res.writeHead(307, { location: `${origin()}/elsewhere` }).end();
  expect(await send().done).toMatchObject({ status: 307 });
  expect(received).toHaveLength(1);
});

test('no answer in time', async () => {
  answer = () => {};
  const failure = 'the receiver did not answer in time';
  expect(await send(200).done).toEqual({ status: null, askedMs: 0, failure });
});

test('a head alone is not an answer that took its time', async () => {
  answer = (res) => res.writeHead(200).write('x');
  expect(await send(200).done).toMatchObject({ status: 200 });
});

test('given up', async () => {
  const arrived = Promise.withResolvers<void>();
  answer = () => arrived.resolve();
  const sent = send();
  await arrived.promise;
  sent.cancel();
  expect(await sent.done).toMatchObject({ status: null });
});

test('given up before there is a connection', async () => {
  answer = (res) => res.end();
  const sent = send();
  sent.cancel();
  expect(await sent.done).toEqual({ status: null, askedMs: 0, failure: 'the receiver could not be reached' });
  expect(await send().done).toMatchObject({ status: 200 });
  expect(received).toHaveLength(1);
});

test('a connection that ends without an answer', async () => {
  answer = (res) => res.destroy();
  const failure = 'the receiver closed the connection before its answer was complete';
  expect(await send().done).toEqual({ status: null, askedMs: 0, failure });
});

test('nobody there', async () => {
  const nowhere = origin();
  server.close();
  await once(server, 'close');
  const sent = post(pools.trusted(nowhere), { path: '/', headers: {}, body: '', timeoutMs: 5_000 });
  expect(await sent.done).toEqual({ status: null, askedMs: 0, failure: 'the receiver could not be reached' });
});

describe('a destination of a guest', () => {
  test.each(['http', 'https'])('%s: a name that leads to a private address is not connected to', async (scheme) => {
    const pool = pools.guarded(origin(scheme, 'localhost'));
    const sent = post(pool, { path: '/', headers: {}, body: '', timeoutMs: 5_000 });
    const failure = 'the destination is at a private address';
    expect(await sent.done).toEqual({ status: null, askedMs: 0, failure });
    expect(connections).toBe(0);
  });
});
