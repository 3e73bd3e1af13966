// What many receivers do to each other, and how soon one that is back has everything.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DocumentStore, StoredDocument } from '../records/documents.js';
import { openWriter, type SqliteWriter } from '../records/sqlite/writer.js';
import { documentOf } from './delivery.js';
import type { Posted } from './post.js';
import { Sender } from './sender.js';
import type { Webhook } from './webhook.js';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const ANSWERED: Posted = { status: 200, askedMs: 0, failure: null };
const DOWN: Posted = { status: null, askedMs: 0, failure: 'the receiver could not be reached' };

let writer: SqliteWriter;
let sender: Sender;
beforeEach(() => {
  vi.useFakeTimers({ now: START });
  writer = openWriter(':memory:');
});
afterEach(async () => {
  await Promise.all([sender.close(), vi.advanceTimersByTimeAsync(5_000)]);
  writer.close();
  vi.useRealTimers();
});

/** A sender, and when each webhook was sent what. `answer` says what comes, and behind how many ms. */
function start(webhooks: readonly string[], answer: (webhook: string) => [posted: Posted, ms: number]) {
  const sent: { webhook: string; id: string; at: number }[] = [];
  const { documents } = writer;
  const store: Pick<DocumentStore, 'claim' | 'get' | 'put' | 'delete'> = {
    put: async (all) => documents.put(all),
    get: async (tenant, kind, ids) => documents.reader.get({ tenant, kind, ids }),
    delete: async (query) => documents.delete(query),
    claim: async (query) => documents.claim(query),
  };
  sender = new Sender({
    documents: store,
    configured: webhooks.map(webhook),
    send({ id: to }, { id }) {
      sent.push({ webhook: to, id, at: Date.now() - START });
      const [posted, ms] = answer(to);
      const { promise, resolve } = Promise.withResolvers<Posted>();
      setTimeout(resolve, ms, posted);
      return { done: promise, cancel: () => resolve(DOWN) };
    },
    gaveUp() {},
    changed() {},
    trouble() {},
    now: Date.now,
    random: () => 0,
  });
  return sent;
}

function webhook(id: string): Webhook {
  const destination = `https://${id}.example/`;
  const rest = { hmacKey: 'k', sampleRate: 100, propertyFilters: [], includeData: true, apiUrl: null };
  return { id, tenant: null, destination, trusted: true, ...rest };
}

let made = 0;
function due(to: string, at = Date.now()): StoredDocument {
  made += 1;
  const id = `r${String(made).padStart(6, '0')}/${to}`;
  return documentOf({ tenant: 'default', id, webhook: to, payload: '{}', tries: 0, createdAt: at }, at);
}

function put(...documents: StoredDocument[]): void {
  writer.documents.put(documents);
  sender.wake();
}

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `option-${n}`);

test('a receiver gets its turn among those that have much to do', async () => {
  // Two at a time for each of four: they could keep everything to themselves.
  const busy = names(4);
  const sent = start([...busy, 'option-last'], () => [ANSWERED, 1_000]);
  put(...[...busy, 'option-last'].flatMap((to) => Array.from({ length: 6 }, () => due(to))));
  await vi.advanceTimersByTimeAsync(2_500);
  expect(sent.filter(({ webhook: to }) => to === 'option-last').length).toBeGreaterThan(1);
});

test('many receivers that hang leave room for one that works', async () => {
  const hanging = names(40);
  const sent = start([...hanging, 'option-works'], (to) => (to === 'option-works' ? [ANSWERED, 50] : [DOWN, 30_000]));
  put(...hanging.flatMap((to) => Array.from({ length: 50 }, () => due(to))));
  // Until it is known that they hang.
  await vi.advanceTimersByTimeAsync(15 * MINUTE);
  for (let n = 0; n < 20; n += 1) {
    const from = Date.now() - START;
    put(due('option-works'));
    await vi.advanceTimersByTimeAsync(20_000);
    const ofWorking = sent.filter(({ webhook: to, at }) => to === 'option-works' && at >= from);
    expect(ofWorking, `delivery ${n}`).toHaveLength(1);
    expect((ofWorking[0] as { at: number }).at - from, `delivery ${n}`).toBeLessThan(5_000);
  }
});

test.each([10 * MINUTE, 8 * 60 * MINUTE])(
  'a receiver that is back behind %i ms has everything within minutes',
  async (down) => {
    let isUp = false;
    const sent = start(['option-a'], () => [isUp ? ANSWERED : DOWN, 5]);
    put(...Array.from({ length: 5 }, () => due('option-a')));
    await vi.advanceTimersByTimeAsync(down);
    const tried = sent.length;
    expect(tried).toBeLessThan(down / MINUTE + 10);
    isUp = true;
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(new Set(sent.slice(tried).map(({ id }) => id)).size).toBe(5);
  },
);
