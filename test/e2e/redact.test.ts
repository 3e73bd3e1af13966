// What users take out of records by `records.redact`, and what is taken out by itself: credentials that come back.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CallRecord, RecordRow, RecordStore } from '@helicone-proxy/core';
import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import { get, type Script } from '@helicone-proxy/testkit';
import { expect, test } from 'vitest';
import { CHAT_BODY, CHAT_PATH, type ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';

const start = startedHere();
const folders = temporaryFolders();

type Redact = NonNullable<NonNullable<HeliconeProxyOptions['records']>['redact']>;

const KEY = 'sk-live/abc+123=';
const MAIL = 'ada@example.org';
const HEADERS = {
  'Helicone-User-Id': MAIL,
  'Helicone-Property-Mail': MAIL,
  'Helicone-Property-Team': 'blue',
};
const FIGURES = { prompt_tokens: 3, completion_tokens: 2, model: 'gpt-4o-mini-2024-07-18', response_status: 200 };
const EMPTIED = { request_user_id: null, properties: {}, request_body: null, response_body: null, error: null };

interface Logged {
  rig: ProxyRig;
  lines: string[];
}

async function startWith(redact: Redact, records: HeliconeProxyOptions['records'] = {}): Promise<Logged> {
  const lines: string[] = [];
  const log = (details: object, message: string): void => void lines.push(`${JSON.stringify(details)} ${message}`);
  const rig = await start.rig((provider) => ({
    providers: { openai: { baseUrl: provider.origin } },
    records: { store: 'sqlite::memory:', ...records, redact },
    logger: { debug: log, info: log, warn: log, error: log },
  }));
  return { rig, lines };
}

/** Makes one call and reads its record. */
async function recorded(rig: ProxyRig, headers: Record<string, string> = HEADERS): Promise<CallRecord> {
  await rig.chat(headers);
  return (await rig.records()).at(-1) as CallRecord;
}

function moduleFile(text: string): string {
  const path = join(folders(), 'redact.mjs');
  writeFileSync(path, text);
  return path;
}

const WITHOUT_MAIL = `
import { isMainThread } from 'node:worker_threads';
const clean = (text) => text?.replaceAll('${MAIL}', '<mail>') ?? null;
export default function redact(record) {
  record.requestBody = clean(record.requestBody);
  record.responseBody = clean(record.responseBody);
  record.userId = clean(record.userId);
  for (const name in record.properties) record.properties[name] = clean(record.properties[name]);
  record.properties.thread = isMainThread ? 'main' : 'worker';
}`;

test('a module runs in the records worker, by path or by URL', async () => {
  const path = moduleFile(WITHOUT_MAIL);
  for (const module of [path, pathToFileURL(path), pathToFileURL(path).href]) {
    const { rig, lines } = await startWith({ module });
    expect(await recorded(rig)).toMatchObject({
      ...FIGURES,
      request_user_id: '<mail>',
      properties: { mail: '<mail>', team: 'blue', thread: 'worker' },
      request_body: JSON.parse(CHAT_BODY),
    });
    expect(lines).toEqual([]);
  }
});

test('a function runs here, also when it takes its time', async () => {
  const seen: string[] = [];
  const { rig } = await startWith(async (record) => {
    seen.push(`${record.tenant} ${record.provider} ${record.model} ${record.method} ${record.path} ${record.status}`);
    await new Promise(setImmediate);
    return { ...record, userId: 'somebody', properties: { Team: 'blue' }, requestBody: '{"redacted":true}' };
  });
  expect(await recorded(rig)).toMatchObject({
    ...FIGURES,
    request_user_id: 'somebody',
    properties: { team: 'blue' },
    request_body: { redacted: true },
    response_body: { id: 'chatcmpl-1' },
  });
  expect(seen).toEqual(['default openai gpt-4o-mini-2024-07-18 POST /v1/chat/completions 200']);
});

test('many calls at once: each record is its own', async () => {
  const { rig } = await startWith((record) => {
    record.properties.was = record.userId ?? '';
  });
  await Promise.all(Array.from({ length: 120 }, (_, i) => rig.chat({ 'Helicone-User-Id': `user-${i}` })));
  const records = await rig.records();
  expect(records).toHaveLength(120);
  for (const { request_user_id, properties } of records) expect(properties.was).toBe(request_user_id);
});

test.each<[string, Redact]>([
  [
    'throws',
    () => {
      throw new Error(MAIL);
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error(MAIL);
    },
  ],
  ['returns nonsense', (() => MAIL) as unknown as Redact],
])('a function that %s: the figures are kept, and the log says nothing of the content', async (_what, redact) => {
  const { rig, lines } = await startWith(redact);
  const drops: unknown[] = [];
  rig.proxy.events.on('drop', (what) => drops.push(what));
  expect(await recorded(rig)).toMatchObject({ ...FIGURES, ...EMPTIED });
  expect(await recorded(rig)).toMatchObject({ ...FIGURES, ...EMPTIED });
  expect(lines).toEqual([expect.stringContaining('{"records":1} records.redact failed')]);
  expect(drops).toEqual([
    { bodies: 1, rows: 0 },
    { bodies: 1, rows: 0 },
  ]);
});

test.each([
  ['is not there', () => join(folders(), 'none.mjs'), 'none.mjs'],
  ['exports no function', () => moduleFile('export const redact = 1;'), 'its default export is no function'],
  ['throws', () => moduleFile('throw new Error("no dictionary");'), 'no dictionary'],
])('a module that %s: nothing is kept but figures, and the log says why', async (_what, module, why) => {
  const { rig, lines } = await startWith({ module: module() });
  expect(await recorded(rig)).toMatchObject({ ...FIGURES, ...EMPTIED });
  expect(lines[0]).toContain(why);
  expect(lines[0]).toContain('the module cannot be loaded');
});

test('sums, users and names of properties are those that are left', async () => {
  const { rig } = await startWith(({ properties, ...record }) => ({
    ...record,
    userId: 'u-1',
    properties: { team: properties.team ?? '' },
  }));
  await recorded(rig);
  const { records } = rig.proxy;
  expect(await records.propertyNames('default')).toEqual(['team']);
  const day = 86_400_000;
  const query = { tenant: 'default', from: Date.now() - day, to: Date.now() + day, by: 'user' as const };
  expect(await records.aggregate(query)).toMatchObject([{ key: 'u-1', requests: 1 }]);
  const field = { kind: 'property', name: 'mail' } as const;
  const filter = { kind: 'condition', condition: { field, operator: 'equals', value: MAIL } } as const;
  expect(await records.count({ tenant: 'default', filter })).toBe(0);
});

test('a property that is added later is redacted like the others', async () => {
  const { rig } = await startWith(({ properties, ...record }) => {
    const { mail, ...kept } = properties;
    return {
      ...record,
      userId: null,
      properties: mail === undefined ? kept : { ...kept, domain: mail.replace(/.*@/, '') },
    };
  });
  const { id } = await recorded(rig);
  const put = (key: string, value: string) =>
    rig.rest(`/v1/request/${id}/property`, { method: 'PUT', json: { key, value } });
  expect(await put('mail', MAIL)).toMatchObject({ status: 200 });
  expect(await put('plan', 'gold')).toMatchObject({ status: 200 });
  expect((await rig.records())[0]?.properties).toEqual({ team: 'blue', domain: 'example.org', plan: 'gold' });
});

test('a store of the host’s gets rows that are redacted, and so are its patches', async () => {
  const rows: RecordRow[] = [];
  const patches: unknown[] = [];
  const store = {
    append: async (more: RecordRow[]) => void rows.push(...more),
    patch: async (...patch: unknown[]) => {
      patches.push(patch);
      return 'applied';
    },
    close: async () => {},
  } as unknown as RecordStore;
  for (const redact of [
    { module: moduleFile(WITHOUT_MAIL) },
    async (each) => ({ ...each, userId: '<mail>' }),
  ] as Redact[]) {
    rows.length = 0;
    patches.length = 0;
    const { rig } = await startWith(redact, { store });
    await rig.chat({ ...HEADERS, authorization: `Bearer ${KEY}`, 'Helicone-Property-Key': KEY });
    await rig.proxy.flush();
    expect(rows).toMatchObject([{ userId: '<mail>', properties: { key: '[redacted]' } }]);
    await rig.proxy.records.patch('default', 'r-1', { kind: 'user', userId: MAIL });
    expect(patches).toEqual([['default', 'r-1', { kind: 'user', userId: '<mail>' }]]);
  }
});

/** Answers with what it was given: what providers do who want to be helpful. */
const echo: Script = async (exchange) => {
  const key = exchange.request.header('authorization')?.replace('Bearer ', '') ?? '';
  const texts = [key, JSON.stringify(key).replaceAll('/', '\\/').slice(1, -1), encodeURIComponent(key)];
  if (exchange.request.target.includes('stream')) {
    const piece = (content: string) =>
      `data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
    const head = {
      headers: [['content-type', 'text/event-stream']] as [string, string][],
      framing: 'chunked' as const,
    };
    return exchange.respond(head, [piece(key.slice(0, 5)), piece(`${key.slice(5)}!`), 'data: [DONE]\n\n']);
  }
  const body = `{"error":{"message":"Incorrect key: ${texts.join(' and ')}","code":"invalid_api_key"}}`;
  return exchange.respond({ status: 401, headers: [['content-type', 'application/json']], framing: 'length' }, [body]);
};

test('credentials that come back in answers, or stand in a request, are in no record', async () => {
  const rig = await start.rig(({ origin }) => ({ providers: { openai: { baseUrl: origin } } }), { script: echo });
  const ask = (path: string) =>
    get(rig.url + path, {
      headers: {
        authorization: `Bearer ${KEY}`,
        'content-type': 'application/json',
        'Helicone-User-Id': `user of ${KEY}`,
        'Helicone-Property-Key': KEY,
        'Helicone-Model-Override': KEY,
        'Helicone-Prompt-Id': KEY,
      },
      body: JSON.stringify({ model: `m ${KEY}`, messages: [{ role: 'user', content: `my key is ${KEY}` }] }),
    });
  const failed = await ask(`${CHAT_PATH}`);
  expect(failed.body.toString(), 'the client gets what the provider says').toContain(KEY);
  await ask('/openai/v1/stream/chat/completions');
  await ask(`/openai/v1/${encodeURIComponent(KEY)}/chat/completions`);
  const records = await rig.records();
  expect(records).toHaveLength(3);
  expect(records[0]).toMatchObject({
    request_user_id: 'user of [redacted]',
    properties: { key: '[redacted]' },
    model: '[redacted]',
    prompt_id: '[redacted]',
    request_model: 'm [redacted]',
    error: 'Incorrect key: [redacted] and [redacted] and [redacted]',
    request_body: { messages: [{ content: 'my key is [redacted]' }] },
  });
  expect(records[1]?.response_body).toMatchObject({ choices: [{ message: { content: '[redacted]!' } }] });
  expect(records[2]?.request_path).toBe('/v1/[redacted]/chat/completions');
  expect(JSON.stringify(records)).not.toContain('abc');
});

test('omitted: nothing of the body, and all that is counted', async () => {
  const rig = await start.rig();
  const omitted = await recorded(rig, { 'Helicone-Omit-Request': 'true', 'Helicone-Omit-Response': 'true' });
  expect(omitted).toMatchObject({ ...FIGURES, request_model: 'gpt-4o-mini', request_body: null, response_body: null });
  expect(omitted.request_bytes).toBe(CHAT_BODY.length);
  expect(omitted.cost_usd).toBeGreaterThan(0);
  const kept = await recorded(rig, { 'Helicone-Omit-Request': 'true' });
  expect(kept).toMatchObject({ ...FIGURES, request_body: null, response_body: { id: 'chatcmpl-1' } });
});
