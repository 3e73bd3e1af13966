import type { Authenticate, Identity } from '@helicone-proxy/node';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';

const SERVER_KEY = 'sk-server-held';

let rig: ProxyRig | null = null;
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig?.close();
  rig = null;
});

async function withAuth(auth: Authenticate | undefined): Promise<ProxyRig> {
  rig = await startProxyRig(({ origin }) => ({
    providers: { openai: { baseUrl: origin, apiKey: SERVER_KEY } },
    ...(auth === undefined ? {} : { auth }),
  }));
  return rig;
}

describe('auth as a function', () => {
  test.each<[string, Authenticate]>([
    ['null', () => null],
    ['a promise of null', async () => null],
  ])('%s: 401, on proxy routes and REST', async (_title, auth) => {
    const { chat, rest, provider } = await withAuth(auth);
    const answer = await chat();
    expect([answer.status, answer.header('x-helicone-error')]).toEqual([401, 'unauthorized']);
    expect(await rest('/v1/request/query')).toMatchObject({ status: 401, data: null });
    expect(provider.requests).toHaveLength(0);
  });

  test.each<[string, Authenticate]>([
    [
      'throws',
      () => {
        throw new Error('database of users at 10.0.0.7 is down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('database of users at 10.0.0.7 is down'))],
  ])('%s: 503 without the reason, on proxy routes and REST', async (_title, auth) => {
    const { chat, rest, provider } = await withAuth(auth);
    const answer = await chat();
    expect([answer.status, answer.header('x-helicone-error')]).toEqual([503, 'auth_unavailable']);
    const { status, error } = await rest('/v1/request/query');
    expect(status).toBe(503);
    expect(answer.body.toString() + error).not.toContain('10.0.0.7');
    expect(provider.requests).toHaveLength(0);
  });

  test('one that forgets its answer lets nobody in, and says that it is at fault', async () => {
    const { chat, get, provider } = await withAuth((() => undefined) as unknown as Authenticate);
    const statuses = [(await chat()).status, (await get('/api/v1/request/query', { body: '{}' })).status];
    expect(provider.requests).toHaveLength(0);
    for (const status of statuses) expect([401, 500, 503]).toContain(status);
  });

  test('it sees the request, and what it says goes into the record', async () => {
    const asked: Parameters<Authenticate>[0][] = [];
    const { chat, records } = await withAuth((question) => {
      asked.push(question);
      return { tenant: 'acme', userId: 'ada' };
    });
    expect((await chat({ 'X-Session': 's-1', 'Helicone-User-Id': 'mallory' })).status).toBe(200);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      method: 'POST',
      path: CHAT_PATH,
      remoteAddress: '127.0.0.1',
      headers: { 'x-session': 's-1', 'helicone-user-id': 'mallory' },
      raw: { url: `/helicone${CHAT_PATH}` },
    });
    expect(asked[0]?.host).toBe(asked[0]?.raw);
    expect(await records('acme')).toMatchObject([{ tenant: 'acme', request_user_id: 'ada' }]);
    expect(await records('default')).toEqual([]);
  });

  test.each<[string, Identity, string | undefined]>([
    ['by default the credential is the provider’s and goes on', {}, 'Bearer session-token'],
    ['replaceCredential: the server’s key takes its place', { replaceCredential: true }, `Bearer ${SERVER_KEY}`],
  ])('%s', async (_title, identity, expected) => {
    const { chat, seen } = await withAuth(() => identity);
    expect((await chat({ authorization: 'Bearer session-token' })).status).toBe(200);
    expect((await seen()).header('authorization')).toBe(expected);
  });

  test('replaceCredential takes credentials out of every place', async () => {
    const { get, seen } = await withAuth(() => ({ replaceCredential: true }));
    const headers = {
      authorization: 'Bearer tok-1',
      'x-api-key': 'tok-2',
      'api-key': 'tok-3',
      'x-goog-api-key': 'tok-4',
    };
    expect((await get(`${CHAT_PATH}?key=tok-5&a=1`, { headers, body: '{}' })).status).toBe(200);
    const { rawHead, target } = await seen();
    expect(rawHead).not.toContain('tok-');
    expect(target).toBe('/v1/chat/completions?a=1');
    expect(rawHead).toContain(`Bearer ${SERVER_KEY}`);
  });

  test('rights: providers and reading', async () => {
    const { chat, rest } = await withAuth(() => ({ providers: ['anthropic'], canRead: false }));
    expect((await chat()).header('x-helicone-error')).toBe('provider_forbidden');
    expect(await rest('/v1/request/query')).toMatchObject({ status: 403, data: null });
  });
});

describe('HELICONE_API_KEY in the environment', () => {
  test('each of its keys counts when the options say nothing of auth', async () => {
    vi.stubEnv('HELICONE_API_KEY', ' env-key-1 ,pk-env-key-2,, ');
    const { chat, rest, seen } = await withAuth(undefined);
    expect((await chat()).status).toBe(401);
    expect((await chat({ 'Helicone-Auth': 'Bearer ' })).status).toBe(401);
    for (const key of ['env-key-1', 'pk-env-key-2']) {
      expect((await chat({ authorization: `Bearer ${key}` })).status).toBe(200);
      expect((await seen()).header('authorization')).toBe(`Bearer ${SERVER_KEY}`);
    }
    expect((await rest('/v1/request/query')).status).toBe(401);
    expect((await rest('/v1/request/query', { headers: { authorization: 'Bearer env-key-1' } })).status).toBe(200);
    expect((await rest('/v1/request/query', { headers: { authorization: 'Bearer pk-env-key-2' } })).status).toBe(403);
  });

  test('auth in the options wins', async () => {
    vi.stubEnv('HELICONE_API_KEY', 'env-key-1');
    const { chat } = await withAuth(({ headers }) => (headers['x-mine'] === 'yes' ? {} : null));
    expect((await chat({ authorization: 'Bearer env-key-1' })).status).toBe(401);
    expect((await chat({ 'x-mine': 'yes' })).status).toBe(200);
  });

  test('an empty one is none', async () => {
    vi.stubEnv('HELICONE_API_KEY', ' , ');
    const { chat, seen } = await withAuth(undefined);
    expect((await chat()).status).toBe(200);
    expect((await seen()).header('authorization')).toBeUndefined();
  });
});
