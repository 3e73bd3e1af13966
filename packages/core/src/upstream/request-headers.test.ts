import { expect, test } from 'vitest';
import type { Headers } from '../contract.js';
import { type Caller, createAuthenticator } from '../identity.js';
import type { Target } from '../policy/target.js';
import { declaredLength, forwardedHead, needsServerKey, upstreamHead } from './request-headers.js';

const TARGET: Target = {
  provider: 'anthropic',
  origin: 'https://api.anthropic.com',
  path: '/v1/messages',
  wire: 'anthropic-messages',
  credential: 'x-api-key',
  apiKey: null,
  headers: {},
  trusted: true,
};

function callerOf(headers: Headers, keys?: string[]): Caller {
  const auth = keys === undefined ? null : { keys: Object.fromEntries(keys.map((key) => [key, {}])) };
  const signal = new AbortController().signal;
  return createAuthenticator(auth).caller({
    method: 'POST',
    path: '/',
    query: '',
    headers,
    body: null,
    signal,
  }) as Caller;
}

interface Sent {
  keys?: string[];
  query?: string;
  apiKey?: string;
  target?: Partial<Target>;
}

function sent(
  headers: Headers,
  { keys, query = '', apiKey, target = {} }: Sent = {},
): { path: string; headers: string[] } {
  const caller = callerOf(headers, keys);
  const given: Target = { ...TARGET, apiKey: apiKey ?? null, ...target };
  const forwarded = forwardedHead({ headers, query }, caller, given);
  return upstreamHead(forwarded, given, needsServerKey(forwarded, caller, given) ? (apiKey ?? null) : null);
}

test('headers go on as they came, repeated ones each', () => {
  expect(sent({ accept: '*/*', 'x-many': ['a', 'b'], 'x-none': undefined }).headers).toEqual([
    'accept',
    '*/*',
    'x-many',
    'a',
    'x-many',
    'b',
  ]);
});

test('what stops here and what Connection names does not', () => {
  const headers = {
    host: 'a',
    connection: 'x-hop',
    'x-hop': '1',
    'helicone-user-id': 'ada',
    cookie: 'c',
    accept: '*/*',
  };
  expect(sent(headers).headers).toEqual(['accept', '*/*']);
});

test('headers of the target go over those of the client', () => {
  const target = { headers: { 'x-team': 'ours' } };
  expect(sent({ 'x-team': 'theirs' }, { target }).headers).toEqual(['x-team', 'ours']);
});

test('the query goes behind the path', () => {
  expect(sent({}, { query: 'a=%20&b' }).path).toBe('/v1/messages?a=%20&b');
  expect(sent({}).path).toBe('/v1/messages');
});

test('the server’s key goes where the provider expects it, for callers whom we know and who bring none', () => {
  const ours = { authorization: 'Bearer ours' };
  expect(sent(ours, { keys: ['ours'], apiKey: 'k' }).headers).toEqual(['x-api-key', 'k']);
  const target = { credential: 'authorization' } as const;
  expect(sent(ours, { keys: ['ours'], apiKey: 'k', target }).headers).toEqual(['authorization', 'Bearer k']);
  expect(sent({}, { keys: undefined, apiKey: 'k' }).headers, 'a caller whom nobody vouches for').toEqual([]);
  const both = { 'helicone-auth': 'ours', 'x-api-key': 'theirs' };
  expect(sent(both, { keys: ['ours'], apiKey: 'k' }).headers).toEqual(['x-api-key', 'theirs']);
  const inQuery = { keys: ['ours'], apiKey: 'k', query: 'key=theirs' };
  expect(sent({ 'helicone-auth': 'ours' }, inQuery).headers).toEqual([]);
});

test('a key of ours is never sent, wherever it was shown', () => {
  const everywhere = { 'helicone-auth': 'ours', authorization: 'Bearer ours', 'x-api-key': 'ours2', 'api-key': 'ours' };
  const { path, headers } = sent(everywhere, { keys: ['ours', 'ours2'], query: 'key=ours&a=1' });
  expect(headers).toEqual([]);
  expect(path).toBe('/v1/messages?a=1');
});

test.each([
  ['0', 0],
  ['123', 123],
  [undefined, null],
  ['', null],
  ['-1', null],
  ['1e3', null],
  ['1.5', null],
  ['9'.repeat(16), null],
])('declared length "%s"', (text, length) => {
  expect(declaredLength({ 'content-length': text })).toBe(length);
});
