// A secret is planted in every place where callers, loggers and the server keep one; then everything that is written, told or
// answered is searched for all of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { get } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTelemetrySdk, type TelemetrySdk } from '../e2e/telemetry-host.js';
import { temporaryFolders } from '../rig/temporary-folder.js';
import { until } from '../rig/until.js';
import { CANARIES, type Canary, canariesIn, everything } from './canary/canaries.js';
import { type CanaryRig, startCanaryRig } from './canary/canary-rig.js';
import { plant } from './canary/plant.js';
import { walkRest } from './canary/walk-rest.js';

const folders = temporaryFolders();
const headers = { authorization: `Bearer ${CANARIES['Helicone-Auth']}` };
let folder: string;
let sdk: TelemetrySdk;
let rig: CanaryRig;

beforeAll(async () => {
  folder = folders();
  sdk = startTelemetrySdk();
  rig = await startCanaryRig(folder, { tracer: sdk.tracer, meter: sdk.meter });
  await plant(rig);
}, 60_000);
afterAll(async () => {
  await rig?.close();
  await sdk?.close();
});

function expectNone(text: string, where: string): void {
  expect(canariesIn(text), where).toEqual([]);
}

test('the calls did what they were to do', () => {
  const statuses = new Set(rig.answers.map(({ received }) => received.status));
  expect([...statuses].sort()).toEqual([200, 400, 401, 403, 404, 405, 429, 502, 503, 504]);
  // What did not go out, or was not said back, could not leak.
  const sent = rig.provider.requests.map(({ rawHead, body }) => rawHead + body).join();
  const said = rig.answers.filter(({ ofProvider }) => ofProvider).map(({ received }) => received.body.toString());
  const out: Canary[] = [
    'a provider’s key in authorization',
    'a provider’s key in x-api-key',
    'a provider’s key in api-key',
    'a provider’s key in x-goog-api-key',
    'a provider’s key in the query',
    'a header of people’s own',
    'a key that the server holds',
    'a key that the server asks for',
    'a header that the server sets',
    'a credential of a fallback',
    'a credential of a fallback of the options',
    'an AWS session token that the server holds',
    'a caller’s AWS session token',
    'a session token of a signature',
    'a key among the subprotocols',
  ];
  for (const what of out) expect(sent.includes(CANARIES[what]), what).toBe(true);
  for (const what of out.slice(0, -1)) expect(said.join().includes(CANARIES[what]), `${what}, said back`).toBe(true);
});

test('not in any answer but the provider’s own words, nor in a header of it', () => {
  for (const { received, ofProvider } of rig.answers) {
    const { status, rawHeaders, body } = received;
    expectNone(JSON.stringify(rawHeaders), `headers of an answer ${status}`);
    if (!ofProvider) expectNone(body.toString(), `an answer ${status}`);
  }
});

test('our own key and what is for proxies and browsers, not at the provider', () => {
  const sent = rig.provider.requests.map(({ rawHead, body }) => rawHead + body).join();
  const kept: Canary[] = [
    'Helicone-Auth',
    'a cookie',
    'a proxy’s password',
    'a key that is refused',
    'an AWS secret that the server holds',
    'a caller’s AWS secret',
  ];
  for (const what of kept) {
    expect(sent.includes(CANARIES[what]), what).toBe(false);
  }
});

test('not in the log, causes of errors included, nor in an event', () => {
  for (const line of rig.log) expectNone(everything(line), 'a log line');
  for (const event of rig.told) expectNone(everything(event), 'an event');
  expect(rig.log.length).toBeGreaterThan(5);
  expect(rig.told.length).toBeGreaterThan(100);
});

test('not in a record', async () => {
  const records = await rig.proxy.records.query({
    tenant: 'default',
    filter: { kind: 'all' },
    limit: 1000,
    bodies: true,
  });
  expect(records.length).toBeGreaterThan(100);
  for (const record of records) expectNone(JSON.stringify(record), `record of ${record.request_path}`);
  const redacted = records.filter((record) => JSON.stringify(record).includes('[redacted]'));
  expect(redacted.length, 'there was something to take out').toBeGreaterThan(40);
});

test('not in anything that REST answers', async () => {
  const records = await rig.proxy.records.query({ tenant: 'default', filter: { kind: 'all' }, limit: 1000 });
  const requestIds = records.map(({ id }) => id);
  const walked = await walkRest({ url: rig.url, key: CANARIES['Helicone-Auth'], requestIds, propertyKey: 'text' });
  for (const { operation, status, text } of walked) expectNone(text, `${operation}: ${status}`);
  const done = new Set(walked.filter(({ status }) => status === 200).map(({ operation }) => operation));
  expect(done.size, [...done].join(', ')).toBeGreaterThan(35);
  const length = walked.reduce((sum, { text }) => sum + text.length, 0);
  expect(length, 'bodies among it').toBeGreaterThan(1_000_000);
});

test('not in what REST says is wrong', async () => {
  const wrong = [
    { path: '/v1/request/query', body: { filter: { request_response_rmt: { [CANARIES['a cookie']]: 1 } } } },
    { path: '/v1/request/query', body: '{' },
    { path: '/v1/request/none/feedback', body: {} },
    { path: '/v1/none', body: {} },
  ];
  for (const { path, body } of wrong) {
    const answer = await get(`${rig.url}/api${path}?key=${CANARIES['a provider’s key in the query']}`, {
      headers: { ...headers, cookie: CANARIES['a cookie'], 'x-api-key': CANARIES['a provider’s key in x-api-key'] },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    // The name of a field that the caller made up is the caller's own, and says what is wrong.
    const { 'a cookie': _own, ...others } = CANARIES;
    expect(canariesIn(answer.body.toString(), others), path).toEqual([]);
  }
});

test('not in a metric', async () => {
  const { status, body } = await get(`${rig.url}/metrics`, { headers });
  expect([status, body.length > 1000]).toEqual([200, true]);
  expectNone(body.toString(), '/metrics');
  expectNone(everything(await sdk.points()), 'a metric of OpenTelemetry');
});

test('not in a span', () => {
  expect(sdk.spans().length).toBeGreaterThan(50);
  for (const { name, attributes, events, status } of sdk.spans()) {
    expectNone(everything({ name, attributes, events, status }), `the span ${name}`);
  }
});

test('not in what webhooks are told', async () => {
  const records = await rig.proxy.records.count({ tenant: 'default', filter: { kind: 'all' } });
  await until(20_000, 'every call is told', () => rig.receiver.deliveries.length >= records);
  for (const delivery of rig.receiver.deliveries) expectNone(delivery, 'a delivery');
});

test('not in a file of the database, while it runs and behind it', async () => {
  const search = (): void => {
    const names = readdirSync(folder);
    expect(names).toContain('records.db');
    for (const name of names) expectNone(readFileSync(join(folder, name)).toString('latin1'), name);
  };
  await rig.proxy.flush();
  search();
  await rig.proxy.close();
  search();
});
