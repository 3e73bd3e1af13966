import { type ByteStream, createEngine, type Engine, type ProxyError } from '@helicone-proxy/core';
import {
  ANSWERS,
  type ClientCall,
  createGate,
  type Exchange,
  get,
  startScriptedProvider,
} from '@helicone-proxy/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { CACHED } from '../rig/cached-asks.js';
import { CHAT_PATH, type ProxyRig } from '../rig/proxy-rig.js';
import { FIRST, openAll, type SharingRig, sendByGates, startSharingRig } from '../rig/sharing-rig.js';
import { until, within } from '../rig/until.js';

const CALLS = 100;
/** How soon the provider must see that nobody waits any more, ms. */
const GONE_MS = 50;
/** Machines stutter; the best of these counts. */
const ROUNDS = 3;
const { chat, chatStream } = ANSWERS;

const running: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

async function startSharing(...given: Parameters<typeof startSharingRig>): Promise<SharingRig> {
  const sharing = await startSharingRig(...given);
  running.push(sharing.rig);
  return sharing;
}

/** A moment at which the first caller leaves. */
interface Moment {
  name: string;
  reach(sharing: SharingRig, first: ClientCall): Promise<unknown>;
}

const BEFORE_HEAD: Moment = { name: 'before the head', async reach() {} };

const STREAM_MOMENTS: readonly Moment[] = [
  BEFORE_HEAD,
  {
    name: 'after the head',
    reach({ gates }, first) {
      gates.head.open();
      return first.head;
    },
  },
  {
    name: 'in the middle of the stream',
    reach({ gates }, first) {
      gates.head.open();
      gates.first.open();
      return first.received(Buffer.concat(chatStream.events.slice(0, FIRST)).length);
    },
  },
];

const CASES = [
  { answer: chat, moment: BEFORE_HEAD },
  { answer: chat, moment: { ...(STREAM_MOMENTS[1] as Moment), name: 'while the document comes', reach: openHead } },
  ...STREAM_MOMENTS.map((moment) => ({ answer: chatStream, moment })),
].map((each) => ({ ...each, name: `${each.answer.name}, ${each.moment.name}` }));

async function openHead({ gates, rig }: SharingRig): Promise<void> {
  gates.head.open();
  gates.first.open();
  const connection = rig.provider.connectionOf(await rig.provider.request(0));
  await connection.stalled(20);
}

/** The first call, which leads, and the others. */
async function startAll(sharing: SharingRig, count = CALLS): Promise<ClientCall[]> {
  const before = sharing.rig.provider.requests.length;
  const first = sharing.start();
  await sharing.rig.provider.request(before);
  const others = Array.from({ length: count - 1 }, () => sharing.start());
  return [first, ...others];
}

describe('of 100 equal calls at the same time', () => {
  test.each(CASES)('the first one leaves ($name): one call upstream, 99 whole answers', async ({ answer, moment }) => {
    const sharing = await startSharing(answer);
    const calls = await startAll(sharing);
    await sharing.arrived(CALLS);
    const [first, ...others] = calls as [ClientCall, ...ClientCall[]];
    await within(2000, 'the moment', moment.reach(sharing, first));
    first.abort();
    await sharing.left(1);
    openAll(sharing.gates);
    const answers = await within(5000, 'the answers', Promise.all(others.map(({ whole }) => whole)));
    for (const { status, complete, body } of answers) {
      expect([status, complete, body.equals(answer.body)]).toEqual([200, true, true]);
    }
    expect(answers.filter(({ header }) => header('helicone-cache') === 'HIT')).toHaveLength(CALLS - 1);
    expect(sharing.rig.provider.requests).toHaveLength(1);
    const records = await allRecords(sharing.rig, CALLS);
    const outcomes = records.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'client_closed')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'success')).toHaveLength(CALLS - 1);
    // Only one call was paid for.
    expect(records.filter(({ cost_usd }) => cost_usd !== 0)).toHaveLength(1);
    // And it is stored.
    expect((await sharing.start().whole).header('helicone-cache')).toBe('HIT');
  });

  test.each(CASES)('all leave ($name): the provider sees it within 50 ms', async ({ answer, moment }) => {
    const times: number[] = [];
    let came = 0;
    const sharing = await startSharing(answer);
    for (let round = 0; round < ROUNDS; round += 1) {
      sharing.gates = { head: createGate(), first: createGate(), rest: createGate() };
      const { provider } = sharing.rig;
      const calls = await startAll(sharing, 20);
      came += 20;
      await sharing.arrived(came);
      if (moment.reach === openHead) await openAndStall(sharing);
      else await within(2000, 'the moment', moment.reach(sharing, calls[0] as ClientCall));
      expect(provider.requests).toHaveLength(round + 1);
      const connection = provider.connectionOf(await provider.request(round));
      const left = performance.now();
      for (const each of calls) each.abort();
      await within(1000, 'the provider sees that all have gone', connection.closed);
      times.push(performance.now() - left);
    }
    expect(Math.min(...times)).toBeLessThan(GONE_MS);
    const records = await allRecords(sharing.rig, came);
    expect(records.filter(({ outcome }) => outcome !== 'client_closed')).toEqual([]);
  });

  test.each([chat, chatStream])('a follower leaves ($name): nothing changes for the others', async (answer) => {
    const sharing = await startSharing(answer);
    const calls = await startAll(sharing);
    await sharing.arrived(CALLS);
    const [follower] = calls.splice(40, 1) as [ClientCall];
    if (answer === chatStream) {
      sharing.gates.head.open();
      sharing.gates.first.open();
      await follower.received(1);
    }
    follower.abort();
    await sharing.left(1);
    openAll(sharing.gates);
    const answers = await Promise.all(calls.map(({ whole }) => whole));
    for (const { complete, body } of answers) expect([complete, body.equals(answer.body)]).toEqual([true, true]);
    expect(sharing.rig.provider.requests).toHaveLength(1);
    const records = await allRecords(sharing.rig, CALLS);
    expect(records.filter(({ outcome }) => outcome === 'client_closed')).toHaveLength(1);
  });
});

async function openAndStall({ gates, rig }: SharingRig): Promise<void> {
  gates.head.open();
  gates.first.open();
  const { requests } = rig.provider;
  await rig.provider.connectionOf(requests[requests.length - 1] as (typeof requests)[number]).stalled(20);
}

/** The records of that many calls, once each has left one. */
async function allRecords(rig: ProxyRig, count: number): ReturnType<ProxyRig['records']> {
  const records = await until(15_000, `${count} records`, async () => {
    const found = await rig.records();
    return found.length >= count && found;
  });
  expect(records).toHaveLength(count);
  return records;
}

test('a late caller joins a running stream and gets it from its beginning, byte for byte', async () => {
  const sharing = await startSharing(chatStream);
  const first = sharing.start();
  sharing.gates.head.open();
  sharing.gates.first.open();
  const begun = Buffer.concat(chatStream.events.slice(0, FIRST));
  await first.received(begun.length);
  const late = sharing.start();
  expect((await late.head).header('helicone-cache')).toBe('HIT');
  expect((await late.received(begun.length)).equals(begun)).toBe(true);
  sharing.gates.rest.open();
  for (const { whole } of [first, late]) expect((await whole).body.equals(chatStream.body)).toBe(true);
  expect(sharing.rig.provider.requests).toHaveLength(1);
});

describe('a caller that reads nothing, beside one that reads', () => {
  const PIECE = Buffer.from(
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(65_000) } }] })}\n\n`,
  );
  const PIECES = 400;
  const DONE = 'data: [DONE]\n\n';
  const BYTES = PIECE.length * PIECES + DONE.length;

  async function sendMuch(exchange: Exchange): Promise<void> {
    await exchange.head({ headers: chatStream.headers });
    for (let piece = 0; piece < PIECES; piece += 1) await exchange.write(PIECE);
    await exchange.write(DONE);
    await exchange.end();
  }

  test('holds the provider back, is dropped after idleMs, and the other gets everything', async () => {
    const sharing = await startSharing(chatStream, {
      timeouts: { idleMs: 400 },
      cache: { maxEntryBytes: 64 * 1024 * 1024 },
    });
    const { provider } = sharing.rig;
    const begun = createGate();
    provider.script = async (exchange) => {
      await begun.opened;
      await sendMuch(exchange);
    };
    let bytes = 0;
    const stalled = sharing.start({ paused: true });
    const fast = sharing.start({
      sink: (chunk) => {
        bytes += chunk.length;
      },
    });
    await sharing.arrived(2);
    begun.open();
    const connection = provider.connectionOf(await provider.request(0));
    await stalled.head;
    await connection.stalled(100);
    // What the system's buffers hold, and no more.
    expect(connection.sentBytes).toBeLessThan(16 * 1024 * 1024);
    expect(bytes).toBeLessThan(connection.sentBytes + 1);
    expect((await within(10_000, 'the whole answer', fast.whole)).complete).toBe(true);
    expect(bytes).toBe(BYTES);
    stalled.resume();
    expect((await within(2000, 'the end of the dropped one', stalled.whole)).complete).toBe(false);
    expect(provider.requests).toHaveLength(1);
    const outcomes = (await allRecords(sharing.rig, 2)).map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['client_closed', 'success']);
  });
});

describe('closing the proxy while a shared stream runs', () => {
  test('lets all members finish, and takes no new ones', async () => {
    const sharing = await startSharing(chatStream);
    const calls = await startAll(sharing, 5);
    await sharing.arrived(5);
    sharing.gates.head.open();
    sharing.gates.first.open();
    await Promise.all(calls.map((each) => each.received(1)));
    const ended: unknown[] = [];
    sharing.rig.proxy.events.on('record', (record) => ended.push(record));
    const closed = sharing.rig.proxy.close();
    expect((await get(sharing.rig.url + CHAT_PATH, { headers: CACHED, body: chatStream.request })).status).toBe(503);
    sharing.gates.rest.open();
    for (const { whole } of calls) {
      const { complete, body } = await whole;
      expect([complete, body.equals(chatStream.body)]).toEqual([true, true]);
    }
    await closed;
    expect(ended).toHaveLength(5);
    expect(sharing.rig.provider.requests).toHaveLength(1);
  });

  test('after the grace period all are cut, and each has its record', async () => {
    const gates = { head: createGate(), first: createGate(), rest: createGate() };
    const provider = await startScriptedProvider((exchange) => sendByGates(exchange, chatStream, gates));
    running.push(provider);
    const engine = createEngine({
      providers: { openai: { baseUrl: provider.origin } },
      records: { store: 'sqlite::memory:' },
    });
    const outcomes: unknown[] = [];
    engine.events.on('record', ({ outcome }) => outcomes.push(outcome));
    gates.head.open();
    gates.first.open();
    const bodies = await Promise.all(Array.from({ length: 5 }, () => bodyOf(engine)));
    const ends = bodies.map((body) => drain(body));
    await engine.close({ graceMs: 50 });
    expect(await within(1000, 'all ends', Promise.all(ends))).toEqual(Array(5).fill('shutting_down'));
    expect(outcomes).toHaveLength(5);
    expect(outcomes).not.toContain('success');
    expect(provider.requests).toHaveLength(1);
    await within(1000, 'the provider is left', provider.connectionOf(await provider.request(0)).closed);
  });
});

async function bodyOf(engine: Engine): Promise<ByteStream> {
  const { signal } = new AbortController();
  const body = chatStream.request;
  const [path, query] = [CHAT_PATH, ''];
  const { body: answer } = await engine.handle({ method: 'POST', path, query, headers: CACHED, body, signal });
  return answer as ByteStream;
}

/** How the body ended: the code of its error, or null. */
async function drain(body: ByteStream): Promise<string | null> {
  try {
    for await (const _ of body);
    return null;
  } catch (error) {
    return (error as ProxyError).code;
  }
}
