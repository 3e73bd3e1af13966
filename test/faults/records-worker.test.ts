// The records worker dies, or would: V8 ends the whole process when a worker runs out of heap inside JSON.parse, so that
// must not come about.
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { CallRecord } from '@helicone-proxy/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until, within } from '../rig/until.js';

const folders = temporaryFolders();
const workers: Worker[] = [];
const noteWorker = (worker: Worker): void => void workers.push(worker);
let rig: ProxyRig | null = null;
beforeEach(() => {
  workers.length = 0;
  // Node tells of every worker that is started.
  process.on('worker', noteWorker);
});
afterEach(async () => {
  process.off('worker', noteWorker);
  await rig?.close();
  rig = null;
});

async function start(): Promise<{ rig: ProxyRig; states: string[]; drops: { rows: number }[] }> {
  const file = join(folders(), 'records.db');
  rig = await startProxyRig(({ origin }) => ({
    providers: { openai: { baseUrl: origin } },
    records: { store: `sqlite:${file}` },
  }));
  const states: string[] = [];
  const drops: { rows: number }[] = [];
  rig.proxy.events.on('store', ({ state }: { state: string }) => states.push(state));
  rig.proxy.events.on('drop', (what: { rows: number }) => drops.push(what));
  return { rig, states, drops };
}

async function call(to: ProxyRig, times: number): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: times }, () => within(5_000, 'a call', to.chat())));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  return answers.map((answer) => answer.header('helicone-id') as string);
}

function expectSameIds(records: CallRecord[], ids: string[]): void {
  const found = new Set(records.map(({ request_id }) => request_id));
  expect({ records: records.length, missing: ids.filter((id) => !found.has(id)).length }).toEqual({
    records: ids.length,
    missing: 0,
  });
}

test('it is started once, by the first call', async () => {
  const { rig } = await start();
  expect(workers).toHaveLength(0);
  await call(rig, 5);
  await rig.proxy.flush();
  expect(workers).toHaveLength(1);
});

test('when it ends while calls are on their way to it, each still leaves one record, and later ones are whole', async () => {
  const { rig, states, drops } = await start();
  const ids: string[] = [];
  for (let round = 0; round < 3; round++) {
    ids.push(...(await call(rig, 40)));
    const worker = await until(15_000, `worker ${round} was started`, () => workers[round]);
    await worker.terminate();
    // What was on its way goes to the next worker.
    await within(5_000, 'flush()', rig.proxy.flush());
  }
  const after = await call(rig, 20);
  const records = await rig.records();
  expectSameIds(records, [...ids, ...after]);
  expect(
    drops.filter(({ rows }) => rows > 0),
    'no row is lost',
  ).toEqual([]);
  const bare = records.filter(({ response_body }) => response_body === null);
  expect(bare.length, 'bodies went down with the workers').toBeGreaterThan(0);
  expect([...states, ...drops].length, `the loss of ${bare.length} bodies is told, as drop or store`).toBeGreaterThan(
    0,
  );
  for (const { request_id, request_body, response_body, response_status } of records) {
    expect(response_status).toBe(200);
    if (after.includes(request_id)) expect([request_body, response_body]).not.toContain(null);
  }
  expect(await rig.rest('/v1/request/count/query')).toMatchObject({ status: 200, data: records.length });
});

test('when it ends again and again, what is lost is counted', async () => {
  const { rig, drops } = await start();
  let calls = 0;
  for (let round = 0; round < 5; round++) {
    calls += (await call(rig, 40)).length;
    const worker = await until(15_000, `worker ${round} was started`, () => workers[round]);
    await worker.terminate();
  }
  calls += (await call(rig, 20)).length;
  const records = await rig.records();
  const lost = drops.reduce((sum, { rows }) => sum + rows, 0);
  expect(records.length + lost).toBe(calls);
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
});

test('when it ends while nothing is on its way, nothing is lost at all', async () => {
  const { rig, states, drops } = await start();
  await call(rig, 10);
  await rig.proxy.flush();
  await (workers[0] as Worker).terminate();
  await call(rig, 10);
  const records = await rig.records();
  expect(records).toHaveLength(20);
  expect(records.every(({ response_body }) => response_body !== null)).toBe(true);
  expect([states, drops]).toEqual([[], []]);
});

test('the reading worker ends: the next question is answered', async () => {
  const { rig } = await start();
  await call(rig, 3);
  await rig.proxy.flush();
  expect(await rig.rest('/v1/request/count/query')).toMatchObject({ data: 3 });
  expect(workers).toHaveLength(2);
  await (workers[1] as Worker).terminate();
  expect(await rig.rest('/v1/request/count/query')).toMatchObject({ status: 200, data: 3 });
});

test('an answer that takes more memory to read than there is: the host lives, and every call has a record', async () => {
  const file = join(folders(), 'records.db');
  const child = startChild(new URL('./memory-child.ts', import.meta.url), {
    // As hosts in small containers are started; it counts for each thread, MB.
    node: ['--max-old-space-size=256'],
    args: [file],
  });
  const { report } = await child.message<{
    report: { statuses: number[]; ids: string[]; records: string[]; died: number };
  }>('report');
  const { code, signal } = await within(15_000, 'the host ends', child.ended);
  expect({ code, signal }).toEqual({ code: 0, signal: null });
  expect(report.statuses).toEqual([200, 200, 200]);
  expect(report.died, 'what would not fit is not parsed').toBe(0);
  expect(report.records.sort()).toEqual(report.ids.sort());
}, 60_000);
