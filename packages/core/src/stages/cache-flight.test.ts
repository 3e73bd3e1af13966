import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANSWER, closed, json, newCall, sharedStore, startCached, turn } from '../../../../test/rig/cached-calls.js';
import type { CacheStore } from '../cache/cache-store.js';
import { ProxyError } from '../errors.js';

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

describe('equal calls at the same time', () => {
  test('100 of them: one call upstream, 100 equal answers', async () => {
    const rig = startCached();
    const calls = Array.from({ length: 100 }, () => newCall());
    const answers = calls.map((call) => rig.ask(call));
    rig.waiting[0]?.answer(json());
    const got = await Promise.all(answers);
    expect(rig.upstream).toEqual([calls[0]]);
    expect(new Set(got.map(({ body }) => String(body)))).toEqual(new Set([ANSWER]));
    expect(new Set(got.map(({ headers }) => headers)).size).toBe(100);
    expect(calls.filter(({ labels }) => labels?.['helicone-cache'] === 'HIT')).toHaveLength(99);
    expect(calls[99]?.cached).toEqual({ referenceId: calls[0]?.requestId });
  });

  test('share one look at a slow store, and whoever comes while it stores gets the answer from here', async () => {
    const { store, log } = sharedStore();
    const rig = startCached({ ...store, lease: null });
    const answers = [rig.ask(), rig.ask()];
    expect(rig.upstream).toHaveLength(0);
    await turn();
    await turn();
    rig.waiting[0]?.answer(json());
    await Promise.all(answers);
    expect(log).toEqual([]);
    const late = newCall();
    await rig.ask(late);
    expect(late.labels?.['helicone-cache']).toBe('HIT');
    await turn();
    expect(log).toEqual(['set']);
    expect((await rig.get()).hit).toBe('HIT');
    expect(rig.upstream).toHaveLength(1);
  });

  test('the first one leaving changes nothing for the others; its own record waits for what the call came to', async () => {
    const rig = startCached();
    const [first, second] = [newCall(), newCall()];
    const own = first.life;
    const left = rig.ask(first);
    const stays = rig.ask(second);
    own.end(closed());
    expect(rig.waiting[0]?.call.life.ended).toBeNull();
    rig.waiting[0]?.answer(json());
    expect(String((await left).body)).toBe(ANSWER);
    expect(String((await stays).body)).toBe(ANSWER);
    expect((await rig.get()).hit, 'and it is stored').toBe('HIT');
    expect(first.life, 'a stage before the cache finds the call as it was').toBe(own);
  });

  test('a follower leaving changes nothing either', async () => {
    const rig = startCached();
    const stays = rig.ask();
    const follower = newCall();
    const left = rig.ask(follower);
    follower.life.end(closed());
    await expect(left).rejects.toThrow('gone');
    rig.waiting[0]?.answer(json());
    expect((await stays).status).toBe(200);
  });

  test('when all have left the call upstream ends in the same turn, and the next call begins anew', async () => {
    const rig = startCached();
    const calls = [newCall(), newCall(), newCall()];
    const lives = calls.map(({ life }) => life);
    const answers = calls.map((call) => rig.ask(call));
    const upstream = rig.waiting[0]?.call.life;
    for (const life of lives) {
      expect(upstream?.ended).toBeNull();
      life.end(closed());
    }
    expect(upstream?.ended?.code).toBe('client_closed');
    for (const answer of answers) await expect(answer).rejects.toThrow('gone');
    rig.waiting.shift();
    expect((await rig.get()).hit).toBe('MISS');
  });

  test('a call whose client is gone already asks nobody', async () => {
    const rig = startCached();
    const call = newCall();
    call.life.end(closed());
    await expect(rig.ask(call)).rejects.toThrow('gone');
    expect(rig.upstream).toHaveLength(0);
    expect((await rig.get()).hit).toBe('MISS');
  });

  test('nothing storable: the first gets it, each other makes its own call', async () => {
    for (const end of ['answer', 'fail'] as const) {
      const rig = startCached();
      const answers = [rig.ask(), rig.ask(), rig.ask()].map((answer) => answer.catch((error: Error) => error.message));
      if (end === 'answer') rig.waiting[0]?.answer(json('{}', { status: 500 }));
      else rig.waiting[0]?.fail(new ProxyError('upstream_reset', 'reset'));
      await turn();
      expect(rig.upstream).toHaveLength(3);
      for (const { answer } of rig.waiting.slice(1)) answer(json());
      const [first, ...others] = await Promise.all(answers);
      expect(first).toEqual(end === 'fail' ? 'reset' : expect.objectContaining({ status: 500 }));
      for (const other of others) expect(other).toMatchObject({ status: 200 });
    }
  });

  test('a follower that goes alone ends with its own client', async () => {
    const rig = startCached();
    const follower = newCall();
    const answers = [rig.ask(), rig.ask(follower)];
    rig.waiting[0]?.fail(new ProxyError('upstream_reset', 'reset'));
    await expect(answers[0]).rejects.toThrow('reset');
    follower.life.end(closed());
    await expect(answers[1]).rejects.toThrow('gone');
  });

  test('limited ones hand over in order, until one is let through', async () => {
    const rig = startCached();
    const calls = Array.from({ length: 4 }, () => newCall());
    const answers = calls.map((call) => rig.ask(call));
    const limited = new ProxyError('rate_limited', 'limited');
    calls[1]?.life.end(closed());
    await expect(answers[1]).rejects.toThrow('gone');
    for (const index of [0, 2]) {
      expect(rig.upstream.at(-1)).toBe(calls[index]);
      rig.waiting.at(-1)?.fail(limited);
      await expect(answers[index]).rejects.toThrow('limited');
      await turn();
    }
    rig.waiting.at(-1)?.answer(json());
    expect(String((await answers[3])?.body)).toBe(ANSWER);
    expect(rig.upstream).toEqual([calls[0], calls[2], calls[3]]);
    expect(calls[3]?.labels?.['helicone-cache']).toBe('MISS');
    expect((await rig.get()).hit).toBe('HIT');
  });

  test('different max-age or buckets do not wait for each other’s look at the store', async () => {
    const rig = startCached();
    const answers = [rig.ask(), rig.ask({ policy: { maxAgeMs: 1000 } }), rig.ask({ policy: { buckets: 2 } })];
    expect(rig.upstream).toHaveLength(3);
    for (const { answer } of rig.waiting) answer(json());
    await Promise.all(answers);
  });

  test('a fault of ours leaves nobody waiting', async () => {
    const broken = { lease: null, get: () => Promise.reject(new Error('bug')) } as unknown as CacheStore;
    const rig = startCached(broken);
    const answers = [rig.ask(), rig.ask()];
    for (const answer of answers) await expect(answer).rejects.toThrow('bug');
  });
});
