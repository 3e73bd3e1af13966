// What the intake says is what the store has: never `ok` for a log that is not written.
import { join } from 'node:path';
import type { DocumentStore, LogIntake } from '@helicone-proxy/core';
import { get } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { createHeldStore } from '../faults/held-store.js';
import { startChild } from '../rig/child.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { within } from '../rig/until.js';
import { readRecords } from './read-records.js';

const started = startedHere();
const newFolder = temporaryFolders();

const LOG = {
  providerRequest: { url: 'https://api.openai.com/v1/chat/completions', json: { model: 'gpt-4o-mini' } },
  providerResponse: { status: 200, json: { model: 'gpt-4o-mini', choices: [] } },
};
const ID = '018f0000-0000-7000-8000-000000000001';
const UNAVAILABLE = { data: null, error: 'The record store is not available' };
const SPANS = {
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: '0af7651916cd43dd8448eb211c80319c',
              spanId: 'b7ad6b7169203331',
              name: 'chat',
              startTimeUnixNano: '1780000000000000000',
              endTimeUnixNano: '1780000001000000000',
              attributes: [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }],
            },
          ],
        },
      ],
    },
  ],
};

function post(url: string, body: unknown): Promise<{ status: number; body: Buffer }> {
  return get(url, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

test('a process that is killed right after `ok` has written the log', async () => {
  const file = join(newFolder(), 'records.db');
  const child = startChild(new URL('./intake-child.ts', import.meta.url), { args: [file] });
  const { port } = await child.message<{ port: number }>('port');
  const api = `http://127.0.0.1:${port}/helicone/api`;
  const answers = await Promise.all([
    ...Array.from({ length: 20 }, () => post(`${api}/v1/log`, LOG)),
    post(`${api}/v1/log`, [LOG, LOG]),
    post(`${api}/v1/traces`, SPANS),
  ]);
  child.process.kill('SIGKILL');
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 22 }, () => 200));
  await child.ended;
  expect(await readRecords(file)).toHaveLength(23);
});

describe('a store of the host', () => {
  test('gets each log once, and the sender hears when it has', async () => {
    const store = createHeldStore('hangs');
    const rig = await started.rig({ records: { store } });
    const sent = post(`${rig.url}/api/v1/log`, [{ ...LOG, id: ID }, LOG]);
    await within(5_000, 'append is called', store.attempted(1));
    expect(store.rows).toEqual([]);
    store.state = 'works';
    const { status, body } = await sent;
    expect(status).toBe(200);
    const { requestIds } = JSON.parse(body.toString()).data;
    expect(store.rows.map((row) => row.requestId)).toEqual(requestIds);
    expect(store.rows[0]).toMatchObject({ provider: 'openai', model: 'gpt-4o-mini', outcome: 'success' });
  });

  test('that fails is an error for the sender, and keeps nothing of the log', async () => {
    const store = createHeldStore('fails');
    const rig = await started.rig({ records: { store } });
    const paths = ['/v1/log', '/custom/v1/log'];
    for (const path of paths) {
      const { status, body } = await post(`${rig.url}/api${path}`, LOG);
      expect([status, JSON.parse(body.toString())]).toEqual([503, UNAVAILABLE]);
    }
    expect((await post(`${rig.url}/api/v1/traces`, SPANS)).status).toBe(503);
    await expect(rig.proxy.log(LOG)).rejects.toThrow('the disk of the store is full');
    store.state = 'works';
    await rig.proxy.flush();
    expect(store.rows).toEqual([]);
    expect((await post(`${rig.url}/api/v1/log`, LOG)).status).toBe(200);
    expect(store.rows).toHaveLength(1);
  });
});

test('webhooks are told of logs that a store of the host has, and of no others', async () => {
  const store = createHeldStore('fails');
  const waiting = new Set<string>();
  const documents: DocumentStore = {
    ...store.documents,
    put: async (given) => given.forEach(({ id }) => void waiting.add(id)),
    delete: async (query) => ('ids' in query ? query.ids : []).filter((id) => waiting.delete(id)).length,
  };
  const rig = await started.rig({
    records: { store: Object.assign(store, { documents }) },
    webhooks: [{ destination: 'https://127.0.0.1:9/', hmacKey: 'k' }],
  });
  await expect(rig.proxy.log(LOG)).rejects.toThrow('the disk of the store is full');
  expect([...waiting]).toEqual([]);
  store.state = 'works';
  await rig.proxy.log(LOG);
  expect([...waiting]).toEqual([expect.stringMatching(new RegExp(`^${store.rows[0]?.id}/option-`))]);
});

test('a file that cannot be opened is an error for the sender', async () => {
  const rig = await started.rig({ records: { store: `sqlite:${newFolder()}` } });
  const { status, body } = await post(`${rig.url}/api/v1/log`, LOG);
  expect([status, JSON.parse(body.toString())]).toEqual([503, UNAVAILABLE]);
});

describe('proxy.log', () => {
  test('records what the HTTP intake records', async () => {
    const rig = await started.rig();
    const meta = { 'Helicone-User-Id': 'ada', 'Helicone-Property-Feature': 'Grüße' };
    const { requestId } = await rig.proxy.log({ ...LOG, providerRequest: { ...LOG.providerRequest, meta } });
    const [record] = await rig.records();
    expect(record).toMatchObject({
      request_id: requestId,
      tenant: 'default',
      provider: 'openai',
      request_user_id: 'ada',
      properties: { feature: 'Grüße' },
      response_body: LOG.providerResponse.json,
    });
  });

  test('of a tenant, under an id that is kept', async () => {
    const rig = await started.rig();
    const timing = { startTime: '2026-06-01T12:00:00Z', endTime: '2026-06-01T12:00:01Z' };
    const log = { ...LOG, tenant: 'acme', id: ID, timing };
    const [first, again] = [await rig.proxy.log(log), await rig.proxy.log(log)];
    expect(first).toEqual(again);
    expect(await rig.records()).toEqual([]);
    expect(await rig.records('acme')).toMatchObject([{ request_id: first.requestId, delay_ms: 1000 }]);
  });

  test('rejects what is wrong, naming the place', async () => {
    const rig = await started.rig();
    for (const tenant of [null, 5, '']) {
      const log = { ...LOG, tenant } as unknown as LogIntake;
      await expect(rig.proxy.log(log)).rejects.toMatchObject({
        name: 'InvalidIntake',
        message: 'tenant: must be text, and not empty',
      });
    }
    for (const log of [null, undefined, 'log']) {
      await expect(rig.proxy.log(log as unknown as LogIntake)).rejects.toMatchObject({
        name: 'InvalidIntake',
        message: 'must be an object',
      });
    }
    const wrong = { ...LOG, providerResponse: { status: 7 } };
    await expect(rig.proxy.log(wrong)).rejects.toMatchObject({
      name: 'InvalidIntake',
      message: expect.stringMatching(/^providerResponse\.status: must be an HTTP status/),
    });
    expect(await rig.records()).toEqual([]);
  });

  test('flush waits for logs that came before, close writes them and takes no more', async () => {
    const file = join(newFolder(), 'records.db');
    const rig = await started.rig({ records: { store: `sqlite:${file}` } });
    void rig.proxy.log(LOG);
    await rig.proxy.flush();
    expect(await rig.records()).toHaveLength(1);
    const last = rig.proxy.log(LOG);
    const closed = rig.proxy.close();
    await expect(rig.proxy.log(LOG)).rejects.toMatchObject({ name: 'ProxyError', code: 'shutting_down' });
    await expect(last).resolves.toMatchObject({ requestId: expect.any(String) });
    await rig.proxy.flush();
    await closed;
    await rig.proxy.flush();
    expect(await readRecords(file)).toHaveLength(2);
  });
});
