import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RateLimit } from './policy.js';
import { RATE_LIMITS, readRateLimits, toRateLimit } from './rate-limit-policy.js';

function textsOf(text: string): string[] | string {
  const read = readRateLimits(text);
  return 'fault' in read ? read.fault : read.value.map((limit) => limit.text);
}

describe('what is read, in its normal form', () => {
  test.each([
    ['1000;w=86400', ['1000;w=86400']],
    ['10;w=1000;u=cents;s=user', ['10;w=1000;u=cents;s=user']],
    ['0.5;w=60;u=cents', ['0.5;w=60;u=cents']],
    ['5;w=60;U=CENTS;S=Org', ['5;w=60;u=cents;s=org']],
    ['5;w=60;s=user;u=cents', ['5;w=60;u=cents;s=user']],
    ['5; w=60', ['5;w=60']],
    ['5;w=59', ['5;w=59']],
    ['5;s=Team.Name;u=tokens;w=1', ['5;w=1;u=tokens;s=team.name']],
    ['7;u=request;w=31536000', ['7;w=31536000']],
    [' 5 ;\t W = 60 ; u = request , 0.000001;w=1;u=cents ', ['5;w=60', '0.000001;w=1;u=cents']],
    ['007;w=060', ['7;w=60']],
    ['1.50;w=60;u=cents', ['1.5;w=60;u=cents']],
    ['1000000000000;w=60', ['1000000000000;w=60']],
    ['900000000;w=60;u=cents', ['900000000;w=60;u=cents']],
    ['10;w=60;s=user,100;w=3600,5;w=1;s=user', ['10;w=60;s=user', '100;w=3600', '5;w=1;s=user']],
    ['10;w=60, 10 ; W=60, 10;w=60;u=request', ['10;w=60']],
    ['5;w=60;s=__proto__', ['5;w=60;s=__proto__']],
  ])('%s', (text, texts) => {
    expect(textsOf(text)).toEqual(texts);
  });

  test('all parts of a policy', () => {
    expect(readRateLimits('2.5;w=60;u=cents;s=Org')).toEqual({
      value: [{ quota: 2.5, windowSeconds: 60, unit: 'cents', segment: 'org', text: '2.5;w=60;u=cents;s=org' }],
    });
    expect(readRateLimits('2;w=60')).toEqual({
      value: [{ quota: 2, windowSeconds: 60, unit: 'request', segment: null, text: '2;w=60' }],
    });
  });
});

const QUOTA = 'the quota must be a number above 0 with at most 6 decimals, such as 100';
const WINDOW = 'w must be whole seconds from 1 to 31536000';

describe('what is refused, and what is said of it', () => {
  test.each([
    ['', 'empty'],
    [' ', 'empty'],
    ['0;w=60', 'the quota must be above 0 and at most 1000000000000'],
    ['0.0;w=60;u=cents', 'the quota must be above 0 and at most 900000000'],
    ['1000000000001;w=60', 'the quota must be above 0 and at most 1000000000000'],
    ['900000000.5;w=60;u=cents', 'the quota must be above 0 and at most 900000000'],
    ['5;w=31536001', WINDOW],
    ['5;w=0', WINDOW],
    ['5;w=-1', WINDOW],
    ['5;w=1.5', WINDOW],
    ['5;w=', WINDOW],
    ['5;w', WINDOW],
    ['5;w=6 0', WINDOW],
    ['5;w=1e3', WINDOW],
    ['5;w=60=60', WINDOW],
    ['5', 'w, the seconds of the window, is missing'],
    ['5;u=cents', 'w, the seconds of the window, is missing'],
    [';w=60', QUOTA],
    ['w=60', QUOTA],
    ['w=60;5', 'unknown field "5"; known are w, u and s'],
    ['-5;w=60', QUOTA],
    ['+5;w=60', QUOTA],
    ['1e3;w=60', QUOTA],
    ['.5;w=60;u=cents', QUOTA],
    ['5.;w=60;u=cents', QUOTA],
    ['0.0000001;w=60;u=cents', QUOTA],
    ['NaN;w=60', QUOTA],
    ['Infinity;w=60', QUOTA],
    ['0x10;w=60', QUOTA],
    ['٣;w=60', QUOTA],
    ['1 0;w=60', QUOTA],
    ['1.5;w=60', 'the quota of u=request must be a whole number'],
    ['5.0;w=60;u=tokens', 'the quota of u=tokens must be a whole number'],
    ['5;w=60;u=dollars', 'u must be request, cents or tokens'],
    ['5;w=60;u=requests', 'u must be request, cents or tokens'],
    ['5;w=60;u', 'u must be request, cents or tokens'],
    ['5;w=60;s=', 's must be user or the name of a property'],
    ['5;w=60;s=a b', 's must be user or the name of a property'],
    ['5;w=60;s=größe', 's must be user or the name of a property'],
    ['5;w=60;w=60', 'w is given twice'],
    ['5;w=60;u=cents;U=cents', 'u is given twice'],
    ['5;w=60;s=user;s=user', 's is given twice'],
    ['5;w=60;', 'field 2 after the quota is empty'],
    ['5;;w=60', 'field 1 after the quota is empty'],
    ['5;w=60;x=1', 'unknown field "x"; known are w, u and s'],
    ['5;w=60;__proto__=1', 'unknown field "__proto__"; known are w, u and s'],
    ['5;w=60,', 'policy 2: empty'],
    [',5;w=60', 'policy 1: empty'],
    ['5;w=60,6;w=0', `policy 2: ${WINDOW}`],
    ['1,000;w=60', 'policy 1: w, the seconds of the window, is missing'],
    [Array.from({ length: 11 }, (_, i) => `${i + 1};w=60`).join(), 'more than 10 policies'],
    [',;='.repeat(500), 'more than 10 policies'],
  ])('%s', (text, fault) => {
    expect(textsOf(text)).toBe(fault);
  });
});

const limits: fc.Arbitrary<Omit<RateLimit, 'text'>> = fc.record({
  unit: fc.constantFrom('request', 'cents', 'tokens'),
  // Cents in millionths.
  quota: fc.integer({ min: 1, max: 1e12 }),
  windowSeconds: fc.integer({ min: 1, max: 31_536_000 }),
  segment: fc.option(fc.constantFrom('user', 'org', 'a-b_c.d', '__proto__', 'constructor', "!#$%&'*+^`|~")),
});

function toLimit(limit: Omit<RateLimit, 'text'>): RateLimit {
  return toRateLimit(limit.unit === 'cents' ? { ...limit, quota: limit.quota / 1e6 } : limit);
}

test('property: the normal form reads as the same policy', () => {
  fc.assert(
    fc.property(limits, (given) => {
      const limit = toLimit(given);
      expect(readRateLimits(limit.text)).toEqual({ value: [limit] });
    }),
  );
});

test('property: order of fields, case and white space change nothing', () => {
  const space = fc.constantFrom('', ' ', '\t', '  ');
  fc.assert(
    fc.property(
      limits,
      fc.array(space, { minLength: 16, maxLength: 16 }),
      fc.infiniteStream(fc.nat()),
      (given, spaces, order) => {
        const limit = toLimit(given);
        const [quota, ...fields] = limit.text.split(';') as [string, ...string[]];
        if (limit.unit === 'request' && (order.next().value as number) % 2 === 0) fields.push('u=request');
        const mixed = fields
          .map((field) => ({ field, place: order.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ field }, i) =>
            field
              .split('=')
              .join(`${spaces[i]}=${spaces[i + 4]}`)
              .toUpperCase(),
          );
        const text = [quota, ...mixed].map((part, i) => `${spaces[i]}${part}${spaces[i + 8]}`).join(';');
        expect(readRateLimits(text)).toEqual({ value: [limit] });
      },
    ),
  );
});

/** The grammar of the contract, said another way. */
const CONTRACT =
  /^\s*(?<quota>\d+(?:\.\d+)?)\s*(?=(?:;.*)?;\s*w\s*=)(?!.*;\s*(?<name>[wus])\s*=.*;\s*\k<name>\s*=)(?:;\s*(?:w\s*=\s*\d+|u\s*=\s*(?:request|cents|tokens)|s\s*=\s*[\w!#$%&'*+.^`|~-]+)\s*)+$/i;

test('property: whatever is sent, what is admitted is a policy of the grammar, and the rest is refused with a reason', () => {
  const parts = [
    '1',
    '60',
    '0',
    '.',
    '5',
    ';',
    ';w=',
    'w',
    '=',
    ';u=',
    'cents',
    'TOKENS',
    'request',
    ';s=',
    'user',
    'Org',
    ' ',
    ',',
    '-',
    'e',
  ];
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...parts), { maxLength: 14 }).map((each) => each.join('')),
    fc.string({ unit: 'binary', maxLength: 40 }),
    limits.map((limit) => toLimit(limit).text),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = readRateLimits(text);
      if ('fault' in read) {
        expect(read.fault).not.toBe('');
        return;
      }
      expect(text.split(',').every((each) => CONTRACT.test(each))).toBe(true);
      for (const { quota, windowSeconds, unit, segment } of read.value) {
        expect(quota).toBeGreaterThan(0);
        expect(quota).toBeLessThanOrEqual(1e12);
        expect(unit === 'cents' || Number.isInteger(quota)).toBe(true);
        expect(Number.isInteger(windowSeconds) && windowSeconds >= 1 && windowSeconds <= 31_536_000).toBe(true);
        expect(segment).toBe(segment?.toLowerCase() ?? null);
      }
      expect(readRateLimits(read.value.map((limit) => limit.text).join())).toEqual(read);
    }),
    { numRuns: 3000 },
  );
});

test('a text that came before is read as before, also after another one', () => {
  const texts = ['10;w=60', '5;w=60;u=tokens', '10;w=60', 'x', 'x', '10;w=60'];
  expect(texts.map((text) => RATE_LIMITS.read(text))).toEqual(texts.map((text) => readRateLimits(text)));
});
