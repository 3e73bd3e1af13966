import { Agent } from 'node:http';
import { ANSWERS, type Answer, createGate, type Exchange } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { inParallel } from '../rig/in-parallel.js';
import { within } from '../rig/until.js';
import { HOSTS, NEWEST_HOSTS } from './hosts.js';
import { type Session, withSession } from './session.js';

const CHAT = '/openai/v1/chat/completions';
const REFUSAL = Buffer.from('{"error":{"message":"too large","type":"invalid_request_error"}}');
const JSON_HEADERS = [['content-type', 'application/json']] as const;
const SIZES = [2_000_000, 200_000];

/** Refuses an upload before it has read it, and answers everything else. */
function refuseUploads({ keepReading }: { keepReading: boolean }) {
  return async (exchange: Exchange): Promise<void> => {
    if (exchange.request.method !== 'POST') return exchange.respond({ headers: JSON_HEADERS }, ['{}']);
    if (!keepReading) exchange.connection.pause();
    await exchange.respond({ status: 413, headers: JSON_HEADERS, framing: 'length' }, [REFUSAL]);
  };
}

describe.each(HOSTS)('$name: the provider answers before it has read the request', (host) => {
  test.each([
    { keepReading: true, chunked: true },
    { keepReading: true, chunked: false },
    { keepReading: false, chunked: true },
    { keepReading: false, chunked: false },
  ])(
    'K1 L1 the client gets that answer while it still uploads, and can go on: %o',
    async ({ keepReading, chunked }) => {
      await withSession(host, { script: refuseUploads({ keepReading }), fresh: true }, async (session) => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (const size of SIZES) {
          const gate = createGate();
          async function* upload(): AsyncGenerator<Uint8Array> {
            yield Buffer.alloc(size / 2, 'x');
            await gate.opened;
            yield Buffer.alloc(size / 2, 'x');
          }
          const headers: Record<string, string> = chunked ? {} : { 'content-length': String(size) };
          const call = session.call(CHAT, { method: 'POST', body: upload(), headers, agent });
          const answer = await within(10_000, 'the early answer', call.whole);
          expect(answer).toMatchObject({ status: 413, complete: true });
          expect(answer.body.equals(REFUSAL)).toBe(true);
          gate.open();
          const next = await within(10_000, 'the next call', session.get('/openai/v1/models', { agent }));
          expect(next.status).toBe(200);
        }
        agent.destroy();
        const posts = (await session.records()).filter(({ request_method }) => request_method === 'POST');
        for (const record of posts) expect(record).toMatchObject({ outcome: 'upstream_error', response_status: 413 });
      });
    },
  );

  test('K1 L1 a connection is used again for one call after the other', async () => {
    await withSession(host, { script: refuseUploads({ keepReading: true }), fresh: true }, async (session) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let count = 0; count < 10; count++) {
        const options = count % 2 === 0 ? { agent } : { agent, body: ANSWERS.chat.request };
        const answer = await within(10_000, 'the answer', session.get('/openai/v1/models', options));
        expect(answer.status).toBe(count % 2 === 0 ? 200 : 413);
      }
      // The client's connections to the proxy do not matter to those to the provider.
      expect(session.provider.connections.length).toBeLessThan(10);
      agent.destroy();
    });
  });
});

const CALLS = 200;
const KINDS = Object.values(ANSWERS);

async function answerInKind(exchange: Exchange): Promise<void> {
  const index = Number(exchange.request.header('x-index'));
  const answer = KINDS[index % KINDS.length] as Answer;
  await exchange.request.ended;
  if (index % 11 === 0) {
    const text = `{"error":{"message":"slow down ${index}"}}`;
    return exchange.respond({ status: 429, reason: 'Too Many', headers: JSON_HEADERS }, [text]);
  }
  if (index % 13 === 0) return exchange.reset();
  const echo = [['x-index', String(index)]] as const;
  await exchange.respond(
    { headers: [...answer.headers, ...echo] },
    answer.events.length > 0 ? answer.events : [answer.body],
  );
}

async function callAndCompare(session: Session, index: number, agent: Agent): Promise<void> {
  const kind = KINDS[index % KINDS.length] as Answer;
  const call = session.call(`/${kind.provider}${kind.path}`, {
    body: kind.request,
    headers: { 'content-type': 'application/json', 'x-index': String(index) },
    agent,
  });
  if (index % 17 === 0) {
    await call.head.catch(() => {});
    call.abort();
    return;
  }
  const answer = await within(10_000, `call ${index}`, call.whole);
  expect(answer.complete).toBe(true);
  if (index % 11 === 0)
    expect([answer.status, answer.body.toString()]).toEqual([429, `{"error":{"message":"slow down ${index}"}}`]);
  else if (index % 13 === 0) expect(answer.status).toBe(502);
  else {
    expect(answer.header('x-index')).toBe(String(index));
    expect(answer.body.equals(kind.body)).toBe(true);
  }
}

describe.each(NEWEST_HOSTS)('$name: many at once', (host) => {
  test('K2 L1 200 parallel calls of all kinds: each gets its own answer', async () => {
    await withSession(host, { script: answerInKind, fresh: true }, async (session) => {
      const agent = new Agent({ keepAlive: true, maxSockets: CALLS });
      const indexes = Array.from({ length: CALLS }, (_, index) => index);
      await inParallel(indexes, CALLS, (index) => callAndCompare(session, index, agent));
      agent.destroy();
      const records = await session.records();
      expect(new Set(records.map(({ id }) => id)).size).toBe(CALLS);
    });
  });
});
