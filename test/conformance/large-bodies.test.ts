import { createHash, type Hash } from 'node:crypto';
import { type CallOptions, createGate, type Exchange } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { NEWEST_HOSTS } from './hosts.js';
import { memory } from './memory.js';
import { type Session, withSession } from './session.js';

const MIB = 1024 * 1024;
const PIECE = Buffer.from(Array.from({ length: 64 * 1024 }, (_, at) => (at * at * 7 + at) % 256));
/** 20 MiB. */
const PIECES = 320;
/** What may be alive of an upload while the provider reads nothing: the record keeps its first MiB, and pipes have buffers. */
const LIVE_GROWTH = 8 * MIB;
const BOUNDARY = 'b-3f1c';

interface Upload {
  name: string;
  path: string;
  type: string;
  /** Before, between and after the pieces. */
  head: string;
  piece: Buffer;
  tail: string;
}

const UPLOADS: readonly Upload[] = [
  {
    name: 'a multipart upload of an audio file',
    path: '/openai/v1/audio/transcriptions',
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    head: `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n`,
    piece: PIECE,
    tail: `\r\n--${BOUNDARY}\r\ncontent-disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--${BOUNDARY}--\r\n`,
  },
  {
    name: 'an image in JSON',
    path: '/openai/v1/responses',
    type: 'application/json',
    head: '{ "model":"gpt-5-mini",  "input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,',
    piece: Buffer.from(PIECE.toString('base64').slice(0, PIECE.length)),
    tail: '"}]}] }\n',
  },
];

function* piecesOf({ head, piece, tail }: Upload): Generator<Buffer> {
  yield Buffer.from(head);
  for (let index = 0; index < PIECES; index++) yield piece;
  yield Buffer.from(tail);
}

function hashOf(pieces: Iterable<Buffer>): { bytes: number; sha1: string } {
  const hash = createHash('sha1');
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha1: hash.digest('hex') };
}

/** Takes an upload without keeping it, but reads nothing from the first piece on until told to. */
function heldProvider() {
  const hash: Hash = createHash('sha1');
  const held = createGate();
  const readOn = createGate();
  const script = async (exchange: Exchange): Promise<void> => {
    exchange.request.sink = (bytes) => hash.update(bytes);
    exchange.connection.pause();
    held.open();
    await readOn.opened;
    exchange.connection.resume();
    await exchange.request.ended;
    await exchange.respond({ headers: [['content-type', 'application/json']] }, ['{"text":"hé"}']);
  };
  return { script, hash, held: held.opened, readOn: readOn.open };
}

/** Resolves when the client could send nothing for a while: only time tells that somebody does not read. */
async function stalled(sent: () => number): Promise<void> {
  for (let before = -1; before !== sent(); ) {
    before = sent();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function upload(session: Session, what: Upload, provider: ReturnType<typeof heldProvider>): Promise<void> {
  const expected = hashOf(piecesOf(what));
  const before = await memory();
  let sent = 0;
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const piece of piecesOf(what)) {
      yield piece;
      sent += piece.length;
    }
  }
  const headers = { 'content-type': what.type, 'content-length': String(expected.bytes) };
  const call = session.call(what.path, { method: 'POST', body: body(), headers } satisfies CallOptions);
  await within(10_000, 'the provider is held', provider.held);
  await within(
    10_000,
    'the client is held back, or has sent all',
    stalled(() => sent),
  );
  expect((await memory()).live - before.live).toBeLessThan(LIVE_GROWTH);
  provider.readOn();
  const answer = await within(10_000, 'the answer', call.whole);
  expect([answer.status, answer.body.toString()]).toEqual([200, '{"text":"hé"}']);
  const seen = await session.provider.request(session.provider.requests.length - 1);
  expect([seen.bodyBytes, provider.hash.digest('hex')]).toEqual([expected.bytes, expected.sha1]);
  expect(seen.header('content-type')).toBe(what.type);
  expect(seen.header('content-length')).toBe(String(expected.bytes));
}

const SPOKEN = [
  ['length', 'audio/mpeg'],
  ['chunked', 'application/octet-stream'],
] as const;

describe.each(NEWEST_HOSTS)('$name: 20 MB', (host) => {
  test.each(UPLOADS)('A4 A7 L1 $name goes through as it comes, byte for byte', async (what) => {
    await withSession(host, { script: (exchange) => exchange.respond({}), fresh: true }, async (session) => {
      // What the first call of a process allocates for good is not the upload's.
      await session.get('/openai/v1/models');
      const provider = heldProvider();
      session.provider.script = provider.script;
      await upload(session, what, provider);
    });
  });

  test('A7 L1 a spoken answer of 5 MB, with a length and chunked, byte for byte', async () => {
    const speech = Buffer.concat(Array.from({ length: 80 }, () => PIECE));
    await withSession(host, {}, async (session) => {
      for (const [framing, type] of SPOKEN) {
        session.provider.script = (exchange) =>
          exchange.respond({ headers: [['content-type', type]], framing, length: speech.length }, [speech]);
        const call = session.get('/openai/v1/audio/speech', { body: '{"input":"hé"}' });
        const answer = await within(10_000, 'the answer', call);
        expect(answer).toMatchObject({ status: 200, complete: true });
        expect(answer.body.equals(speech)).toBe(true);
        expect(answer.header('content-type')).toBe(type);
        if (framing === 'length') expect(answer.header('content-length')).toBe(String(speech.length));
      }
    });
  });
});
