import { parse } from 'node:querystring';
import { gzipSync } from 'node:zlib';
import {
  ANSWERS,
  type CallOptions,
  type Exchange,
  inPieces,
  type Received,
  type SeenRequest,
} from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from './deadline.js';
import { HOSTS, type Host, type Parser } from './hosts.js';
import { withSession } from './session.js';

const { headers, body } = ANSWERS.chat;
const JSON_TYPE = { 'content-type': 'application/json' };
/** Written as no encoder would write it. */
const JSON_BODY = Buffer.from('{ "model": "m",\n "temperature": 1.0, "text": "\\u00e9 👋", "list": [ 1 , 2 ] }');
const ZIPPED = gzipSync(JSON_BODY);
const ZIPPED_TYPE = { ...JSON_TYPE, 'content-encoding': 'gzip' };

async function answerWhenRead(exchange: Exchange): Promise<void> {
  await exchange.request.ended;
  await exchange.respond({ headers }, [body]);
}

interface Forwarded {
  answer: Received;
  seen: SeenRequest;
}

/** Sends a request to a host whose parser has read it before the proxy. */
async function forward(host: Host, parser: Parser, options: CallOptions): Promise<Forwarded> {
  let forwarded: Forwarded | null = null;
  await withSession(host, { script: answerWhenRead, setup: { parser } }, async (session) => {
    const answer = await within(2000, 'the answer', session.get('/openai/v1/x', { method: 'POST', ...options }));
    expect(answer.status).toBe(200);
    expect(answer.body.equals(body)).toBe(true);
    forwarded = { answer, seen: await session.provider.request(0) };
  });
  const { answer, seen } = forwarded as unknown as Forwarded;
  expect(seen.header('content-length')).toBe(String(seen.body.length));
  expect(seen.header('transfer-encoding')).toBe(undefined);
  return { answer, seen };
}

const WITH_PARSERS = HOSTS.filter(({ parsers }) => parsers.includes('json'));

describe.concurrent.each(WITH_PARSERS)('$name: behind a body parser', (host) => {
  test('A6 L1 express.json(): the same JSON, with a warning', async () => {
    for (const sent of [JSON_BODY, inPieces(JSON_BODY, 7)]) {
      const { answer, seen } = await forward(host, 'json', { body: sent, headers: JSON_TYPE });
      expect(JSON.parse(seen.body.toString())).toEqual(JSON.parse(JSON_BODY.toString()));
      expect(seen.header('content-type')).toBe('application/json');
      expect(answer.header('helicone-warning')).toContain('body');
    }
  });

  test('A6 L1 express.json() with rawBody: byte for byte, no warning', async () => {
    const { answer, seen } = await forward(host, 'json with rawBody', { body: JSON_BODY, headers: JSON_TYPE });
    expect(seen.body.equals(JSON_BODY)).toBe(true);
    expect(answer.header('helicone-warning')).toBe(undefined);
  });

  test('A6 L1 express.raw() and express.text(): byte for byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const raw = await forward(host, 'raw', { body: bytes, headers: { 'content-type': 'audio/wav' } });
    expect(raw.seen.body.equals(bytes)).toBe(true);
    const text = await forward(host, 'text', {
      body: JSON_BODY,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    expect(text.seen.body.equals(JSON_BODY)).toBe(true);
    expect(raw.answer.header('helicone-warning') ?? text.answer.header('helicone-warning')).toBe(undefined);
  });

  test('A6 L1 express.urlencoded(): the same fields', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const form = 'a=1&b=x+y%26&b=%C3%A9&empty=';
    for (const parser of ['urlencoded', 'extended urlencoded'] as const) {
      const { seen } = await forward(host, parser, { body: form, headers: type });
      expect({ ...parse(seen.body.toString()) }).toEqual({ ...parse(form) });
    }
  });

  test('A6 L1 express.urlencoded({ extended: true }): nested fields are not lost without a word', async () => {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const setup = { parser: 'extended urlencoded' } as const;
    await withSession(host, { script: answerWhenRead, setup }, async (session) => {
      const options = { body: 'a%5Bb%5D=c&d=1', headers: type };
      const answer = await within(2000, 'the answer', session.get('/openai/v1/x', options));
      const [seen] = session.provider.requests;
      if (answer.status === 400) expect(answer.header('x-helicone-error')).toBe('invalid_body');
      else expect({ ...parse(seen?.body.toString() ?? '') }).toEqual({ 'a[b]': 'c', d: '1' });
    });
  });

  test.each(['json', 'json with rawBody', 'raw', 'text'] as const)(
    'A6 L1 gzip behind %s: inflated, and said so',
    async (parser) => {
      const { seen } = await forward(host, parser, { body: ZIPPED, headers: ZIPPED_TYPE });
      expect(seen.header('content-encoding')).toBe(undefined);
      expect(JSON.parse(seen.body.toString())).toEqual(JSON.parse(JSON_BODY.toString()));
    },
  );

  test.each(['json', 'urlencoded'] as const)('A6 L1 %s leaves other bodies unread: byte for byte', async (parser) => {
    const bytes = Buffer.from([0, 255, 1, 254, 13, 10]);
    const { answer, seen } = await forward(host, parser, { body: bytes, headers: { 'content-type': 'audio/wav' } });
    expect(seen.body.equals(bytes)).toBe(true);
    expect(answer.header('helicone-warning')).toBe(undefined);
  });

  test('A8 L1 GET behind express.json()', async () => {
    await withSession(host, { script: answerWhenRead, setup: { parser: 'json' } }, async (session) => {
      expect((await within(2000, 'the answer', session.get('/openai/v1/models'))).status).toBe(200);
      expect((await session.provider.request(0)).bodyBytes).toBe(0);
    });
  });

  test('A6 L1 JSON that the parser refuses never comes here', async () => {
    await withSession(host, { setup: { parser: 'json' } }, async (session) => {
      session.unrecorded = 1;
      const answer = await within(
        2000,
        'the answer',
        session.get('/openai/v1/x', { body: '{"a":', headers: JSON_TYPE }),
      );
      expect(answer.status).toBe(400);
      expect(session.provider.requests).toHaveLength(0);
    });
  });
});

describe.concurrent.each(HOSTS)('$name: behind a consumer that kept nothing', (host) => {
  test('A6 L1 400 invalid_body instead of waiting for ever', async () => {
    const bodies = [JSON_BODY, inPieces(JSON_BODY, 10), Buffer.alloc(300_000, 'x')];
    await withSession(host, { script: answerWhenRead, setup: { parser: 'consumed' } }, async (session) => {
      for (const sent of bodies) {
        const options = { method: 'POST', body: sent, headers: JSON_TYPE };
        const answer = await within(2000, 'the answer', session.get('/openai/v1/chat/completions', options));
        expect(answer.status).toBe(400);
        expect(answer.header('x-helicone-error')).toBe('invalid_body');
      }
      for (const record of await session.records())
        expect(record).toMatchObject({ outcome: 'blocked', response_status: 400 });
    });
  });

  test('A8 L1 GET has nothing to be consumed', async () => {
    await withSession(host, { script: answerWhenRead, setup: { parser: 'consumed' } }, async (session) => {
      expect((await within(2000, 'the answer', session.get('/openai/v1/models'))).status).toBe(200);
    });
  });
});
