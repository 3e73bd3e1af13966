import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DocumentStore, StoredDocument } from '../records/documents.js';
import { openWriter, type SqliteWriter } from '../records/sqlite/writer.js';
import { type Delivery, documentOf } from './delivery.js';
import type { Post, Posted } from './post.js';
import { Sender } from './sender.js';
import { webhookDocument } from './stored-webhook.js';
import type { Webhook } from './webhook.js';

const START = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;
const ANSWERED: Posted = { status: 200, askedMs: 0, failure: null };
const DOWN: Posted = { status: null, askedMs: 0, failure: 'the receiver could not be reached' };

function webhook(id: string, tenant: string | null = null): Webhook {
  const destination = `https://${id}.example/`;
  const rest = { hmacKey: 'k', sampleRate: 100, propertyFilters: [], includeData: true, apiUrl: null };
  return { id, tenant, destination, trusted: tenant === null, ...rest };
}

/** Documents in a database, behind promises as a worker's are. */
function documentsIn({ documents }: SqliteWriter): DocumentStore {
  const { reader } = documents;
  return {
    put: async (all) => documents.put(all),
    get: async (tenant, kind, ids) => reader.get({ tenant, kind, ids }),
    list: async (query) => reader.list(query),
    count: async (query) => reader.count(query),
    delete: async (query) => documents.delete(query),
    listAll: async (kind) => reader.listAll({ kind }),
    claim: async (query) => documents.claim(query),
  };
}

let writer: SqliteWriter;
let documents: DocumentStore;
const senders: Sender[] = [];
beforeEach(() => {
  vi.useFakeTimers({ now: START });
  writer = openWriter(':memory:');
  documents = documentsIn(writer);
});
afterEach(async () => {
  await Promise.all(
    senders.splice(0).map((sender) => Promise.all([sender.close(), vi.advanceTimersByTimeAsync(5_000)])),
  );
  writer.close();
  vi.useRealTimers();
});

interface Attempt {
  webhook: string;
  id: string;
  at: number;
}

/** A sender, and what it did. `answer` is what receivers say; null: nothing, until the sender gives it up. */
function start(
  answer: (attempt: Attempt) => Posted | null | Promise<Posted>,
  { configured = [webhook('option-a'), webhook('option-b')], store = documents } = {},
) {
  const attempts: Attempt[] = [];
  const told: string[] = [];
  const troubles: unknown[] = [];
  let cancelled = 0;
  const sender = new Sender({
    documents: store,
    configured,
    send(to, { id }): Post {
      const attempt = { webhook: to.id, id, at: Date.now() - START };
      attempts.push(attempt);
      const { promise, resolve } = Promise.withResolvers<Posted>();
      const answered = answer(attempt);
      if (answered !== null) void Promise.resolve(answered).then(resolve);
      return {
        done: promise,
        cancel() {
          cancelled += 1;
          resolve(DOWN);
        },
      };
    },
    gaveUp: ({ id }, delivery) => told.push(`${id} gave up ${delivery.id} behind ${delivery.tries}`),
    changed: ({ id }, works) => told.push(`${id} ${works ? 'works' : 'fails'}`),
    trouble: (error) => error !== null && troubles.push(error),
    now: Date.now,
    random: () => 0,
  });
  senders.push(sender);
  return { sender, attempts, told, troubles, cancelled: () => cancelled };
}

function waits(n: number, { to = 'option-a', tenant = 'default', tries = 0, age = 0 } = {}): StoredDocument {
  const createdAt = START - age;
  const delivery: Delivery = {
    tenant,
    id: `r${String(n).padStart(5, '0')}/${to}`,
    webhook: to,
    payload: '{}',
    tries,
    createdAt,
  };
  return documentOf(delivery, createdAt);
}

const left = () => documents.listAll('delivery');
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

test('what is due is sent once and then gone', async () => {
  await documents.put([waits(1), waits(2), waits(3, { to: 'option-b' })]);
  const { sender, attempts, told } = start(() => ANSWERED);
  sender.wake();
  await settle(10);
  expect(attempts.map(({ id }) => id).sort()).toEqual(['r00001/option-a', 'r00002/option-a', 'r00003/option-b']);
  await settle(HOUR);
  expect(attempts).toHaveLength(3);
  expect(await left()).toEqual([]);
  expect(told).toEqual([]);
});

test('a delivery that fails comes again behind 2 s, 10 s, 30 s …, and is given up after a day', async () => {
  await documents.put([waits(1)]);
  const { sender, attempts, told } = start(() => DOWN);
  sender.wake();
  await settle(160_000);
  const at = attempts.map((attempt) => attempt.at);
  expect(at.slice(0, 3)).toEqual([0, 2_000, 12_000]);
  // From then on the store is asked, every 5 s.
  expect(at[3]).toBeGreaterThanOrEqual(42_000);
  expect(at[3]).toBeLessThan(48_000);
  await settle(25 * HOUR);
  expect(attempts.length).toBeGreaterThan(12);
  expect(attempts.at(-1)?.at).toBeLessThanOrEqual(24 * HOUR);
  expect(told).toEqual(['option-a fails', `option-a gave up r00001/option-a behind ${attempts.length}`]);
  expect(await left()).toEqual([]);
});

test('a wait begins when the try has failed', async () => {
  await documents.put([waits(1)]);
  const late = () => new Promise<Posted>((resolve) => void setTimeout(() => resolve(DOWN), 1_000));
  const { sender, attempts } = start(late);
  sender.wake();
  await settle(3_500);
  expect(attempts.map(({ at }) => at)).toEqual([0, 3_000]);
});

test('a receiver that is back gets everything, each delivery once', async () => {
  await documents.put(Array.from({ length: 300 }, (_, n) => waits(n)));
  let isUp = false;
  const { sender, attempts, told } = start(() => (isUp ? ANSWERED : DOWN));
  sender.wake();
  await settle(60_000);
  // It was not hammered while it was down.
  expect(attempts.length).toBeLessThan(20);
  isUp = true;
  const before = attempts.length;
  await settle(5 * 60_000);
  expect(new Set(attempts.slice(before).map(({ id }) => id)).size).toBe(300);
  expect(attempts.length - before).toBe(300);
  expect(await left()).toEqual([]);
  expect(told).toEqual(['option-a fails', 'option-a works']);
});

test('many deliveries to a receiver that works go out quickly', async () => {
  await documents.put(Array.from({ length: 2_000 }, (_, n) => waits(n)));
  const { sender, attempts } = start(() => ANSWERED);
  sender.wake();
  await settle(10_000);
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(2_000);
  expect(attempts).toHaveLength(2_000);
  expect(await left()).toEqual([]);
});

test('a receiver that hangs gets two at a time and takes nothing from the others', async () => {
  const hanging = Array.from({ length: 200 }, (_, n) => waits(n, { age: 1_000 }));
  await documents.put([...hanging, ...Array.from({ length: 20 }, (_, n) => waits(1_000 + n, { to: 'option-b' }))]);
  const { sender, attempts } = start(({ webhook: to }) => (to === 'option-a' ? null : ANSWERED));
  sender.wake();
  await settle(3_000);
  expect(attempts.filter((attempt) => attempt.webhook === 'option-a')).toHaveLength(2);
  expect(attempts.filter((attempt) => attempt.webhook === 'option-b')).toHaveLength(20);
  expect(await left()).toHaveLength(200);
});

test('eight at a time over all', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `option-${name}`);
  await documents.put(ids.flatMap((to, n) => [1, 2, 3].map((m) => waits(10 * n + m, { to }))));
  const { sender, attempts } = start(() => null, { configured: ids.map((id) => webhook(id)) });
  sender.wake();
  await settle(1_000);
  expect(attempts).toHaveLength(8);
  expect(new Set(attempts.map((attempt) => attempt.webhook)).size).toBe(6);
});

test('two senders of one store send each delivery once', async () => {
  await documents.put(Array.from({ length: 200 }, (_, n) => waits(n)));
  const both = [start(() => ANSWERED), start(() => ANSWERED)];
  for (const { sender } of both) sender.wake();
  await settle(10_000);
  const ids = both.flatMap(({ attempts }) => attempts.map(({ id }) => id));
  expect(ids.sort()).toEqual(Array.from({ length: 200 }, (_, n) => waits(n).id));
  for (const { attempts } of both) expect(attempts.length).toBeGreaterThan(0);
});

test('also those that wait long behind slow ones: they are let go before their lease ends', async () => {
  await documents.put(Array.from({ length: 16 }, (_, n) => waits(n)));
  const slow = () => new Promise<Posted>((resolve) => void setTimeout(() => resolve(ANSWERED), 20_000));
  const both = [start(slow), start(slow)];
  for (const { sender } of both) sender.wake();
  await settle(10 * 60_000);
  const ids = both.flatMap(({ attempts }) => attempts.map(({ id }) => id));
  expect(ids.sort()).toEqual(Array.from({ length: 16 }, (_, n) => waits(n).id));
  expect(await left()).toEqual([]);
});

test('what a process took with it is free again when its lease ends', async () => {
  await documents.put([waits(1)]);
  let claims = 0;
  const claim: DocumentStore['claim'] = (query) => (claims++ === 0 ? documents.claim(query) : new Promise(() => {}));
  const dead = start(() => null, { store: { ...documents, claim } });
  dead.sender.wake();
  await settle(10);
  const other = start(() => ANSWERED);
  other.sender.wake();
  await settle(40_000);
  expect(other.attempts).toEqual([]);
  await settle(11_000);
  expect(other.attempts).toHaveLength(1);
});

test.each([
  [{ status: 410, askedMs: 0, failure: null }, ['option-a gave up r00001/option-a behind 1'], 0],
  [{ status: 404, askedMs: 0, failure: null }, [], 1],
  [{ status: 302, askedMs: 0, failure: null }, [], 1],
  [{ status: 503, askedMs: 0, failure: null }, ['option-a fails'], 1],
  [{ status: 204, askedMs: 0, failure: null }, [], 0],
])('%j', async (answer, wanted, waiting) => {
  await documents.put([waits(1)]);
  const { sender, told } = start(() => answer);
  sender.wake();
  await settle(10);
  expect(told).toEqual(wanted);
  expect(await left()).toHaveLength(waiting);
});

test('what a receiver says of one delivery is nothing against the next', async () => {
  await documents.put([waits(1), waits(2), waits(3)]);
  const { sender, attempts } = start(() => ({ status: 422, askedMs: 0, failure: null }));
  sender.wake();
  await settle(10);
  expect(attempts).toHaveLength(3);
});

test('a receiver is left alone for as long as it asks', async () => {
  await documents.put([waits(1), waits(2)]);
  const { sender, attempts } = start(({ at }) =>
    at < 60_000 ? { status: 429, askedMs: 60_000, failure: null } : ANSWERED,
  );
  sender.wake();
  await settle(59_999);
  expect(attempts.length).toBeLessThanOrEqual(2);
  await settle(20_000);
  expect(await left()).toEqual([]);
});

describe('webhooks of tenants', () => {
  test('are read from the store when something is sent', async () => {
    await documents.put([webhookDocument('t', webhook('w', 't'), START), waits(1, { to: 'w', tenant: 't' })]);
    const { sender, attempts } = start(() => ANSWERED);
    sender.wake();
    await settle(10);
    expect(attempts).toMatchObject([{ webhook: 'w', id: 'r00001/w' }]);
  });

  test('a deleted one takes its deliveries along, and another tenant’s is not meant', async () => {
    await documents.put([webhookDocument('t', webhook('w', 't'), START)]);
    await documents.put([waits(1, { to: 'gone', tenant: 't' }), waits(2, { to: 'w', tenant: 'u' })]);
    const { sender, attempts } = start(() => ANSWERED);
    sender.wake();
    await settle(10);
    expect(attempts).toEqual([]);
    expect(await left()).toEqual([]);
  });
});

test('deliveries of another process’s options are left to it, for a day', async () => {
  await documents.put([waits(1, { to: 'option-elsewhere' })]);
  const { sender, attempts } = start(() => ANSWERED);
  sender.wake();
  await settle(HOUR);
  const [waiting] = await left();
  expect(waiting).toMatchObject({ id: 'r00001/option-elsewhere' });
  expect(waiting?.dueAt).toBeGreaterThan(START + HOUR - 60_000);
  await settle(24 * HOUR);
  expect(attempts).toEqual([]);
  expect(await left()).toEqual([]);
});

test('documents that are no deliveries are cleared away', async () => {
  const broken = { ...waits(1), value: 'not json' };
  await documents.put([broken, { ...waits(2), value: '{}' }, waits(3)]);
  const { sender, attempts, troubles } = start(() => ANSWERED);
  sender.wake();
  await settle(10);
  expect([attempts.length, troubles, await left()]).toEqual([1, [], []]);
});

describe('a store that fails', () => {
  test('is asked again later', async () => {
    await documents.put([waits(1)]);
    let works = false;
    const claim: DocumentStore['claim'] = (query) =>
      works ? documents.claim(query) : Promise.reject(new Error('down'));
    const { sender, attempts, troubles } = start(() => ANSWERED, { store: { ...documents, claim } });
    sender.wake();
    await settle(10_000);
    expect([attempts, troubles.length]).toEqual([[], 3]);
    works = true;
    await settle(5_000);
    expect(attempts).toHaveLength(1);
  });

  test('and that cannot settle: the delivery comes again, under the same id', async () => {
    await documents.put([waits(1)]);
    let works = false;
    const remove: DocumentStore['delete'] = (query) =>
      works ? documents.delete(query) : Promise.reject(new Error('down'));
    const { sender, attempts } = start(() => ANSWERED, { store: { ...documents, delete: remove } });
    sender.wake();
    await settle(10_000);
    works = true;
    await settle(60_000);
    expect(attempts.map(({ id }) => id)).toEqual(['r00001/option-a', 'r00001/option-a']);
    expect(await left()).toEqual([]);
  });
});

describe('close', () => {
  test('lets what is under way end, and sends no more', async () => {
    await documents.put(Array.from({ length: 10 }, (_, n) => waits(n)));
    const held = Promise.withResolvers<Posted>();
    const { sender, attempts, cancelled } = start(() => held.promise);
    sender.wake();
    await settle(10);
    const closed = sender.close();
    held.resolve(ANSWERED);
    await settle(10);
    await closed;
    expect([attempts.length, cancelled()]).toEqual([2, 0]);
    const waiting = await left();
    expect(waiting).toHaveLength(8);
    // What was held goes back at once; what was put off keeps its time.
    expect(waiting.filter(({ dueAt }) => dueAt === 0).length).toBeGreaterThan(3);
    sender.wake();
    await settle(HOUR);
    expect(attempts).toHaveLength(2);
  });

  test('gives a receiver that hangs a second; its deliveries are the next process’s at once', async () => {
    await documents.put([waits(1), waits(2, { tries: 3 })]);
    const { sender, cancelled } = start(() => null);
    sender.wake();
    await settle(10);
    let isClosed = false;
    const closed = sender.close().then(() => {
      isClosed = true;
    });
    await settle(900);
    expect(isClosed).toBe(false);
    await settle(200);
    await closed;
    expect(cancelled()).toBe(2);
    expect((await left()).map(({ id, dueAt, value }) => [id, dueAt, JSON.parse(value).tries])).toEqual([
      ['r00001/option-a', 0, 0],
      ['r00002/option-a', 0, 3],
    ]);
    const next = start(() => ANSWERED);
    next.sender.wake();
    await settle(10);
    expect(next.attempts).toHaveLength(2);
  });

  test('does not wait for a store that hangs', async () => {
    await documents.put([waits(1)]);
    const claim: DocumentStore['claim'] = () => new Promise(() => {});
    const { sender } = start(() => ANSWERED, { store: { ...documents, claim } });
    sender.wake();
    const closed = sender.close();
    await settle(2_500);
    await closed;
  });
});

test('without deliveries there is one look every 5 s', async () => {
  const claim = vi.fn(documents.claim);
  const { sender } = start(() => ANSWERED, { store: { ...documents, claim } });
  await settle(HOUR);
  expect(claim).not.toHaveBeenCalled();
  sender.wake();
  await settle(60_000);
  expect(claim).toHaveBeenCalledTimes(13);
});
