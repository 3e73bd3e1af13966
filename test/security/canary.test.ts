// A secret is planted in every place where callers and the server keep one; then everything that is written, told or
// answered is searched for it.
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { call, get, type Received, type Script, unreachableOrigin } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerChat, CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { temporaryFolders } from '../rig/temporary-folder.js';

const CANARIES = {
  'Helicone-Auth': 'canary-helicone-auth-1c6f',
  'a key that is refused': 'canary-wrong-key-77ab',
  'a provider’s key in authorization': 'canary-authorization-9d21',
  'a provider’s key in x-api-key': 'canary-x-api-key-4e02',
  'a provider’s key in api-key': 'canary-api-key-b8c5',
  'a provider’s key in x-goog-api-key': 'canary-goog-3f90',
  'a provider’s key in the query': 'canary-query-key-e6d4',
  'a key that the server holds': 'canary-server-held-5a18',
  'a key that the server asks for': 'canary-asked-for-d3c9',
  'a key that cannot be sent': 'canary-broken-0b7e',
  'a header that the server sets': 'canary-server-header-f2a6',
  'a password in a target': 'canary-userinfo-862d',
  'a cookie': 'canary-cookie-c1e3',
  'a proxy’s password': 'canary-proxy-authorization-70f4',
} as const;

const folders = temporaryFolders();
const log: unknown[] = [];
const told: unknown[] = [];
const answers: Received[] = [];
let rig: ProxyRig;
let folder: string;

beforeAll(async () => {
  folder = folders();
  const unreachable = await unreachableOrigin();
  const note =
    (level: string) =>
    (...line: unknown[]): void =>
      void log.push([level, ...line]);
  rig = await startProxyRig(
    ({ origin }) => ({
      providers: {
        openai: { baseUrl: origin, apiKey: CANARIES['a key that the server holds'] },
        anthropic: { baseUrl: origin, apiKey: async () => CANARIES['a key that the server asks for'] },
        groq: { baseUrl: origin, apiKey: `${CANARIES['a key that cannot be sent']}\n` },
        mistral: { baseUrl: origin, headers: { 'x-server': CANARIES['a header that the server sets'] } },
        nowhere: { baseUrl: unreachable, apiKey: CANARIES['a key that the server holds'] },
      },
      auth: { keys: { [CANARIES['Helicone-Auth']]: {}, 'narrow-key': { providers: ['groq'] } } },
      records: { store: `sqlite:${join(folder, 'records.db')}` },
      timeouts: { firstByteMs: 300 },
      logger: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
    }),
    { script },
  );
  for (const event of ['record', 'drop', 'store']) rig.proxy.events.on(event, (...what) => told.push([event, ...what]));
  await makeCalls();
});
afterAll(() => rig?.close());

/** What the provider does depends on the path. */
const script: Script = (exchange) => {
  const { target } = exchange.request;
  if (target.includes('reset')) return exchange.reset();
  if (target.includes('silent')) return;
  if (target.includes('cut')) return exchange.head({ framing: 'length', length: 99 }).then(() => exchange.cut());
  if (target.includes('error'))
    return exchange.respond({ status: 401, framing: 'length' }, ['{"error":{"message":"no"}}']);
  return answerChat(exchange);
};

async function makeCalls(): Promise<void> {
  const auth = { 'Helicone-Auth': `Bearer ${CANARIES['Helicone-Auth']}` };
  const credentials = {
    authorization: `Bearer ${CANARIES['a provider’s key in authorization']}`,
    'x-api-key': CANARIES['a provider’s key in x-api-key'],
    'api-key': CANARIES['a provider’s key in api-key'],
    'x-goog-api-key': CANARIES['a provider’s key in x-goog-api-key'],
    cookie: `sid=${CANARIES['a cookie']}`,
    'proxy-authorization': `Basic ${CANARIES['a proxy’s password']}`,
  };
  const own = CANARIES['Helicone-Auth'];
  const query = `?key=${CANARIES['a provider’s key in the query']}&a=1`;
  const ways: [Record<string, string>, string][] = [
    [auth, ''],
    [{ authorization: `Bearer ${own}` }, ''],
    [{ 'x-api-key': own }, ''],
    [{}, `?key=${own}`],
    [{ ...auth, ...credentials }, query],
    [{ authorization: `${credentials.authorization}, Bearer ${own}` }, ''],
  ];
  const places = ['openai', 'anthropic', 'groq', 'mistral', 'nowhere'];
  const fates = ['fine', 'reset', 'silent', 'cut', 'error'];
  for (const place of places) {
    for (const fate of place === 'openai' ? fates : ['fine']) {
      for (const [headers, ask] of ways) answers.push(await rig.chat(headers, `/${place}/v1/${fate}${ask}`));
    }
  }
  await makeRefusedCalls(auth);
  await callAndLeave(auth);
}

async function makeRefusedCalls(auth: Record<string, string>): Promise<void> {
  const wrong = CANARIES['a key that is refused'];
  const target = `https://user:${CANARIES['a password in a target']}@api.openai.com`;
  const refused: [Record<string, string>, string][] = [
    [{ 'Helicone-Auth': `Bearer ${wrong}` }, CHAT_PATH],
    [{ authorization: `Bearer ${wrong}` }, CHAT_PATH],
    [{}, `${CHAT_PATH}?key=${wrong}`],
    [{ 'Helicone-Auth': 'Bearer narrow-key', 'x-api-key': wrong }, CHAT_PATH],
    [{ ...auth, 'Helicone-Omit-Request': 'perhaps' }, CHAT_PATH],
    [{ ...auth, 'Helicone-Key': wrong }, CHAT_PATH],
    [{ ...auth, 'Helicone-Target-Url': target }, '/gateway/v1/models'],
    [{ ...auth, 'Helicone-OpenAI-Api-Base': target }, CHAT_PATH],
    [{ ...auth, 'Helicone-Target-Url': `${target.replace('api.openai.com', 'evil.example')}` }, '/gateway/v1/models'],
    [auth, `/no-such-provider/v1?key=${wrong}`],
    [auth, `/openai/v1/../x?key=${wrong}`],
    [{ 'Helicone-Auth': `Bearer ${wrong}`.padEnd(5000, 'x') }, CHAT_PATH],
  ];
  for (const [headers, path] of refused) answers.push(await rig.chat(headers, path));
  for (const path of ['/api/v1/request/query', `/api/v1/none?key=${wrong}`, '/api/v1/request/no-uuid']) {
    answers.push(await rig.get(path, { headers: { authorization: `Bearer ${wrong}` } }));
    answers.push(await rig.get(path, { headers: { authorization: `Bearer ${CANARIES['Helicone-Auth']}` } }));
  }
}

async function callAndLeave(headers: Record<string, string>): Promise<void> {
  const before = rig.provider.requests.length;
  const leaving = call(`${rig.url}/openai/v1/silent`, { headers, body: '{}' });
  await rig.provider.request(before);
  const recorded = once(rig.proxy.events, 'record');
  leaving.abort();
  await leaving.whole.catch(() => {});
  // The proxy learns of it after we do; what comes next counts records.
  await recorded;
}

function expectNone(text: string, where: string): void {
  for (const [what, canary] of Object.entries(CANARIES)) {
    const found = text.indexOf(canary);
    const around = found < 0 ? '' : text.slice(Math.max(0, found - 120), found + 80);
    expect(around, `${what} in ${where}`).toBe('');
    expect(text.includes(Buffer.from(canary).toString('base64').slice(0, -4)), `${what}, base64, in ${where}`).toBe(
      false,
    );
  }
}

/** Everything of a value, also what is not enumerable, such as the cause of an error. */
function everything(value: unknown): string {
  const seen = inspect(value, {
    depth: 20,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
    getters: true,
  });
  return seen + JSON.stringify(value, (_key, each) => (each instanceof Error ? { ...each, stack: each.stack } : each));
}

test('the calls did what they were to do', () => {
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400, 401, 403, 404, 405, 502, 504]));
  const sent = rig.provider.requests.map(({ rawHead }) => rawHead).join();
  for (const place of ['openai', 'anthropic'] as const) {
    const which = place === 'openai' ? 'a key that the server holds' : 'a key that the server asks for';
    expect(sent, 'server-held keys went out, so there was something to leak').toContain(CANARIES[which]);
  }
  expect(sent).toContain(CANARIES['a provider’s key in authorization']);
  expect(log.length).toBeGreaterThan(5);
});

test('not in any answer to a call, nor in its headers', () => {
  for (const { status, rawHeaders, body } of answers) {
    expectNone(`${JSON.stringify(rawHeaders)} ${body.toString()}`, `an answer ${status}`);
  }
});

test('our own key and what is for proxies and browsers, not at the provider', () => {
  const sent = rig.provider.requests.map(({ rawHead, body }) => rawHead + body).join();
  for (const what of ['Helicone-Auth', 'a cookie', 'a proxy’s password', 'a key that is refused'] as const) {
    expect(sent.includes(CANARIES[what]), what).toBe(false);
  }
});

test('not in the log, causes of errors included, nor in an event', () => {
  for (const line of log) expectNone(everything(line), 'a log line');
  for (const event of told) expectNone(everything(event), 'an event');
  expect(told.length).toBeGreaterThan(10);
});

test('not in a record, nor in what REST says of it', async () => {
  const records = await rig.records();
  expect(records.length).toBeGreaterThan(40);
  for (const record of records) expectNone(JSON.stringify(record), `record of ${record.request_path}`);
  const headers = { authorization: `Bearer ${CANARIES['Helicone-Auth']}` };
  const body = JSON.stringify({ filter: 'all', limit: 100, includeBodies: true });
  const listed = await get(`${rig.url}/api/v1/request/query`, { headers, body });
  expect(JSON.parse(listed.body.toString()).data).toHaveLength(Math.min(100, records.length));
  expectNone(JSON.stringify(listed.rawHeaders) + listed.body.toString(), 'a REST answer');
  const one = await get(`${rig.url}/api/v1/request/${records[0]?.id}`, { headers });
  expect(one.status).toBe(200);
  expectNone(one.body.toString(), 'a REST answer');
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
