import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CallLife } from '../call-life.js';
import { ProxyError } from '../errors.js';
import type { CachePolicy } from '../policy/policy.js';
import type { CacheStore, LeaseStore } from './cache-store.js';
import { type Claim, claimLease } from './claim-lease.js';
import type { CacheEntry } from './entry.js';

const POLICY: CachePolicy = {
  read: true,
  save: true,
  maxAgeMs: null,
  lifetimeMs: 60_000,
  buckets: 1,
  seed: null,
  ignoreKeys: [],
};

function entry(): CacheEntry {
  const storedAt = Date.now();
  const body = Buffer.from('{}');
  return { storedAt, expiresAt: storedAt + 60_000, latencyMs: 5, requestId: 'r', headers: {}, body, eventEnds: null };
}

/** Another process that holds the lease; what is asked is noted with the time, ms. */
function other() {
  const log: string[] = [];
  const start = Date.now();
  const note = (what: string): number => log.push(`${what} ${Date.now() - start}`);
  const state = { holder: 'theirs' as 'theirs' | 'free' | 'none', entry: null as CacheEntry | null };
  const leases: LeaseStore = {
    async acquire() {
      note('acquire');
      if (state.holder !== 'free') return { state: state.holder };
      return { state: 'mine', release: async () => {} };
    },
    async look() {
      note('look');
      return state.holder;
    },
  };
  const store = { get: async () => state.entry } as unknown as CacheStore;
  const life = new CallLife();
  let claim: Claim | null = null;
  void claimLease(leases, { store, key: 'k', policy: POLICY }, life).then((got) => {
    claim = got;
  });
  return { log, state, life, claim: () => claim };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('while another process holds the lease', () => {
  test('its answer is looked for after 25 ms, then twice as long, up to 250 ms', async () => {
    const { log, claim, state } = other();
    await vi.advanceTimersByTimeAsync(1000);
    expect(log).toEqual(['acquire 0', 'look 25', 'look 75', 'look 175', 'look 375', 'look 625', 'look 875']);
    expect(claim()).toBeNull();
    const stored = entry();
    state.entry = stored;
    await vi.advanceTimersByTimeAsync(250);
    expect(claim()).toEqual({ lease: null, found: { entries: [stored], free: 0 } });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('given up, it is asked for again', async () => {
    const { log, claim, state } = other();
    await vi.advanceTimersByTimeAsync(30);
    state.holder = 'free';
    await vi.advanceTimersByTimeAsync(50);
    expect(log).toEqual(['acquire 0', 'look 25', 'look 75', 'acquire 75']);
    expect(claim()).toMatchObject({ lease: { state: 'mine' }, found: { entries: [] } });
  });

  test('an answer that was stored right before it was given up is found', async () => {
    const { log, claim, state } = other();
    state.holder = 'free';
    state.entry = entry();
    await vi.advanceTimersByTimeAsync(0);
    // The first question was answered before; now the wait ends with the entry, without a second question.
    await vi.advanceTimersByTimeAsync(25);
    expect(claim()?.found?.entries).toHaveLength(1);
    expect(log.filter((line) => line.startsWith('acquire'))).toHaveLength(1);
  });

  test('ended with nothing stored, the call goes on alone', async () => {
    const { claim, state } = other();
    state.holder = 'none';
    await vi.advanceTimersByTimeAsync(25);
    expect(claim()).toEqual({ lease: null, found: null });
  });

  test('after 5 minutes the call goes on alone', async () => {
    const { claim } = other();
    await vi.advanceTimersByTimeAsync(299_000);
    expect(claim()).toBeNull();
    await vi.advanceTimersByTimeAsync(2000);
    expect(claim()).toEqual({ lease: null, found: null });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('the wait ends in the turn in which all have left', async () => {
    const { log, life, claim } = other();
    await vi.advanceTimersByTimeAsync(80);
    expect(vi.getTimerCount()).toBe(1);
    life.end(new ProxyError('client_closed', 'gone'));
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(claim()).toEqual({ lease: null, found: null });
    expect(log).toEqual(['acquire 0', 'look 25', 'look 75']);
  });
});
