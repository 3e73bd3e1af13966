import { once } from 'node:events';
import { createServer, get, type IncomingMessage, ServerResponse } from 'node:http';
import { connect, createServer as createHttp2Server, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { duplexPair } from 'node:stream';
import { freeBytes, iterableStream } from '@helicone-proxy/core';
import { afterEach, expect, test } from 'vitest';
import { send } from './send.js';

const PIECE_BYTES = 1024 * 1024;

let close = async (): Promise<void> => {};
afterEach(() => close());

/** Sends pieces to a client that is slower than they come; resolves with what it got. */
async function sent(pieces: readonly Uint8Array[], prepare = (_res: ServerResponse): void => {}): Promise<Buffer> {
  const server = createServer((_req, res) => {
    prepare(res);
    async function* each() {
      yield* pieces;
    }
    send(res, { status: 200, headers: {}, body: iterableStream(each(), { release: freeBytes }) });
  }).listen(0, '127.0.0.1');
  close = async () => void server.close();
  await once(server, 'listening');
  const asked = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { agent: false });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  expect(answer.complete).toBe(true);
  return Buffer.concat(chunks);
}

const piecesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => new Uint8Array(PIECE_BYTES).fill(n + 1));

test('what has left is freed, and has left whole', async () => {
  const pieces = piecesOf(5);
  const received = await sent(pieces);
  expect(received.equals(Buffer.concat(piecesOf(5)))).toBe(true);
  expect(pieces.map(({ byteLength }) => byteLength)).toEqual([0, 0, 0, 0, 0]);
});

test('where the host has a write of its own, it keeps what it has seen', async () => {
  const pieces = piecesOf(3);
  const seen: Uint8Array[] = [];
  const received = await sent(pieces, (res) => {
    const write = res.write.bind(res) as (...given: unknown[]) => boolean;
    res.write = ((chunk: Uint8Array, ...rest: unknown[]) => {
      seen.push(chunk);
      return write(chunk, ...rest);
    }) as typeof res.write;
  });
  expect(received.equals(Buffer.concat(piecesOf(3)))).toBe(true);
  expect(Buffer.concat(seen).equals(received)).toBe(true);
});

test('what a class of the host has written is kept', async () => {
  const pieces = piecesOf(3);
  const received = await sent(pieces, (res) => {
    // As Express has it, and as whoever patches Node for all.
    const before = Object.create(ServerResponse.prototype);
    before.write = function write(this: ServerResponse, ...given: Parameters<ServerResponse['write']>) {
      return ServerResponse.prototype.write.apply(this, given);
    };
    Object.setPrototypeOf(res, before);
  });
  expect(received.equals(Buffer.concat(piecesOf(3)))).toBe(true);
  expect(pieces.map(({ byteLength }) => byteLength)).toEqual(Array(3).fill(PIECE_BYTES));
});

test('frames of HTTP/2 may outlive the call-back of a stream that was reset, so they are kept', async () => {
  const pieces = piecesOf(3);
  async function* each() {
    yield* pieces;
  }
  const server = createHttp2Server((_req, res: Http2ServerResponse) => {
    const body = iterableStream(each(), { release: freeBytes });
    send(res as unknown as ServerResponse, { status: 200, headers: {}, body });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  close = async () => {
    session.close();
    server.close();
  };
  const chunks: Buffer[] = [];
  for await (const chunk of session.request({ ':path': '/' })) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(Buffer.concat(piecesOf(3)))).toBe(true);
  expect(pieces.map(({ byteLength }) => byteLength)).toEqual(Array(3).fill(PIECE_BYTES));
});

test('a connection that is no socket may hand bytes on as they are, so they are kept', async () => {
  const pieces = piecesOf(3);
  async function* each() {
    yield* pieces;
  }
  const server = createServer((_req, res) => {
    send(res, { status: 200, headers: { connection: 'close' }, body: iterableStream(each(), { release: freeBytes }) });
  });
  const [ours, theirs] = duplexPair();
  server.emit('connection', theirs);
  ours.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  const chunks: Buffer[] = [];
  for await (const chunk of ours) chunks.push(chunk);
  expect(chunks.filter((chunk) => chunk.length >= PIECE_BYTES).length).toBe(3);
  expect(pieces.map(({ byteLength }) => byteLength)).toEqual(Array(3).fill(PIECE_BYTES));
});
