// Over real sockets: what undici reports of a connection that ends is what this is about.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EngineResponse } from '../contract.js';
import type { Attempt } from '../records/facts.js';
import { Exchange } from './exchange.js';
import { clientClosed } from './failure.js';
import { createPools, type Pools } from './pools.js';

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
const NEVER = Number.POSITIVE_INFINITY;

/** What is done with one request: bytes to send, or the end of its connection. */
type Act = string | ((socket: Socket) => void);

const reset = (socket: Socket): void => {
  socket.resetAndDestroy();
};
const close = (socket: Socket): void => {
  socket.end();
};

let pools: Pools;
let server: Server;
let origin: string;
let acts: Act[];
/** Connection of each request, in their order, counted from 0. */
let served: number[];
let bodies: string[];
let lookups: number;

beforeEach(async () => {
  acts = [];
  served = [];
  bodies = [];
  lookups = 0;
  let connections = 0;
  server = createServer((socket) => {
    const connection = connections++;
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes;
      const body = /\r\n\r\n(.*)$/s.exec(text)?.[1];
      if (body === undefined || body.length < Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)) return;
      text = '';
      served.push(connection);
      bodies.push(body);
      const act = acts.shift() ?? OK;
      if (typeof act === 'string') socket.write(act);
      else act(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  pools = createPools({
    connectMs: 5000,
    lookup: (_host, _options, done) => {
      lookups += 1;
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    },
  });
});

afterEach(async () => {
  await pools.destroy();
  await new Promise((resolve) => server.close(resolve));
});

interface Sent {
  answer: Promise<EngineResponse>;
  attempt: Attempt;
  exchange: Exchange;
}

function send(
  pool = pools.trusted(origin),
  body: Uint8Array | AsyncIterable<Uint8Array> | null = Buffer.from('{"q":1}'),
): Sent {
  const attempt: Attempt = { provider: 'p', target: origin, status: null, startedAt: 0, durationMs: 0 };
  const exchange = new Exchange({
    pool,
    method: 'POST',
    path: '/',
    headers: [],
    body,
    client: null,
    timeouts: { connectMs: 5000, firstByteMs: 5000, idleMs: 5000, totalMs: NEVER },
    totalAt: NEVER,
    attempt,
    wire: null,
  });
  exchange.start();
  return { answer: exchange.answer, attempt, exchange };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One answered request, whose connection then waits for the next. */
async function kept(pool = pools.trusted(origin)): Promise<void> {
  await send(pool).answer;
  await turn();
}

describe.each([
  ['reset', reset],
  ['closed', close],
])('a kept connection that is %s when the second request comes', (_how, end) => {
  test('costs the client nothing', async () => {
    acts = [OK, end];
    await kept();
    const { answer, attempt } = send();
    expect((await answer).status).toBe(200);
    expect(served).toEqual([0, 0, 1]);
    expect(bodies).toEqual(['{"q":1}', '{"q":1}', '{"q":1}']);
    expect(attempt).toMatchObject({ status: 200 });
    expect(attempt.error).toBeUndefined();
  });

  test('twice in a row is a reset', async () => {
    acts = [OK, end, end];
    await kept();
    const { answer, attempt } = send();
    await expect(answer).rejects.toMatchObject({ code: 'upstream_reset' });
    expect(attempt.error).toBe('upstream_reset');
    expect(served).toHaveLength(3);
  });

  test('is replayed over a connection that has never served, whatever others the pool keeps', async () => {
    let answerFirst!: () => void;
    acts = [
      (socket) => {
        answerFirst = () => socket.write(OK);
      },
      OK,
      end,
    ];
    const first = send();
    while (served.length < 1) await turn();
    await kept();
    answerFirst();
    await first.answer;
    await turn();
    expect((await send().answer).status).toBe(200);
    // Two connections were kept; one of them ended, and the other one was not asked.
    expect(served).toEqual([0, 1, expect.any(Number), 2]);
  });

  test('fails a body that was streamed, which cannot be sent again', async () => {
    acts = [OK, end];
    await kept();
    const body = (async function* () {
      yield Buffer.from('x');
    })();
    await expect(send(pools.trusted(origin), body).answer).rejects.toMatchObject({ code: 'upstream_reset' });
    expect(new Set(served), 'nothing came over another connection').toEqual(new Set([0]));
  });

  test('a request without a body is replayed', async () => {
    acts = [OK, end];
    await kept();
    expect((await send(pools.trusted(origin), null).answer).status).toBe(200);
  });

  test('on first use it is a reset, and not replayed', async () => {
    acts = [end];
    await expect(send().answer).rejects.toMatchObject({ code: 'upstream_reset' });
    expect(served).toHaveLength(1);
  });
});

test.each([
  ['in the middle of the head', 'HTTP/1.1 200 OK\r\ncontent-'],
  ['behind the head', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n'],
  ['in the middle of the body', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{'],
])('once a byte of the answer has come nothing is replayed: %s', async (_where, bytes) => {
  acts = [
    OK,
    (socket) => {
      socket.write(bytes, () => socket.end());
    },
  ];
  await kept();
  await expect(send().answer).rejects.toMatchObject({ code: 'upstream_reset' });
  expect(served).toHaveLength(2);
});

test('a client that leaves is not replayed', async () => {
  let arrived!: () => void;
  const there = new Promise<void>((resolve) => (arrived = resolve));
  acts = [OK, () => arrived()];
  await kept();
  const { answer, exchange } = send();
  await there;
  exchange.cancel(clientClosed());
  await expect(answer).rejects.toMatchObject({ code: 'client_closed' });
  expect(served).toHaveLength(2);
});

test('a client can leave a replay', async () => {
  let arrived!: () => void;
  const there = new Promise<void>((resolve) => (arrived = resolve));
  acts = [OK, reset, () => arrived()];
  await kept();
  const { answer, exchange } = send();
  await there;
  exchange.cancel(clientClosed());
  await expect(answer).rejects.toMatchObject({ code: 'client_closed' });
});

test('a replay to a target that a caller chose is guarded as the first connection was', async () => {
  acts = [OK, reset];
  const pool = pools.guarded(origin.replace('127.0.0.1', 'localhost'));
  await kept(pool);
  const before = lookups;
  expect((await send(pool).answer).status).toBe(200);
  expect(lookups).toBe(before + 1);
});

test('the pools can be ended while a replay runs', async () => {
  let arrived!: () => void;
  const there = new Promise<void>((resolve) => (arrived = resolve));
  acts = [OK, reset, () => arrived()];
  await kept();
  const { answer } = send();
  const failed = expect(answer).rejects.toMatchObject({ name: 'ProxyError' });
  await there;
  await pools.destroy();
  await failed;
});
