import type { HeliconeProxyOptions } from '@helicone-proxy/node';
import type { Received, SeenRequest } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';

const KEY = 'team-key-7f3a';
const PROVIDER_KEY = 'sk-of-the-caller-11';

const SERVER_HELD = {
  openai: 'sk-server-openai',
  anthropic: 'sk-server-anthropic',
  google: 'AIza-server',
  azure: 'az-server',
};

let rig: ProxyRig;
beforeAll(async () => {
  rig = await startProxyRig(({ origin }) => ({
    providers: Object.fromEntries(
      Object.entries(SERVER_HELD).map(([name, apiKey]) => [name, { baseUrl: origin, apiKey }]),
    ),
    auth: { keys: { [KEY]: {}, 'narrow-key': { providers: ['anthropic'] }, 'pk-write-only': {} } },
  }));
});
afterAll(() => rig.close());

/** Everything that the provider got of a request, as text. */
function wire({ rawHead, body }: SeenRequest): string {
  return rawHead + body.toString('latin1');
}

function errorCode({ status, header, body }: Received): [number, string | undefined] {
  expect(JSON.parse(body.toString())).toMatchObject({ type: 'error', error: { code: header('x-helicone-error') } });
  return [status, header('x-helicone-error')];
}

/** Sends a call and expects that nobody but the proxy saw it. */
async function refused(send: () => Promise<Received>, by: ProxyRig = rig): Promise<[number, string | undefined]> {
  const before = by.provider.requests.length;
  const code = errorCode(await send());
  expect(by.provider.requests.length, 'nothing goes to the provider').toBe(before);
  return code;
}

describe('places where a key is accepted', () => {
  test.each<[string, Record<string, string>, string]>([
    ['Helicone-Auth', { 'Helicone-Auth': `Bearer ${KEY}` }, ''],
    ['Helicone-Auth without Bearer', { 'Helicone-Auth': KEY }, ''],
    ['Helicone-Auth in other letters', { 'HELICONE-AUTH': `bearer  ${KEY}` }, ''],
    ['authorization', { authorization: `Bearer ${KEY}` }, ''],
    ['authorization without Bearer', { authorization: KEY }, ''],
    ['x-api-key', { 'x-api-key': KEY }, ''],
    ['api-key', { 'api-key': KEY }, ''],
    ['x-goog-api-key', { 'x-goog-api-key': KEY }, ''],
    ['the query', {}, `?key=${KEY}`],
    ['the query, encoded', {}, `?alt=json&key=${KEY.replaceAll('-', '%2D')}&x=%20y`],
  ])('%s', async (_title, headers, query) => {
    const answer = await rig.chat(headers, CHAT_PATH + query);
    expect(answer.status).toBe(200);
    const seen = await rig.seen();
    expect(wire(seen)).not.toContain(KEY);
    expect(decodeURIComponent(seen.target)).not.toContain(KEY);
    // The server's own key takes the free place.
    expect(seen.header('authorization')).toBe(`Bearer ${SERVER_HELD.openai}`);
    for (const name of ['helicone-auth', 'x-api-key', 'api-key', 'x-goog-api-key']) {
      expect(seen.header(name), name).toBeUndefined();
    }
    if (query.includes('alt=')) expect(seen.target).toBe('/v1/chat/completions?alt=json&x=%20y');
  });

  test.each([
    ['behind the provider’s', `Bearer ${PROVIDER_KEY}, Bearer ${KEY}`],
    ['before the provider’s', `Bearer ${KEY}, Bearer ${PROVIDER_KEY}`],
    ['without spaces', `Bearer ${PROVIDER_KEY},${KEY}`],
  ])('the comma form, ours %s: the provider’s goes on alone', async (_title, authorization) => {
    expect((await rig.chat({ authorization })).status).toBe(200);
    expect((await rig.seen()).header('authorization')).toBe(`Bearer ${PROVIDER_KEY}`);
  });

  test('beside the caller’s own credential, which goes on untouched', async () => {
    expect((await rig.chat({ 'Helicone-Auth': `Bearer ${KEY}`, authorization: `Bearer ${PROVIDER_KEY}` })).status).toBe(
      200,
    );
    expect((await rig.seen()).header('authorization')).toBe(`Bearer ${PROVIDER_KEY}`);
    expect(wire(await rig.seen())).not.toContain(SERVER_HELD.openai);
  });
});

describe('callers who are refused', () => {
  test.each<[string, Record<string, string>]>([
    ['no key', {}],
    ['only a provider’s key', { authorization: `Bearer ${PROVIDER_KEY}` }],
    ['a wrong key', { 'Helicone-Auth': 'Bearer wrong' }],
    ['the beginning of a key', { 'Helicone-Auth': `Bearer ${KEY.slice(0, -1)}` }],
    ['a key in other letters', { 'Helicone-Auth': `Bearer ${KEY.toUpperCase()}` }],
    ['a wrong Helicone-Auth beside a right key', { 'Helicone-Auth': 'Bearer wrong', authorization: `Bearer ${KEY}` }],
    ['an empty Helicone-Auth beside a right key', { 'Helicone-Auth': '', authorization: `Bearer ${KEY}` }],
    ['a name that every object has', { 'Helicone-Auth': 'Bearer constructor' }],
    ['a key in a place that is none', { 'x-auth-token': KEY, cookie: `key=${KEY}` }],
  ])('%s: 401', async (_title, headers) => {
    expect(await refused(() => rig.chat(headers))).toEqual([401, 'unauthorized']);
  });

  test('a key for other providers: 403, also for the gateway', async () => {
    const headers = { 'Helicone-Auth': 'Bearer narrow-key' };
    expect(await refused(() => rig.chat(headers))).toEqual([403, 'provider_forbidden']);
    const toGateway = { ...headers, 'Helicone-Target-Url': 'https://api.anthropic.com' };
    expect(await refused(() => rig.chat(toGateway, '/gateway/v1/messages'))).toEqual([403, 'provider_forbidden']);
    expect((await rig.chat(headers, '/anthropic/v1/messages')).status).toBe(200);
  });

  test('they leave no record', async () => {
    const before = (await rig.records()).length;
    await rig.chat({ 'Helicone-Auth': 'Bearer wrong' });
    expect((await rig.records()).length).toBe(before);
  });
});

describe('a key of ours never reaches a provider', () => {
  const AUTH = { 'Helicone-Auth': `Bearer ${KEY}` };
  test.each<[string, Record<string, string | string[]>, string]>([
    ['everywhere at once', { ...AUTH, authorization: KEY, 'x-api-key': KEY, 'api-key': KEY }, `?key=${KEY}`],
    ['twice in one header', { 'x-api-key': [KEY, KEY] }, ''],
    ['with another one of ours', { authorization: `Bearer ${KEY}, Bearer pk-write-only` }, ''],
    ['behind a provider’s in a repeated header', { 'x-api-key': [PROVIDER_KEY, KEY] }, ''],
    ['twice in the query', AUTH, `?key=${KEY}&a=1&key=${KEY}`],
    ['in the query behind a provider’s', AUTH, `?key=AIza-of-the-caller&key=${KEY}`],
    ['in the query under an encoded name', AUTH, `?k%65y=${KEY}`],
    ['in headers for proxies and browsers', { ...AUTH, 'proxy-authorization': KEY, cookie: KEY }, ''],
    ['in unknown headers of Helicone’s', { ...AUTH, 'Helicone-Key': KEY, 'Helicone-Organization-Key': KEY }, ''],
  ])('%s', async (_title, headers, query) => {
    const answer = await rig.get(CHAT_PATH + query, { headers, body: '{}' });
    expect(answer.status).toBe(200);
    const text = wire(await rig.seen());
    expect(text).not.toContain(KEY);
    expect(text).not.toContain('pk-write-only');
  });
});

describe('keys that the server holds', () => {
  const AUTH = { 'Helicone-Auth': `Bearer ${KEY}` };

  test.each([
    ['openai', 'authorization', `Bearer ${SERVER_HELD.openai}`],
    ['anthropic', 'x-api-key', SERVER_HELD.anthropic],
    ['google', 'x-goog-api-key', SERVER_HELD.google],
    ['azure', 'api-key', SERVER_HELD.azure],
  ])('%s gets its own in %s, and nobody else’s', async (name, header, value) => {
    expect((await rig.chat(AUTH, `/${name}/v1/anything`)).status).toBe(200);
    const seen = await rig.seen();
    expect(seen.header(header)).toBe(value);
    for (const other of Object.values(SERVER_HELD)) {
      if (!value.includes(other)) expect(wire(seen)).not.toContain(other);
    }
    expect(wire(seen).split(value.replace('Bearer ', ''))).toHaveLength(2);
  });

  test.each<[string, Record<string, string>, string]>([
    ['authorization', { authorization: 'Bearer mine' }, ''],
    ['x-api-key', { 'x-api-key': 'mine' }, ''],
    ['api-key', { 'api-key': 'mine' }, ''],
    ['x-goog-api-key', { 'x-goog-api-key': 'mine' }, ''],
    ['the query', {}, '?key=mine'],
  ])('not beside a credential that the caller brings in %s', async (_title, headers, query) => {
    expect((await rig.chat({ ...AUTH, ...headers }, CHAT_PATH + query)).status).toBe(200);
    expect(wire(await rig.seen())).toContain('mine');
    expect(wire(await rig.seen())).not.toContain(SERVER_HELD.openai);
  });

  test('not without auth', async () => {
    const open = await startProxyRig(({ origin }) => ({
      providers: { openai: { baseUrl: origin, apiKey: SERVER_HELD.openai } },
    }));
    try {
      for (const headers of [{}, { 'Helicone-Auth': 'Bearer anything' }] as Record<string, string>[]) {
        expect((await open.chat(headers)).status).toBe(200);
        expect(wire(await open.seen())).not.toContain(SERVER_HELD.openai);
        expect((await open.seen()).header('authorization')).toBeUndefined();
      }
    } finally {
      await open.close();
    }
  });

  test('not to a target that the caller chose, even where the provider’s own address is', async () => {
    const secretHeaders = { 'x-secret-of-the-server': 'hush' };
    const chosen = await startProxyRig(({ origin }) => ({
      providers: { openai: { baseUrl: origin, apiKey: SERVER_HELD.openai, headers: secretHeaders } },
      auth: { keys: { [KEY]: {} } },
      targets: { privateNetworks: true },
    }));
    try {
      const { origin } = chosen.provider;
      const gateway = await chosen.chat({ ...AUTH, 'Helicone-Target-Url': origin }, '/gateway/v1/chat/completions');
      const base = await chosen.chat({ ...AUTH, 'Helicone-OpenAI-Api-Base': origin });
      expect([gateway.status, base.status]).toEqual([200, 200]);
      expect(chosen.provider.requests).toHaveLength(2);
      for (const seen of chosen.provider.requests) {
        expect(wire(seen)).not.toContain(SERVER_HELD.openai);
        expect(wire(seen)).not.toContain('hush');
        expect(wire(seen)).not.toContain(KEY);
      }
    } finally {
      await chosen.close();
    }
  });
});

describe('keys that the server asks for', () => {
  const options = (origin: string, apiKey: () => string | Promise<string>): HeliconeProxyOptions => ({
    providers: { openai: { baseUrl: origin, apiKey } },
    auth: { keys: { [KEY]: {} } },
  });

  test('a function is asked on each call, async or not', async () => {
    let asked = 0;
    const rotating = await startProxyRig(({ origin }) => options(origin, async () => `sk-rotating-${++asked}`));
    try {
      for (const expected of ['sk-rotating-1', 'sk-rotating-2']) {
        expect((await rotating.chat({ authorization: `Bearer ${KEY}` })).status).toBe(200);
        expect((await rotating.seen()).header('authorization')).toBe(`Bearer ${expected}`);
      }
    } finally {
      await rotating.close();
    }
  });

  test.each<[string, () => string | Promise<string>]>([
    ['rejects', () => Promise.reject(new Error('the vault is sealed'))],
    [
      'throws',
      () => {
        throw new Error('the vault is sealed');
      },
    ],
  ])('one that %s: 503, and the reason stays here', async (_title, apiKey) => {
    const sealed = await startProxyRig(({ origin }) => options(origin, apiKey));
    try {
      expect(await refused(() => sealed.chat({ authorization: `Bearer ${KEY}` }), sealed)).toEqual([
        503,
        'auth_unavailable',
      ]);
      const { body, rawHeaders } = await sealed.chat({ authorization: `Bearer ${KEY}` });
      expect(body.toString() + JSON.stringify(rawHeaders)).not.toContain('sealed');
    } finally {
      await sealed.close();
    }
  });

  test('it is not asked for a caller who brings a credential, so its failure is none of theirs', async () => {
    let asked = 0;
    const sealed = await startProxyRig(({ origin }) =>
      options(origin, () => {
        asked++;
        return Promise.reject(new Error('the vault is sealed'));
      }),
    );
    try {
      const own = { 'Helicone-Auth': `Bearer ${KEY}`, authorization: `Bearer ${PROVIDER_KEY}` };
      expect((await sealed.chat(own)).status).toBe(200);
      expect(asked).toBe(0);
    } finally {
      await sealed.close();
    }
  });
});
