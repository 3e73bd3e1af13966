// Fallback lists and secrets: what crosses to another origin, and where no caller may point.
import type { ScriptedProvider } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import { failing } from '../rig/failing.js';
import { type Entry, listOf } from '../rig/fallback-list.js';
import { answerChat, CHAT_BODY, CHAT_PATH } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const { provider, rig } = startedHere();

const ANYWHERE = { targets: { allow: [/http:\/\/127\.0\.0\.1:\d+/], privateNetworks: true } };
describe('what crosses to another origin', () => {
  test('nothing that gives access: neither in headers nor in the query', async () => {
    const other = await provider(answerChat);
    const proxy = await rig(ANYWHERE);
    const secret = 'client-secret';
    const headers = {
      authorization: secret,
      'x-api-key': secret,
      'api-key': secret,
      'x-goog-api-key': secret,
      'x-amz-security-token': secret,
      'ocp-apim-subscription-key': secret,
      'x-auth-token': secret,
      'x-access-token': secret,
      'x-functions-key': secret,
      'x-goog-iam-authorization-token': secret,
      'helicone-auth': secret,
      'proxy-authorization': secret,
      cookie: secret,
      apikey: secret,
      'idempotency-key': 'kept',
      'anthropic-version': 'kept',
    };
    const query =
      '?a=1&key=client-secret&API%2Dkey=client-secret&access_token=client-secret&token=client-secret&sig=client-secret&b=2';
    const { status } = await proxy.chat({ ...headers, ...listOf({ 'target-url': other.origin }) }, CHAT_PATH + query);
    expect(status).toBe(200);
    const [asked] = other.requests;
    expect(asked?.target).toBe('/v1/chat/completions?a=1&b=2');
    expect(asked?.rawHead).not.toContain(secret);
    expect([asked?.header('idempotency-key'), asked?.header('anthropic-version')]).toEqual(['kept', 'kept']);
  });

  test('the route’s own origin as an entry keeps the client’s credential; one with another port does not', async () => {
    const other = await provider(answerChat);
    const proxy = await rig(ANYWHERE, { script: failing });
    const list = listOf({ 'target-url': proxy.provider.origin }, { 'target-url': other.origin });
    expect((await proxy.chat({ authorization: 'Bearer mine', ...list })).status).toBe(200);
    expect(proxy.provider.requests[0]?.header('authorization')).toBe('Bearer mine');
    expect(other.requests[0]?.header('authorization')).toBeUndefined();
  });

  test('one entry’s headers do not go on to the next', async () => {
    const [first, second] = [await provider(failing), await provider(answerChat)];
    const proxy = await rig(ANYWHERE);
    const list = listOf(
      {
        'target-url': first.origin,
        headers: { authorization: 'Bearer first', 'x-first': '1' },
        bodyKeyOverride: { a: 1 },
      },
      { 'target-url': second.origin },
    );
    expect((await proxy.chat(list)).status).toBe(200);
    expect(first.requests[0]?.header('authorization')).toBe('Bearer first');
    expect(second.requests[0]?.header('authorization')).toBeUndefined();
    expect(second.requests[0]?.header('x-first')).toBeUndefined();
    expect(second.requests[0]?.body.toString()).toBe(CHAT_BODY);
  });

  test('a key of ours never does, wherever the caller puts it; a server-held key goes to no target of a caller', async () => {
    const other = await provider(answerChat);
    const proxy = await rig((main) => ({
      ...ANYWHERE,
      auth: { keys: { 'sk-a': {} } },
      providers: { openai: { baseUrl: main.origin, apiKey: 'held' }, groq: { baseUrl: other.origin, apiKey: 'held' } },
    }));
    const list = listOf({ 'target-url': other.origin, headers: { authorization: 'Bearer sk-a', 'x-api-key': 'sk-a' } });
    await proxy.chat({ authorization: 'Bearer sk-a', ...list });
    await proxy.chat({ authorization: 'Bearer sk-a', ...listOf({ 'target-url': proxy.provider.origin }) });
    for (const request of [...other.requests, ...proxy.provider.requests]) {
      expect(request.rawHead).not.toMatch(/sk-a|held/);
    }
    expect([other.requests.length, proxy.provider.requests.length]).toEqual([1, 1]);
  });

  test('server-held keys go to entries of the options for callers that are known, and to no others', async () => {
    const backup = await provider(answerChat);
    const options = (main: ScriptedProvider) => ({
      providers: {
        openai: { baseUrl: main.origin, apiKey: 'held-main' },
        groq: { baseUrl: backup.origin, apiKey: 'held-backup' },
      },
      fallbacks: [{ 'target-url': backup.origin, headers: {}, onCodes: [] }],
    });
    const open = await rig(options);
    expect((await open.chat()).status).toBe(200);
    expect(backup.requests[0]?.header('authorization')).toBeUndefined();
    const keys = { 'sk-openai': { providers: ['openai'] }, 'sk-both': { providers: ['openai', 'groq'] } };
    const closed = await rig((main) => ({ ...options(main), auth: { keys } }));
    await closed.chat({ authorization: 'Bearer sk-openai' });
    await closed.chat({ authorization: 'Bearer sk-both' });
    await closed.chat({ 'helicone-auth': 'Bearer sk-both', authorization: 'Bearer mine' });
    expect(backup.requests.slice(1).map((request) => request.header('authorization'))).toEqual([
      undefined,
      'Bearer held-backup',
      'Bearer held-backup',
    ]);
  });

  test('headers that the options set for a provider go to it as a fallback of the options too', async () => {
    const backup = await provider(answerChat);
    const proxy = await rig((main) => ({
      auth: { keys: { 'sk-a': {} } },
      providers: {
        openai: { baseUrl: main.origin },
        groq: { baseUrl: backup.origin, apiKey: 'held', headers: { 'X-Team': 'ours', 'X-Both': 'provider' } },
      },
      fallbacks: [{ 'target-url': backup.origin, headers: { 'x-both': 'entry' }, onCodes: [] }],
    }));
    expect((await proxy.chat({ 'helicone-auth': 'Bearer sk-a', 'x-team': 'theirs' })).status).toBe(200);
    expect([backup.requests[0]?.header('x-team'), backup.requests[0]?.header('x-both')]).toEqual(['ours', 'entry']);
    const asked = await rig((main) => ({
      ...ANYWHERE,
      providers: { openai: { baseUrl: main.origin }, groq: { baseUrl: backup.origin, headers: { 'x-team': 'ours' } } },
    }));
    await asked.chat(listOf({ 'target-url': backup.origin }));
    expect(backup.requests[1]?.header('x-team'), 'to no target of a caller').toBeUndefined();
  });

  test('a header that `Connection` names goes to no entry, and a cookie of a caller’s target not back', async () => {
    const other = await provider((exchange) =>
      exchange.respond(
        {
          headers: [
            ['content-type', 'application/json'],
            ['set-cookie', 'a=b'],
          ],
          framing: 'length',
        },
        ['{}'],
      ),
    );
    const proxy = await rig(ANYWHERE);
    const { header } = await proxy.chat({
      connection: 'x-hop',
      'x-hop': '1',
      ...listOf({ 'target-url': other.origin }),
    });
    expect(other.requests[0]?.header('x-hop')).toBeUndefined();
    expect(header('set-cookie')).toBeUndefined();
  });
});

describe('what is refused before anything is sent', () => {
  const cases: [string, Entry[], number][] = [
    ['a private address', [{ 'target-url': 'http://127.0.0.1:9' }], 403],
    ['a disguised private address', [{ 'target-url': 'http://0x7f.1:9' }], 403],
    [
      'a second entry at a private address',
      [{ 'target-url': 'https://api.openai.com' }, { 'target-url': 'http://[::ffff:127.0.0.1]:9' }],
      403,
    ],
    ['an origin that nobody allowed', [{ 'target-url': 'https://api.openai.com.evil.example' }], 403],
    ['another port of an allowed host', [{ 'target-url': 'https://api.openai.com:8443' }], 403],
    ['a user name', [{ 'target-url': 'https://api.openai.com@evil.example' }], 400],
    ['another scheme', [{ 'target-url': 'file:///etc/passwd' }], 400],
    ['no entry', [], 400],
    ['a header of ours', [{ 'target-url': 'https://api.openai.com', headers: { 'Helicone-Auth': 'x' } }], 400],
    [
      'a hop-by-hop header',
      [{ 'target-url': 'https://api.openai.com', headers: { 'Transfer-Encoding': 'chunked' } }],
      400,
    ],
    ['a length', [{ 'target-url': 'https://api.openai.com', headers: { 'content-length': '1' } }], 400],
    ['a host', [{ 'target-url': 'https://api.openai.com', headers: { host: 'evil.example' } }], 400],
    ['two lines in a header', [{ 'target-url': 'https://api.openai.com', headers: { a: 'b\r\nc: d' } }], 400],
    ['a status that is none', [{ 'target-url': 'https://api.openai.com', onCodes: [42] }], 400],
  ];
  test('with the header’s name and a code that says why, and recorded', async () => {
    const proxy = await rig({}, { script: failing });
    for (const [what, entries, status] of cases) {
      const answer = await proxy.chat(listOf(...entries));
      const code = status === 403 ? 'target_forbidden' : 'invalid_header';
      expect([answer.status, answer.header('x-helicone-error')], what).toEqual([status, code]);
      expect(answer.body.toString(), what).toContain('helicone-fallbacks');
    }
    expect(proxy.provider.requests).toHaveLength(0);
    const records = await proxy.records();
    expect(records.map(({ response_status }) => response_status)).toEqual(cases.map(([, , status]) => status));
    for (const record of records) expect(record).toMatchObject({ attempts: [], outcome: 'blocked' });
  });

  test('a name that resolves to a private address is refused when it is called', async () => {
    const proxy = await rig((main) => ({ targets: { allow: [`http://localhost:${new URL(main.origin).port}`] } }));
    const { port } = new URL(proxy.provider.origin);
    const { status, header, body } = await proxy.chat(listOf({ 'target-url': `http://localhost:${port}` }));
    expect([status, header('x-helicone-error')]).toEqual([403, 'target_forbidden']);
    expect(body.toString()).not.toContain('localhost');
    expect(proxy.provider.connections).toHaveLength(0);
  });

  test('what a key may not call by its route, it may not call by a fallback', async () => {
    const other = await provider(answerChat);
    const keys = { 'sk-a': { providers: ['openai'] }, 'sk-b': { providers: ['openai', 'gateway'] } };
    const proxy = await rig({ ...ANYWHERE, auth: { keys } });
    const list = listOf({ 'target-url': other.origin });
    const refused = await proxy.chat({ 'helicone-auth': 'Bearer sk-a', ...list });
    expect([refused.status, refused.header('x-helicone-error')]).toEqual([403, 'provider_forbidden']);
    expect((await proxy.chat({ 'helicone-auth': 'Bearer sk-b', ...list })).status).toBe(200);
  });
});
