// Secrets in what people say, which only the user's own redaction can know: in bodies, users and properties, proxied, logged and
// added later. Behind it they are nowhere, also where the redaction itself fails.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RedactFn } from '@helicone-proxy/core';
import { get } from '@helicone-proxy/testkit';
import { expect, test } from 'vitest';
import { startTelemetrySdk } from '../e2e/telemetry-host.js';
import { CHAT_PATH, type ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until } from '../rig/until.js';
import { canariesIn, everything } from './canary/canaries.js';
import { type Receiver, startReceiver } from './canary/receiver.js';
import { walkRest } from './canary/walk-rest.js';

const SAID = {
  'what was asked': 'canary-asked-6b1c',
  'what was answered': 'canary-answered-d0e9',
  'the user': 'canary-user-42aa',
  'a property': 'canary-property-f7b3',
  'the name of a property': 'canary-name-1b55',
  'a session': 'canary-session-9d0c',
  'an error': 'canary-error-e34f',
  'a property added later': 'canary-later-80c2',
  'a log': 'canary-log-57de',
};

const start = startedHere();
const folders = temporaryFolders();

/** Takes out all that begins like a canary. */
const clean: RedactFn = (record) => {
  const text = <T extends string | null>(given: T): T => (given?.replaceAll(/canary-\w+-\w+/g, '<out>') ?? null) as T;
  const properties = Object.entries(record.properties).map(([name, value]) => [text(name), text(value)]);
  return {
    ...record,
    requestBody: text(record.requestBody),
    responseBody: text(record.responseBody),
    userId: text(record.userId),
    error: text(record.error),
    properties: Object.fromEntries(properties),
  };
};

function moduleOf(fn: RedactFn): { module: URL } {
  const path = join(folders(), 'redact.mjs');
  writeFileSync(path, `export default ${fn.toString()};`);
  return { module: pathToFileURL(path) };
}

interface Planted {
  rig: ProxyRig;
  receiver: Receiver;
  folder: string;
  heard: unknown[];
}

async function plant(redact: RedactFn | { module: URL | string }): Promise<Planted> {
  const folder = folders();
  const receiver = await startReceiver();
  start.running.push(receiver);
  const sdk = startTelemetrySdk();
  start.running.push(sdk);
  const heard: unknown[] = [];
  const note = (...line: unknown[]): void => void heard.push(line);
  const rig = await start.rig(
    ({ origin }) => ({
      providers: { openai: { baseUrl: origin } },
      records: { store: `sqlite:${join(folder, 'records.db')}`, redact },
      webhooks: [{ destination: receiver.origin, hmacKey: 'a-key' }],
      telemetry: { tracer: sdk.tracer, meter: sdk.meter },
      logger: { debug: note, info: note, warn: note, error: note },
    }),
    {
      script: (exchange) => {
        const failed = exchange.request.target.includes('error');
        const answer = failed
          ? { error: { message: `bad input: ${SAID['an error']}` } }
          : { model: 'gpt-4o-mini', choices: [{ message: { content: SAID['what was answered'] } }] };
        const head = {
          status: failed ? 400 : 200,
          headers: [['content-type', 'application/json']] as [string, string][],
        };
        return exchange.respond({ ...head, framing: 'length' }, [JSON.stringify(answer)]);
      },
    },
  );
  for (const event of ['record', 'drop', 'store']) rig.proxy.events.on(event, note);
  await speak(rig);
  heard.push(sdk.spans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })));
  heard.push(await sdk.points(), (await rig.get('/metrics')).body.toString());
  return { rig, receiver, folder, heard };
}

async function speak(rig: ProxyRig): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'Helicone-User-Id': SAID['the user'],
    'Helicone-Property-Said': SAID['a property'],
    [`Helicone-Property-${SAID['the name of a property']}`]: 'x',
    'Helicone-Session-Id': SAID['a session'],
    'Helicone-Session-Name': SAID['a session'],
  };
  const asked = {
    model: 'gpt-4o-mini',
    user: SAID['the user'],
    messages: [{ role: 'user', content: SAID['what was asked'] }],
  };
  for (const path of [CHAT_PATH, '/openai/v1/error/chat/completions']) {
    await get(rig.url + path, { headers, body: JSON.stringify(asked) });
  }
  const log = {
    providerRequest: {
      url: 'https://api.openai.com/v1/chat/completions',
      json: { ...asked, said: SAID['a log'] },
      meta: headers,
    },
    providerResponse: { status: 500, headers: {}, json: { error: { message: SAID['a log'] } } },
    timing: {
      startTime: { seconds: 1_767_000_000, milliseconds: 0 },
      endTime: { seconds: 1_767_000_001, milliseconds: 0 },
    },
  };
  const logged = await rig.get('/api/oai/v1/log', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(log),
  });
  expect(logged.status).toBeLessThan(300);
  await rig.proxy.flush();
  const [record] = await rig.proxy.records.query({ tenant: 'default', filter: { kind: 'all' } });
  const later = { key: 'later', value: SAID['a property added later'] };
  await rig.rest(`/v1/request/${record?.id}/property`, { method: 'PUT', json: later });
  const named = { key: SAID['a property added later'], value: 'x' };
  await rig.rest(`/v1/request/${record?.id}/property`, { method: 'PUT', json: named });
}

const nonsense = (() => 'nonsense') as unknown as RedactFn;

test.each<[string, () => RedactFn | { module: URL | string }, boolean]>([
  ['by a function', () => clean, true],
  ['by a module', () => moduleOf(clean), true],
  ['by one that fails', () => moduleOf(nonsense), false],
  ['by one that is not there', () => ({ module: './no-such-module.mjs' }), false],
])('redacted %s: nowhere', async (_what, redact, keeps) => {
  const { rig, receiver, folder, heard } = await plant(redact());
  const records = await rig.records();
  expect(records).toHaveLength(3);
  const kept = JSON.stringify(records);
  expect(canariesIn(kept, SAID), 'a record').toEqual([]);
  expect(kept.includes('<out>'), 'what is left is kept').toBe(keeps);

  const requestIds = records.map(({ id }) => id);
  const walked = await walkRest({ url: rig.url, key: 'none', requestIds, propertyKey: 'said' });
  for (const { operation, text } of walked) expect(canariesIn(text, SAID), operation).toEqual([]);
  expect(walked.filter(({ status }) => status === 200).length).toBeGreaterThan(30);

  await until(10_000, 'every call is told', () => receiver.deliveries.length >= 3);
  for (const delivery of receiver.deliveries) expect(canariesIn(delivery, SAID), 'a delivery').toEqual([]);
  expect(canariesIn(everything(heard), SAID), 'a log line, an event, a metric or a span').toEqual([]);

  await rig.proxy.close();
  for (const name of readdirSync(folder)) {
    expect(canariesIn(readFileSync(join(folder, name)).toString('latin1'), SAID), name).toEqual([]);
  }
});
