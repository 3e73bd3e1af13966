import { ANSWERS, type CallOptions, type Exchange, get, type Received, sendRaw } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { CORS_ORIGIN, HOSTS, type HostSetup } from './hosts.js';
import { lastingSession, type Session, withSession } from './session.js';

const { chat, chatStream } = ANSWERS;
const CHAT = '/openai/v1/chat/completions';
/** As helmet and a middleware for request ids set them. */
const SET_BY_HOST = {
  'content-security-policy': "default-src 'self';script-src-attr 'none'",
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'x-request-id': 'host-7',
};

/** Answers by path: each kind of answer that there is. */
async function answerInKind(exchange: Exchange): Promise<void> {
  const { request } = exchange;
  await request.ended;
  if (request.target === '/v1/stream') {
    return exchange.respond({ headers: [...chatStream.headers, ['x-frame-options', 'DENY']] }, chatStream.events);
  }
  if (request.target === '/v1/reset') return exchange.reset();
  if (request.target === '/v1/204') return exchange.respond({ status: 204, framing: 'none' });
  if (request.target === '/v1/304') return exchange.respond({ status: 304, framing: 'none' });
  if (request.target === '/v1/429') return exchange.respond({ status: 429, headers: chat.headers }, ['{"error":{}}']);
  if (request.method === 'HEAD') {
    return exchange.head({ headers: chat.headers, framing: 'length', length: chat.body.length });
  }
  return exchange.respond({ headers: chat.headers, framing: 'length' }, [chat.body]);
}

/** Each kind of answer, ours too: what is asked, and the status. */
const ANSWERS_OF_ALL_KINDS: readonly [name: string, path: string, status: number, options: CallOptions][] = [
  ['a whole answer', '/openai/v1/whole', 200, { body: chat.request }],
  ['a stream', '/openai/v1/stream', 200, { body: chat.request }],
  ['an error of the provider', '/openai/v1/429', 429, { body: chat.request }],
  ['an error of ours', '/openai/v1/reset', 502, { body: chat.request }],
  ['HEAD', '/openai/v1/whole', 200, { method: 'HEAD' }],
  ['204', '/openai/v1/204', 204, {}],
  ['304', '/openai/v1/304', 304, {}],
  ['no such provider', '/nobody/v1/x', 404, {}],
  ['the state', '/healthz', 200, {}],
];
/** Those that reach a policy leave a record. */
const UNRECORDED = 2;

function ask(session: Session, path: string, options: CallOptions): Promise<Received> {
  // From a page, so that the host's CORS has something to say.
  const headers = { origin: CORS_ORIGIN, ...options.headers };
  return within(10_000, path, session.get(path, { ...options, headers }));
}

describe.each(HOSTS)('$name: what the host sets on every answer', (host) => {
  const setup: HostSetup = { headers: SET_BY_HOST, cors: true };
  const current = lastingSession(host, { script: answerInKind, setup });

  test.each(ANSWERS_OF_ALL_KINDS)('H3 %s', async (_name, path, status, options) => {
    const session = current();
    if (ANSWERS_OF_ALL_KINDS.slice(-UNRECORDED).some(([, each]) => each === path)) session.unrecorded++;
    const answer = await ask(session, path, options);
    expect(answer.status).toBe(status);
    expect(answer.complete).toBe(true);
    for (const [name, value] of Object.entries(SET_BY_HOST)) expect(answer.all(name), name).toEqual([value]);
    expect(answer.all('access-control-allow-origin')).toEqual([CORS_ORIGIN]);
    expect(answer.header('vary')).toContain('Origin');
    if (status === 200 && options.method === 'HEAD') {
      expect(answer.header('content-length')).toBe(String(chat.body.length));
    }
  });

  test('H3 A1 the bodies under all that are what the provider sent', async () => {
    const session = current();
    const whole = await ask(session, '/openai/v1/whole', { body: chat.request });
    expect(whole.body.equals(chat.body)).toBe(true);
    const stream = await ask(session, '/openai/v1/stream', { body: chat.request });
    expect(stream.body.equals(chatStream.body)).toBe(true);
  });

  test('H3 E4 a preflight is the host’s, wherever it is for', async () => {
    const session = current();
    const before = session.provider.requests.length;
    const headers = { 'access-control-request-method': 'POST' };
    for (const path of [CHAT, '/openai/v1/files/x', '/', '']) {
      session.unrecorded++;
      const answer = await ask(session, path, { method: 'OPTIONS', headers });
      expect([answer.status, answer.body.length], path).toEqual([204, 0]);
      expect(answer.header('access-control-allow-origin')).toBe(CORS_ORIGIN);
      expect(answer.header('access-control-allow-methods')?.replace(' ', '')).toBe('GET,POST');
      expect(answer.header('helicone-id')).toBe(undefined);
    }
    expect(session.provider.requests).toHaveLength(before);
  });
});

describe.concurrent.each(HOSTS)('$name: what is not the proxy’s', (host) => {
  test('E5 L1 an error that the host throws before the proxy is the host’s', async () => {
    await withSession(host, { script: answerInKind, setup: { fails: true } }, async (session) => {
      session.unrecorded = 1;
      const failed = await ask(session, CHAT, { headers: { 'x-host-fails': '1' }, body: chat.request });
      expect(failed.status).toBe(500);
      expect(failed.header('helicone-id')).toBe(undefined);
      expect(failed.header('x-helicone-error')).toBe(undefined);
      expect(session.provider.requests).toHaveLength(0);
      expect((await ask(session, CHAT, { body: chat.request })).status).toBe(200);
    });
  });

  test('E4 L1 routes of the host parse their bodies as ever', async () => {
    const parsers = [undefined, 'usual', 'keeps bytes'] as const;
    for (const parser of parsers.filter((each) => each === undefined || host.parsers[each] !== undefined)) {
      await withSession(host, { script: answerInKind, setup: { parser } }, async (session) => {
        const json = { 'content-type': 'application/json' };
        for (let round = 0; round < 2; round++) {
          const own = await get(session.ownUrl, { body: '{"a":[1]}', headers: json });
          expect([own.status, own.body.toString()]).toEqual([200, '{"own":{"a":[1]}}']);
          expect(own.header('helicone-id')).toBe(undefined);
          expect((await ask(session, CHAT, { body: chat.request, headers: json })).status).toBe(200);
        }
      });
    }
  });
});

describe.concurrent.each(HOSTS)('$name: clients of other kinds', (host) => {
  test('A1 S1 L1 HTTP/1.0: whole and streamed answers, ended by the end of the connection', async () => {
    await withSession(host, { script: answerInKind }, async (session) => {
      const { origin, pathname } = new URL(session.url);
      const { request } = chat;
      for (const [path, body] of [
        ['/openai/v1/whole', chat.body],
        ['/openai/v1/stream', chatStream.body],
      ] as const) {
        const head = `POST ${pathname}${path} HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: ${request.length}\r\n\r\n`;
        const raw = sendRaw(origin, Buffer.concat([Buffer.from(head), request]));
        const { bytes } = await within(10_000, path, raw);
        const text = bytes.toString('latin1');
        expect(text).toMatch(/^HTTP\/1\.1 200 /);
        expect(text.toLowerCase()).not.toContain('transfer-encoding');
        expect(bytes.subarray(text.indexOf('\r\n\r\n') + 4).equals(body)).toBe(true);
      }
      session.sentBesides(2);
    });
  });

  test('K1 L1 Expect: 100-continue is answered before the body is sent', async () => {
    await withSession(host, { script: answerInKind }, async (session) => {
      const headers = { expect: '100-continue', 'content-length': String(chat.request.length) };
      const call = session.call('/openai/v1/whole', { method: 'POST', headers, body: [chat.request] });
      expect((await within(10_000, 'the answer', call.whole)).status).toBe(200);
      expect(call.informational).toEqual([100]);
    });
  });
});
