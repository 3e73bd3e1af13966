import { networkInterfaces } from 'node:os';
import { get, sendRaw } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';

const QUERY = '/helicone/api/v1/request/query';
const HEALTH = '/helicone/healthz';

let rig: ProxyRig;
let port: string;
beforeAll(async () => {
  // At all addresses, so that there are peers from elsewhere too.
  rig = await startProxyRig({}, { listenAt: '0.0.0.0' });
  ({ port } = new URL(rig.origin));
});
afterAll(() => rig.close());

async function statusOf(
  path: string,
  headers: Record<string, string | string[]>,
  origin = rig.origin,
): Promise<number> {
  const { status } = await get(origin + path, { method: 'POST', headers });
  return status;
}

/** An IPv4 address of this machine that is not loopback. */
const ELSEWHERE = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === 'IPv4' && !each.internal)?.address;

describe('REST without auth', () => {
  test.each(['127.0.0.1', 'localhost', 'LOCALHOST', '127.0.0.5', '[::1]'])('a Host of %s is served', async (host) => {
    expect(await statusOf(QUERY, { host: `${host}:${port}` })).toBe(200);
    expect(await statusOf(QUERY, { host })).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1.nip.io',
    'notlocalhost',
    '0.0.0.0',
    '10.0.0.1',
    '192.0.2.1',
    '[::ffff:10.0.0.1]',
    '[fd00::1]',
    '[::1',
    'local host',
  ])('a Host of %j is not: 401', async (host) => {
    expect(await statusOf(QUERY, { host })).toBe(401);
  });

  test.each([
    ['none, as HTTP/1.0 allows', 'HTTP/1.0\r\n'],
    ['an empty one', 'HTTP/1.1\r\nHost:\r\nConnection: close\r\n'],
  ])('a Host of %s is not: 401', async (_title, head) => {
    const { bytes } = await sendRaw(rig.origin, `POST ${QUERY} ${head}\r\n`);
    expect(bytes.toString()).toMatch(/^HTTP\/1\.1 401 /);
  });

  test.each<[string, string | string[]]>([
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-for', ''],
    ['X-Forwarded-For', ['127.0.0.1', '203.0.113.7']],
    ['forwarded', 'for=127.0.0.1'],
    ['x-forwarded-host', 'localhost'],
    ['x-forwarded-proto', 'https'],
    ['x-real-ip', '127.0.0.1'],
  ])('%s: %j tells of a proxy: 401', async (name, value) => {
    expect(await statusOf(QUERY, { host: `localhost:${port}`, [name]: value })).toBe(401);
  });

  test.skipIf(ELSEWHERE === undefined)('a peer that is not loopback: 401, whatever it says', async () => {
    const origin = `http://${ELSEWHERE}:${port}`;
    expect(await statusOf(QUERY, { host: `localhost:${port}` }, origin)).toBe(401);
    expect(await statusOf(QUERY, { host: '127.0.0.1' }, origin)).toBe(401);
    expect(await statusOf(QUERY, {}, origin)).toBe(401);
    expect(await statusOf(HEALTH, {}, origin)).toBe(200);
  });

  test.each([
    ['POST', '/v1/request/query'],
    ['POST', '/v1/request/query-clickhouse'],
    ['POST', '/v1/request/count/query'],
    ['POST', '/v1/request/query-ids'],
    ['GET', '/v1/request/c0ffee00-1111-4222-8333-444455556666'],
    ['POST', '/v1/request/c0ffee00-1111-4222-8333-444455556666/feedback'],
    ['POST', '/v1/request/c0ffee00-1111-4222-8333-444455556666/score'],
    ['PUT', '/v1/request/c0ffee00-1111-4222-8333-444455556666/property'],
    ['GET', '/v1/no/such/path'],
    ['GET', ''],
  ])('%s %s is behind the rule, in Helicone’s envelope', async (method, path) => {
    const url = `${rig.url}/api${path}`;
    const answer = await get(url, { method, headers: { host: 'evil.example' } });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body.toString())).toEqual({ data: null, error: expect.any(String) });
  });

  test('an IPv6 peer on loopback is served, in both of its forms', async () => {
    const v6 = await startProxyRig({}, { listenAt: '::' });
    try {
      const at = new URL(v6.origin).port;
      expect(await statusOf(QUERY, {}, `http://127.0.0.1:${at}`)).toBe(200);
      expect(await statusOf(QUERY, { host: `[::1]:${at}` }, `http://localhost:${at}`)).toBe(200);
      expect(await statusOf(QUERY, { host: 'evil.example' }, `http://127.0.0.1:${at}`)).toBe(401);
    } finally {
      await v6.close();
    }
  });
});

describe('what the rule does not bind', () => {
  test.each([{ host: 'evil.example' }, { 'x-forwarded-for': '203.0.113.7' }, {}])(
    '/healthz with %j',
    async (headers) => {
      const answer = await get(rig.origin + HEALTH, { headers: headers as Record<string, string> });
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body.toString())).toEqual({ status: 'ok' });
    },
  );

  test('calls to providers', async () => {
    expect((await rig.chat({ host: 'evil.example', 'x-forwarded-for': '203.0.113.7' })).status).toBe(200);
  });
});

describe('with auth', () => {
  let keyed: ProxyRig;
  beforeAll(async () => {
    keyed = await startProxyRig({ auth: { keys: { 'reader-key': {} } } });
  });
  afterAll(() => keyed.close());

  test('loopback alone opens nothing', async () => {
    expect(await keyed.rest('/v1/request/query')).toMatchObject({ status: 401, data: null });
  });

  test('a key opens it from everywhere', async () => {
    const headers = { authorization: 'Bearer reader-key', host: 'their.example', 'x-forwarded-for': '203.0.113.7' };
    expect(await keyed.rest('/v1/request/query', { headers })).toMatchObject({ status: 200, error: null });
  });

  test('/healthz stays open', async () => {
    expect((await keyed.get('/healthz', { headers: { host: 'evil.example' } })).status).toBe(200);
  });
});
