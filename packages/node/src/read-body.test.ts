import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { UnreadBody } from '@helicone-proxy/core';
import { describe, expect, test } from 'vitest';
import { takeBody } from './read-body.js';

type HostRequest = IncomingMessage & { body?: unknown; rawBody?: unknown };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Incoming {
  headers?: IncomingHttpHeaders;
  chunks?: string[];
  body?: unknown;
  rawBody?: unknown;
}

/** A request as Node hands it over, from chunks instead of a socket. */
function incoming({ headers = {}, chunks = [], ...left }: Incoming): HostRequest {
  const stream = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk)),
    { objectMode: false },
  );
  const req = Object.assign(stream, { headers, complete: false, ...left });
  req.once('end', () => {
    req.complete = true;
  });
  return req as unknown as HostRequest;
}

/** The same after a body parser has read it. */
async function readBefore(given: Incoming): Promise<HostRequest> {
  const req = incoming(given);
  req.resume();
  await new Promise((resolve) => req.once('close', resolve));
  return req;
}

async function all(body: unknown): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const text = (body: unknown): string => Buffer.from(body as Uint8Array).toString();

describe('not read yet', () => {
  test.each([{}, { 'content-length': '0' }])('no body: %j', (headers) => {
    expect(takeBody(incoming({ headers }))).toEqual({ body: null, headers, warnings: [] });
  });

  test.each([{ 'content-length': '6' }, { 'transfer-encoding': 'chunked' }])('read in pieces: %j', async (headers) => {
    const taken = takeBody(incoming({ headers, chunks: ['abc', 'def'] }));
    expect(taken).toMatchObject({ headers, warnings: [] });
    expect(await all(taken.body)).toBe('abcdef');
  });

  test('read whole, from one chunk, several or none', async () => {
    for (const chunks of [['abc'], ['a', 'b', 'c'], []]) {
      const { body } = takeBody(incoming({ headers: { 'content-length': '3' }, chunks }));
      expect(text(await (body as UnreadBody).whole?.())).toBe(chunks.join(''));
    }
  });

  test('what a parser left without reading the stream does not count', async () => {
    const req = incoming({ headers: { 'content-length': '3' }, chunks: ['abc'], body: {} });
    expect(await all(takeBody(req).body)).toBe('abc');
  });

  test('a client that leaves in the middle', async () => {
    for (const error of [undefined, new Error('aborted')]) {
      const req = incoming({ headers: { 'content-length': '9' }, chunks: ['abc'] });
      const reading = (takeBody(req).body as UnreadBody).whole?.();
      req.destroy(error);
      await expect(reading).rejects.toThrow(error === undefined ? 'the client closed the connection' : 'aborted');
    }
  });

  test('a client that had left before its body was asked for', async () => {
    const req = incoming({ headers: { 'content-length': '9' }, chunks: ['abc'] });
    const { body } = takeBody(req);
    req.destroy();
    await turn();
    const outcome = (body as UnreadBody).whole?.().then(
      () => 'read',
      () => 'rejected',
    );
    // Its `close` event is over: whoever waits for it waits for ever.
    expect(await Promise.race([outcome, turn().then(() => 'still waiting')])).toBe('rejected');
    await expect(all(body)).rejects.toThrow();
  });
});

describe('read by a parser before', () => {
  const HEADERS = { 'content-type': 'application/json', 'content-length': '99', 'content-encoding': 'gzip' };

  test('raw bytes are found, and their true length', async () => {
    const raw = Buffer.from('{"a": 1}');
    for (const left of [
      { rawBody: raw, body: { a: 1 } },
      { body: raw },
      { rawBody: '{"a": 1}' },
      { body: '{"a": 1}' },
    ]) {
      const { body, headers, warnings } = takeBody(await readBefore({ headers: HEADERS, chunks: ['x'], ...left }));
      expect(text(body)).toBe('{"a": 1}');
      expect(headers).toEqual({ 'content-type': 'application/json', 'content-length': '8' });
      expect(warnings).toEqual([]);
    }
  });

  test('a parsed JSON body is encoded again, with a warning', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/vnd.api+json']) {
      const headers = { 'content-type': type, 'transfer-encoding': 'chunked' };
      const taken = takeBody(await readBefore({ headers, chunks: ['x'], body: { a: ['é'] } }));
      expect(text(taken.body)).toBe('{"a":["é"]}');
      expect(taken.headers).toEqual({ 'content-type': type, 'content-length': '12' });
      expect(taken.warnings).toEqual([expect.stringMatching(/^body: /)]);
    }
  });

  test('a parsed form likewise', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const taken = takeBody(await readBefore({ headers, chunks: ['x'], body: { a: '1 2', b: ['3', '4'] } }));
    expect(text(taken.body)).toBe('a=1%202&b=3&b=4');
    expect(taken.warnings).toHaveLength(1);
  });

  test('the headers of the host’s request are left as they are', async () => {
    const req = await readBefore({ headers: HEADERS, chunks: ['x'], body: {} });
    takeBody(req);
    expect(req.headers).toEqual({
      'content-type': 'application/json',
      'content-length': '99',
      'content-encoding': 'gzip',
    });
  });

  test('one that is left nowhere cannot be read, and says what to do', async () => {
    const type = { 'content-type': 'multipart/form-data; boundary=x', 'content-length': '5' };
    for (const given of [
      { headers: type, body: { field: 'parsed' } },
      { headers: HEADERS },
      { headers: HEADERS, body: null },
      { headers: { 'content-length': '5' }, body: { a: 1 } },
    ]) {
      const { body } = takeBody(await readBefore({ ...given, chunks: ['x'] }));
      await expect(all(body)).rejects.toMatchObject({
        code: 'invalid_body',
        message: expect.stringContaining('req.rawBody'),
      });
    }
  });

  test('a request without a body has none, also when something has read its empty stream', async () => {
    const headers = { host: 'localhost' };
    expect(takeBody(await readBefore({ headers }))).toEqual({ body: null, headers, warnings: [] });
  });
});
