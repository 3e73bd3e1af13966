// SIGTERM with 20 streams running, half of which never end: what can finish does, the rest is cut when the grace is over.
import { Agent } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { CallRecord } from '@helicone-proxy/core';
import { ANSWERS, type Answer, type ClientCall, createGate, type Gate, type Received } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { within } from '../rig/until.js';
import { FRAMEWORK_NAMES, type Framework } from './frameworks.js';
import { beginningOf, byKind, streams } from './scripts.js';
import { type Refusal, refusalOf, type Serving, startServing } from './serving.js';

/** What close() gives running calls, ms. */
const GRACE_MS = 10_000;
/** What ending may take behind it, on a machine where eight processes do it at once, ms. */
const LITTLE_MS = 5_000;

const folders = temporaryFolders();
const FINISHING = streams(10);
const ENDLESS = streams(9);

/** One application's end, as its clients saw it. */
interface Shutdown {
  refusal: Refusal;
  /** A call over a connection on which a stream had ended meanwhile. */
  secondRefusal: Refusal;
  finished: readonly { answer: Answer; received: Received }[];
  /** How long after the signal the last of them had ended, ms. */
  finishedAfterMs: number;
  /** JSON calls that were being answered. */
  answered: readonly Received[];
  cut: readonly { answer: Answer; received: Received }[];
  cutInsideEvent: Received;
  /** JSON calls that would have gone on for longer. */
  unanswered: readonly Received[];
  ended: { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };
  endedAfterMs: number;
  records: readonly CallRecord[];
  /** Ids of the calls that ended well, of those that were cut or given up, and of those that a client gave up. */
  ids: { whole: string[]; cut: string[]; unanswered: string[]; left: string[] };
}

// Started one after the other, but all of them wait for their ten seconds at the same time.
const shutdowns = new Map<Framework, Promise<Shutdown>>();
const running: Serving[] = [];
beforeAll(async () => {
  for (const framework of FRAMEWORK_NAMES) {
    const gate = createGate();
    const serving = await startServing(framework, { folder: folders(), script: byKind(gate) });
    running.push(serving);
    const shutdown = shutDown(framework, serving, gate);
    // Its own test reports it.
    shutdown.catch(() => {});
    shutdowns.set(framework, shutdown);
  }
}, 60_000);
afterAll(async () => {
  for (const serving of running) await serving.close();
});

describe.each(FRAMEWORK_NAMES)('%s', (framework) => {
  let seen: Shutdown;
  beforeAll(async () => {
    seen = await (shutdowns.get(framework) as Promise<Shutdown>);
  }, 60_000);

  test('takes no new calls', () => {
    const own: Refusal = framework === 'fastify' ? FASTIFYS : OURS;
    // A server that closes gives up its port first of all; a connection may have slipped in.
    expect(CLOSED_FIRST.includes(framework) ? [NO_CONNECTION, own] : [own]).toContainEqual(seen.refusal);
    expect(seen.secondRefusal).toEqual(own);
  });

  test('lets streams and calls that can finish do so, with all their bytes', () => {
    for (const { answer, received } of seen.finished) {
      expect([received.status, received.complete]).toEqual([200, true]);
      expect(received.body.toString()).toBe(answer.body.toString());
    }
    for (const { status, complete, body } of seen.answered) {
      expect([status, complete, body.toString()]).toEqual([200, true, ANSWERS.chat.body.toString()]);
    }
    expect(seen.finishedAfterMs).toBeLessThan(GRACE_MS);
  });

  test('cuts the others when the grace is over, and tells their clients', () => {
    for (const { answer, received } of seen.cut) {
      const sent = beginningOf(answer).toString();
      const text = received.body.toString();
      expect([received.status, received.complete, text.slice(0, sent.length)]).toEqual([200, false, sent]);
      expect(text.slice(sent.length)).toMatch(ERROR_EVENTS[answer.name] as RegExp);
    }
    const inside = beginningOf(ANSWERS.chatStream).subarray(0, -1).toString();
    expect([seen.cutInsideEvent.complete, seen.cutInsideEvent.body.toString()]).toEqual([false, inside]);
    expect(seen.unanswered.map(refusalOf)).toEqual(seen.unanswered.map(() => [503, 'shutting_down']));
  });

  test('ends by itself, in time, and prints nothing', () => {
    const how = framework.startsWith('nest') ? { code: null, signal: 'SIGTERM' } : { code: 0, signal: null };
    expect(seen.ended).toEqual({ ...how, stdout: '', stderr: '' });
    expect(seen.endedAfterMs).toBeGreaterThanOrEqual(GRACE_MS);
    expect(seen.endedAfterMs).toBeLessThan(GRACE_MS + LITTLE_MS);
  });

  test('has one record of every call, with its outcome', () => {
    const { whole, cut, unanswered, left } = seen.ids;
    expect(seen.records.map(({ request_id }) => request_id).sort()).toEqual(
      [...whole, ...cut, ...unanswered, ...left].sort(),
    );
    const of = (ids: string[]) =>
      seen.records
        .filter(({ request_id }) => ids.includes(request_id))
        .map(({ outcome, response_status, truncated }) => ({ outcome, response_status, truncated }));
    const all = (ids: string[], what: object) => ids.map(() => what);
    expect(of(whole)).toEqual(all(whole, { outcome: 'success', response_status: 200, truncated: false }));
    expect(of(cut)).toEqual(all(cut, { outcome: 'truncated', response_status: 200, truncated: true }));
    expect(of(left)).toEqual(all(left, { outcome: 'client_closed', response_status: -3, truncated: true }));
    expect(of(unanswered)).toEqual(all(unanswered, { outcome: 'blocked', response_status: 503, truncated: false }));
  });
});

const NO_CONNECTION = 'no connection';
const OURS: Refusal = [503, 'shutting_down'];
/** Fastify refuses by itself from the moment that `close()` is called. */
const FASTIFYS: Refusal = [503, undefined];
/** Where the host's own code closes the server before the proxy. */
const CLOSED_FIRST: readonly Framework[] = ['node:http', 'express 5', 'express 4', 'koa 3', 'koa 2'];

/** What a client's SDK raises as an error, by the name of the answer. */
const ERROR_EVENTS: Record<string, RegExp> = {
  [ANSWERS.chatStream.name]: /^data: \{"error":\{.*shutting_down.*\}\n\n$/,
  [ANSWERS.messagesStream.name]: /^event: error\ndata: \{.*this server is shutting down.*\}\n\n$/,
  [ANSWERS.responsesStream.name]: /^event: error\ndata: \{.*shutting_down.*\}\n\n$/,
};

async function shutDown(framework: Framework, serving: Serving, gate: Gate): Promise<Shutdown> {
  const { ask } = serving;
  const agent = new Agent({ keepAlive: true });
  const single = new Agent({ keepAlive: true, maxSockets: 1 });

  const before = await Promise.all(Array.from({ length: 30 }, () => ask(ANSWERS.chat, 'now', { agent }).whole));
  const idle = await Promise.all([1, 2, 3].map(() => idleConnection(serving.url)));
  const finishing = FINISHING.map((answer, index) => ({
    answer,
    call: ask(answer, 'finishing', { agent: index === 0 ? single : agent }),
  }));
  const endless = ENDLESS.map((answer) => ({ answer, call: ask(answer, 'endless', { agent }) }));
  const inside = ask(ANSWERS.chatStream, 'inside-an-event', { agent });
  const leaving = ask(ANSWERS.chatStream, 'endless');
  const later = [1, 2, 3, 4].map(() => ask(ANSWERS.chat, 'later', { agent }));
  const silent = ask(ANSWERS.chat, 'silent', { agent, headers: { 'helicone-request-id': crypto.randomUUID() } });
  const backingOff = ask(ANSWERS.chat, 'busy-for-a-minute', { agent, headers: { 'helicone-retry-enabled': 'true' } });
  for (const { answer, call } of [...finishing, ...endless]) await call.received(beginningOf(answer).length);
  await inside.received(beginningOf(ANSWERS.chatStream).length - 1);
  const left = await leaving.head;
  // The last of the calls that have no head yet, so that all are running.
  await serving.provider.request(before.length + finishing.length + endless.length + 2 + later.length + 2 - 1);

  serving.end('SIGTERM');
  const { refusal, taken } = await serving.refusing();
  const second = ask(ANSWERS.chat, 'now', { agent: single });
  leaving.abort();
  gate.open();
  const finished = await received(finishing);
  const answered = await Promise.all(later.map(({ whole }) => whole));
  const finishedAfterMs = serving.sinceEnd();
  const secondRefusal = refusalOf(await second.whole);

  const cut = await received(endless);
  const cutInsideEvent = await inside.whole;
  const unanswered = await Promise.all([silent.whole, backingOff.whole]);
  const ended = await within(GRACE_MS + 20_000, `${framework} ends`, serving.child.ended);
  const endedAfterMs = serving.sinceEnd();
  for (const each of [agent, single, ...idle]) each.destroy();

  const idsOf = (answers: readonly Pick<Received, 'header'>[]) =>
    answers.map((each) => each.header('helicone-id') as string);
  return {
    refusal,
    secondRefusal,
    finished,
    finishedAfterMs,
    answered,
    cut,
    cutInsideEvent,
    unanswered,
    ended,
    endedAfterMs,
    records: await serving.records(),
    ids: {
      whole: idsOf([...before, ...taken, ...finished.map((each) => each.received), ...answered]),
      cut: idsOf([...cut.map((each) => each.received), cutInsideEvent]),
      unanswered: idsOf(unanswered),
      left: idsOf([left]),
    },
  };
}

function received(calls: readonly { answer: Answer; call: ClientCall }[]) {
  return Promise.all(calls.map(async ({ answer, call }) => ({ answer, received: await call.whole })));
}

/** A connection that has had an answer and is kept open by its client for as long as the server lets it. */
async function idleConnection(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(`GET /helicone/healthz HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}
