import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { ANSWERS, type CallOptions, type Exchange, inPieces } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS } from './hosts.js';
import { PATHS } from './paths.js';
import { type Session, withSession } from './session.js';

const MIB = 1024 * 1024;
const CHAT = '/openai/v1/chat/completions';
const { headers, body } = ANSWERS.chat;

async function answerWhenRead(exchange: Exchange): Promise<void> {
  await exchange.request.ended;
  await exchange.respond({ headers }, [body]);
}

async function expectUploaded(session: Session, sent: Buffer, options: CallOptions): Promise<void> {
  const index = session.provider.requests.length;
  const answer = await within(10_000, 'the answer', session.get(CHAT, { method: 'POST', ...options }));
  expect(answer.status).toBe(200);
  expect(answer.body.equals(body)).toBe(true);
  const seen = await session.provider.request(index);
  expect(seen.complete).toBe(true);
  expect(seen.body.equals(sent)).toBe(true);
  const type = (options.headers as Record<string, string> | undefined)?.['content-type'];
  if (type !== undefined) expect(seen.header('content-type')).toBe(type);
}

const DOT_SEGMENTS = [
  '/openai/v1/../admin',
  '/openai/./v1',
  '/openai/v1/..',
  '/openai/v1/%2e%2e/admin',
  '/openai/v1/%2E./admin',
  '/openai/v1/..%2fadmin',
  '/openai/v1/a%2f..%2fadmin',
  '/openai/v1/..%5cadmin',
  '/openai/v1/..\\admin',
  '/gateway/../v1',
];

describe.concurrent.each(HOSTS)('$name: paths and queries', (host) => {
  test.each(PATHS)('A3 L1 %s: %s', async (path) => {
    const wanted = path === '' ? '/' : path;
    await withSession(host, { script: answerWhenRead }, async (session) => {
      await within(10_000, 'the answer', session.get(`/openai${path}`));
      expect((await session.provider.request(0)).target).toBe(wanted);
      await within(10_000, 'the answer', session.get(`/acme${path}`));
      expect((await session.provider.request(1)).target).toBe(`/base${wanted}`);
    });
  });

  test('A3 L1 a path that cannot be decoded', async () => {
    await withSession(host, { script: answerWhenRead }, async (session) => {
      const answer = await within(10_000, 'the answer', session.get('/openai/v1/files/a%2Fb/%E2%82%AC%'));
      if (host.refusesUndecodablePaths === true) {
        session.unrecorded = 1;
        expect(answer.status).toBe(400);
        expect(session.provider.requests).toHaveLength(0);
      } else expect((await session.provider.request(0)).target).toBe('/v1/files/a%2Fb/%E2%82%AC%');
    });
  });

  test('A3 L1 dot segments are refused, in every spelling', async () => {
    await withSession(host, {}, async (session) => {
      session.unrecorded = DOT_SEGMENTS.length;
      for (const path of DOT_SEGMENTS) {
        const answer = await within(10_000, path, session.get(path));
        expect(answer.status, path).toBe(400);
        expect(answer.header('x-helicone-error'), path).toBe('invalid_target');
      }
      expect(session.provider.requests).toHaveLength(0);
    });
  });

  test('E4 L1 paths outside the prefix, and OPTIONS, reach the host; unknown ones below it are 404', async () => {
    await withSession(host, {}, async (session) => {
      session.unrecorded = 4;
      for (const path of ['x/openai/v1/models', '/../elsewhere', '/nobody/v1/models']) {
        const answer = await within(10_000, path, session.get(path));
        expect(answer.status, path).toBe(404);
        if (path === 'x/openai/v1/models') expect(answer.body.toString()).toBe('the host has no such page');
      }
      const preflight = await within(10_000, 'OPTIONS', session.get(CHAT, { method: 'OPTIONS' }));
      expect(preflight.body.toString()).toBe('the host has no such page');
      expect(session.provider.requests).toHaveLength(0);
    });
  });
});

describe.concurrent.each(HOSTS)('$name: request bodies', (host) => {
  test('A1 L1 JSON goes on byte for byte', async () => {
    const sent = Buffer.from(
      '{ "model":"m",\n\t"temperature": 1.0, "a":"\\u00e9👋", "n": 12345678901234567890, "model":"m" }\n',
    );
    await withSession(host, { script: answerWhenRead }, async (session) => {
      await expectUploaded(session, sent, { body: sent, headers: { 'content-type': 'application/json' } });
      await expectUploaded(session, sent, { body: inPieces(sent, 1), headers: { 'content-type': 'application/json' } });
    });
  });

  test('A4 L1 1 MiB, and 5 MiB streamed, with a length and chunked', async () => {
    await withSession(host, { script: answerWhenRead }, async (session) => {
      for (const size of [MIB, 5 * MIB]) {
        const sent = randomBytes(size);
        await expectUploaded(session, sent, { body: sent });
        await expectUploaded(session, sent, { body: inPieces(sent, 70_001) });
        await expectUploaded(session, sent, {
          body: inPieces(sent, 70_001),
          headers: { 'content-length': String(size) },
        });
        const lengths = session.provider.requests.slice(-3).map((seen) => seen.header('content-length'));
        expect(lengths).toEqual([String(size), undefined, String(size)]);
      }
    });
  });

  test('A5 L1 longer than allowed: 413', async () => {
    const options = { limits: { requestBytes: 1000 } };
    await withSession(host, { script: answerWhenRead, options }, async (session) => {
      for (const sent of [Buffer.alloc(1001, 'x'), inPieces(Buffer.alloc(2000, 'x'), 100)]) {
        const answer = await within(10_000, 'the answer', session.get(CHAT, { method: 'POST', body: sent }));
        expect(answer.status).toBe(413);
        expect(answer.header('x-helicone-error')).toBe('request_too_large');
      }
      for (const record of await session.records())
        expect(record).toMatchObject({ outcome: 'blocked', response_status: 413 });
    });
  });

  test('A7 L1 bytes, multipart and encoded bodies go on as they are', async () => {
    const part = 'content-disposition: form-data; name="file"; filename="é.wav"\r\n\r\n';
    const multipart = Buffer.concat([Buffer.from(`--b\r\n${part}`), randomBytes(5000), Buffer.from('\r\n--b--\r\n')]);
    await withSession(host, { script: answerWhenRead }, async (session) => {
      const bytes = randomBytes(4096);
      await expectUploaded(session, bytes, { body: bytes, headers: { 'content-type': 'application/octet-stream' } });
      await expectUploaded(session, multipart, {
        body: multipart,
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
      });
      const encoded = gzipSync(ANSWERS.chat.request);
      const zipped = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      await expectUploaded(session, encoded, { body: encoded, headers: zipped });
      expect(session.provider.requests.at(-1)?.header('content-encoding')).toBe('gzip');
    });
  });

  test('A8 L1 GET and DELETE without a body, POST with an empty one', async () => {
    await withSession(host, { script: answerWhenRead }, async (session) => {
      for (const method of ['GET', 'DELETE', 'POST', 'PATCH']) {
        const answer = await within(10_000, method, session.get('/openai/v1/models', { method }));
        expect(answer.status).toBe(200);
        const seen = session.provider.requests.at(-1);
        expect(seen?.method).toBe(method);
        expect(seen?.bodyBytes).toBe(0);
        expect(seen?.header('transfer-encoding')).toBe(undefined);
        expect(['0', undefined]).toContain(seen?.header('content-length'));
      }
    });
  });
});
