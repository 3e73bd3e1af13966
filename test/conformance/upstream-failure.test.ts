import { gzipSync } from 'node:zlib';
import {
  ANSWERS,
  type Answer,
  createGate,
  drip,
  type Exchange,
  type Received,
  unreachableOrigin,
} from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { HOSTS, type Host } from './hosts.js';
import { type Session, withSession } from './session.js';

const STREAMS: readonly Answer[] = [ANSWERS.chatStream, ANSWERS.responsesStream, ANSWERS.messagesStream];
const CHAT = '/openai/v1/chat/completions';
const JSON_REQUEST = { body: ANSWERS.chat.request, headers: { 'content-type': 'application/json' } };
const ENDINGS = ['cut', 'reset'] as const;

function errorOf({ body }: Received): { type: string; code: string; message: string } {
  const parsed = JSON.parse(body.toString()) as { error: { type: string; code: string; message: string } };
  return parsed.error;
}

describe.concurrent.each(HOSTS)('$name: the provider fails before its answer', (host) => {
  test.each(ENDINGS)('E1 L1 %s before the head: 502 upstream_reset', async (ending) => {
    await withSession(host, { script: (exchange) => exchange[ending]() }, async (session) => {
      const answer = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST));
      expect(answer).toMatchObject({ status: 502, complete: true });
      expect(errorOf(answer).code).toBe('upstream_reset');
      expect(answer.header('x-helicone-error')).toBe('upstream_reset');
      expect(await session.records()).toMatchObject([{ outcome: 'upstream_error', response_status: 502 }]);
    });
  });

  test('E1 L1 a reset in the middle of the head, or of a short JSON answer: 502', async () => {
    const starts = [
      'HTTP/1.1 200 OK\r\ncontent-ty',
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"a"',
    ];
    for (const bytes of starts) {
      const script = async (exchange: Exchange): Promise<void> => {
        await exchange.raw(bytes);
        exchange.cut();
      };
      await withSession(host, { script }, async (session) => {
        const answer = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST));
        expect(answer).toMatchObject({ status: 502, complete: true });
        expect(await session.records()).toMatchObject([{ outcome: 'upstream_error', response_status: 502 }]);
      });
    }
  });

  test('E1 L1 nobody listens: 502 upstream_unreachable, and neither host nor port is told', async () => {
    const origin = await unreachableOrigin();
    await withSession(
      host,
      { options: { providers: { openai: { baseUrl: origin } }, records: { store: 'sqlite::memory:' } } },
      async (session) => {
        const answer = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST));
        expect(answer.status).toBe(502);
        expect(errorOf(answer).code).toBe('upstream_unreachable');
        const told = answer.body.toString() + JSON.stringify(answer.rawHeaders);
        expect(told).not.toContain('127.0.0.1');
        expect(told).not.toContain(new URL(origin).port);
        expect(told).not.toMatch(/ECONN|connect /);
        expect(await session.records()).toMatchObject([{ outcome: 'upstream_error', response_status: 502 }]);
      },
    );
  });

  test('E2 L1 no answer: 504, and the connection to the provider is closed', async () => {
    await withSession(
      host,
      { options: (provider) => timeouts(provider.origin, { firstByteMs: 60 }) },
      async (session) => {
        const answer = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST));
        expect(answer.status).toBe(504);
        expect(errorOf(answer)).toMatchObject({
          code: 'upstream_timeout',
          message: expect.stringContaining('firstByteMs'),
        });
        await within(10_000, 'the connection is closed', session.provider.connections[0]?.closed as Promise<void>);
        expect(await session.records()).toMatchObject([{ outcome: 'timeout', response_status: -1 }]);
      },
    );
  });

  test('E2 L1 a provider that takes the connection and reads nothing: 504', async () => {
    await withSession(
      host,
      { options: (provider) => timeouts(provider.origin, { firstByteMs: 60 }) },
      async (session) => {
        session.provider.accept = (connection) => connection.pause();
        const answer = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST));
        expect(answer.status).toBe(504);
        expect(await session.records()).toMatchObject([{ outcome: 'timeout', response_status: -1 }]);
      },
    );
  });
});

function timeouts(origin: string, limits: { firstByteMs?: number; idleMs?: number; totalMs?: number }) {
  return {
    providers: { openai: { baseUrl: origin }, anthropic: { baseUrl: origin } },
    records: { store: 'sqlite::memory:' },
    timeouts: limits,
  };
}

/** What the client's parser is told at the end of a broken stream, by the dialect of the path. */
function expectErrorEvent(answer: Answer, event: string, code: string): void {
  expect(event.endsWith('\n\n')).toBe(true);
  const data = JSON.parse(/^data: (.*)$/m.exec(event)?.[1] as string) as Record<string, unknown>;
  if (answer === ANSWERS.chatStream) {
    expect(event.startsWith('data: ')).toBe(true);
    expect(data).toMatchObject({ error: { code } });
    return;
  }
  expect(event.startsWith('event: error\n')).toBe(true);
  if (answer === ANSWERS.messagesStream) expect(data).toMatchObject({ type: 'error', error: { type: 'api_error' } });
  else expect(data).toMatchObject({ type: 'error', code });
}

/** Sends the first part of a stream and, when the client has it, breaks the connection. */
async function breakOff(session: Session, answer: Answer, sent: Buffer, ending: 'cut' | 'reset'): Promise<Received> {
  const gate = createGate();
  session.provider.script = async (exchange) => {
    await exchange.head({ headers: answer.headers });
    await exchange.write(sent);
    await gate.opened;
    exchange[ending]();
  };
  const call = session.call(`/${answer.provider}${answer.path}`, { ...JSON_REQUEST, body: answer.request });
  await within(10_000, 'the first part', call.received(sent.length));
  gate.open();
  return within(10_000, 'the end', call.whole);
}

describe.concurrent.each(HOSTS)('$name: the provider fails in the middle of a stream', (host: Host) => {
  describe.each(ENDINGS)('%s', (ending) => {
    test.each(STREAMS)('S7 L1 $name between two events: an error event, then broken', async (answer) => {
      await withSession(host, {}, async (session) => {
        const sent = Buffer.concat(answer.events.slice(0, 3));
        const received = await breakOff(session, answer, sent, ending);
        expect(received.complete).toBe(false);
        expect(received.body.subarray(0, sent.length).equals(sent)).toBe(true);
        expectErrorEvent(answer, received.body.subarray(sent.length).toString(), 'upstream_reset');
        expect(await session.records()).toMatchObject([
          { outcome: 'truncated', truncated: true, response_status: 200 },
        ]);
      });
    });

    test.each(STREAMS)('S7 L1 $name inside an event: broken at once', async (answer) => {
      await withSession(host, {}, async (session) => {
        const sent = answer.body.subarray(0, (answer.events[0] as Buffer).length + 9);
        const received = await breakOff(session, answer, sent, ending);
        expect(received.complete).toBe(false);
        expect(received.body.equals(sent)).toBe(true);
        expect(await session.records()).toMatchObject([
          { outcome: 'truncated', truncated: true, response_status: 200 },
        ]);
      });
    });
  });

  test.each(ENDINGS)('S7 L1 %s behind the head, before any event: an error event, then broken', async (ending) => {
    await withSession(host, {}, async (session) => {
      const gate = createGate();
      session.provider.script = async (exchange) => {
        await exchange.head({ headers: ANSWERS.chatStream.headers });
        await gate.opened;
        exchange[ending]();
      };
      const call = session.call(CHAT, JSON_REQUEST);
      await within(10_000, 'the head', call.head);
      gate.open();
      const received = await within(10_000, 'the end', call.whole);
      expect(received.complete).toBe(false);
      expectErrorEvent(ANSWERS.chatStream, received.body.toString(), 'upstream_reset');
      expect(await session.records()).toMatchObject([{ outcome: 'truncated', truncated: true, response_status: 200 }]);
    });
  });

  test('S7 L1 an encoded stream: broken at once, nothing is added', async () => {
    await withSession(host, {}, async (session) => {
      const gzip: Answer = {
        ...ANSWERS.chatStream,
        headers: [...ANSWERS.chatStream.headers, ['content-encoding', 'gzip']],
      };
      const sent = gzipSync(ANSWERS.chatStream.body).subarray(0, 200);
      const received = await breakOff(session, gzip, sent, 'cut');
      expect(received.complete).toBe(false);
      expect(received.body.equals(sent)).toBe(true);
      expect(await session.records()).toMatchObject([{ outcome: 'truncated' }]);
    });
  });

  test('S7 L1 a stream that ends cleanly without its terminal event: the record says truncated', async () => {
    const body = Buffer.concat(ANSWERS.chatStream.events.slice(0, 3));
    const { headers } = ANSWERS.chatStream;
    await withSession(
      host,
      { script: (exchange) => exchange.respond({ headers, framing: 'close' }, [body]) },
      async (session) => {
        const received = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST));
        expect(received.body.equals(body)).toBe(true);
        expect(await session.records()).toMatchObject([{ outcome: 'truncated', truncated: true }]);
      },
    );
  });

  test('S7 L1 head, event and broken framing in one packet: a broken answer and a record', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
    const script = (exchange: Exchange) => exchange.raw(`${head}b\r\ndata: {"a":\r\nnonsense\r\n`);
    await withSession(host, { script }, async (session) => {
      const received = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST)).catch(() => null);
      expect(received?.complete ?? false).toBe(received?.status === 502);
      expect(await session.records()).toHaveLength(1);
    });
  });
});

describe.concurrent.each(HOSTS)('$name: the provider is too slow', (host) => {
  test.each(STREAMS)('E2 L1 $name stops between two events: an error event, then broken; timeout', async (answer) => {
    await withSession(host, { options: (provider) => timeouts(provider.origin, { idleMs: 500 }) }, async (session) => {
      const sent = Buffer.concat(answer.events.slice(0, 3));
      session.provider.script = async (exchange) => {
        await exchange.head({ headers: answer.headers });
        await exchange.write(sent);
      };
      const path = `/${answer.provider}${answer.path}`;
      const received = await within(10_000, 'the end', session.get(path, { ...JSON_REQUEST, body: answer.request }));
      expect(received.complete).toBe(false);
      expectErrorEvent(answer, received.body.subarray(sent.length).toString(), 'upstream_timeout');
      await within(10_000, 'the connection is closed', session.provider.connections[0]?.closed as Promise<void>);
      expect(await session.records()).toMatchObject([{ outcome: 'timeout', response_status: -1 }]);
    });
  });

  test('E2 L1 a slow drip is not idle', async () => {
    await withSession(
      host,
      { options: (provider) => timeouts(provider.origin, { idleMs: 2_000 }) },
      async (session) => {
        const { headers, body } = ANSWERS.chatStream;
        // Three seconds in all: longer than the limit, which begins anew with each piece.
        session.provider.script = (exchange) => exchange.respond({ headers }, drip(body, 100, 150));
        const received = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST));
        expect(received.complete).toBe(true);
        expect(received.body.equals(body)).toBe(true);
      },
    );
  });

  test('E2 L1 a slow drip beyond totalMs: broken, timeout', async () => {
    await withSession(
      host,
      { options: (provider) => timeouts(provider.origin, { totalMs: 1_000 }) },
      async (session) => {
        const { headers, body } = ANSWERS.chatStream;
        // Five seconds in all. The head must come before the limit, else the answer is a whole 504.
        session.provider.script = (exchange) => exchange.respond({ headers }, drip(body, 100, 250));
        const received = await within(10_000, 'the answer', session.get(CHAT, JSON_REQUEST));
        expect(received.complete).toBe(false);
        expect(await session.records()).toMatchObject([{ outcome: 'timeout', response_status: -1 }]);
      },
    );
  });
});
