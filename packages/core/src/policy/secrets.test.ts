import { expect, test } from 'vitest';
import type { Headers } from '../contract.js';
import { secretsIn } from './secrets.js';

function secrets(headers: Headers, query = '', serverKeys: string[] | null = null): string[] {
  return [...secretsIn({ headers: [headers], queries: [query], serverKeys })].sort();
}

test.each<[string, Headers, string[]]>([
  ['a bearer', { authorization: 'Bearer sk-123456' }, ['sk-123456']],
  ['a bearer behind a tab', { authorization: 'Bearer\tsk-123456' }, ['sk-123456']],
  ['what stands in the place of a key is none', { authorization: 'Bearer undefined', 'x-api-key': 'lm-studio' }, []],
  ['two keys', { authorization: 'Bearer sk-123456, Bearer hk-654321' }, ['hk-654321', 'sk-123456']],
  ['ours', { 'helicone-auth': 'Bearer hk-654321' }, ['hk-654321']],
  ['plain keys', { 'x-api-key': 'ant-12345', 'api-key': 'az-123456' }, ['ant-12345', 'az-123456']],
  [
    'of people’s own',
    { 'ocp-apim-subscription-key': 'ocp-12345', 'x-auth-token': 'tok-12345' },
    ['ocp-12345', 'tok-12345'],
  ],
  ['basic', { 'proxy-authorization': 'Basic dXNlcjpzZWNyZXQtMQ==' }, ['dXNlcjpzZWNyZXQtMQ==', 'secret-1']],
  [
    'AWS',
    { authorization: 'AWS4-HMAC-SHA256 Credential=AKID1234/20250101, Signature=abcdef0123' },
    ['AKID1234/20250101', 'Credential=AKID1234/20250101', 'Signature=abcdef0123', 'abcdef0123'],
  ],
  ['cookies', { cookie: 'a=1; sid=s%2Fid-1234; theme=dark' }, ['s%2Fid-1234', 's/id-1234']],
  [
    'cookies by their names',
    {
      cookie:
        'PHPSESSID=sess-1234; connect.sid=conn-1234; __Host-next-auth.session-token=auth-1234; uid=user-12345678; region=eu-central-1; env=production',
    },
    ['auth-1234', 'conn-1234', 'sess-1234'],
  ],
  ['a cookie without a name', { cookie: 'abcdefghij' }, ['abcdefghij']],
  ['several values', { 'x-api-key': ['first-key', 'second-key'] }, ['first-key', 'second-key']],
  ['subprotocols', { 'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-123456' }, ['sk-123456']],
  [
    'an address',
    { 'helicone-target-url': 'https://username:pass%40word@x.example' },
    ['pass%40word', 'pass@word', 'username'],
  ],
  ['addresses in a list', { 'helicone-fallbacks': '[{"target-url":"https://u:password1@x.example"}]' }, ['password1']],
  ['short ones are none', { authorization: 'Bearer short', 'x-api-key': '1234567' }, []],
  ['other headers', { 'content-type': 'application/json', 'x-request-id': 'abcdefghijkl' }, []],
])('%s', (_what, headers, expected) => {
  expect(secrets(headers)).toEqual(expected);
});

test('query parameters that give access, as they came and decoded', () => {
  expect(secrets({}, 'alt=sse-stream&key=AIza%2F12345&%6Bey=AIza-67890&model=gpt-4o-mini')).toEqual([
    'AIza%2F12345',
    'AIza-67890',
    'AIza/12345',
  ]);
  expect(secrets({}, 'X-Amz-Signature=abcdef012345&sig=%zz123456')).toEqual(['%zz123456', 'abcdef012345']);
});

test('keys of the server, and headers that a fallback put in the place of the client’s', () => {
  const first = { authorization: 'Bearer client-key' };
  const second = { authorization: 'Bearer entry-key' };
  const carried = { headers: [first, second, first], queries: ['key=client-query', ''], serverKeys: ['server-key'] };
  expect([...secretsIn(carried)].sort()).toEqual(['client-key', 'client-query', 'entry-key', 'server-key']);
});

test('of more than are looked for, the server’s own are among them', () => {
  const many = Array.from({ length: 200 }, (_, i) => `key-${i}-abcdef`).join(',');
  const carried = { headers: [{ 'x-token': 'of-the-options' }, { authorization: many }], queries: [] };
  const found = secretsIn({ ...carried, serverKeys: ['server-key'] });
  expect(found.slice(0, 3)).toEqual(['server-key', 'of-the-options', 'key-0-abcdef']);
  expect(found).toHaveLength(128);
});

test('hostile values take no time and give no endless list', () => {
  const started = performance.now();
  const many = Array.from({ length: 5000 }, (_, i) => `key-${i}-abcdef`).join(',');
  expect(secrets({ authorization: many })).toHaveLength(128);
  for (const filler of [' ', 'a ', '//', '=', '"', ';']) {
    secrets({
      authorization: `Bearer${filler.repeat(8000)}x`,
      cookie: filler.repeat(8000),
      'helicone-target-url': `${filler.repeat(8000)}@`,
    });
  }
  expect(performance.now() - started).toBeLessThan(5_000);
});
