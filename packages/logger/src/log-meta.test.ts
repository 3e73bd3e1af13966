import { expect, test } from 'vitest';
import { headersOf, type LogMeta, metaOfRequest } from './log-meta.js';

const DESCRIBING = {
  'Helicone-User-Id': 'ada',
  'Helicone-Property-App': 'a',
  'Helicone-Session-Id': 's',
  'Helicone-Omit-Response': 'true',
};
const OTHERS = {
  Authorization: 'Bearer sk-canary',
  'Helicone-Auth': 'Bearer canary',
  'Helicone-Fallbacks': '[{"headers":{"authorization":"canary"}}]',
  'Helicone-Cache-Enabled': 'true',
  'X-Helicone-User-Id': 'no',
};
const LOWER = Object.fromEntries(Object.entries(DESCRIBING).map(([name, value]) => [name.toLowerCase(), value]));

test.each([
  ['an object', { ...DESCRIBING, ...OTHERS }],
  ['Headers', new Headers({ ...DESCRIBING, ...OTHERS })],
  ['pairs', Object.entries({ ...DESCRIBING, ...OTHERS })],
])('of the headers of a request as %s, those that describe it are taken', (_, headers) => {
  expect(metaOfRequest(headers)).toEqual(LOWER);
});

test.each([undefined, null, 'text', 7])('%j has none', (headers) => {
  expect(metaOfRequest(headers)).toEqual({});
});

test('what log says becomes headers; what is no value is left out', () => {
  const meta = { userId: 'ada', properties: { a: 1, b: true, c: null, d: {} }, sessionName: undefined };
  expect(headersOf(meta as unknown as LogMeta)).toEqual({
    'Helicone-User-Id': 'ada',
    'Helicone-Property-a': '1',
    'Helicone-Property-b': 'true',
  });
});
