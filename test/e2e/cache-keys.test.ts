import { startScriptedProvider } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Asked, answerTo, ask, BODY } from '../rig/cached-asks.js';
import { CHAT_ANSWER, CHAT_PATH, type ProxyRig, startProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const { rig, running } = startedHere();

describe('what makes two calls equal', () => {
  const { model, messages, temperature } = BODY;
  let proxy: ProxyRig;
  let cases = 0;
  /** Each case has calls of its own. */
  const own = (asked: Asked): Asked => {
    const { path = CHAT_PATH } = asked;
    return { ...asked, path: `${path}${path.includes('?') ? '&' : '?'}case=${cases}` };
  };

  beforeAll(async () => {
    proxy = await startProxyRig();
  });
  beforeEach(() => {
    cases += 1;
  });
  afterAll(() => proxy.close());

  test.each<[string, Asked, Asked]>([
    ['another order of keys and white space', {}, { body: JSON.stringify({ temperature, messages, model }, null, 2) }],
    ['escapes', {}, { body: JSON.stringify(BODY).replace('é', '\\u00e9') }],
    [
      'ignored keys',
      { body: { ...BODY, user: 'ada' }, headers: IGNORE },
      { body: { ...BODY, user: 'bob' }, headers: IGNORE },
    ],
    ['ignored keys that are not there', { headers: IGNORE }, {}],
    [
      'what SDKs say of themselves',
      { headers: { 'user-agent': 'a', 'x-stainless-retry-count': '0' } },
      { headers: { 'user-agent': 'b', 'x-stainless-retry-count': '1' } },
    ],
    ['idempotency keys', { headers: { 'idempotency-key': '1' } }, { headers: { 'idempotency-key': '2' } }],
    [
      'whom the call is for',
      { headers: { 'helicone-user-id': 'ada' } },
      { headers: { 'helicone-user-id': 'bob', 'helicone-property-a': 'b' } },
    ],
    ['encodings', { headers: { 'accept-encoding': 'gzip' } }, { headers: { 'accept-encoding': 'br' } }],
  ])('%s: a hit', async (_what, first, second) => {
    expect([await ask(proxy, own(first)), await ask(proxy, own(second))]).toEqual(['MISS', 'HIT']);
  });

  test.each<[string, Asked, Asked]>([
    ['the model', {}, { body: { ...BODY, model: 'gpt-4o' } }],
    ['a number', {}, { body: JSON.stringify(BODY).replace('"temperature":1', '"temperature":1.0') }],
    ['stream', {}, { body: { ...BODY, stream: true } }],
    ['the seed', { headers: { 'helicone-cache-seed': '1' } }, { headers: { 'helicone-cache-seed': '2' } }],
    ['the path', {}, { path: '/openai/v1/completions' }],
    ['the provider', {}, { path: '/anthropic/v1/chat/completions' }],
    ['the query', {}, { path: `${CHAT_PATH}?api-version=1` }],
    ['a key in the query', { path: `${CHAT_PATH}?key=1` }, { path: `${CHAT_PATH}?key=2` }],
    ...['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'].map(onHeader),
    ...['anthropic-version', 'anthropic-beta', 'openai-beta', 'openai-organization', 'openai-project'].map(onHeader),
    // These give access too.
    ...['ocp-apim-subscription-key', 'cf-aig-authorization', 'x-amz-security-token', 'x-auth-token'].map(onHeader),
    // Which parts of an answer come, and which deployment gives it.
    ...['x-goog-fieldmask', 'azureml-model-deployment', 'extra-parameters'].map(onHeader),
    [
      'a header that stops here because `Connection` names it',
      { headers: { 'openai-beta': 'a', connection: 'close, openai-beta' } },
      { headers: { 'openai-beta': 'a' } },
    ],
    [
      'a credential that stops here because `Connection` names it',
      { headers: { authorization: 'Bearer a', connection: 'close, authorization' } },
      { headers: { authorization: 'Bearer a' } },
    ],
  ])('%s differs: a miss', async (_what, first, second) => {
    const before = proxy.provider.requests.length;
    for (const each of [first, second]) expect(await ask(proxy, own(each))).toBe('MISS');
    for (const each of [first, second]) expect(await ask(proxy, own(each))).toBe('HIT');
    expect(proxy.provider.requests).toHaveLength(before + 2);
  });
});

const IGNORE = { 'helicone-cache-ignore-keys': 'user' };

function onHeader(name: string): [string, Asked, Asked] {
  return [name, { headers: { [name]: 'a' } }, { headers: { [name]: 'b' } }];
}

describe('with keys', () => {
  const auth = {
    keys: {
      'sk-one': { tenant: 'a' },
      'sk-two': { tenant: 'a' },
      'sk-other': { tenant: 'b' },
      'sk-none': { tenant: 'a', providers: ['anthropic'] },
    },
  };
  const start = (): Promise<ProxyRig> =>
    rig(({ origin }) => ({
      auth,
      providers: { openai: { baseUrl: origin, apiKey: 'held' }, anthropic: { baseUrl: origin } },
    }));
  const bearer = (key: string): Asked => ({ headers: { authorization: `Bearer ${key}` } });

  test('two keys of one tenant share what the server-held key got, two tenants do not', async () => {
    const proxy = await start();
    expect(await ask(proxy, bearer('sk-one'))).toBe('MISS');
    expect(await ask(proxy, bearer('sk-two'))).toBe('HIT');
    expect(await ask(proxy, { headers: { 'helicone-auth': 'Bearer sk-two' } })).toBe('HIT');
    expect(await ask(proxy, { headers: { 'x-api-key': 'sk-two' } })).toBe('HIT');
    expect(await ask(proxy, bearer('sk-other'))).toBe('MISS');
    expect(proxy.provider.requests.map((each) => each.header('authorization'))).toEqual(['Bearer held', 'Bearer held']);
  });

  test('a credential of the caller’s own is another cache than the held one, also when it says the same', async () => {
    const proxy = await start();
    await ask(proxy, bearer('sk-one'));
    const own = { 'helicone-auth': 'Bearer sk-one' };
    for (const authorization of ['Bearer server', 'server', 'Bearer held']) {
      expect(await ask(proxy, { headers: { ...own, authorization } })).toBe('MISS');
    }
  });

  test('a stored answer is none for whom the key, or its lack, keeps out', async () => {
    const proxy = await start();
    await ask(proxy, bearer('sk-one'));
    expect((await answerTo(proxy.url, bearer('sk-none'))).status).toBe(403);
    expect((await answerTo(proxy.url, bearer('sk-wrong'))).status).toBe(401);
    expect((await answerTo(proxy.url)).status).toBe(401);
  });
});

describe('what the options add', () => {
  test('two providers at one address share nothing: their headers and keys may differ', async () => {
    const proxy = await rig(({ origin }) => ({
      auth: { keys: { 'sk-one': {} } },
      providers: {
        openai: { baseUrl: origin, apiKey: 'held' },
        acme: { baseUrl: `${origin}/v1`, headers: { 'x-portkey-provider': 'acme' } },
        other: { baseUrl: `${origin}/v1`, headers: { 'x-portkey-provider': 'other' } },
        third: { baseUrl: `${origin}/v1`, apiKey: 'another' },
      },
    }));
    const headers = { 'helicone-auth': 'Bearer sk-one' };
    const paths = [CHAT_PATH, '/acme/chat/completions', '/other/chat/completions', '/third/chat/completions'];
    for (const path of paths) expect(await ask(proxy, { headers, path })).toBe('MISS');
    for (const path of paths) expect(await ask(proxy, { headers, path })).toBe('HIT');
    expect(proxy.provider.requests.map(({ target }) => target)).toEqual(Array(4).fill('/v1/chat/completions'));
  });

  test('what a fallback of one key answers is none for another key of the tenant that has no fallbacks', async () => {
    const away = await startScriptedProvider((exchange) =>
      exchange.respond({ headers: [['content-type', 'application/json']] }, [CHAT_ANSWER.replace('Hi.', 'Away.')]),
    );
    running.push(away);
    const fallbacks = JSON.stringify([{ 'target-url': away.origin, headers: {}, onCodes: [500] }]);
    const proxy = await rig(({ origin }) => ({
      auth: {
        keys: {
          'sk-away': { tenant: 'a', policy: { defaults: { 'Helicone-Fallbacks': fallbacks } } },
          'sk-home': { tenant: 'a' },
        },
      },
      targets: { allow: [away.origin], privateNetworks: true },
      providers: { openai: { baseUrl: origin, apiKey: 'held' } },
    }));
    const key = (name: string): Asked => ({ headers: { 'helicone-auth': `Bearer ${name}` } });
    expect((await answerTo(proxy.url, key('sk-away'))).body.toString()).toContain('Away.');
    const home = await answerTo(proxy.url, key('sk-home'));
    expect([home.header('helicone-cache'), home.body.toString()]).toEqual(['MISS', CHAT_ANSWER]);
    expect((await answerTo(proxy.url, key('sk-away'))).body.toString()).toContain('Away.');
    expect(away.requests).toHaveLength(1);
  });
});

test('on /gateway with fallbacks alone a call is not cached, and is told so', async () => {
  const proxy = await rig({ targets: { privateNetworks: true, allow: [/^http:\/\/127\.0\.0\.1:/] } });
  const fallbacks = JSON.stringify([{ 'target-url': proxy.provider.origin, headers: {}, onCodes: [500] }]);
  const asked = { path: '/gateway/v1/chat/completions', headers: { 'helicone-fallbacks': fallbacks } };
  for (let call = 0; call < 2; call += 1) {
    const { status, header } = await answerTo(proxy.url, asked);
    expect([status, header('helicone-cache')]).toEqual([200, undefined]);
    expect(header('helicone-warning')).toContain('helicone-cache-enabled');
  }
  expect(proxy.provider.requests).toHaveLength(2);
});
