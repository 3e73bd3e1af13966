import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Capture } from '../stream/capture.js';
import { type ByteBudget, createByteBudget } from '../upstream/byte-budget.js';
import type { CallFacts, CapturedBytes } from './facts.js';
import { decodeFacts } from './facts-codec.js';
import { type Batch, type Dropped, HandoverQueue } from './handover-queue.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const MIB = 1024 * 1024;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A queue whose store answers when the test says so. */
class Store {
  readonly sent: Batch[] = [];
  readonly drops: Dropped[] = [];
  readonly budget: ByteBudget;
  readonly queue: HandoverQueue;
  readonly #answers: ((buffer: ArrayBuffer | null) => void)[] = [];

  constructor(maxBytes = 1000 * MIB) {
    this.budget = createByteBudget(1000 * MIB);
    this.queue = new HandoverQueue({
      maxBytes,
      send: (batch) => {
        this.sent.push(batch);
        return new Promise((resolve) => this.#answers.push(resolve));
      },
      dropped: (dropped) => this.drops.push(dropped),
    });
  }

  /** A call with this id and these bodies ends. */
  push(id: string, request: string | Buffer = '', response: string | Buffer = ''): void {
    const [sent, got] = [this.#capture(request), this.#capture(response)];
    const facts = { id, request: at(sent), response: at(got) } as CallFacts;
    this.queue.push(facts, sent, got);
  }

  /** The oldest unanswered batch is in the store. */
  async written(returned: ArrayBuffer | null = null): Promise<void> {
    this.#answers.shift()?.(returned);
    await turn();
  }

  ids(): string[][] {
    return this.sent.map((batch) => factsIn(batch).map(({ id }) => id));
  }

  #capture(body: string | Buffer): Capture {
    const capture = new Capture(this.budget);
    if (body.length > 0) capture.add(Buffer.from(body), 100 * MIB);
    return capture;
  }
}

function at(capture: Capture): CapturedBytes | null {
  if (capture.total === 0) return null;
  const { kept, headBytes, total } = capture;
  return { offset: 0, length: kept, headLength: headBytes, total, type: '', encoding: '' };
}

function factsIn(batch: Batch): CallFacts[] {
  return batch.facts.map(decodeFacts);
}

/** The texts of a batch's bodies, request and response of each call in turn. */
function bodiesIn(batch: Batch): (string | null)[] {
  return factsIn(batch).flatMap(({ request, response }) =>
    [request, response].map((where) =>
      where === null ? null : Buffer.from(batch.bytes, where.offset, where.length).toString(),
    ),
  );
}

describe('batches', () => {
  test('calls that end within 40 ms travel together', async () => {
    const store = new Store();
    store.push('a', 'question', 'answer');
    vi.advanceTimersByTime(39);
    store.push('b', '', 'only an answer');
    store.push('c');
    expect(store.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(store.ids()).toEqual([['a', 'b', 'c']]);
    const [batch] = store.sent as [Batch];
    expect(batch.facts.length).toBe(3);
    expect(bodiesIn(batch)).toEqual(['question', 'answer', null, 'only an answer', null, null]);
    store.push('d');
    vi.advanceTimersByTime(40);
    expect(store.ids()).toEqual([['a', 'b', 'c'], ['d']]);
  });

  test('512 calls go without waiting', () => {
    const store = new Store();
    for (let i = 0; i < 512; i++) store.push(String(i));
    expect(store.sent).toHaveLength(1);
    expect(store.sent[0]?.facts.length).toBe(512);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a buffer that is full goes without waiting; a body larger than it has one of its own', () => {
    const store = new Store();
    store.push('a', Buffer.alloc(600_000, 'a'));
    store.push('b', Buffer.alloc(600_000, 'b'));
    expect(store.ids()).toEqual([['a']]);
    store.push('c', Buffer.alloc(3 * MIB, 'c'));
    store.push('d', 'small');
    store.queue.handOver();
    expect(store.ids()).toEqual([['a'], ['b'], ['c'], ['d']]);
    expect(bodiesIn(store.sent[2] as Batch)[0]).toBe('c'.repeat(3 * MIB));
  });

  test('bodies are copied and let go of at once', () => {
    const store = new Store();
    const body = Buffer.from('before');
    const capture = new Capture(store.budget);
    capture.add(body, 100);
    store.queue.push(
      { id: 'a', request: at(capture), response: null } as CallFacts,
      capture,
      new Capture(store.budget),
    );
    body.fill('x');
    expect(capture.chunks).toEqual([]);
    expect(store.budget.take(1000 * MIB), 'the budget has all of it back').toBe(true);
    store.queue.handOver();
    expect(bodiesIn(store.sent[0] as Batch)).toEqual(['before', null]);
  });

  test('buffers that come back are used again, others are not', async () => {
    const store = new Store();
    const large = 'first'.repeat(100_000);
    store.push('a', large);
    store.queue.handOver();
    const used = store.sent[0]?.bytes as ArrayBuffer;
    await store.written(used);
    store.push('b', large);
    store.queue.handOver();
    expect(store.sent[1]?.bytes).toBe(used);
    expect(bodiesIn(store.sent[1] as Batch)).toEqual([large, null]);
    await store.written(new ArrayBuffer(5));
    store.push('c', large);
    store.queue.handOver();
    expect(store.sent[2]?.bytes.byteLength).toBe(MIB);
  });

  test('a batch that fills little of its buffer goes on in one that fits, and the buffer stays here', () => {
    const store = new Store();
    store.push('a', 'one');
    store.queue.handOver();
    store.push('b', 'two', 'three');
    store.queue.handOver();
    expect(store.sent.map(({ bytes }) => bytes.byteLength)).toEqual([3, 8]);
    expect(store.sent.map(bodiesIn)).toEqual([
      ['one', null],
      ['two', 'three'],
    ]);
  });
});

describe('a store that does not answer', () => {
  /** Ends `count` calls, each in a batch of its own and with a body that is worth a whole buffer. */
  function fill(store: Store, from: number, count: number): void {
    for (let i = from; i < from + count; i++) {
      store.push(String(i), Buffer.alloc(600_000, 'x'));
      store.queue.handOver();
    }
  }

  test('is sent 16 MiB and no more until it does; then in order', async () => {
    const store = new Store();
    fill(store, 0, 20);
    // A batch counts as its buffer and 1 KiB a call: the window is passed with the sixteenth.
    expect(store.sent).toHaveLength(16);
    await store.written();
    expect(store.sent).toHaveLength(17);
    for (let i = 0; i < 10; i++) await store.written();
    expect(store.ids().flat()).toEqual(Array.from({ length: 20 }, (_, i) => String(i)));
    expect(store.drops).toEqual([]);
  });

  test('loses the bodies of the oldest that wait, and keeps their rows', async () => {
    const store = new Store(20 * MIB + 100 * 1024);
    fill(store, 0, 20);
    expect(store.drops).toEqual([]);
    fill(store, 20, 2);
    expect(store.drops).toEqual([
      { bodies: 1, rows: 0 },
      { bodies: 1, rows: 0 },
    ]);
    for (let i = 0; i < 22; i++) await store.written();
    expect(store.ids().flat()).toEqual(Array.from({ length: 22 }, (_, i) => String(i)));
    const empty = store.sent.filter(({ bytes }) => bytes.byteLength === 0);
    expect(empty.flatMap(factsIn).map(({ id }) => id)).toEqual(['16', '17']);
  });

  test('loses rows only when no bodies are left to lose, the oldest first', async () => {
    const store = new Store(16 * (MIB + 1024) + 3 * 1024);
    fill(store, 0, 16);
    fill(store, 16, 5);
    const lost = store.drops.reduce((sum, { bodies, rows }) => ({
      bodies: sum.bodies + bodies,
      rows: sum.rows + rows,
    }));
    expect(lost).toEqual({ bodies: 5, rows: 2 });
    for (let i = 0; i < 21; i++) await store.written();
    const kept = Array.from({ length: 21 }, (_, i) => String(i)).filter((id) => id !== '16' && id !== '17');
    expect(store.ids().flat()).toEqual(kept);
  });

  test('counts every call of a batch', () => {
    const store = new Store(16 * (MIB + 1024) + 4 * 1024);
    fill(store, 0, 16);
    for (const id of ['a', 'b', 'c']) store.push(id, Buffer.alloc(200_000, 'x'));
    store.queue.handOver();
    expect(store.drops).toEqual([{ bodies: 3, rows: 0 }]);
  });
});

describe('drain', () => {
  /** Whether a promise is resolved by now. */
  async function done(promise: Promise<void>): Promise<boolean> {
    let resolved = false;
    void promise.then(() => {
      resolved = true;
    });
    await turn();
    return resolved;
  }

  test('resolves at once when nothing waits', async () => {
    expect(await done(new Store().queue.drain())).toBe(true);
  });

  test('sends what waits and resolves when it is in the store', async () => {
    const store = new Store();
    store.push('a');
    const drained = store.queue.drain();
    expect(store.sent).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(await done(drained)).toBe(false);
    await store.written();
    expect(await done(drained)).toBe(true);
  });

  test('waits for batches that were held back too', async () => {
    const store = new Store();
    for (let i = 0; i < 18; i++) {
      store.push(String(i), 'body');
      store.queue.handOver();
    }
    const drained = store.queue.drain();
    for (let i = 0; i < 17; i++) await store.written();
    expect(await done(drained)).toBe(false);
    await store.written();
    expect(await done(drained)).toBe(true);
  });

  test('does not wait for calls that end later: under load there are always some', async () => {
    const store = new Store();
    store.push('before');
    const drained = store.queue.drain();
    store.push('after');
    store.queue.handOver();
    await store.written();
    expect(await done(drained)).toBe(true);
  });
});

test('what is queued: here and with the worker, until it is written', async () => {
  const store = new Store();
  expect(store.queue.queued()).toEqual({ bytes: 0, batches: 0 });
  store.push('1', 'a'.repeat(1000));
  const { bytes, batches } = store.queue.queued();
  expect([bytes >= 2024, batches]).toEqual([true, 1]);
  store.queue.handOver();
  store.push('2', 'b');
  expect(store.queue.queued().batches).toBe(2);
  await store.written();
  expect(store.queue.queued().batches).toBe(1);
  store.queue.handOver();
  await store.written();
  expect(store.queue.queued()).toEqual({ bytes: 0, batches: 0 });
});
