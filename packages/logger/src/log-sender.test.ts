import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Delivery, Destination, OutgoingLog, OutgoingPatch } from './destination.js';
import type { QueuedLog } from './log-queue.js';
import { LogSender } from './log-sender.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const TAKEN: Delivery = { kind: 'taken', rejected: [] };
const DOWN: Delivery = { kind: 'later', message: 'down', askedMs: 0, faulty: false };

interface Setup {
  /** What becomes of the deliveries, in turn; the last one for ever. */
  outcomes?: Delivery[];
  maxQueueBytes?: number;
  destination?: Partial<Destination>;
}

function setUp({ outcomes = [TAKEN], maxQueueBytes = 1_000_000, destination = {} }: Setup = {}) {
  const deliveries: string[][] = [];
  const patches: OutgoingPatch[] = [];
  const errors: string[] = [];
  const dropped: string[] = [];
  const next = (): Delivery => (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) as Delivery;
  const sender = new LogSender({
    destination: {
      maxLogs: 3,
      holdMs: 250,
      deliver: async (logs: readonly OutgoingLog[]) => {
        deliveries.push(logs.map(({ json }) => json));
        return next();
      },
      patch: async (patch) => {
        patches.push(patch);
        return next();
      },
      close: () => {},
      ...destination,
    },
    maxQueueBytes,
    flushIntervalMs: 1000,
    failed: ({ message }) => errors.push(message),
  });
  const add = (json: string, more: Partial<QueuedLog> & { route?: string } = {}): void =>
    sender.add({
      bytes: json.length,
      ready: true,
      make: () => ({ json, route: more.route ?? null }),
      drop: () => void dropped.push(json),
      ...more,
    });
  return { sender, add, deliveries, patches, errors, dropped };
}

/** Lets that much time pass, and everything happen that follows from it. */
async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test('logs wait for others to go with', async () => {
  const { add, deliveries, sender } = setUp();
  add('a');
  await pass(999);
  add('b');
  expect(deliveries).toEqual([]);
  await pass(1);
  expect(deliveries).toEqual([['a', 'b']]);
  expect(sender.stats).toEqual({ queued: 0, queuedBytes: 0, sent: 2, dropped: 0, failed: 0, retries: 0 });
});

test('enough of them do not wait, and go in deliveries of what one takes', async () => {
  const { add, deliveries } = setUp();
  for (const json of ['a', 'b', 'c', 'd']) add(json);
  await pass(0);
  expect(deliveries).toEqual([['a', 'b', 'c'], ['d']]);
});

test('one that nothing was said of waits to be named, unless somebody flushes', async () => {
  const { add, deliveries, sender } = setUp();
  for (const json of ['a', 'b', 'c']) add(json, { ready: false });
  await pass(1);
  expect(deliveries).toEqual([]);
  await pass(251);
  expect(deliveries).toEqual([['a', 'b', 'c']]);
  add('d', { ready: false });
  await sender.flush(1000);
  expect(deliveries.at(-1)).toEqual(['d']);
});

test('one with a route of its own goes by itself', async () => {
  const { add, deliveries, sender } = setUp();
  add('a', { route: '/own' });
  add('b', { route: '/own' });
  await sender.flush(1000);
  expect(deliveries).toEqual([['a'], ['b']]);
});

test('a server that is down is asked again, later and later, until it takes them', async () => {
  const { add, deliveries, errors, sender } = setUp({ outcomes: [DOWN, DOWN, DOWN, TAKEN] });
  add('a');
  await pass(1000);
  for (const waitMs of [500, 1000, 2000]) {
    const before = deliveries.length;
    await pass(waitMs - 1);
    expect(deliveries).toHaveLength(before);
    await pass(1);
    expect(deliveries).toHaveLength(before + 1);
  }
  expect(deliveries).toEqual([['a'], ['a'], ['a'], ['a']]);
  expect(sender.stats).toMatchObject({ sent: 1, retries: 3 });
  expect(errors).toHaveLength(3);
});

test('what a server asks for is waited for, also by who is in a hurry', async () => {
  const { add, deliveries, sender } = setUp({ outcomes: [{ ...DOWN, askedMs: 60_000 }, TAKEN] });
  add('a');
  await pass(1000);
  const flushed = sender.flush(3000);
  await pass(3000);
  await flushed;
  expect(deliveries).toHaveLength(1);
  await pass(57_000);
  expect(sender.stats).toMatchObject({ sent: 1 });
});

test('a log that a server stumbles over is given up after a while, the next ones go on', async () => {
  const fault: Delivery = { kind: 'later', message: 'answered 500', askedMs: 0, faulty: true };
  const { add, deliveries, sender } = setUp({ outcomes: [...Array.from({ length: 8 }, () => fault), TAKEN] });
  add('a');
  await pass(1000);
  add('b');
  await pass(200_000);
  expect(deliveries).toHaveLength(9);
  expect(sender.stats).toMatchObject({ failed: 1, sent: 1, queued: 0 });
});

test('a refused delivery is not sent again; of one that was taken in part, the others count', async () => {
  const { add, deliveries, errors, sender } = setUp({
    outcomes: [
      { kind: 'refused', message: 'answered 401' },
      { kind: 'taken', rejected: [{ index: 1, message: 'status: missing' }] },
    ],
  });
  add('a');
  await sender.flush(1000);
  add('b');
  add('c');
  await sender.flush(1000);
  expect(deliveries).toEqual([['a'], ['b', 'c']]);
  expect(sender.stats).toMatchObject({ sent: 1, failed: 2 });
  expect(errors).toEqual(['answered 401', 'a log was refused: status: missing']);
});

test('too much at once is sent in halves', async () => {
  const large: Delivery = { kind: 'too-large', message: 'answered 413' };
  const { add, deliveries, sender } = setUp({ outcomes: [large, TAKEN, large, TAKEN] });
  for (const json of ['a', 'b', 'c']) add(json);
  await sender.flush(1000);
  expect(deliveries).toEqual([['a', 'b', 'c'], ['a', 'b'], ['c']]);
  expect(sender.stats).toMatchObject({ sent: 2, failed: 1, queued: 0, queuedBytes: 0 });
});

test('the oldest make room for new ones', async () => {
  const { add, dropped, sender } = setUp({ outcomes: [DOWN], maxQueueBytes: 10 });
  for (const json of ['aaaa', 'bbbb', 'cccc', 'd']) add(json);
  expect(dropped).toEqual(['aaaa']);
  expect(sender.stats).toMatchObject({ queued: 3, queuedBytes: 9, dropped: 1 });
  add('x'.repeat(11));
  expect(sender.stats).toMatchObject({ queued: 0, queuedBytes: 0, dropped: 5 });
});

test('what cannot be made into JSON fails alone', async () => {
  const { add, deliveries, sender } = setUp();
  add('a', {
    make: () => {
      throw new Error('cycle');
    },
  });
  add('b');
  await sender.flush(1000);
  expect(deliveries).toEqual([['b']]);
  expect(sender.stats).toMatchObject({ sent: 1, failed: 1, queued: 0, queuedBytes: 0 });
});

test('flush ends at its deadline and keeps what is left; close gives it up', async () => {
  const { add, sender } = setUp({ outcomes: [DOWN] });
  add('a');
  const flushed = sender.flush(3000);
  await pass(3000);
  await flushed;
  expect(sender.stats).toMatchObject({ queued: 1, dropped: 0 });
  sender.close();
  await pass(60_000);
  expect(sender.stats).toMatchObject({ queued: 0, dropped: 1 });
  add('b');
  expect(sender.stats).toMatchObject({ queued: 0, dropped: 2 });
});

test('flush waits for what was there, not for what comes meanwhile; changes do not wait for an idle moment', async () => {
  let more = true;
  const { add, sender, patches } = setUp({
    destination: {
      maxLogs: 1,
      deliver: async () => {
        // Logs come as fast as they go.
        await new Promise((resolve) => setImmediate(resolve));
        if (more) add('later');
        return TAKEN;
      },
    },
  });
  add('a');
  sender.addPatch({ path: '/p', body: {} });
  const start = performance.now();
  const flushed = sender.flush(3000).then(() => performance.now() - start);
  await pass(0);
  await pass(3000);
  more = false;
  expect(await flushed).toBeLessThan(3000);
  expect(patches).toHaveLength(1);
});

test('changes of sent records are sent behind the logs, and again', async () => {
  const { add, patches, sender } = setUp({ outcomes: [TAKEN, DOWN, TAKEN] });
  add('a');
  expect(sender.addPatch({ path: '/p', body: {} })).toBe(true);
  await pass(1000);
  await pass(1000);
  expect(patches).toHaveLength(2);
  expect(sender.hasPatches).toBe(false);
  expect(setUp({ destination: { patch: null } }).sender.addPatch({ path: '/p', body: {} })).toBe(false);
});
