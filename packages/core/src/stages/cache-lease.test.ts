import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closed, json, newCall, sharedStore, startCached, turn } from '../../../../test/rig/cached-calls.js';
import type { CacheEntry } from '../cache/entry.js';

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

describe('across processes', () => {
  test('the one with the lease looks again, asks, stores and only then lets go', async () => {
    const { store, log } = sharedStore();
    const rig = startCached(store);
    const answer = rig.ask();
    while (rig.waiting.length === 0) await turn();
    rig.waiting[0]?.answer(json());
    await answer;
    while (log.length < 3) await turn();
    expect(log).toEqual(['acquire', 'set', 'release true']);
  });

  test('what was stored between the look and the lease is a hit', async () => {
    const { store, log, memory } = sharedStore();
    const rig = startCached(store);
    const acquire = store.lease?.acquire as (key: string) => Promise<never>;
    (store.lease as { acquire: unknown }).acquire = (key: string) => {
      memory.set(key, entry(), 60_000);
      return acquire(key);
    };
    const call = newCall();
    expect(String((await rig.ask(call)).body)).toBe('{"stored":1}');
    expect(call.labels?.['helicone-cache']).toBe('HIT');
    expect(log).toEqual(['acquire', 'release true']);
    expect(rig.upstream).toHaveLength(0);
  });

  test('nothing to store is told to the others', async () => {
    const { store, log } = sharedStore();
    const rig = startCached(store);
    const answer = rig.ask();
    while (rig.waiting.length === 0) await turn();
    rig.waiting[0]?.answer(json('{}', { status: 500 }));
    await answer;
    expect(log).toEqual(['acquire', 'release false']);
  });

  test('nobody can tell: the call goes on without a lease', async () => {
    const { store, state } = sharedStore();
    state.holder = 'none';
    const rig = startCached(store);
    const answer = rig.ask();
    while (rig.waiting.length === 0) await turn();
    rig.waiting[0]?.answer(json());
    expect((await answer).status).toBe(200);
  });

  test('all leaving gives the lease to other processes', async () => {
    const { store, log } = sharedStore();
    const rig = startCached(store);
    const call = newCall();
    const own = call.life;
    const answer = rig.ask(call);
    while (rig.waiting.length === 0) await turn();
    own.end(closed());
    expect(log).toEqual(['acquire', 'release true']);
    await expect(answer).rejects.toThrow('gone');
  });

  test('leaving while the lease is asked for gives it back', async () => {
    const { store, log } = sharedStore();
    const rig = startCached(store);
    const call = newCall();
    const answer = rig.ask(call);
    while (log.length === 0) await turn();
    call.life.end(closed());
    await expect(answer).rejects.toThrow('gone');
    while (log.length < 2) await turn();
    expect(log).toEqual(['acquire', 'release true']);
    expect(rig.upstream).toHaveLength(0);
  });
});

function entry(): CacheEntry {
  const storedAt = Date.now();
  const body = Buffer.from('{"stored":1}');
  const headers = { 'content-type': 'application/json' };
  return { storedAt, expiresAt: storedAt + 60_000, latencyMs: 5, requestId: 'other', headers, body, eventEnds: null };
}
