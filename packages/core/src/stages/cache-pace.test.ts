import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { closed, joined, newCall, startSharing, turn } from '../../../../test/rig/cached-streams.js';

const KIB = 1024;
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
  vi.useRealTimers();
  await turn();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

describe('pace', () => {
  const piece = Buffer.alloc(40 * KIB, 'x');

  test('the slowest reader holds the upstream back, until it has caught up', async () => {
    const rig = startSharing();
    const fast = rig.join();
    const slow = rig.join(newCall(), { slow: true });
    await rig.upstream().head();
    await rig.upstream().send(piece, piece, piece);
    // One piece at the slow client, two waiting for it; now the upstream's own buffer fills.
    await rig.upstream().send(piece, piece);
    expect(rig.upstream().log).toEqual(['pause']);
    expect(fast.text.length).toBe(3 * piece.length);
    slow.goOn();
    await turn();
    expect(fast.text.length, 'what the upstream’s buffer held').toBe(5 * piece.length);
    expect(rig.upstream().log).toEqual(['pause']);
    slow.full = false;
    slow.goOn();
    expect(rig.upstream().log).toEqual(['pause', 'resume']);
    await rig.upstream().end();
    expect([fast.text.length, slow.text.length]).toEqual([5 * piece.length, 5 * piece.length]);
    expect([fast.ending, slow.ending]).toEqual(['end', 'end']);
  });

  test('a slow reader that leaves holds nobody back', async () => {
    const rig = startSharing();
    const fast = rig.join();
    const slow = rig.join(newCall(), { slow: true });
    await rig.upstream().head();
    await rig.upstream().send(piece, piece, piece, piece, piece);
    slow.life.end(closed());
    await rig.upstream().end();
    expect(rig.upstream().log).toEqual(['pause', 'resume']);
    expect(fast.text.length).toBe(5 * piece.length);
  });

  test('an answer too long to store: those who read go on to its end, nobody joins, nothing is stored', async () => {
    const rig = startSharing({ maxEntryBytes: 50 * KIB });
    const fast = rig.join();
    const slow = rig.join(newCall(), { slow: true });
    await rig.upstream().head();
    await rig.upstream().send(piece, piece);
    expect((await joined(rig)).hit).toBe('MISS');
    expect(rig.upstreams).toHaveLength(2);
    await rig.upstream().send(piece, `\n\n${DONE}`);
    slow.full = false;
    slow.goOn();
    await rig.upstream().end();
    for (const client of [fast, slow]) {
      expect([client.text, client.ending]).toEqual([`${piece.toString().repeat(3)}\n\n${DONE}`, 'end']);
    }
    rig.upstreams.length = 0;
    expect((await joined(rig)).hit).toBe('MISS');
  });

  test('a first chunk that is too long already is still everybody’s who waited', async () => {
    const rig = startSharing({ maxEntryBytes: KIB });
    const clients = rig.clients(2);
    await rig.upstream().head();
    await rig.upstream().send(piece);
    await rig.upstream().end();
    for (const { text, ending } of clients) expect([text.length, ending]).toEqual([piece.length, 'end']);
  });

  describe('a reader that stalls', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    });

    test('is dropped after idleMs when another waits for it', async () => {
      const rig = startSharing({ idleMs: 1000 });
      const fast = rig.join();
      const slow = rig.join(newCall(), { slow: true });
      await rig.upstream().head();
      await rig.upstream().send(piece, piece, piece, piece, piece);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(999);
      expect(slow.ending).toBeNull();
      vi.advanceTimersByTime(1);
      expect(slow.ending).toBe('the client stopped reading an answer that others wait for silently');
      expect(slow.seenEnding).toBe('the client stopped reading an answer that others wait for');
      expect(vi.getTimerCount()).toBe(0);
      await rig.upstream().end();
      expect([fast.text.length, fast.ending]).toEqual([5 * piece.length, 'end']);
    });

    test('is not while it takes something now and then', async () => {
      const rig = startSharing({ idleMs: 1000 });
      rig.join();
      const slow = rig.join(newCall(), { slow: true });
      await rig.upstream().head();
      // Three pieces behind.
      await rig.upstream().send(piece, Buffer.concat([piece, piece, piece]), piece);
      const late = rig.join(newCall(), { slow: true });
      await turn();
      for (let i = 0; i < 3; i++) {
        vi.advanceTimersByTime(900);
        late.goOn();
      }
      expect(slow.ending, 'it took nothing').toMatch(/stopped reading/);
      expect(late.ending).toBeNull();
    });

    test('is not when nobody waits for it', async () => {
      const rig = startSharing({ idleMs: 1000 });
      const alone = rig.join(newCall(), { slow: true });
      const stalled = rig.join(newCall(), { slow: true });
      await rig.upstream().head();
      await rig.upstream().send(piece, piece, piece, piece, piece);
      vi.advanceTimersByTime(10_000);
      expect([alone.ending, stalled.ending]).toEqual([null, null]);
      alone.full = false;
      alone.goOn();
      vi.advanceTimersByTime(2_000);
      expect([alone.ending, stalled.ending]).toEqual([null, expect.stringMatching(/stopped reading/)]);
    });

    test('one that never came for its answer counts as one', async () => {
      const rig = startSharing({ idleMs: 1000 });
      const fast = rig.join();
      const absent = rig.join(newCall(), { attach: false });
      await rig.upstream().head();
      await rig.upstream().send(piece, piece, piece, piece, piece);
      vi.advanceTimersByTime(1000);
      absent.attach();
      expect(absent.ending).toMatch(/stopped reading/);
      await rig.upstream().end();
      expect(fast.ending).toBe('end');
    });

    test('is waited for without a timer when there is no limit', async () => {
      const rig = startSharing({ idleMs: Number.POSITIVE_INFINITY });
      rig.join();
      rig.join(newCall(), { slow: true });
      await rig.upstream().head();
      await rig.upstream().send(piece, piece, piece, piece, piece);
      expect(vi.getTimerCount()).toBe(0);
    });
  });
});
