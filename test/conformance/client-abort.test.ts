import {
  ANSWERS,
  type CallOptions,
  type ClientCall,
  type Connection,
  call,
  createGate,
  type Script,
} from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS, type HostSetup } from './hosts.js';
import { type Session, withSession } from './session.js';

/** How much later than from a client of its own the provider may see that the client has gone, ms. */
const GONE_MS = 50;
/** Machines stutter: this often it may take longer, though each must end at all. */
const ROUNDS = 8;
const EVENT = ANSWERS.chatStream.events[1] as Buffer;
const { headers } = ANSWERS.chatStream;
const PATH = '/openai/v1/chat/completions';
const REQUEST = { body: ANSWERS.chatStream.request, headers: { 'content-type': 'application/json' } };

/** Starts a call, through the proxy or past it. */
type Send = (path: string, options: CallOptions) => ClientCall;

/** A moment at which a client may leave: what the provider does until then, and how to tell that it has come. */
interface Moment {
  name: string;
  script: Script;
  start(send: Send): ClientCall;
  reached(call: ClientCall, connection: Connection): Promise<unknown>;
}

const start = (send: Send): ClientCall => send(PATH, REQUEST);
const never = createGate();

async function* halfAnUpload(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(300_000, 'x');
  await never.opened;
}

const MOMENTS: readonly Moment[] = [
  {
    name: 'before the head',
    script() {},
    start,
    reached: (_call, connection) => connection.requests[0]?.ended as Promise<void>,
  },
  {
    name: 'after the head, while idle',
    script: (exchange) => exchange.head({ headers }),
    start,
    reached: (call) => call.head,
  },
  {
    name: 'between two events',
    async script(exchange) {
      await exchange.head({ headers });
      await exchange.write(EVENT);
    },
    start,
    reached: (call) => call.received(EVENT.length),
  },
  {
    name: 'in the middle of an event',
    async script(exchange) {
      await exchange.head({ headers });
      await exchange.write(EVENT.subarray(0, 10));
    },
    start,
    reached: (call) => call.received(10),
  },
  {
    name: 'while a JSON answer is held until it is whole',
    async script(exchange) {
      await exchange.head({ headers: ANSWERS.chat.headers, framing: 'length', length: 1000 });
      await exchange.write('{"id":');
    },
    start,
    reached: (_call, connection) => connection.stalled(20),
  },
  {
    name: 'while it reads nothing (backpressure)',
    async script(exchange) {
      await exchange.head({ headers });
      for (;;) await exchange.write(Buffer.alloc(65_536, EVENT));
    },
    start: (send) => send(PATH, { ...REQUEST, paused: true }),
    reached: (_call, connection) => connection.stalled(),
  },
  {
    name: 'while it uploads, chunked',
    script() {},
    start: (send) => send(PATH, { method: 'POST', body: halfAnUpload() }),
    reached: (_call, connection) => connection.requests[0]?.received(300_000) as Promise<void>,
  },
  {
    name: 'while it uploads, with a content-length',
    script() {},
    start: (send) => send(PATH, { method: 'POST', body: halfAnUpload(), headers: { 'content-length': '600000' } }),
    reached: (_call, connection) => connection.requests[0]?.received(300_000) as Promise<void>,
  },
];

/** Resolves with how long the provider's connection outlived the client's, ms. */
async function leave(session: Session, { start, reached }: Moment, send: Send): Promise<number> {
  const index = session.provider.requests.length;
  const call = start(send);
  const request = await within(10_000, 'the request', session.provider.request(index));
  const connection = session.provider.connectionOf(request);
  await within(10_000, 'the moment', reached(call, connection));
  const left = performance.now();
  call.abort();
  await within(10_000, 'the provider sees that the client has gone', connection.closed);
  return performance.now() - left;
}

async function expectGone(session: Session, moment: Moment): Promise<void> {
  let rounds = 0;
  let best = Number.POSITIVE_INFINITY;
  while (best >= GONE_MS && rounds < ROUNDS) {
    const direct = await leave(session, moment, (path, options) => call(session.provider.origin + path, options));
    const proxied = await leave(session, moment, session.call);
    best = Math.min(best, proxied - direct);
    rounds++;
  }
  expect(best).toBeLessThan(GONE_MS);
  const records = await session.records();
  expect(records).toHaveLength(rounds);
  for (const record of records) expect(record).toMatchObject({ outcome: 'client_closed', response_status: -3 });
}

describe.each(HOSTS)('$name: the client leaves', (host) => {
  test.each(host.older === true ? MOMENTS.slice(0, 3) : MOMENTS)('S6 L1 $name', async (moment) => {
    await withSession(host, { script: moment.script }, (session) => expectGone(session, moment));
  });

  const behind: HostSetup[] = [{ compression: true }];
  if ('drops bytes' in host.parsers) behind.push({ parser: 'drops bytes' });
  test.each(behind)('S6 L1 before the head and between events, behind %o', async (setup) => {
    for (const moment of [MOMENTS[0] as Moment, MOMENTS[2] as Moment]) {
      await withSession(host, { script: moment.script, setup }, (session) => expectGone(session, moment));
    }
  });

  test('S6 L1 in the middle of a short upload: nobody is called', async () => {
    await withSession(host, {}, async (session) => {
      const sent = createGate();
      async function* body(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('{"model":');
        sent.open();
        await never.opened;
      }
      const headers = { 'content-type': 'application/json', 'content-length': '1000' };
      const call = session.call(PATH, { method: 'POST', body: body(), headers });
      await sent.opened;
      // A call on another connection comes later, so that the first one's head has been read when it is answered.
      session.provider.script = (exchange) => exchange.respond({});
      await session.get('/acme/v1/models');
      call.abort();
      const records = await session.records();
      expect(records.find(({ provider }) => provider === 'openai')).toMatchObject({
        outcome: 'client_closed',
        response_status: -3,
      });
      expect(session.provider.requests).toHaveLength(1);
    });
  });
});
