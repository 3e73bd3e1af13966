// close() drains, refuses, writes and closes; and what happens when nobody calls it.
import { readdirSync, readlinkSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { type CallRecord, heliconeProxy } from '@helicone-proxy/node';
import { createGate, get } from '@helicone-proxy/testkit';
import { afterEach, expect, test } from 'vitest';
import { startChild } from '../rig/child.js';
import { answerChat, CHAT_BODY, CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until, within } from '../rig/until.js';

const CHILD = new URL('./calling-child.ts', import.meta.url);
const EVENT = 'data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n';

const folders = temporaryFolders();
let rig: ProxyRig | null = null;
afterEach(async () => {
  await rig?.close();
  rig = null;
});

async function start(file: string, script = answerChat): Promise<ProxyRig> {
  rig = await startProxyRig(
    ({ origin }) => ({ providers: { openai: { baseUrl: origin } }, records: { store: `sqlite:${file}` } }),
    { script },
  );
  return rig;
}

/** All records in a file, read by another proxy. */
async function recordsIn(file: string): Promise<CallRecord[]> {
  const { proxy } = heliconeProxy({ records: { store: `sqlite:${file}` } });
  try {
    const records: CallRecord[] = [];
    for (;;) {
      const filter = { kind: 'all' } as const;
      const page = await proxy.records.query({ tenant: 'default', filter, limit: 1000, offset: records.length });
      records.push(...page);
      if (page.length < 1000) return records;
    }
  } finally {
    await proxy.close();
  }
}

test('running calls finish, new ones get 503 shutting_down, and all that ended is in the file', async () => {
  const file = join(folders(), 'records.db');
  const gate = createGate();
  const {
    url,
    proxy,
    provider,
    chat,
    get: ask,
  } = await start(file, async (exchange) => {
    if (!exchange.request.target.includes('held')) return answerChat(exchange);
    await exchange.head({ headers: [['content-type', 'text/event-stream']] });
    await exchange.write(EVENT);
    await gate.opened;
    await exchange.write(`${EVENT}data: [DONE]\n\n`);
    await exchange.end();
  });
  const done = await chat();
  const held = get(`${url}/openai/v1/held`, { body: CHAT_BODY });
  const waiting = get(`${url}/openai/v1/held`, { body: CHAT_BODY });
  await provider.request(2);

  const closing = proxy.close();
  expect(proxy.close(), 'the same promise').toBe(closing);
  const refused = await chat();
  expect([refused.status, refused.header('x-helicone-error')]).toEqual([503, 'shutting_down']);
  expect(refused.header('helicone-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(provider.requests).toHaveLength(3);
  expect((await ask('/healthz')).status).toBe(200);

  gate.open();
  for (const answer of await Promise.all([held, waiting])) {
    expect([answer.status, answer.complete, answer.body.toString()]).toEqual([
      200,
      true,
      `${EVENT}${EVENT}data: [DONE]\n\n`,
    ]);
  }
  await within(5_000, 'close()', closing);
  expect((await chat()).header('x-helicone-error')).toBe('shutting_down');
  expect(proxy.close(), 'still the same promise').toBe(closing);
  const ended = [done, await held, await waiting].map((answer) => answer.header('helicone-id'));
  const records = await recordsIn(file);
  expect(records.map(({ request_id }) => request_id).sort()).toEqual([...ended].sort());
  expect(records.every(({ outcome }) => outcome === 'success')).toBe(true);
});

test('close() right behind a burst of 2000 calls loses none', async () => {
  const file = join(folders(), 'records.db');
  const { url, proxy } = await start(file);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const headers = { 'content-type': 'application/json' };
  const one = () => get(url + CHAT_PATH, { agent, headers, body: CHAT_BODY });
  const answers = await Promise.all(Array.from({ length: 2000 }, one));
  await within(10_000, 'close()', proxy.close());
  agent.destroy();
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const records = await recordsIn(file);
  expect(records.map(({ request_id }) => request_id).sort()).toEqual(
    answers.map((answer) => answer.header('helicone-id') as string).sort(),
  );
}, 40_000);

test('a proxy that did nothing closes at once and opens no file', async () => {
  const folder = folders();
  const { proxy } = await start(join(folder, 'below', 'records.db'));
  await within(1_000, 'close()', proxy.close());
  expect(readdirSync(folder)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')('close() closes the files and leaves one whole file behind', async () => {
  const folder = folders();
  const { proxy, chat, records, rest } = await start(join(folder, 'records.db'));
  await chat();
  expect(await records()).toHaveLength(1);
  expect((await rest('/v1/request/query')).status).toBe(200);
  expect(openIn(folder).length).toBeGreaterThan(0);
  await proxy.close();
  expect(openIn(folder)).toEqual([]);
  expect(readdirSync(folder)).toEqual(['records.db']);
});

test.skipIf(process.platform !== 'linux')('REST after close() opens nothing again', async () => {
  const folder = folders();
  const { proxy, chat, rest } = await start(join(folder, 'records.db'));
  await chat();
  await proxy.close();
  expect((await rest('/v1/request/query')).status).toBe(503);
  expect(openIn(folder)).toEqual([]);
});

/** Files of a folder that this process has open. */
function openIn(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(folder) ? [path] : [];
    } catch {
      // The one that was open to read the list.
      return [];
    }
  });
}

test('flush() with nothing to write resolves, also twice and before any call', async () => {
  const { proxy, chat, records } = await start(join(folders(), 'records.db'));
  await within(2_000, 'flush()', Promise.all([proxy.flush(), proxy.flush()]));
  await Promise.all([chat(), chat()]);
  await within(2_000, 'flush()', Promise.all([proxy.flush(), proxy.flush()]));
  expect(await records()).toHaveLength(2);
});

test.each(['server closed', 'server closed, keep-alive connections left'])(
  'a host that ends without close() (%s) has written what ended, and is not kept alive',
  async (way) => {
    const file = join(folders(), 'records.db');
    const child = startChild(CHILD, { args: [file, '50', way.includes('left') ? 'end-keep-alive' : 'end'] });
    const { ids } = await child.message<{ ids: string[] }>('ids');
    const { code, signal, stderr } = await within(10_000, 'the host ends by itself', child.ended);
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(ids).toHaveLength(50);
    expect((await recordsIn(file)).map(({ request_id }) => request_id).sort()).toEqual(ids.sort());
  },
);

test('two processes on one file write all of theirs', async () => {
  const file = join(folders(), 'records.db');
  const children = [0, 1].map(() => startChild(CHILD, { args: [file, '500', 'close'] }));
  const sent = await Promise.all(children.map((child) => child.message<{ ids: string[] }>('ids')));
  for (const child of children) {
    const { code, stderr } = await within(20_000, 'the host ends', child.ended);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }
  const ids = sent.flatMap((each) => each.ids);
  expect(new Set(ids).size).toBe(1000);
  expect((await recordsIn(file)).map(({ request_id }) => request_id).sort()).toEqual(ids.sort());
  expect(children.flatMap(({ messages }) => messages.filter((each) => 'trouble' in (each as object)))).toEqual([]);
}, 60_000);

test('a process that reads sees what another one writes', async () => {
  const file = join(folders(), 'records.db');
  const reading = await start(file);
  expect(await reading.records()).toEqual([]);
  const child = startChild(CHILD, { args: [file, '20', 'wait'] });
  const { ids } = await child.message<{ ids: string[] }>('ids');
  const found = await until(15_000, 'the other process’s calls are seen', async () => {
    const records = await reading.records();
    return records.length === 20 && records;
  });
  expect(found.map(({ request_id }) => request_id).sort()).toEqual(ids.sort());
  child.process.send('end');
  await within(10_000, 'the host ends', child.ended);
}, 40_000);
