// Receivers that are down, hang or refuse, and processes that end in between: every delivery arrives, and no call waits for one.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Worker } from 'node:worker_threads';
import type { StoredWebhook } from '@helicone-proxy/core';
import { type HeliconeProxyOptions, heliconeProxy } from '@helicone-proxy/node';
import { describe, expect, test } from 'vitest';
import { verifyWebhook } from '../../examples/webhook-receiver/verify-webhook.js';
import { startChild } from '../rig/child.js';
import type { ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until, within } from '../rig/until.js';
import { type Delivered, startWebhookReceiver, type WebhookReceiver } from '../rig/webhook-receiver.js';

const folders = temporaryFolders();
const started = startedHere();
const KEY = 'the-secret-of-the-receiver';
/** Waits between tries begin with 2 s and 10 s. */
const ARRIVE_MS = 25_000;

interface Told {
  warnings: string[];
  drops: { deliveries?: number }[];
}

async function receive(): Promise<WebhookReceiver> {
  const receiver = await startWebhookReceiver();
  started.running.push(receiver);
  return receiver;
}

async function start(store: NonNullable<HeliconeProxyOptions['records']>['store'], options: HeliconeProxyOptions = {}) {
  const told: Told = { warnings: [], drops: [] };
  const rig = await started.rig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    records: { store: store as string },
    logger: { debug() {}, info() {}, warn: (_details, message) => told.warnings.push(message), error() {} },
    ...options,
  }));
  rig.proxy.events.on('drop', (what: object) => told.drops.push(what));
  return { rig, told };
}

async function callTimes(rig: ProxyRig, times: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: times }, () => within(5_000, 'a call', rig.chat())));
  return answers.map((answer) => answer.header('helicone-id') as string);
}

function requestIds(delivered: readonly Delivered[]): string[] {
  return delivered.map(({ payload }) => String(payload.request_id)).sort();
}

function expectSigned(delivered: readonly Delivered[], key: string): void {
  for (const { headers, body } of delivered) expect(verifyWebhook(key, headers, body)).toBe(true);
}

/** Deliveries in a file that a process has in hand. */
function leased(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const due = database.prepare("SELECT count(*) AS n FROM documents WHERE kind = 'delivery' AND due_at > ?");
    return Number(due.get(Date.now() + 30_000)?.n);
  } finally {
    database.close();
  }
}

describe('a receiver that is down, and a restart in between', () => {
  test('a webhook of the options: every delivery arrives once it is back', async () => {
    const receiver = await receive();
    const store = `sqlite:${join(folders(), 'records.db')}`;
    const webhooks = [{ destination: receiver.url, hmacKey: KEY }];
    await receiver.down();
    const first = await start(store, { webhooks });
    const ids = await callTimes(first.rig, 20);
    await until(15_000, 'a try fails', () => first.told.warnings.length > 0);
    await first.rig.proxy.close();
    expect(first.told.warnings).toEqual(['a webhook takes no deliveries; they wait']);
    expect(first.told.drops).toEqual([]);
    // Nobody calls this one.
    const second = await start(store, { webhooks });
    await receiver.up();
    const delivered = await receiver.count(20, ARRIVE_MS);
    await second.rig.proxy.close();
    expect(requestIds(delivered)).toEqual(ids.sort());
    expectSigned(delivered, KEY);
  }, 60_000);

  test('a tenant’s webhook: the same', async () => {
    const receiver = await receive();
    const store = `sqlite:${join(folders(), 'records.db')}`;
    const targets = { privateNetworks: true };
    const first = await start(store, { targets });
    const { data } = await first.rig.rest('/v1/webhooks', { json: { destination: receiver.url } });
    await receiver.down();
    const ids = await callTimes(first.rig, 20);
    await until(15_000, 'a try fails', () => first.told.warnings.length > 0);
    await first.rig.proxy.close();
    const second = await start(store, { targets });
    await receiver.up();
    const delivered = await receiver.count(20, ARRIVE_MS);
    await second.rig.proxy.close();
    expect(requestIds(delivered)).toEqual(ids.sort());
    expectSigned(delivered, (data as StoredWebhook).hmac_key);
  }, 60_000);

  test('the same without a restart, and with answers that are errors', async () => {
    const receiver = await receive();
    receiver.answer = 503;
    const { rig, told } = await start('sqlite::memory:', { webhooks: [{ destination: receiver.url, hmacKey: KEY }] });
    const ids = await callTimes(rig, 10);
    await receiver.count(1);
    const refused = receiver.delivered.length;
    receiver.answer = 204;
    const delivered = await receiver.count(refused + 10, ARRIVE_MS);
    await rig.proxy.close();
    // All but those that were refused, each once; and those again, under the ids of before.
    expect([...new Set(requestIds(delivered.slice(refused)))]).toEqual(ids.sort());
    const ofFirst = delivered.map(({ headers }) => headers['helicone-webhook-id']);
    for (const id of ofFirst.slice(0, refused)) expect(ofFirst.filter((each) => each === id).length).toBeGreaterThan(1);
    expect(told.drops).toEqual([]);
  }, 60_000);
});

test('kill -9 behind the rows loses no delivery', async () => {
  const receiver = await receive();
  const file = join(folders(), 'records.db');
  await receiver.down();
  const child = startChild(new URL('webhooks-child.ts', import.meta.url), { args: [file, receiver.url, KEY, '30'] });
  const { ids } = await child.message<{ ids: string[] }>('ids');
  await child.message('warned');
  // One that is under way is free again only when its lease ends; the sender's own tests turn that clock.
  await until(10_000, 'none is under way', () => leased(file) === 0);
  child.process.kill('SIGKILL');
  await child.ended;
  await receiver.up();
  const { rig } = await start(`sqlite:${file}`, { webhooks: [{ destination: receiver.url, hmacKey: KEY }] });
  expect(requestIds(await receiver.count(30, ARRIVE_MS))).toEqual(ids.sort());
  expectSigned(receiver.delivered, KEY);
  await rig.proxy.close();
}, 60_000);

test('two proxies on one file send each delivery once', async () => {
  const receiver = await receive();
  const store = `sqlite:${join(folders(), 'records.db')}`;
  const webhooks = [{ destination: receiver.url, hmacKey: KEY }];
  const both = [await start(store, { webhooks }), await start(store, { webhooks })];
  const ids = (await Promise.all(both.map(({ rig }) => callTimes(rig, 30)))).flat();
  const delivered = await receiver.count(60, ARRIVE_MS);
  await Promise.all(both.map(({ rig }) => rig.proxy.close()));
  expect(requestIds(delivered)).toEqual(ids.sort());
}, 60_000);

test('a receiver that hangs holds up neither calls, nor other receivers, nor close()', async () => {
  const [hanging, fine] = [await receive(), await receive()];
  hanging.answer = null;
  const store = `sqlite:${join(folders(), 'records.db')}`;
  const webhooks = [hanging, fine].map(({ url }) => ({ destination: url, hmacKey: KEY }));
  const { rig } = await start(store, { webhooks });
  const ids = await callTimes(rig, 10);
  await hanging.count(2);
  const from = performance.now();
  ids.push(...(await callTimes(rig, 20)));
  expect(performance.now() - from).toBeLessThan(3_000);
  expect(requestIds(await fine.count(30))).toEqual(ids.sort());
  expect(hanging.delivered).toHaveLength(2);
  await within(4_000, 'close() while a receiver hangs', rig.proxy.close());
  hanging.answer = 204;
  await start(store, { webhooks });
  await until(ARRIVE_MS, 'all arrive', () => new Set(requestIds(hanging.delivered)).size === 30);
}, 60_000);

test('one that wants no more is given up, and that is told', async () => {
  const receiver = await receive();
  receiver.answer = 410;
  const { rig, told } = await start('sqlite::memory:', { webhooks: [{ destination: receiver.url, hmacKey: KEY }] });
  await rig.chat();
  await until(15_000, 'it is told', () => told.drops.length > 0);
  expect(told).toEqual({
    warnings: ['a delivery of a webhook was given up'],
    drops: [{ bodies: 0, rows: 0, deliveries: 1 }],
  });
  expect(await rig.proxy.records.documents.count({ tenant: 'default', kind: 'delivery' })).toBe(0);
});

test('a store of the host’s keeps deliveries too', async () => {
  const receiver = await receive();
  const { proxy: kept } = heliconeProxy({ records: { store: 'sqlite::memory:' } });
  started.running.push(kept);
  await receiver.down();
  const webhooks = [{ destination: receiver.url, hmacKey: KEY }];
  const first = await start(kept.records, { webhooks });
  const ids = await callTimes(first.rig, 5);
  await first.rig.chat({ 'helicone-webhook-enabled': 'false' });
  await until(15_000, 'a try fails', () => first.told.warnings.length > 0);
  await first.rig.proxy.close();
  expect(await kept.records.documents.count({ tenant: 'default', kind: 'delivery' })).toBe(5);
  await receiver.up();
  await start(kept.records, { webhooks });
  const delivered = await receiver.count(5, ARRIVE_MS);
  expect(requestIds(delivered)).toEqual(ids.sort());
}, 60_000);

test('one that cannot keep them is refused together with webhooks', () => {
  const store = { append: async () => {} } as never;
  const webhooks = [{ destination: 'https://a.example', hmacKey: KEY }];
  expect(() => heliconeProxy({ records: { store }, webhooks })).toThrow('webhooks: records.store has no documents');
});

test('without webhooks no thread is started before the first call', async () => {
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  try {
    const { rig } = await start(`sqlite:${join(folders(), 'records.db')}`);
    await rig.get('/healthz');
    expect(workers).toEqual([]);
    await rig.chat();
    await rig.proxy.flush();
    expect(workers.length).toBeGreaterThan(0);
  } finally {
    process.off('worker', note);
  }
});
