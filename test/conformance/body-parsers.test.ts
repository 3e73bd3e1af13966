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
import { within } from '../rig/until.js';
import { type BodyKind, HOSTS, type Host, type Parser, type ParserFacts } from './hosts.js';
import { lastingSession, type Session, withSession } from './session.js';

const { headers, body } = ANSWERS.chat;
const PATH = '/openai/v1/x';
/** Written as no encoder would write it. */
const JSON_BODY = Buffer.from('{ "model": "m",\n "temperature": 1.0, "text": "\\u00e9 👋", "list": [ 1 , 2 ] }');
const FORM = Buffer.from('a=1&b=x+y%26&b=%C3%A9&c%2a=~&empty=');
const BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const MULTIPART = Buffer.concat([
  Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="é.wav"\r\n\r\n'),
  BYTES,
  Buffer.from('\r\n--b--\r\n'),
]);

/** A request body; without `type` it has no content-type. */
interface Sent {
  kind: BodyKind;
  type?: string;
  bytes: Buffer;
}

const BODIES: readonly Sent[] = [
  { kind: 'json', type: 'application/json', bytes: JSON_BODY },
  { kind: 'json', type: 'application/json; charset=utf-8', bytes: JSON_BODY },
  { kind: 'json', type: 'APPLICATION/JSON', bytes: JSON_BODY },
  { kind: 'form', type: 'application/x-www-form-urlencoded', bytes: FORM },
  { kind: 'text', type: 'text/plain; charset=utf-8', bytes: JSON_BODY },
  { kind: 'other', type: 'multipart/form-data; boundary=b', bytes: MULTIPART },
  { kind: 'other', type: 'audio/wav', bytes: BYTES },
  { kind: 'other', type: 'application/octet-stream', bytes: BYTES },
  { kind: 'other', bytes: JSON_BODY },
];

async function answerWhenRead(exchange: Exchange): Promise<void> {
  await exchange.request.ended;
  await exchange.respond({ headers }, [body]);
}

function post(session: Session, options: CallOptions): Promise<Received> {
  return within(10_000, 'the answer', session.get(PATH, { method: 'POST', ...options }));
}

function typeHeader({ type }: Sent): Record<string, string> {
  return type === undefined ? {} : { 'content-type': type };
}

interface Forwarded {
  answer: Received;
  seen: SeenRequest;
}

/** Sends a body that must come through. */
async function forward(session: Session, options: CallOptions): Promise<Forwarded> {
  const index = session.provider.requests.length;
  const answer = await post(session, options);
  expect(answer.status, answer.body.toString()).toBe(200);
  expect(answer.body.equals(body)).toBe(true);
  return { answer, seen: await session.provider.request(index) };
}

/** What is true of every host and parser: bytes come through unless the parser kept none, and then it is said. */
function expectForwarded({ answer, seen }: Forwarded, sent: Sent, { reads, leaves }: ParserFacts): void {
  const { kind, type = 'no content-type', bytes } = sent;
  expect(seen.header('content-type') ?? 'no content-type').toBe(type);
  if (!reads.includes(kind) || leaves === 'bytes') {
    expect(seen.body.equals(bytes), type).toBe(true);
    expect(answer.header('helicone-warning'), type).toBe(undefined);
    return;
  }
  expect(meaning(seen.body, kind)).toEqual(meaning(bytes, kind));
  expect(answer.header('helicone-warning'), type).toContain('body');
}

function meaning(bytes: Buffer, kind: BodyKind): unknown {
  return kind === 'form' ? { ...parse(bytes.toString()) } : JSON.parse(bytes.toString());
}

function parsersOf(host: Host): [Parser, ParserFacts][] {
  return (Object.entries(host.parsers) as [Parser, ParserFacts][]).filter(([parser]) => parser !== 'consumed');
}

describe.each(HOSTS)('$name: bodies', (host) => {
  describe.each(parsersOf(host))('behind its parser: %s', (parser, facts) => {
    const current = lastingSession(host, { script: answerWhenRead, setup: { parser } });
    const run = (check: (session: Session) => Promise<void>): Promise<void> => check(current());

    test('A6 L1 of all kinds come through, whole and in pieces', async () => {
      await run(async (session) => {
        for (const sent of BODIES) {
          for (const body of [sent.bytes, inPieces(sent.bytes, 7)]) {
            const forwarded = await forward(session, { body, headers: typeHeader(sent) });
            expectForwarded(forwarded, sent, facts);
            if (!facts.reads.includes(sent.kind)) continue;
            expect(forwarded.seen.header('content-length')).toBe(String(forwarded.seen.body.length));
            expect(forwarded.seen.header('transfer-encoding')).toBe(undefined);
          }
        }
      });
    });

    test('A6 L1 gzip: inflated and said so where the parser reads it, else as it is', async () => {
      await run(async (session) => {
        for (const sent of BODIES.slice(0, 6)) {
          const encoded = { ...typeHeader(sent), 'content-encoding': 'gzip' };
          const { answer, seen } = await forward(session, { body: gzipSync(sent.bytes), headers: encoded });
          const read = facts.reads.includes(sent.kind);
          expect(seen.header('content-encoding')).toBe(read ? undefined : 'gzip');
          expectForwarded({ answer, seen }, read ? sent : { ...sent, bytes: gzipSync(sent.bytes) }, facts);
        }
      });
    });

    test('A4 L1 long ones: up to the limit of the parser, which answers 413 beyond it', async () => {
      const maxBytes = facts.maxBytes ?? 3_000_000;
      const sent = (length: number): Sent => {
        const bytes = Buffer.from(`{ "a": 1.0, "b": "${'x'.repeat(length - 21)}" }`);
        return { kind: 'json', type: 'application/json', bytes };
      };
      await run(async (session) => {
        const longest = sent(maxBytes);
        expect(longest.bytes.length).toBe(maxBytes);
        for (const body of [longest.bytes, inPieces(longest.bytes, 50_000)]) {
          expectForwarded(await forward(session, { body, headers: typeHeader(longest) }), longest, facts);
        }
        if (facts.maxBytes === undefined) return;
        session.unrecorded++;
        const before = session.provider.requests.length;
        const tooLong = sent(maxBytes + 1);
        const answer = await post(session, { body: tooLong.bytes, headers: typeHeader(tooLong) });
        expect(answer.status).toBe(413);
        expect(answer.header('x-helicone-error')).toBe(undefined);
        expect(session.provider.requests).toHaveLength(before);
      });
    });

    test('A6 L1 JSON that a JSON parser refuses never comes here', async () => {
      await run(async (session) => {
        const refused = facts.reads.includes('json') && !facts.reads.includes('other');
        session.unrecorded += refused ? 1 : 0;
        const before = session.provider.requests.length;
        const answer = await post(session, { body: '{"a":', headers: { 'content-type': 'application/json' } });
        expect(answer.status >= 400).toBe(refused);
        expect(answer.header('x-helicone-error')).toBe(undefined);
        expect(session.provider.requests).toHaveLength(before + (refused ? 0 : 1));
      });
    });

    test('A6 L1 nested form fields are not lost without a word', async () => {
      await run(async (session) => {
        const type = { 'content-type': 'application/x-www-form-urlencoded' };
        const answer = await post(session, { body: 'a%5Bb%5D=c&d=1', headers: type });
        const seen = session.provider.requests.at(-1);
        if (answer.status === 400) expect(answer.header('x-helicone-error')).toBe('invalid_body');
        else expect({ ...parse(seen?.body.toString() ?? '') }).toEqual({ 'a[b]': 'c', d: '1' });
      });
    });

    test('A8 L1 GET, and POST with an empty body', async () => {
      await run(async (session) => {
        for (const method of ['GET', 'POST', 'DELETE']) {
          expect((await within(10_000, 'the answer', session.get(PATH, { method }))).status).toBe(200);
          expect(session.provider.requests.at(-1)?.bodyBytes).toBe(0);
        }
      });
    });
  });

  test('A7 L1 a content-type that is none goes on as it is', async () => {
    for (const parser of [undefined, 'usual'] as const) {
      if (parser !== undefined && host.parsers[parser] === undefined) continue;
      await withSession(host, { script: answerWhenRead, setup: { parser } }, async (session) => {
        const sent: Sent = { kind: 'other', type: 'x', bytes: BYTES };
        if (host.refusesInvalidContentTypes === true) {
          session.unrecorded = 1;
          expect((await post(session, { body: BYTES, headers: typeHeader(sent) })).status).toBe(415);
          expect(session.provider.requests).toHaveLength(0);
        } else {
          const forwarded = await forward(session, { body: BYTES, headers: typeHeader(sent) });
          expectForwarded(forwarded, sent, { reads: [], leaves: 'nothing' });
        }
      });
    }
  });

  test('A7 L1 a long gzip body goes on as it is, also under compression', async () => {
    // Noise, so that it stays long.
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * at * 31 + at) % 251));
    const sent: Sent = { kind: 'other', type: 'application/x-ndjson', bytes: gzipSync(noise, { level: 0 }) };
    for (const compression of [false, true]) {
      await withSession(host, { script: answerWhenRead, setup: { compression } }, async (session) => {
        const encoded = { ...typeHeader(sent), 'content-encoding': 'gzip' };
        const forwarded = await forward(session, { body: sent.bytes, headers: encoded });
        expect(forwarded.seen.header('content-encoding')).toBe('gzip');
        expectForwarded(forwarded, sent, { reads: [], leaves: 'nothing' });
      });
    }
  });
});

describe.concurrent.each(HOSTS)('$name: behind a consumer that kept nothing', (host) => {
  const setup = { parser: 'consumed' } as const;

  test('A6 L1 400 invalid_body instead of waiting for ever', async () => {
    const bodies = [JSON_BODY, inPieces(JSON_BODY, 10), Buffer.alloc(300_000, 'x')];
    await withSession(host, { script: answerWhenRead, setup }, async (session) => {
      for (const body of bodies) {
        const answer = await post(session, { body, headers: { 'content-type': 'application/json' } });
        expect(answer.status).toBe(400);
        expect(answer.header('x-helicone-error')).toBe('invalid_body');
        expect(answer.body.toString()).toContain('read by other middleware');
      }
      expect(session.provider.requests).toHaveLength(0);
      for (const record of await session.records())
        expect(record).toMatchObject({ outcome: 'blocked', response_status: 400 });
    });
  });

  test('A8 L1 GET has nothing to be consumed', async () => {
    await withSession(host, { script: answerWhenRead, setup }, async (session) => {
      expect((await within(10_000, 'the answer', session.get('/openai/v1/models'))).status).toBe(200);
    });
  });
});
