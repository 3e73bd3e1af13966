import { describe, expect, test } from 'vitest';
import {
  createKeyTable,
  hasCredential,
  keysIn,
  queryKeys,
  withoutCredentials,
  withoutOwnKeys,
  withoutScheme,
} from './credentials.js';

const isOurs = (key: string): boolean => key === 'sk-ours' || key === 'sk-ours-2';

test('a key table finds its keys and nothing else', () => {
  const table = createKeyTable([
    ['one', 1],
    ['two', 2],
    ['__proto__', 3],
  ]);
  expect(table.find('one')).toBe(1);
  expect(table.find('__proto__')).toBe(3);
  for (const key of ['', 'One', 'one ', 'on', 'constructor']) expect(table.find(key)).toBeUndefined();
});

test('a key is what is left without its scheme', () => {
  expect(withoutScheme('Bearer a')).toBe('a');
  expect(withoutScheme('  bEaReR \t a ')).toBe('a');
  expect(withoutScheme('a')).toBe('a');
  expect(withoutScheme('Bearera')).toBe('Bearera');
  expect(withoutScheme('Basic a')).toBe('Basic a');
});

test('keys of a header: plain, with Bearer, several behind commas', () => {
  expect(keysIn(undefined)).toEqual([]);
  expect(keysIn('')).toEqual([]);
  expect(keysIn('a')).toEqual(['a']);
  expect(keysIn('Bearer a')).toEqual(['a']);
  expect(keysIn('Bearer a, Bearer b')).toEqual(['a', 'b']);
  expect(keysIn('Bearer a,b , ,bearer c')).toEqual(['a', 'b', 'c']);
  expect(keysIn(['Bearer a', 'Bearer b'])).toEqual(['a']);
});

test('the key of a query', () => {
  expect(queryKeys('')).toEqual([]);
  expect(queryKeys('alt=sse')).toEqual([]);
  expect(queryKeys('alt=sse&key=a%2Bb&key=c')).toEqual(['a+b', 'c']);
  expect(queryKeys('apikey=a')).toEqual([]);
  expect(queryKeys('key=')).toEqual(['']);
});

test('a credential is any of the four headers, or the query key', () => {
  for (const name of ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key']) {
    expect(hasCredential({ [name]: 'x' }, '')).toBe(true);
  }
  expect(hasCredential({}, 'key=x')).toBe(true);
  expect(hasCredential({ cookie: 'x', 'helicone-auth': 'x' }, 'monkey=x')).toBe(false);
});

describe('keys of ours are taken out', () => {
  function left(headers: Record<string, string>, query = ''): ReturnType<typeof withoutOwnKeys> {
    return withoutOwnKeys(headers, query, isOurs);
  }

  test.each(['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'])(
    'from %s, which carried nothing else',
    (name) => {
      expect(left({ [name]: 'sk-ours', accept: '*/*' }).headers).toEqual({ accept: '*/*' });
      expect(left({ [name]: 'Bearer sk-ours' }).headers).toEqual({});
      expect(left({ [name]: 'Bearer sk-ours, Bearer sk-ours-2' }).headers).toEqual({});
    },
  );

  test('from beside another one, which stays in the form of its header', () => {
    expect(left({ authorization: 'Bearer sk-ours, Bearer theirs' }).headers).toEqual({
      authorization: 'Bearer theirs',
    });
    expect(left({ authorization: 'Bearer theirs, Bearer sk-ours' }).headers).toEqual({
      authorization: 'Bearer theirs',
    });
    expect(left({ 'x-api-key': 'sk-ours, theirs' }).headers).toEqual({ 'x-api-key': 'theirs' });
  });

  test('others stay byte for byte, commas and schemes too', () => {
    const headers = { authorization: 'bearer  a,b', 'x-api-key': 'theirs' };
    expect(left(headers, 'key=theirs&a=%20')).toEqual({ headers, query: 'key=theirs&a=%20' });
  });

  test('the headers that were given are left as they are', () => {
    const headers = { authorization: 'Bearer sk-ours' };
    left(headers);
    expect(headers).toEqual({ authorization: 'Bearer sk-ours' });
  });

  test('from the query, whose other parameters keep their bytes', () => {
    expect(left({}, 'key=sk-ours').query).toBe('');
    expect(left({}, 'alt=sse&key=sk-ours&a=%7e+b').query).toBe('alt=sse&a=%7e+b');
    expect(left({}, 'key=sk%2Dours&monkey=1').query).toBe('monkey=1');
  });

  test('from the query when the name of its parameter is percent-encoded', () => {
    // `apikey=` is there so that the query looks as if it could have a key.
    const { query } = left({}, 'apikey=1&k%65y=sk-ours');
    expect(query).not.toContain('sk-ours');
  });

  test('from the query when it stands behind another key', () => {
    expect(left({}, 'key=theirs&key=sk-ours').query).toBe('key=theirs');
  });
});

test('nothing that gives access is left for another origin; all else keeps its bytes', () => {
  const headers = { authorization: 'Bearer a', 'x-api-key': 'a', 'x-amz-security-token': 'a', 'openai-beta': 'b' };
  const query = 'x=%20+y&key=a&K%65y=a&api-key=a&access_token=a&X-Amz-Credential=a&keys=1&';
  expect(withoutCredentials(headers, query)).toEqual({ headers: { 'openai-beta': 'b' }, query: 'x=%20+y&keys=1&' });
  expect(withoutCredentials({}, '')).toEqual({ headers: {}, query: '' });
});

test.each([
  'x-auth-token',
  'apikey',
  'x-functions-key',
  'cf-aig-authorization',
  'ocp-apim-subscription-key',
  'client-secret',
  'x-auth-key',
  'x-secret-key',
  'x-goog-iap-jwt-assertion',
])('%s is left for no other origin', (name) => {
  expect(withoutCredentials({ [name]: 'a' }, '').headers).toEqual({});
});

test.each(['idempotency-key', 'x-max-tokens', 'author', 'anthropic-beta', 'x-stainless-lang', 'content-type'])(
  '%s is',
  (name) => {
    expect(withoutCredentials({ [name]: 'a' }, '').headers).toEqual({ [name]: 'a' });
  },
);

test('nor what signs a URL; a page’s token is none', () => {
  const query =
    'pageToken=1&sig=a&Signature=a&token=a&auth_token=a&client_secret=a&subscription-key=a&x-goog-signature=a&max_tokens=2';
  expect(withoutCredentials({}, query).query).toBe('pageToken=1&max_tokens=2');
});
