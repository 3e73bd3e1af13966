import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, closed, joined, newCall, startSharing, turn } from '../../../../test/rig/cached-streams.js';
import type { EngineResponse } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { WireFormat } from '../providers/wire.js';

const EVENTS = ['data: {"choices":[{"delta":{"content":"a"}}]}\n\n', ': ping\r\n\r\n', 'data: [DONE]\n\n'];
const DONE = 'data: [DONE]\n\n';

let unhandled: unknown[] = [];
const note = (reason: unknown): void => {
  unhandled.push(reason);
};

beforeEach(() => {
  unhandled = [];
  process.on('unhandledRejection', note);
});

afterEach(async () => {
  await turn();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('a shared stream', () => {
  test('100 equal calls: one call upstream, 100 equal answers, each byte seen once', async () => {
    const rig = startSharing();
    const clients = rig.clients(100);
    await rig.upstream().head();
    await rig.upstream().send(...EVENTS);
    await rig.upstream().end();
    expect(rig.upstreams).toHaveLength(1);
    for (const client of clients) {
      expect(client.text).toBe(EVENTS.join(''));
      expect(client.seen).toBe(client.text);
      expect([client.ending, client.seenEnding]).toEqual(['end', 'end']);
    }
    expect(clients.filter(({ hit }) => hit === 'HIT')).toHaveLength(99);
    expect(clients[5]?.response?.headers).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-store',
    });
    expect(clients[0]?.response?.headers).toEqual({ 'content-type': 'text/event-stream' });
    expect(clients[1]?.call.cached).toEqual({ referenceId: clients[0]?.call.requestId });
  });

  test('is replayed event for event, whatever its chunks were', async () => {
    const rig = startSharing();
    rig.join();
    await rig.upstream().head();
    await rig.upstream().send(...(EVENTS.join('').match(/[\s\S]{1,7}/g) as string[]));
    await rig.upstream().end();
    const hit = rig.join();
    await turn();
    expect(hit).toMatchObject({ hit: 'HIT', text: EVENTS.join(''), writes: EVENTS.length, ending: 'end' });
    expect(rig.upstreams).toHaveLength(1);
  });

  test('gives its head to the first at once, to the others with the first byte', async () => {
    const rig = startSharing();
    const [first, second] = rig.clients(2);
    await rig.upstream().head();
    expect([first?.response?.status, second?.response]).toEqual([200, null]);
    await rig.upstream().send(EVENTS[0] as string);
    expect([second?.response?.status, second?.text]).toEqual([200, EVENTS[0]]);
  });

  test('late calls join from the beginning', async () => {
    const rig = startSharing();
    const first = rig.join();
    await rig.upstream().head();
    await rig.upstream().send('data: 1\n\n', 'data: 2\n\n');
    const late = rig.join();
    await turn();
    expect(late.text).toBe('data: 1\n\ndata: 2\n\n');
    await rig.upstream().send(DONE);
    await rig.upstream().end();
    expect(late).toMatchObject({ text: first.text, seen: first.text, ending: 'end', hit: 'HIT' });
  });

  test('a leader leaving at any moment changes nothing for the others, and the answer is stored', async () => {
    for (const moment of ['before the head', 'after the head', 'mid stream', 'at the last event']) {
      const rig = startSharing();
      const [leader, follower] = rig.clients(2) as [Client, Client];
      const upstream = rig.upstream();
      const at = (now: string): void => {
        if (now === moment) leader.life.end(closed());
      };
      at('before the head');
      await upstream.head();
      at('after the head');
      await upstream.send(EVENTS[0] as string);
      at('mid stream');
      await upstream.send(...EVENTS.slice(1));
      at('at the last event');
      await upstream.end();
      expect([leader.ending, leader.seenEnding], moment).toEqual(['gone silently', 'gone']);
      // Its record has all of it: that is what was paid for.
      expect(leader.seen, moment).toBe(EVENTS.join(''));
      expect(follower, moment).toMatchObject({ text: EVENTS.join(''), ending: 'end', hit: 'HIT' });
      expect(upstream.log).toEqual([]);
      expect((await joined(rig)).hit).toBe('HIT');
    }
  });

  test('a follower leaving changes nothing for the leader', async () => {
    const rig = startSharing();
    const [leader, follower] = rig.clients(2) as [Client, Client];
    await rig.upstream().head();
    await rig.upstream().send(EVENTS[0] as string);
    follower.life.end(closed());
    expect(follower.ending).toBe('gone silently');
    await rig.upstream().send(DONE);
    await rig.upstream().end();
    expect(leader.ending).toBe('end');
  });

  test('all leaving cancels the upstream in the same turn, and nothing is stored', async () => {
    const rig = startSharing();
    const clients = rig.clients(3);
    await rig.upstream().head();
    await rig.upstream().send(EVENTS[0] as string);
    for (const { life } of clients) {
      expect(rig.upstream().log).toEqual([]);
      life.end(closed());
    }
    expect(rig.upstream().log).toEqual(['abort gone']);
    for (const { seenEnding } of clients) expect(seenEnding).toBe('gone');
    expect((await joined(rig)).hit).toBe('MISS');
  });

  test('a client that gives its body up is gone too', async () => {
    const rig = startSharing();
    const [leader, follower] = rig.clients(2) as [Client, Client];
    await rig.upstream().head();
    await rig.upstream().send(EVENTS[0] as string);
    for (const client of [leader, follower]) client.body.cancel(new Error('not wanted'));
    expect(rig.upstream().log).toEqual(['abort the client closed the connection']);
    expect(follower.ending).toBe('not wanted silently');
  });
});

describe('a stream that breaks', () => {
  test('breaks for all who read it, with the last word of its dialect, and is never stored', async () => {
    const rig = startSharing();
    const clients = rig.clients(2);
    await rig.upstream().head();
    await rig.upstream().send(EVENTS[0] as string);
    rig.upstream().body.fail(new ProxyError('upstream_reset', 'reset'));
    for (const client of clients) {
      expect([client.ending, client.seenEnding, client.seen]).toEqual(['reset [reset]', 'reset', EVENTS[0]]);
    }
    expect((await joined(rig)).hit).toBe('MISS');
    expect(rig.upstreams).toHaveLength(2);
  });

  test('says no last word inside of an event', async () => {
    const rig = startSharing();
    const leader = rig.join();
    await rig.upstream().head();
    await rig.upstream().send('data: {"a');
    rig.upstream().body.fail(new ProxyError('upstream_reset', 'reset'));
    expect(leader.ending).toBe('reset silently');
  });

  test('a full client gets what came before it', async () => {
    const rig = startSharing();
    const leader = rig.join(newCall(), { slow: true });
    await rig.upstream().head();
    await rig.upstream().send('data: 1\n\n', 'data: 2\n\n');
    expect(leader.text).toBe('data: 1\n\n');
    rig.upstream().body.fail(new ProxyError('upstream_reset', 'reset'));
    expect([leader.text, leader.ending]).toEqual(['data: 1\n\ndata: 2\n\n', 'reset [reset]']);
  });

  test('before its first byte, sends the followers on their own', async () => {
    const rig = startSharing();
    const [leader, follower] = rig.clients(2) as [Client, Client];
    await rig.upstream().head();
    rig.upstream().body.fail(new ProxyError('upstream_reset', 'reset'));
    await turn();
    expect(leader.ending).toBe('reset [reset]');
    expect(rig.upstreams).toHaveLength(2);
    await rig.upstream(1).head();
    await rig.upstream(1).send(DONE);
    await rig.upstream(1).end();
    expect(follower).toMatchObject({ text: DONE, ending: 'end', hit: 'MISS' });
  });

  test('without bytes or without its terminal event it is never stored, also when it ends cleanly', async () => {
    for (const events of [[], EVENTS.slice(0, 2), ['data: {"error":{"message":"no"}}\n\n', DONE]]) {
      const rig = startSharing();
      const leader = rig.join();
      await rig.upstream().head();
      await rig.upstream().send(...events);
      await rig.upstream().end();
      expect(leader.ending).toBe('end');
      expect((await joined(rig)).hit).toBe('MISS');
    }
  });

  test('a leader alone that leaves takes the upstream with it, before its record is written', async () => {
    const rig = startSharing();
    const leader = rig.join(newCall(), { attach: false });
    await rig.upstream().head();
    const order: string[] = rig.upstream().log;
    leader.body.observe({ end: (error) => order.push(`recorded ${error?.message}`) });
    leader.attach();
    leader.life.end(closed());
    expect(order).toEqual(['abort gone', 'recorded gone']);
  });
});

describe('a stream that is none to share', () => {
  test.each<[string, Partial<EngineResponse>, WireFormat | null]>([
    ['an error', { status: 500 }, 'openai-chat'],
    ['of an unknown format', {}, null],
    ['encoded', { headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' } }, 'openai-chat'],
  ])('is its leader’s alone, at its head: %s', async (_what, head, wire) => {
    const rig = startSharing();
    const leader = rig.join(newCall({}, wire));
    const follower = rig.join(newCall({}, wire));
    await rig.upstream().head(head);
    expect(leader.response?.body).toBe(rig.upstream().body);
    expect(rig.upstreams).toHaveLength(2);
    leader.life.end(closed());
    expect(rig.upstream().log).toEqual(['abort gone']);
    await rig.upstream(1).head();
    expect(follower.response?.body).toBe(rig.upstream(1).body);
    follower.life.end(closed());
    expect(rig.upstream(1).log).toEqual(['abort gone']);
  });

  test('is given up when its leader has left', async () => {
    const rig = startSharing();
    const [leader] = rig.clients(2) as [Client, Client];
    leader.life.end(closed());
    await rig.upstream().head({ status: 500 });
    expect(rig.upstream().log).toEqual(['abort the client closed the connection']);
    expect(rig.upstreams).toHaveLength(2);
  });
});

describe('saving alone', () => {
  test('stores what its client got whole, and nothing else', async () => {
    const rig = startSharing();
    rig.join(newCall({ read: false }));
    await rig.upstream().head();
    await rig.upstream().send(EVENTS[0] as string);
    rig.upstream().body.fail(new Error('cut'));
    expect((await joined(rig)).hit).toBe('MISS');
    rig.join(newCall({ read: false }));
    await rig.upstream(2).head();
    await rig.upstream(2).send(...EVENTS);
    await rig.upstream(2).end();
    const reader = rig.join(newCall({ save: false }));
    await turn();
    expect(reader).toMatchObject({ hit: 'HIT', text: EVENTS.join(''), ending: 'end' });
  });
});
