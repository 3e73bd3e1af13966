import { describe, expect, test } from 'vitest';
import { compileLayer, compilePolicy, type LayerOptions, mergeLayers, type PolicyOptions } from './policy-layers.js';

function made(options: unknown): () => unknown {
  return () => compilePolicy(options as PolicyOptions);
}

describe('what is wrong is named when the proxy is made', () => {
  test.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, 'policy: must be an object'],
    ['x', TypeError, 'policy: must be an object'],
    [{ default: {} }, TypeError, 'policy: unknown key "default"; known are defaults, enforce, ignore, strict'],
    [{ strict: 'yes' }, TypeError, 'policy.strict: must be true or false'],
    [{ ignore: 'Helicone-User-Id' }, TypeError, 'policy.ignore: must be a list of header names'],
    [{ ignore: [5] }, TypeError, 'policy.ignore[0]: must be the name of a header'],
    [{ ignore: ['Helicone-User-Id', 'X-A'] }, TypeError, 'policy.ignore[1]: not a header that this proxy knows'],
    [{ ignore: ['helicone-auth'] }, TypeError, 'policy.ignore[0]: says who is calling, which cannot be ignored'],
    [{ defaults: [] }, TypeError, 'policy.defaults: must be an object of headers'],
    [{ enforce: null }, TypeError, 'policy.enforce: must be an object of headers'],
    [{ enforce: { 'X-A': '1' } }, TypeError, 'policy.enforce["X-A"]: not a header that this proxy knows'],
    [{ enforce: { 'Helicone-Auth': 'k' } }, TypeError, 'policy.enforce["Helicone-Auth"]: cannot be set for many calls'],
    [
      { defaults: { 'Helicone-Request-Id': '0190f5e8-7b6a-7abc-8def-0123456789ab' } },
      TypeError,
      'policy.defaults["Helicone-Request-Id"]: cannot be set for many calls',
    ],
    [
      { enforce: { 'Helicone-Property-*': 'a' } },
      TypeError,
      'policy.enforce["Helicone-Property-*"]: cannot be set for many calls',
    ],
    [
      { enforce: { 'Helicone-Retry-Num': null } },
      TypeError,
      'policy.enforce["Helicone-Retry-Num"]: must be text, a number or true or false',
    ],
    [
      { enforce: { 'Helicone-Retry-Num': 11 } },
      RangeError,
      'policy.enforce["Helicone-Retry-Num"]: must be a whole number from 0 to 10',
    ],
    [{ enforce: { 'Helicone-User-Id': ' ' } }, RangeError, 'policy.enforce["Helicone-User-Id"]: empty'],
    [
      { defaults: { 'Helicone-Omit-Request': 2 } },
      RangeError,
      'policy.defaults["Helicone-Omit-Request"]: must be true or false',
    ],
    [
      { enforce: { 'helicone-RATELIMIT-policy': '5;w=0' } },
      RangeError,
      'policy.enforce["helicone-RATELIMIT-policy"]: w must be whole seconds from 1 to 31536000',
    ],
    [
      { defaults: { 'Cache-Control': 'max-age=1h' } },
      RangeError,
      'policy.defaults["Cache-Control"]: must have one of no-store, no-cache, max-age=seconds, s-maxage=seconds',
    ],
    [
      { defaults: { 'Cache-Control': 'no-store', 'Helicone-Cache-Control': 'no-cache' } },
      TypeError,
      'policy.defaults["Helicone-Cache-Control"]: the same header is given twice',
    ],
    [
      { defaults: { 'Helicone-User-Id': 'a', 'helicone-user-id': 'b' } },
      TypeError,
      'policy.defaults["helicone-user-id"]: the same header is given twice',
    ],
  ])('%j', (options, type, message) => {
    expect(made(options)).toThrow(type);
    expect(made(options)).toThrow(expect.objectContaining({ message }));
  });

  test('a key’s policy has no strict, and its own place in the message', () => {
    const where = 'auth.keys["abcd…"].policy';
    expect(() => compileLayer(where, { strict: true } as LayerOptions)).toThrow(
      /^auth\.keys\["abcd…"\]\.policy: unknown key "strict"/,
    );
    expect(() => compileLayer(where, { enforce: { 'Helicone-Retry-Num': 'x' } })).toThrow(
      'auth.keys["abcd…"].policy.enforce["Helicone-Retry-Num"]: must be a whole number from 0 to 10',
    );
  });
});

test('names in any case, values as text, numbers and flags, and keys that are there but undefined', () => {
  const { defaults, enforce, ignore, strict } = compilePolicy({
    defaults: {
      'Helicone-Retry-Enabled': true,
      'HELICONE-RETRY-NUM': 3,
      'Helicone-Property-Team': 'Zoë',
      'Cache-Control': 'no-cache',
    },
    enforce: { 'Helicone-Prompt-Security-Enabled': 1, 'Helicone-Cache-Seed': undefined as unknown as string },
    ignore: ['Helicone-Property-*', 'Helicone-Property-App', 'CACHE-CONTROL'],
  });
  expect(defaults).toEqual({
    values: {
      'helicone-retry-enabled': true,
      'helicone-retry-num': 3,
      'helicone-cache-control': { noStore: false, noCache: true, maxAgeSeconds: null },
    },
    properties: { team: 'Zoë' },
  });
  expect(enforce).toEqual({ values: { 'helicone-llm-security-enabled': true }, properties: {} });
  expect(ignore).toEqual(['helicone-property-*', 'helicone-property-app', 'cache-control']);
  expect(strict).toBe(false);
});

test('a layer’s fallbacks are trusted', () => {
  const list = '[{"target-url":"http://10.0.0.1","headers":{},"onCodes":[]}]';
  const { values } = compileLayer('policy', { enforce: { 'Helicone-Fallbacks': list } }).enforce;
  expect(values['helicone-fallbacks']).toEqual([expect.objectContaining({ origin: 'http://10.0.0.1', trusted: true })]);
});

describe('which client headers are not read', () => {
  const barredBy = (options: PolicyOptions): string[] => {
    const { barred } = mergeLayers(compilePolicy(options), null).rules;
    return barred === null ? [] : [...barred].sort();
  };

  test('none without enforce and ignore', () => {
    expect(mergeLayers(compilePolicy({ defaults: { 'Helicone-User-Id': 'a' } }), null).rules.barred).toBeNull();
  });

  test('what is enforced, under each of its names, with what it covers', () => {
    expect(barredBy({ enforce: { 'Helicone-Property-App': 'a', 'Helicone-Prompt-Security-Enabled': true } })).toEqual([
      'helicone-llm-security-enabled',
      'helicone-prompt-security-enabled',
      'helicone-property-app',
    ]);
    expect(barredBy({ enforce: { 'Cache-Control': 'no-store', 'Helicone-Cache-Enabled': false } })).toEqual([
      'cache-control',
      'helicone-cache-control',
      'helicone-cache-enabled',
      'helicone-cache-read',
      'helicone-cache-save',
    ]);
  });

  test('what is ignored; another name of a header may be ignored alone', () => {
    expect(barredBy({ ignore: ['Cache-Control'] })).toEqual(['cache-control']);
    expect(barredBy({ ignore: ['Helicone-Cache-Control'] })).toEqual(['cache-control', 'helicone-cache-control']);
    expect(barredBy({ ignore: ['Helicone-Property-*'] })).toEqual(['helicone-property-*']);
  });
});
