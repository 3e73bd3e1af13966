import { ANSWERS, type CallOptions, createGate, type Exchange } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { within } from '../rig/until.js';
import { type AccessLine, HOSTS, type Host, type HostSetup } from './hosts.js';
import { type Session, withSession } from './session.js';

const { chat, chatStream } = ANSWERS;
const CHAT = '/openai/v1/chat/completions';
const FIRST = chatStream.events[0] as Buffer;

/** The host's access log, line by line. */
interface Log {
  lines: AccessLine[];
  setup: HostSetup;
  /** Resolves with the line of that index. */
  line(index: number): Promise<AccessLine>;
}

function accessLog(more: HostSetup = {}): Log {
  const lines: AccessLine[] = [];
  let arrival = createGate();
  const wait = async (index: number): Promise<AccessLine> => {
    while (lines.length <= index) await arrival.opened;
    return lines[index] as AccessLine;
  };
  return {
    lines,
    setup: {
      ...more,
      log(line) {
        lines.push(line);
        arrival.open();
        arrival = createGate();
      },
    },
    line: (index) => within(10_000, `line ${index} of the access log`, wait(index)),
  };
}

interface Logged {
  name: string;
  script(exchange: Exchange): void | Promise<void>;
  path: string;
  options: CallOptions;
  status: number;
}

const post: CallOptions = { body: chat.request, headers: { 'content-type': 'application/json' } };

const LOGGED: readonly Logged[] = [
  {
    name: 'a whole answer',
    script: (exchange) => exchange.respond({ headers: chat.headers }, [chat.body]),
    path: `${CHAT}?a=%20b`,
    options: post,
    status: 200,
  },
  {
    name: 'an empty one',
    script: (exchange) => exchange.respond({ status: 204, framing: 'none' }),
    path: '/openai/v1/files/1',
    options: { method: 'DELETE' },
    status: 204,
  },
  {
    name: 'a stream',
    script: (exchange) => exchange.respond({ headers: chatStream.headers }, chatStream.events),
    path: CHAT,
    options: post,
    status: 200,
  },
  {
    name: 'an error of the provider',
    script: (exchange) => exchange.respond({ status: 429, headers: chat.headers }, ['{}']),
    path: CHAT,
    options: post,
    status: 429,
  },
  { name: 'an error of ours', script: (exchange) => exchange.reset(), path: CHAT, options: post, status: 502 },
];

function expectLine(session: Session, line: AccessLine, { path, options, status }: Omit<Logged, 'name' | 'script'>) {
  const method = options.method ?? 'POST';
  expect(line).toEqual({ method, url: new URL(session.url).pathname + path, status });
}

/** An answer that is cut short leaves a line where the host's own log has one for its own; and the next call has its line. */
async function expectCut(host: Host, log: Log, session: Session): Promise<void> {
  const cut = { path: CHAT, options: post, status: 200 };
  if (host.logsOnlyWholeAnswers !== true) expectLine(session, await log.line(0), cut);
  await session.settle();
  const [next] = LOGGED as readonly [Logged];
  session.provider.script = next.script;
  await session.get(next.path, next.options);
  const before = host.logsOnlyWholeAnswers === true ? 0 : 1;
  expectLine(session, await log.line(before), next);
  expect(log.lines).toHaveLength(before + 1);
}

describe.concurrent.each(HOSTS)('$name: the host’s access log', (host) => {
  test.each([{}, { compression: true }])('H3 L1 has a line for each answer, behind %o', async (more) => {
    const log = accessLog(more);
    await withSession(host, { setup: log.setup }, async (session) => {
      for (const [index, logged] of LOGGED.entries()) {
        session.provider.script = logged.script;
        const answer = await within(10_000, logged.name, session.get(logged.path, logged.options));
        expect(answer.status, logged.name).toBe(logged.status);
        expectLine(session, await log.line(index), logged);
      }
      expect(log.lines).toHaveLength(LOGGED.length);
    });
  });

  test('H3 L1 a streamed answer is logged when it is over, not before', async () => {
    const log = accessLog();
    await withSession(host, { setup: log.setup }, async (session) => {
      const gate = createGate();
      session.provider.script = (exchange) =>
        exchange.respond({ headers: chatStream.headers }, [FIRST, gate.opened, ...chatStream.events.slice(1)]);
      const call = session.call(CHAT, post);
      await within(10_000, 'the first event', call.received(FIRST.length));
      expect(log.lines).toHaveLength(0);
      gate.open();
      expect((await call.whole).complete).toBe(true);
      expectLine(session, await log.line(0), { path: CHAT, options: post, status: 200 });
    });
  });

  test('H3 S6 L1 the client leaves a stream', async () => {
    const log = accessLog();
    await withSession(host, { setup: log.setup }, async (session) => {
      session.provider.script = async (exchange) => {
        await exchange.head({ headers: chatStream.headers });
        await exchange.write(FIRST);
      };
      const call = session.call(CHAT, post);
      await within(10_000, 'the first event', call.received(FIRST.length));
      call.abort();
      await expectCut(host, log, session);
    });
  });

  test('H3 S7 L1 the provider breaks a stream', async () => {
    const log = accessLog();
    await withSession(host, { setup: log.setup }, async (session) => {
      session.provider.script = async (exchange) => {
        await exchange.head({ headers: chatStream.headers });
        await exchange.write(FIRST);
        exchange.reset();
      };
      const received = await within(10_000, 'the end', session.get(CHAT, post));
      expect(received.complete).toBe(false);
      await expectCut(host, log, session);
    });
  });

  test('H3 S6 L1 the client leaves before the head, and nothing of the host waits for ever', async () => {
    const log = accessLog();
    await withSession(host, { setup: log.setup }, async (session) => {
      session.provider.script = () => {};
      const call = session.call(CHAT, post);
      await within(10_000, 'the request', session.provider.request(0));
      call.abort();
      await session.settle();
      if (host.logsOnlyWholeAnswers !== true) expect(await log.line(0)).toMatchObject({ method: 'POST' });
    });
  });

  test('H3 L1 middleware that may see bodies sees whole ones, and no streams', async () => {
    const seen: unknown[] = [];
    await withSession(host, { setup: { sees: (body) => seen.push(body) } }, async (session) => {
      for (const { script, path, options } of LOGGED.slice(0, 3)) {
        session.provider.script = script;
        await within(10_000, path, session.get(path, options));
      }
      const bodies = seen.filter((body) => body !== undefined && body !== null);
      expect(bodies.map(String)).toEqual(host.showsBodies === true ? [String(chat.body)] : []);
    });
  });
});
