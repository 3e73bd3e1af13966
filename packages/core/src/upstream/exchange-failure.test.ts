import { expect, test } from 'vitest';
import type { ByteStream, EngineResponse } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Attempt } from '../records/facts.js';
import { Exchange } from './exchange.js';
import { abandon, clientClosed } from './failure.js';
import type { OriginPool } from './pools.js';
import type { Dispatcher } from './undici.js';

const SSE = { 'content-type': 'text/event-stream' };
const NEVER = Number.POSITIVE_INFINITY;

interface Played {
  exchange: Exchange;
  attempt: Attempt;
  /** Reasons with which undici was told to abort. */
  aborted: Error[];
  controller: Dispatcher.DispatchController;
}

/** An exchange whose upstream callbacks the test plays. */
function start(dispatch: () => boolean = () => true): Played {
  const aborted: Error[] = [];
  const attempt: Attempt = { provider: 'p', target: 'https://p.example', status: null, startedAt: 0, durationMs: -1 };
  const controller = {
    pause() {},
    resume() {},
    abort: (reason: Error) => aborted.push(reason),
  } as unknown as Dispatcher.DispatchController;
  const exchange = new Exchange({
    pool: { dispatch } as unknown as OriginPool,
    method: 'POST',
    path: '/',
    headers: [],
    body: null,
    client: null,
    timeouts: { connectMs: NEVER, firstByteMs: NEVER, idleMs: NEVER, totalMs: NEVER },
    totalAt: NEVER,
    attempt,
    wire: 'openai-chat',
  });
  exchange.start();
  return { exchange, attempt, aborted, controller };
}

function coded(code: string): Error {
  return Object.assign(new Error('connect 10.0.0.5'), { code });
}

/** How a stream ends for its client and for who observes it. */
function watched(body: EngineResponse['body'], takes = true): { client: string[]; observer: (string | undefined)[] } {
  const client: string[] = [];
  const observer: (string | undefined)[] = [];
  const stream = body as ByteStream;
  stream.observe({ chunk() {}, end: (error) => observer.push((error as ProxyError | undefined)?.code) });
  stream.attach({
    write(bytes) {
      client.push(Buffer.from(bytes).toString());
      return takes;
    },
    end: () => client.push('end'),
    fail: (error, last) => client.push(`${(error as ProxyError).code}${last === null ? '' : ' and a last event'}`),
  });
  return { client, observer };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('no connection', async () => {
  const { exchange, attempt, controller } = start();
  exchange.onResponseError(controller, coded('ECONNREFUSED'));
  await expect(exchange.answer).rejects.toMatchObject({ code: 'upstream_unreachable' });
  expect(attempt).toMatchObject({ status: null, error: 'upstream_unreachable' });
  expect(attempt.durationMs).toBeGreaterThanOrEqual(0);
});

test('a connection that ends before the answer begins, or inside a document', async () => {
  const early = start();
  early.exchange.onRequestStart(early.controller);
  early.exchange.onResponseError(early.controller, coded('ECONNRESET'));
  await expect(early.exchange.answer).rejects.toMatchObject({ code: 'upstream_reset' });

  const late = start();
  late.exchange.onRequestStart(late.controller);
  late.exchange.onResponseStart(late.controller, 200, { 'content-type': 'application/json', 'content-length': '9' });
  late.exchange.onResponseData(late.controller, Buffer.from('{"a"'));
  late.exchange.onResponseError(late.controller, coded('UND_ERR_SOCKET'));
  await expect(late.exchange.answer).rejects.toMatchObject({ code: 'upstream_reset' });
  expect(late.attempt).toMatchObject({ status: 200, error: 'upstream_reset' });
});

test('what undici refuses to send', async () => {
  const { exchange } = start(() => {
    throw coded('UND_ERR_INVALID_ARG');
  });
  await expect(exchange.answer).rejects.toMatchObject({ code: 'invalid_header' });
});

test('an error that the request’s own body throws reaches the caller as it is', async () => {
  const { exchange, controller } = start();
  exchange.onRequestStart(controller);
  const ours = new ProxyError('request_too_large', 'too long');
  exchange.onResponseError(controller, ours);
  await expect(exchange.answer).rejects.toBe(ours);
});

test.each([
  ['data: 1\n\n', ' and a last event'],
  ['data: 1\n\ndata: ', ''],
])('a stream that breaks after %j', async (sent, last) => {
  const { exchange, attempt, controller } = start();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, SSE);
  const { client, observer } = watched((await exchange.answer).body);
  exchange.onResponseData(controller, Buffer.from(sent));
  exchange.onResponseError(controller, coded('ECONNRESET'));
  expect(client).toEqual([sent, `upstream_reset${last}`]);
  expect(observer).toEqual(['upstream_reset']);
  expect(attempt).toMatchObject({ status: 200, error: 'upstream_reset' });
});

test('given up before there is a connection: it is closed as soon as it stands', async () => {
  const { exchange, aborted, controller } = start();
  exchange.cancel(clientClosed());
  await expect(exchange.answer).rejects.toMatchObject({ code: 'client_closed' });
  expect(aborted).toHaveLength(0);
  exchange.onRequestStart(controller);
  expect(aborted).toHaveLength(1);
  exchange.onResponseStart(controller, 200, SSE);
  exchange.onResponseData(controller, Buffer.from('x'));
  exchange.onResponseEnd();
  expect(aborted).toHaveLength(1);
});

test('given up on a connection: it is closed at once, and only once', async () => {
  const { exchange, attempt, aborted, controller } = start();
  exchange.onRequestStart(controller);
  const reason = clientClosed();
  exchange.cancel(reason);
  exchange.cancel(new Error('again'));
  await expect(exchange.answer).rejects.toBe(reason);
  expect(aborted).toEqual([reason]);
  exchange.onResponseError(controller, coded('UND_ERR_ABORTED'));
  expect(attempt.error).toBe('client_closed');
});

test('a client that leaves a stream ends it', async () => {
  const { exchange, aborted, controller } = start();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, SSE);
  const { client, observer } = watched((await exchange.answer).body);
  exchange.onResponseData(controller, Buffer.from('data: 1\n\n'));
  await turn();
  exchange.cancel(clientClosed());
  expect(aborted).toHaveLength(1);
  expect(client).toEqual(['data: 1\n\n', 'client_closed and a last event']);
  expect(observer).toEqual(['client_closed']);
});

test('a stream that its consumer gives up closes the connection', async () => {
  const { exchange, aborted, controller } = start();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, SSE);
  const { body } = await exchange.answer;
  (body as ByteStream).cancel(new Error('nobody reads'));
  expect(aborted).toHaveLength(1);
});

test('a client that leaves while it still takes a stream that the upstream has ended', async () => {
  const { exchange, controller } = start();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, SSE);
  const { client, observer } = watched((await exchange.answer).body, false);
  exchange.onResponseData(controller, Buffer.from('data: 1\n\n'));
  await turn();
  // The client is slow, the upstream is not: the rest waits here.
  exchange.onResponseData(controller, Buffer.from('data: 2\n\n'));
  exchange.onResponseEnd();
  await turn();
  expect(client).toEqual(['data: 1\n\n']);
  exchange.cancel(clientClosed());
  expect(observer, 'else the call is never recorded and never ends').toEqual(['client_closed']);
});

test('an answer that another one takes the place of closes its connection, and is no failure of its attempt', async () => {
  const { exchange, attempt, aborted, controller } = start();
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 503, { 'content-type': 'text/html' });
  const answer = await exchange.answer;
  abandon(answer);
  expect(aborted).toHaveLength(1);
  expect(attempt.status).toBe(503);
  expect(attempt.error).toBeUndefined();
  expect(attempt.durationMs).toBeGreaterThanOrEqual(0);
  abandon({ status: 500, headers: {}, body: Buffer.from('whole') });
  abandon({ status: 500, headers: {}, body: null });
});
