import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answerHeaders, firstValue, nominated, stopsHere } from './headers.js';

const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

const OURS_OR_THE_HOSTS = [
  'host',
  'content-length',
  'expect',
  'cookie',
  'origin',
  'forwarded',
  'x-real-ip',
  'x-forwarded-for',
  'x-forwarded-anything',
  'helicone-auth',
  'helicone-not-known',
];

test.each([...HOP_BY_HOP, ...OURS_OR_THE_HOSTS])('%s stops here on its way up', (name) => {
  expect(stopsHere(name)).toBe(true);
});

test.each(['authorization', 'content-type', 'accept', 'openai-beta', 'x-forward', 'helicone', 'user-agent'])(
  '%s goes on',
  (name) => {
    expect(stopsHere(name)).toBe(false);
  },
);

test.each([undefined, 'keep-alive', 'close'])('Connection: %s nominates nothing', (value) => {
  expect(nominated(value)).toBeNull();
});

test('Connection nominates names in any case and spacing, over several lines', () => {
  expect(nominated('X-One ,x-two,\tX-THREE')).toEqual(new Set(['x-one', 'x-two', 'x-three']));
  expect(nominated(['close, X-One', 'x-two'])).toEqual(new Set(['close', 'x-one', 'x-two']));
});

test('an answer loses hop-by-hop and nominated headers, and keeps every value of the rest', () => {
  const received = {
    connection: 'close, X-Hop',
    'x-hop': '1',
    'transfer-encoding': 'chunked',
    upgrade: 'h2c',
    'set-cookie': ['a=1', 'b=2'],
    'content-type': 'application/json',
    'content-length': '2',
  };
  const kept = answerHeaders(received);
  expect(kept).toEqual({
    'set-cookie': ['a=1', 'b=2'],
    'content-type': 'application/json',
    'content-length': '2',
  });
  expect(received['x-hop'], 'what undici gave is left as it was').toBe('1');
});

test('property: whatever Connection names is gone, whatever it does not name is kept', () => {
  const names = fc.constantFrom('x-a', 'x-b', 'etag', 'server', 'date', 'content-type');
  fc.assert(
    fc.property(fc.uniqueArray(names), fc.uniqueArray(names), (present, hopping) => {
      const headers = Object.fromEntries(present.map((name) => [name, name]));
      const connection = hopping.map((name) => name.toUpperCase()).join(' , ');
      const expected = present.filter((name) => !hopping.includes(name));
      expect(Object.keys(answerHeaders({ connection, ...headers })).sort()).toEqual(expected.sort());
    }),
  );
});

test('first value of a header', () => {
  expect(firstValue('a')).toBe('a');
  expect(firstValue(['a', 'b'])).toBe('a');
  expect(firstValue([])).toBeUndefined();
  expect(firstValue(undefined)).toBeUndefined();
});
