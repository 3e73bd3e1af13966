import { ANSWERS, type Answer, chunkBytes, createGate, type Exchange, type Piece } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS, NEWEST_HOSTS } from './hosts.js';
import { type Session, withSession } from './session.js';

const STREAMS: readonly Answer[] = [
  ANSWERS.chatStream,
  ANSWERS.chatToolStream,
  ANSWERS.responsesStream,
  ANSWERS.messagesStream,
];

/** An event that waits longer than this somewhere is being batched, ms. */
const BATCHED_MS = 20;

function request(answer: Answer) {
  return { body: answer.request, headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip, br' } };
}

/** Sends each event only once the client has the one before; resolves with how long each was under way, ms. */
async function eventByEvent(session: Session, answer: Answer): Promise<number[]> {
  const gates = answer.events.map(() => createGate());
  session.provider.script = (exchange) => {
    const pieces: Piece[] = answer.events.flatMap((event, index) => [
      event,
      (gates[index] as { opened: Promise<void> }).opened,
    ]);
    return exchange.respond({ headers: answer.headers }, pieces);
  };
  const call = session.call(`/${answer.provider}${answer.path}`, request(answer));
  const head = await within(10_000, 'the head', call.head);
  expect(head.header('content-encoding')).toBe(undefined);
  const times: number[] = [];
  let bytes = 0;
  for (const [index, event] of answer.events.entries()) {
    bytes += event.length;
    const started = performance.now();
    const got = await within(10_000, `event ${index} before the next one is sent`, call.received(bytes));
    times.push(performance.now() - started);
    expect(got.length).toBe(bytes);
    gates[index]?.open();
  }
  const whole = await within(10_000, 'the end', call.whole);
  expect(whole.complete).toBe(true);
  expect(whole.body.equals(answer.body)).toBe(true);
  expect(whole.chunks.length).toBe(answer.events.length);
  return times;
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number;
}

describe.each(HOSTS)('$name: nothing is held back', (host) => {
  test.each(STREAMS)('S1 L1 $name: each event arrives before the next one is sent', async (answer) => {
    await withSession(host, {}, async (session) => {
      expect(median(await eventByEvent(session, answer))).toBeLessThan(BATCHED_MS);
      const [record] = await session.records();
      expect(record).toMatchObject({ outcome: 'success', response_status: 200, stream: true, ...answer.tokens });
      expect(record?.finish_reason).toBe(answer.finishReason);
    });
  });

  test.each(STREAMS)('S1 L1 $name: also under compression()', async (answer) => {
    await withSession(host, { setup: { compression: true } }, async (session) => {
      expect(median(await eventByEvent(session, answer))).toBeLessThan(BATCHED_MS);
    });
  });

  test('S2 the head arrives before the first chunk, also under compression()', async () => {
    for (const compression of [false, true]) {
      await withSession(host, { setup: { compression } }, async (session) => {
        const gate = createGate();
        session.provider.script = (exchange) =>
          exchange.respond({ headers: ANSWERS.chatStream.headers }, [gate.opened, ...ANSWERS.chatStream.events]);
        const call = session.call('/openai/v1/chat/completions', request(ANSWERS.chatStream));
        const head = await within(10_000, 'the head while the first token is awaited', call.head);
        expect(head.status).toBe(200);
        expect(head.header('content-type')).toBe('text/event-stream; charset=utf-8');
        expect(head.header('cache-control')).toContain('no-transform');
        expect(head.header('x-accel-buffering')).toBe('no');
        gate.open();
        expect((await call.whole).body.equals(ANSWERS.chatStream.body)).toBe(true);
      });
    }
  });

  test('S2 blank lines in front of a JSON answer reach the client while the provider works', async () => {
    await withSession(host, {}, async (session) => {
      const gate = createGate();
      const { headers, body } = ANSWERS.chat;
      session.provider.script = (exchange) => exchange.respond({ headers }, ['\n', gate.opened, body]);
      const call = session.call('/openai/v1/chat/completions', request(ANSWERS.chat));
      await within(10_000, 'the blank line', call.received(1));
      gate.open();
      expect((await call.whole).body.toString()).toBe(`\n${body}`);
    });
  });
});

const BURST = 20_000;

describe.each(NEWEST_HOSTS)('$name: many chunks at once', (host) => {
  const events = Array.from({ length: BURST }, (_, index) => Buffer.from(`data: {"i":${index}}\n\n`));
  const whole = Buffer.concat([...events, Buffer.from('data: [DONE]\n\n')]);
  const bursts: [string, (exchange: Exchange) => Promise<void>][] = [
    ['in one write', (exchange) => exchange.raw(Buffer.concat(events.map(chunkBytes)))],
    ['in a write each', async (exchange) => void (await Promise.all(events.map((event) => exchange.write(event))))],
  ];

  test.each(bursts)('S4 L1 20 000 chunks %s arrive intact', async (_name, send) => {
    await withSession(host, {}, async (session) => {
      session.provider.script = async (exchange) => {
        await exchange.head({ headers: [['content-type', 'text/event-stream']] });
        await send(exchange);
        await exchange.write('data: [DONE]\n\n');
        await exchange.end();
      };
      const answer = await within(
        10_000,
        'the burst',
        session.get('/openai/v1/chat/completions', request(ANSWERS.chat)),
      );
      expect(answer.complete).toBe(true);
      expect(answer.body.equals(whole)).toBe(true);
      expect(await session.records()).toMatchObject([{ response_bytes: whole.length }]);
    });
  });
});
