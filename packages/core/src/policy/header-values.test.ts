import { describe, expect, test } from 'vitest';
import type { Headers } from '../contract.js';
import { ALL_HEADERS, NOTHING, readHeaders } from './header-values.js';

const CACHE_ON = { ...ALL_HEADERS, cacheMayBeOn: true };

test('headers of others are passed over, and cost nothing', () => {
  const headers = { host: 'a', 'x-helicone-user-id': 'a', helicone: 'a', 'heli-x': 'a', authorization: 'a' };
  expect(readHeaders(headers)).toBe(NOTHING);
  expect(readHeaders({})).toBe(NOTHING);
  expect(readHeaders({ 'cache-control': 'no-store' })).toBe(NOTHING);
});

test('an unknown header is named in a warning; strict refuses it', () => {
  for (const name of [
    'helicone-usr-id',
    'helicone-property-',
    'helicone-',
    'helicone-property',
    'helicone-webhooks-enabled',
  ]) {
    const found = readHeaders({ [name]: 'x' });
    expect(found).toMatchObject({ values: {}, properties: {} });
    expect(found.warnings).toEqual([`${name}: not a header that this proxy knows; it had no effect`]);
    const { fault } = readHeaders({ [name]: 'x' }, { ...ALL_HEADERS, strict: true });
    expect(fault).toMatchObject({ code: 'invalid_header', message: `${name}: not a header that this proxy knows` });
  }
});

test('of a repeated header the first value counts; one that is absent counts as not sent', () => {
  const { values } = readHeaders({ 'helicone-user-id': ['ada', 'grace'], 'helicone-session-id': undefined });
  expect(values).toEqual({ 'helicone-user-id': 'ada' });
  expect(readHeaders({ 'helicone-user-id': [], 'cache-control': [] }, CACHE_ON)).toBe(NOTHING);
});

test('UTF-8 in Latin-1 bytes is read as UTF-8, true Latin-1 as it is', () => {
  const userId = (raw: string): string | undefined =>
    readHeaders({ 'helicone-user-id': raw }).values['helicone-user-id'];
  expect(userId(Buffer.from('Zoë 🦊').toString('latin1'))).toBe('Zoë 🦊');
  expect(userId('Zo\u00eb')).toBe('Zoë');
  // No bytes at all: read as such, the second one would be a 4.
  expect(userId('Zoë 🦊')).toBe('Zoë 🦊');
  expect(readHeaders({ 'helicone-retry-num': '\u0134' }).fault).not.toBeNull();
  // The limit is in characters that a person sees, not in bytes.
  const long = 'é'.repeat(1024);
  expect(userId(Buffer.from(long).toString('latin1'))).toBe(long);
});

test('a wrong governing header is not hidden by good ones before and after it, nor by another wrong one behind it', () => {
  const { fault, values } = readHeaders({
    'helicone-user-id': 'ada',
    'helicone-omit-request': 'maybe',
    'helicone-retry-num': 'many',
    'helicone-omit-response': 'true',
  });
  expect(fault?.message).toBe('helicone-omit-request: must be true or false');
  expect(values).toEqual({ 'helicone-user-id': 'ada', 'helicone-omit-response': true });
});

test('properties called like members of objects are properties like any other', () => {
  const { properties } = readHeaders({
    'helicone-property-__proto__': 'a',
    'helicone-property-constructor': 'b',
    'helicone-property-tostring': 'c',
  });
  expect(JSON.parse(JSON.stringify(properties))).toEqual(
    JSON.parse('{"__proto__":"a","constructor":"b","tostring":"c"}'),
  );
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>).a).toBeUndefined();
});

test('the first 100 properties are kept, each further one is named in a warning', () => {
  const headers: Record<string, string> = {};
  for (let i = 0; i < 103; i++) headers[`helicone-property-p${i}`] = String(i);
  const { properties, warnings } = readHeaders(headers);
  expect(Object.keys(properties)).toHaveLength(100);
  expect(properties.p99).toBe('99');
  expect(properties.p100).toBeUndefined();
  expect(warnings).toEqual([100, 101, 102].map((i) => `helicone-property-p${i}: more than 100 properties; left out`));
});

describe('two names for one thing', () => {
  const on = { 'helicone-cache-enabled': 'true' };
  const age = (headers: Headers) => readHeaders(headers).values['helicone-cache-control']?.maxAgeSeconds;

  test('cache-control counts where a cache was asked for and helicone-cache-control was not sent', () => {
    expect(age({ ...on, 'cache-control': 'max-age=1' })).toBe(1);
    expect(age({ 'helicone-cache-read': 'true', 'cache-control': 'max-age=1' })).toBe(1);
    expect(age({ 'helicone-cache-save': 'true', 'cache-control': 'max-age=1' })).toBe(1);
    expect(age({ 'helicone-user-id': 'ada', 'cache-control': 'max-age=1' })).toBeUndefined();
    expect(age({ 'cache-control': 'max-age=1', 'helicone-cache-control': 'max-age=2', ...on })).toBe(2);
    expect(age({ 'helicone-cache-control': 'max-age=2', ...on, 'cache-control': 'max-age=1' })).toBe(2);
    expect(age({ 'helicone-cache-control': 'nonsense', ...on, 'cache-control': 'max-age=1' })).toBeNull();
  });

  test('helicone-llm-security-enabled wins over helicone-prompt-security-enabled, whichever comes first', () => {
    const main = 'helicone-llm-security-enabled';
    const other = 'helicone-prompt-security-enabled';
    expect(readHeaders({ [other]: 'true' }).values).toEqual({ [main]: true });
    expect(readHeaders({ [other]: 'true', [main]: 'false' }).values).toEqual({ [main]: false });
    expect(readHeaders({ [main]: 'false', [other]: 'true' }).values).toEqual({ [main]: false });
    expect(readHeaders({ [main]: 'true', [other]: 'maybe' }).fault?.message).toBe(`${other}: must be true or false`);
  });
});
