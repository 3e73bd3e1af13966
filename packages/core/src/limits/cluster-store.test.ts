import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answerOf, CLUSTER_TAG, type ToPrimary } from './cluster-primary.js';
import { type Channel, clusterStore } from './cluster-store.js';
import { Counters } from './counters.js';
import type { LimitStore, Taken } from './limit-store.js';

const START = Date.UTC(2026, 0, 10);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: START });
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

interface FakeChannel extends Channel {
  /** What was sent, in order. */
  readonly sent: ToPrimary[];
  /** The primary reads and answers all that it has not read yet. */
  answer(): void;
  emit(event: string, message?: unknown): void;
  disconnect(): void;
}

/** A channel to a primary that answers when told to. `flowing`: what is sent leaves the channel at once. */
function channel({ flowing = true, counters = new Counters() } = {}): FakeChannel {
  const emitter = new EventEmitter();
  const sent: ToPrimary[] = [];
  let read = 0;
  let connected = true;
  return {
    sent,
    on: emitter.on.bind(emitter),
    off: emitter.off.bind(emitter),
    isConnected: () => connected,
    send(message: ToPrimary, callback: () => void) {
      sent.push(message);
      if (flowing) callback();
      return true;
    },
    answer() {
      for (; read < sent.length; read += 1) {
        const answer = answerOf(counters, sent[read]);
        if (answer !== null) emitter.emit('message', answer);
      }
    },
    emit: emitter.emit.bind(emitter),
    disconnect() {
      connected = false;
      emitter.emit('disconnect');
    },
  } as unknown as FakeChannel;
}

type Store = Omit<LimitStore, 'take'> & { take(...of: Parameters<LimitStore['take']>): Promise<Taken> };

function storeOn(channel: Channel): Store {
  return clusterStore({ timeoutMs: 200, channel }) as Store;
}

/** The turn of the event loop ends. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('needs a process that is a worker of a cluster', () => {
  expect(() => clusterStore({ timeoutMs: 200 })).toThrow(TypeError);
  expect(() => clusterStore({ timeoutMs: 200 })).toThrow(/rateLimit\.store/);
});

test('what is asked for in one turn is one message, answered in order', async () => {
  const line = channel();
  const store = storeOn(line);
  const takes = [store.take('a', 1, 1000), store.take('a', 2, 1000), store.take('b', 5, 60_000)];
  expect(line.sent).toEqual([]);
  await turn();
  expect(line.sent).toHaveLength(1);
  line.answer();
  expect(await Promise.all(takes)).toEqual([
    { points: 1, endsAt: START + 1000 },
    { points: 3, endsAt: START + 1000 },
    { points: 5, endsAt: START + 60_000 },
  ]);
  await store.close();
});

test('adjustments come before the takes behind them, and need no answer', async () => {
  const line = channel();
  const store = storeOn(line);
  const first = store.take('a', 5, 1000);
  await turn();
  line.answer();
  store.adjust('a', -2, await first);
  const second = store.take('a', 1, 1000);
  await turn();
  line.answer();
  expect((await second).points).toBe(4);
  store.adjust('a', -4, await second);
  await turn();
  expect(answerOf(new Counters(), line.sent.at(-1))).toBeNull();
  await store.close();
});

test('two stores of one process do not take each other’s answers', async () => {
  const line = channel();
  const stores = [storeOn(line), storeOn(line)];
  const takes = stores.map((store, index) => store.take(`${index}`, index + 1, 1000));
  await turn();
  line.answer();
  expect((await Promise.all(takes)).map(({ points }) => points)).toEqual([1, 2]);
  for (const store of stores) await store.close();
});

test.each([
  null,
  undefined,
  'text',
  7,
  {},
  { tag: 'of the host' },
  { tag: CLUSTER_TAG },
  { tag: CLUSTER_TAG, requests: 1 },
])('a message that is none of ours is left alone: %j', async (message) => {
  const line = channel();
  const store = storeOn(line);
  line.emit('message', message);
  expect(answerOf(new Counters(), message)).toBeNull();
  await store.close();
});

test('a primary that sends everything on to all workers changes nothing', async () => {
  const line = channel();
  const store = storeOn(line);
  const take = store.take('a', 1, 1000);
  await turn();
  line.emit('message', line.sent[0]);
  line.answer();
  expect((await take).points).toBe(1);
  await store.close();
});

describe('a primary that does not answer', () => {
  test('lets each take fail when its time is over', async () => {
    const line = channel();
    const store = storeOn(line);
    const [first, second] = [vi.fn(), vi.fn()];
    store.take('a', 1, 1000).catch(first);
    vi.advanceTimersByTime(150);
    store.take('a', 1, 1000).catch(second);
    vi.advanceTimersByTime(50);
    await turn();
    await turn();
    expect(first.mock.calls[0]?.[0].message).toMatch(/setupPrimary\(\)/);
    expect(second).not.toHaveBeenCalled();
    vi.advanceTimersByTime(150);
    await turn();
    await turn();
    expect(second).toHaveBeenCalledTimes(1);
    await store.close();
  });

  test('is not blamed when it was this process that stood still', async () => {
    const line = channel();
    const store = storeOn(line);
    const take = store.take('a', 1, 1000);
    await turn();
    vi.advanceTimersByTime(500);
    line.answer();
    expect((await take).points).toBe(1);
    await turn();
    await store.close();
  });

  test('gets back what it counted too late', async () => {
    const counters = new Counters();
    const line = channel({ counters });
    const store = storeOn(line);
    const failed = expect(store.take('a', 5, 60_000)).rejects.toThrow(/200 ms/);
    await turn();
    vi.advanceTimersByTime(200);
    await turn();
    await failed;
    line.answer();
    expect(counters.get('a')?.points).toBe(5);
    await turn();
    line.answer();
    expect(counters.get('a')?.points).toBe(0);
    await store.close();
  });

  test('is not sent more than the channel can hold', async () => {
    const line = channel({ flowing: false });
    const store = storeOn(line);
    for (let message = 0; message < 1000; message += 1) {
      store.adjust('a', -1, { points: 1, endsAt: START + 1000 });
      await turn();
    }
    await expect(store.take('a', 1, 1000)).rejects.toThrow(/does not keep up/);
    store.adjust('a', -1, { points: 1, endsAt: START + 1000 });
    await turn();
    expect(line.sent).toHaveLength(1000);
    await store.close();
  });

  test('is not waited for by more takes than there is room for', async () => {
    const line = channel();
    const store = storeOn(line);
    const takes = Array.from({ length: 50_001 }, () => store.take('a', 1, 1000));
    const [last] = await Promise.allSettled([takes.pop()]);
    expect(last).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(/does not keep up/) } });
    await turn();
    line.answer();
    expect((await takes.at(-1))?.points).toBe(50_000);
    await store.close();
  });
});

test('a channel that closes fails the takes that wait, and later ones at once', async () => {
  const line = channel();
  const store = storeOn(line);
  const waiting = expect(store.take('a', 1, 1000)).rejects.toThrow(/channel .* closed/);
  line.disconnect();
  await waiting;
  await expect(store.take('a', 1, 1000)).rejects.toThrow(/channel .* closed/);
  store.adjust('a', -1, { points: 1, endsAt: START + 1000 });
  await turn();
  expect(line.sent).toEqual([]);
  await store.close();
});

test('close sends what is left, fails what waits, and listens no more', async () => {
  const line = channel();
  const off = vi.spyOn(line, 'off');
  const store = storeOn(line);
  const waiting = expect(store.take('a', 1, 1000)).rejects.toThrow(/closed/);
  store.adjust('a', -1, { points: 1, endsAt: START + 1000 });
  await store.close();
  await waiting;
  expect(line.sent.map(({ requests }) => requests.length)).toEqual([2]);
  expect(off.mock.calls.map(([event]) => event)).toEqual(['message', 'disconnect']);
  await turn();
  expect(line.sent).toHaveLength(1);
});
