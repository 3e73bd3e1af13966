import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asksNothing, type CacheDirectives, readCacheDirectives } from './cache-directives.js';

const NOTHING: CacheDirectives = { noStore: false, noCache: false, maxAgeSeconds: null };

test.each<[string, Partial<CacheDirectives>]>([
  ['no-store', { noStore: true }],
  ['NO-CACHE', { noCache: true }],
  ['no-cache="x, max-age=5"', { noCache: true }],
  ['max-age=3600', { maxAgeSeconds: 3600 }],
  ['Max-Age = 3600', { maxAgeSeconds: 3600 }],
  ['max-age="3600"', { maxAgeSeconds: 3600 }],
  ['max-age=0', { maxAgeSeconds: 0 }],
  ['private,max-age=60,,no-transform', { maxAgeSeconds: 60 }],
  ['max-age=60, s-maxage=30', { maxAgeSeconds: 30 }],
  ['s-maxage=0, max-age=60', { maxAgeSeconds: 0 }],
  ['max-age=60, max-age=30', { maxAgeSeconds: 60 }],
  ['max-age=x, max-age=30', { maxAgeSeconds: 30 }],
  ['max-age=31536001', { maxAgeSeconds: 31_536_000 }],
  ['max-age=99999999999999999999999999', { maxAgeSeconds: 31_536_000 }],
  ['no-store, no-cache, max-age=1', { noStore: true, noCache: true, maxAgeSeconds: 1 }],
  ['note="say \\"hi\\", no-store", max-age=2', { maxAgeSeconds: 2 }],
])('%s', (text, directives) => {
  expect(readCacheDirectives(text)).toEqual({ ...NOTHING, ...directives });
  expect(asksNothing(readCacheDirectives(text))).toBe(false);
});

test.each([
  '',
  ',',
  '=',
  'x-max-age=60',
  'x-s-maxage=60',
  'max-age',
  'max-age=',
  'max-age=-1',
  'max-age=1.5',
  'max-age=6O',
  'max-age=60s',
  'max-age=60 60',
  'max-age="60',
  'max-age:60',
  '=max-age=60',
  'maxage=60',
  'no-stores',
  'no store',
  'x=no-store',
  '"no-store"',
  'ext="no-store, max-age=60"',
  'ext="never ends, no-store',
  'only-if-cached',
  'public',
])('nothing is asked by %j', (text) => {
  expect(readCacheDirectives(text)).toEqual(NOTHING);
  expect(asksNothing(readCacheDirectives(text))).toBe(true);
});

test('property: directives among others are found, in any order and case', () => {
  const known = fc.oneof(
    fc.constant(['no-store', { noStore: true }] as const),
    fc.constant(['no-cache', { noCache: true }] as const),
    fc.nat({ max: 31_536_000 }).map((age) => [`max-age=${age}`, { maxAgeSeconds: age }] as const),
  );
  const others = fc.array(fc.constantFrom('private', 'x-max-age=9', 'a="no-store, max-age=7"', '', 'no-transform'));
  fc.assert(
    fc.property(known, others, others, fc.boolean(), ([text, found], before, behind, upper) => {
      const whole = [...before, text, ...behind].join(upper ? ' ,' : ',');
      expect(readCacheDirectives(upper ? whole.toUpperCase() : whole)).toEqual({ ...NOTHING, ...found });
    }),
  );
});

test('property: any text at all is read, and ages stay in their bounds', () => {
  const parts = fc.constantFrom(
    'max-age',
    's-maxage',
    'no-store',
    '=',
    ',',
    '"',
    '\\',
    '1',
    '60',
    ' ',
    'x-',
    ';',
    '\n',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(parts).map((each) => each.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { maxAgeSeconds } = readCacheDirectives(text);
      if (maxAgeSeconds === null) return;
      expect(Number.isInteger(maxAgeSeconds) && maxAgeSeconds >= 0 && maxAgeSeconds <= 31_536_000).toBe(true);
      expect(text).toMatch(/(?:^|,)\s*(?:s-maxage|max-age)\s*=/);
    }),
    { numRuns: 2000 },
  );
});
