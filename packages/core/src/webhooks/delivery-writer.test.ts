import { recordRow } from '@helicone-proxy/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StoredDocument } from '../records/documents.js';
import { openWriter, type SqliteWriter } from '../records/sqlite/writer.js';
import type { RecordRow } from '../records/store.js';
import { DeliveryWriter, type Queued } from './delivery-writer.js';
import { webhookDocument } from './stored-webhook.js';
import type { Webhook } from './webhook.js';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

function webhook(id: string, tenant: string | null, given: Partial<Webhook> = {}): Webhook {
  const rest = { hmacKey: 'k', sampleRate: 100, propertyFilters: [], includeData: true, apiUrl: null };
  return { id, tenant, destination: 'https://a.example/', trusted: tenant === null, ...rest, ...given };
}

let writer: SqliteWriter;
let now: number;
beforeEach(() => {
  writer = openWriter(':memory:');
  now = START;
});
afterEach(() => writer.close());

function append(deliveries: DeliveryWriter, rows: RecordRow[]): Queued {
  let queued: Queued | null = null;
  writer.append(rows, (added) => {
    queued = deliveries.add(added, writer.documents);
  });
  return queued ?? { added: -1, dropped: -1 };
}

function waiting(tenant = 'default'): StoredDocument[] {
  return writer.documents.reader.list({ tenant, kind: 'delivery', limit: 1000 });
}

test('deliveries are due at once, one for each webhook that wants the row', () => {
  const configured = [webhook('option-a', null), webhook('option-b', 'other')];
  writer.documents.put([webhookDocument('default', webhook('w', 'default'), START)]);
  const deliveries = new DeliveryWriter(configured, () => now);
  const [row, quiet] = [recordRow(1), recordRow(2, { quiet: true })];
  expect(append(deliveries, [row, quiet])).toEqual({ added: 2, dropped: 0 });
  expect(waiting().map(({ id, dueAt, createdAt }) => ({ id, dueAt, createdAt }))).toEqual([
    { id: `${row.id}/option-a`, dueAt: START, createdAt: START },
    { id: `${row.id}/w`, dueAt: START, createdAt: START },
  ]);
  expect(JSON.parse(waiting()[0]?.value ?? '')).toMatchObject({ webhook: 'option-a', tries: 0 });
});

test('rows that are there already are not told again', () => {
  const deliveries = new DeliveryWriter([webhook('option-a', null)], () => now);
  append(deliveries, [recordRow(1)]);
  writer.documents.delete({ tenant: 'default', kind: 'delivery', ids: waiting().map(({ id }) => id) });
  expect(append(deliveries, [recordRow(1), recordRow(2)])).toEqual({ added: 1, dropped: 0 });
  expect(waiting().map(({ id }) => id)).toEqual([`${recordRow(2).id}/option-a`]);
});

test('neither rows nor deliveries are written when one of them cannot be', () => {
  const deliveries = new DeliveryWriter([webhook('option-a', null)], () => now);
  const failing = (added: readonly RecordRow[]): void => {
    deliveries.add(added, writer.documents);
    throw new Error('no room');
  };
  expect(() => writer.append([recordRow(1)], failing)).toThrow('no room');
  expect(waiting()).toEqual([]);
  expect(append(deliveries, [recordRow(1)])).toEqual({ added: 1, dropped: 0 });
});

test('a row is written whatever its deliveries come to', () => {
  const deliveries = new DeliveryWriter([webhook('option-a', null)], () => now);
  const user = recordRow(1, { userId: '"'.repeat(5_000_000), model: '\u0001'.repeat(2_000_000) });
  const properties = recordRow(2, { properties: { a: '"'.repeat(5_000_000) } });
  expect(append(deliveries, [user, properties])).toEqual({ added: 1, dropped: 0 });
  expect(JSON.parse(JSON.parse(waiting()[0]?.value ?? '').payload).user_id).toBe('"'.repeat(1024));
});

test('documents that are no whole webhooks are passed over', () => {
  const whole = webhookDocument('default', webhook('w', 'default'), START);
  const given = [{ propertyFilters: [null] }, { sampleRate: 'all' }, { hmacKey: 1 }, { destination: 'none' }];
  const broken = given.map((change, n): StoredDocument => {
    return { ...whole, id: `broken-${n}`, value: JSON.stringify({ ...JSON.parse(whole.value), ...change }) };
  });
  writer.documents.put([...broken, whole]);
  const deliveries = new DeliveryWriter([], () => now);
  expect(append(deliveries, [recordRow(1)])).toEqual({ added: 1, dropped: 0 });
});

test('changes of other processes count within 5 s, those of this one at once', () => {
  const deliveries = new DeliveryWriter([], () => now);
  expect(append(deliveries, [recordRow(1)])).toEqual({ added: 0, dropped: 0 });
  writer.documents.put([webhookDocument('default', webhook('w', 'default'), START)]);
  now += 4_999;
  expect(append(deliveries, [recordRow(2)])).toEqual({ added: 0, dropped: 0 });
  now += 1;
  expect(append(deliveries, [recordRow(3)])).toEqual({ added: 1, dropped: 0 });
  writer.documents.delete({ tenant: 'default', kind: 'webhook', ids: ['w'] });
  deliveries.forget();
  expect(append(deliveries, [recordRow(4)])).toEqual({ added: 0, dropped: 0 });
});

test('a document that is no webhook keeps no row from being written', () => {
  const broken = { tenant: 'default', kind: 'webhook', dueAt: null, createdAt: START };
  writer.documents.put([
    { ...broken, id: 'a', value: 'not json' },
    { ...broken, id: 'b', value: '{"destination":"nowhere"}' },
    { ...broken, id: 'c', value: 'null' },
  ]);
  const deliveries = new DeliveryWriter([], () => now);
  expect(append(deliveries, [recordRow(1)])).toEqual({ added: 0, dropped: 0 });
});

test('10 000 of a tenant wait at most: those of the oldest calls go, and no other tenant’s', () => {
  const deliveries = new DeliveryWriter([webhook('option-a', null)], () => now);
  append(deliveries, [recordRow(0, { tenant: 'other' })]);
  for (let n = 0; n < 20; n++) {
    const rows = Array.from({ length: 500 }, (_, i) => recordRow(1 + n * 500 + i));
    expect(append(deliveries, rows)).toEqual({ added: 500, dropped: 0 });
  }
  now += HOUR;
  expect(append(deliveries, [recordRow(10_001), recordRow(10_002)])).toEqual({ added: 2, dropped: 2 });
  expect(writer.documents.reader.count({ tenant: 'default', kind: 'delivery' })).toBe(10_000);
  expect(waiting()[0]?.id).toBe(`${recordRow(3).id}/option-a`);
  expect(waiting('other')).toHaveLength(1);
  const many = Array.from({ length: 1_500 }, (_, i) => recordRow(20_000 + i));
  expect(append(deliveries, many)).toEqual({ added: 1_500, dropped: 1_500 });
});
