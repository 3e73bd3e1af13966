import {
  brotliCompressSync,
  brotliDecompressSync,
  gunzipSync,
  gzipSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import { ANSWERS, type CallOptions, type Received } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS } from './hosts.js';
import { type Session, withSession } from './session.js';

const { chat, chatStream } = ANSWERS;
const DECODERS = { gzip: gunzipSync, br: brotliDecompressSync, deflate: inflateSync, zstd: zstdDecompressSync };
type Coding = keyof typeof DECODERS;
const ENCODED = [
  ['gzip', gzipSync(chat.body)],
  ['br', brotliCompressSync(chat.body)],
] as const;

function ask(session: Session, encodings: string, options: CallOptions = {}): Promise<Received> {
  const headers = { 'content-type': 'application/json', 'accept-encoding': encodings };
  const call = session.get('/openai/v1/chat/completions', { body: chat.request, headers, ...options });
  return within(10_000, 'the answer', call);
}

/** The body as the client reads it. */
function decoded({ body, header }: Received): Buffer {
  const coding = header('content-encoding') as Coding | undefined;
  return coding === undefined ? body : DECODERS[coding](body);
}

describe.concurrent.each(HOSTS)('$name: under the host’s compression', (host) => {
  const setup = { compression: true };

  test.each(['gzip', 'br', 'gzip, br', 'identity'])(
    'A1 L1 a JSON answer for %s decodes to its bytes',
    async (encodings) => {
      await withSession(host, { setup }, async (session) => {
        for (const framing of ['length', 'chunked'] as const) {
          session.provider.script = (exchange) => exchange.respond({ headers: chat.headers, framing }, [chat.body]);
          const answer = await ask(session, encodings);
          expect(answer).toMatchObject({ status: 200, complete: true });
          expect(decoded(answer).equals(chat.body)).toBe(true);
          const coding = answer.header('content-encoding');
          // It may stay as it is: some hosts compress the answers of their own routes only.
          expect([...encodings.split(', '), undefined]).toContain(coding);
          expect(coding).not.toBe('identity');
          const length = answer.header('content-length');
          if (length !== undefined) expect(length).toBe(String(answer.body.length));
        }
      });
    },
  );

  test.each(ENCODED)('A2 L1 what the provider sent as %s is not encoded again', async (coding, bytes) => {
    for (const each of [{}, setup]) {
      await withSession(host, { setup: each }, async (session) => {
        for (const answer of [chat, chatStream]) {
          const headers = [...answer.headers, ['content-encoding', coding]] as const;
          const framing = answer === chat ? 'length' : 'chunked';
          session.provider.script = (exchange) => exchange.respond({ headers, framing }, [bytes]);
          const received = await ask(session, 'gzip, br');
          expect(received.all('content-encoding')).toEqual([coding]);
          expect(received.body.equals(bytes)).toBe(true);
        }
      });
    }
  });

  test('A1 S1 L1 streams are neither encoded nor held, errors of ours decode', async () => {
    await withSession(host, { setup }, async (session) => {
      session.provider.script = (exchange) => exchange.respond({ headers: chatStream.headers }, chatStream.events);
      const stream = await ask(session, 'gzip, br');
      expect(stream.header('content-encoding')).toBe(undefined);
      expect(stream.body.equals(chatStream.body)).toBe(true);
      session.provider.script = (exchange) => exchange.reset();
      const failed = await ask(session, 'gzip, br');
      expect(failed.status).toBe(502);
      expect(JSON.parse(decoded(failed).toString())).toMatchObject({ error: { code: 'upstream_reset' } });
    });
  });

  test('A9 A10 L1 HEAD and 204 stay without a body', async () => {
    await withSession(host, { setup }, async (session) => {
      session.provider.script = (exchange) => exchange.head({ headers: chat.headers, framing: 'length', length: 1234 });
      const head = await ask(session, 'gzip', { method: 'HEAD', body: undefined });
      expect([head.status, head.body.length]).toEqual([200, 0]);
      session.provider.script = (exchange) => exchange.respond({ status: 204, framing: 'none' });
      const none = await ask(session, 'gzip', { method: 'DELETE', body: undefined });
      expect([none.status, none.body.length, none.header('content-encoding')]).toEqual([204, 0, undefined]);
    });
  });
});
