import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import {
  ANSWERS,
  type Answer,
  createGate,
  type Exchange,
  type Received,
  type ScriptedProvider,
} from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { until, within } from '../rig/until.js';
import { HOSTS, type Host, type HostSetup } from './hosts.js';
import { type Session, type SessionOptions, withSession } from './session.js';

const CACHED = { 'content-type': 'application/json', 'helicone-cache-enabled': 'true' };
const { chat, chatStream } = ANSWERS;
const STREAMS = Object.values(ANSWERS).filter(({ events }) => events.length > 0);
/** What is said of one exchange only. */
const NEVER_REPLAYED = [
  ['set-cookie', '__cf_bm=secret; path=/'],
  ['x-ratelimit-remaining-requests', '17'],
  ['anthropic-ratelimit-tokens-remaining', '17'],
  ['retry-after', '3'],
  ['openai-processing-ms', '412'],
  ['cf-ray', '8f'],
  ['date', 'Tue, 01 Jan 2030 00:00:00 GMT'],
  ['alt-svc', 'h3=":443"'],
  ['strict-transport-security', 'max-age=1'],
] as const;

async function send(exchange: Exchange, answer: Answer, more: Answer['headers'] = []): Promise<void> {
  const pieces = answer.events.length > 0 ? [...answer.events] : [answer.body];
  await exchange.respond({ headers: [...answer.headers, ...more] }, pieces);
}

function ask(session: Session, answer: Answer, headers: Record<string, string> = {}): Promise<Received> {
  return session.get(`/${answer.provider}${answer.path}`, { headers: { ...CACHED, ...headers }, body: answer.request });
}

function withAuth(
  auth: (question: { raw: IncomingMessage }) => object,
): (provider: ScriptedProvider) => HeliconeProxyOptions {
  return ({ origin }) => ({ auth, providers: { openai: { baseUrl: origin } } }) as HeliconeProxyOptions;
}

/** With compression the client takes it, so that it would be used. */
function setups({ parsers, older }: Host): { name: string; setup: HostSetup; headers: Record<string, string> }[] {
  const all: ReturnType<typeof setups> = [
    { name: 'plain', setup: {}, headers: {} },
    { name: 'behind compression', setup: { compression: true }, headers: { 'accept-encoding': 'gzip' } },
  ];
  if (older === true) return all.slice(0, 1);
  if ('drops bytes' in parsers)
    all.push({ name: 'behind a body parser', setup: { parser: 'drops bytes' }, headers: {} });
  return all;
}

function decoded({ body, header }: Received): Buffer {
  const encoding = header('content-encoding');
  if (encoding === 'gzip') return gunzipSync(body);
  return encoding === 'br' ? brotliDecompressSync(body) : body;
}

describe.each(HOSTS)('$name: the cache', (host) => {
  describe.each(setups(host))('$name', ({ setup, headers }) => {
    const run = (options: Omit<SessionOptions, 'setup'>, body: (session: Session) => Promise<void>): Promise<void> =>
      withSession(host, { ...options, setup, fresh: true }, body);

    test('C1 L1 streams are replayed event by event', async () => {
      let answer: Answer = chatStream;
      await run({ script: (exchange) => send(exchange, answer) }, async (session) => {
        for (answer of STREAMS) {
          const first = await ask(session, answer, headers);
          const hit = await ask(session, answer, headers);
          expect(hit.header('helicone-cache')).toBe('HIT');
          expect(hit.body.equals(first.body)).toBe(true);
          expect(hit.chunks.map(String)).toEqual(answer.events.map(String));
          expect(hit.header('content-encoding')).toBeUndefined();
        }
        expect(session.provider.requests).toHaveLength(STREAMS.length);
      });
    });

    test.each([chat, chatStream])('C2 L1 the head of a hit: $name', async (answer) => {
      await run({ script: (exchange) => send(exchange, answer, NEVER_REPLAYED) }, async (session) => {
        const first = await ask(session, answer, headers);
        expect([first.status, first.header('helicone-cache')]).toEqual([200, 'MISS']);
        const hit = await ask(session, answer, headers);
        expect(decoded(hit).equals(answer.body)).toBe(true);
        expect(hit.header('helicone-cache')).toBe('HIT');
        expect(hit.header('helicone-cache-bucket-idx')).toBe('0');
        expect(hit.header('helicone-cache-latency')).toMatch(/^\d+$/);
        expect(hit.header('helicone-id')).not.toBe(first.header('helicone-id'));
        expect(hit.header('content-type')).toBe(first.header('content-type'));
        expect(hit.header('x-request-id')).toBe(first.header('x-request-id'));
        for (const [name, value] of NEVER_REPLAYED) expect(hit.header(name)).not.toBe(value);
        const control = (hit.header('cache-control') ?? '').split(/, */);
        expect(control).toEqual(expect.arrayContaining(['private', 'no-store']));
        const streamed = answer === chatStream;
        expect(control.includes('no-transform')).toBe(streamed);
        expect(hit.header('x-accel-buffering')).toBe(streamed ? 'no' : undefined);
        if (streamed) expect(hit.header('content-length')).toBeUndefined();
        else if (hit.header('content-encoding') === undefined) {
          expect(hit.header('content-length')).toBe(String(answer.body.length));
        }
      });
    });

    test('C3 L1 the first of several leaves in the middle: the others get all, of one call', async () => {
      const rest = createGate();
      const script = async (exchange: Exchange): Promise<void> => {
        await exchange.head({ headers: chatStream.headers });
        for (const event of chatStream.events.slice(0, 2)) await exchange.write(event);
        await rest.opened;
        for (const event of chatStream.events.slice(2)) await exchange.write(event);
        await exchange.end();
      };
      let closed = 0;
      const auth = ({ raw }: { raw: IncomingMessage }): object => {
        raw.socket.once('close', () => {
          closed += 1;
        });
        return { tenant: 'default' };
      };
      await run({ script, options: withAuth(auth) }, async (session) => {
        const path = `/${chatStream.provider}${chatStream.path}`;
        const start = () => session.call(path, { headers: { ...CACHED, ...headers }, body: chatStream.request });
        const first = start();
        await first.received(1);
        const others = [start(), start(), start()];
        for (const other of others) await within(10_000, 'a part', other.received(1));
        first.abort();
        await until(15_000, 'the proxy sees that the first has left', () => closed === 1);
        rest.open();
        for (const { whole } of others) {
          const { complete, body } = await within(10_000, 'the whole answer', whole);
          expect([complete, body.equals(chatStream.body)]).toEqual([true, true]);
        }
        expect(session.provider.requests).toHaveLength(1);
        const outcomes = (await session.records()).map(({ outcome }) => outcome).sort();
        expect(outcomes).toEqual(['client_closed', 'success', 'success', 'success']);
      });
    });

    test('C4 L1 a client that leaves in the middle of a replay, or reads none of it, harms nobody', async () => {
      const event = Buffer.from(`data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(8000) } }] })}\n\n`);
      const events = [...Array.from({ length: 400 }, () => event), Buffer.from('data: [DONE]\n\n')];
      const answer = { ...chatStream, events, body: Buffer.concat(events) };
      await run({ script: (exchange) => send(exchange, answer) }, async (session) => {
        await ask(session, answer, headers);
        const path = `/${answer.provider}${answer.path}`;
        const options = { headers: { ...CACHED, ...headers }, body: answer.request, paused: true };
        const leaving = session.call(path, options);
        expect((await leaving.head).header('helicone-cache')).toBe('HIT');
        const slow = session.call(path, options);
        await slow.head;
        leaving.abort();
        expect((await ask(session, answer, headers)).body.equals(answer.body)).toBe(true);
        slow.resume();
        expect((await slow.whole).body.equals(answer.body)).toBe(true);
        expect(session.provider.requests).toHaveLength(1);
        const outcomes = (await session.records()).map(({ outcome }) => outcome).sort();
        expect(outcomes).toEqual(['client_closed', 'success', 'success', 'success']);
      });
    });
  });

  if ('drops bytes' in host.parsers) {
    test('C5 L1 a body that was parsed and encoded anew hits what came as it is', async () => {
      await withSession(
        host,
        { script: (exchange) => send(exchange, chat), setup: { parser: 'drops bytes' }, fresh: true },
        async (session) => {
          const path = `/${chat.provider}${chat.path}`;
          const { model, messages } = JSON.parse(chat.request.toString());
          const bodies = [
            chat.request,
            Buffer.from(JSON.stringify({ messages, model }, null, 2)),
            Buffer.from(`{"model":${JSON.stringify(model)},"messages":${escaped(JSON.stringify(messages))}}`),
          ];
          const caches: unknown[] = [];
          for (const body of bodies)
            caches.push((await session.get(path, { headers: CACHED, body })).header('helicone-cache'));
          expect(caches).toEqual(['MISS', 'HIT', 'HIT']);
        },
      );
    });
  }
});

/** The same JSON with what is not ASCII written as escapes. */
function escaped(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
