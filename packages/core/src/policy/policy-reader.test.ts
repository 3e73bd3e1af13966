import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Headers } from '../contract.js';
import { HEADERS } from './header-table.js';
import type { Policy } from './policy.js';
import { compileLayer, type LayerOptions, type PolicyOptions } from './policy-layers.js';
import { createPolicyReader, type PolicyReading } from './policy-reader.js';

interface Asked {
  policy?: PolicyOptions;
  key?: LayerOptions;
  userId?: string | null;
}

function read(headers: Headers, { policy, key, userId = null }: Asked = {}): PolicyReading {
  const layer = key === undefined ? null : compileLayer('key', key);
  return createPolicyReader({ policy }).read(headers, { userId, policy: layer });
}

const NOBODY = { userId: null, policy: null };

describe('without layers', () => {
  test('a request without headers of ours gets one and the same answer', () => {
    const reader = createPolicyReader();
    expect(reader.read({ host: 'a', 'cache-control': 'no-cache' }, NOBODY)).toBe(reader.read({}, NOBODY));
    expect(reader.read({}, NOBODY)).toMatchObject({ requestId: null, values: {}, warnings: [], fault: null });
  });

  test('the caller’s user, the request id, warnings and faults', () => {
    const id = '0190F5E8-7B6A-7ABC-8DEF-0123456789AB';
    const headers = {
      'helicone-request-id': id,
      'helicone-usr': 'a',
      'helicone-retry-num': '99',
      'helicone-user-id': 'ada',
    };
    const found = read(headers, { userId: 'grace' });
    expect(found.requestId).toBe(id.toLowerCase());
    expect(found.policy.userId).toBe('grace');
    expect(found.warnings).toEqual(['helicone-usr: not a header that this proxy knows; it had no effect']);
    expect(found.fault?.message).toBe('helicone-retry-num: must be a whole number from 0 to 10');
    expect(read({}, { userId: 'grace' }).policy.userId).toBe('grace');
  });

  test('the options’ fallbacks hold for calls that send none, and are trusted', () => {
    const own = { 'target-url': 'http://10.0.0.1/x', headers: {}, onCodes: [500] };
    const reader = createPolicyReader({ fallbacks: [own] });
    expect(reader.read({}, NOBODY).policy.fallbacks).toMatchObject([{ origin: 'http://10.0.0.1', trusted: true }]);
    const sent = JSON.stringify([{ ...own, 'target-url': 'https://a.b' }]);
    expect(reader.read({ 'helicone-fallbacks': sent }, NOBODY).policy.fallbacks).toMatchObject([
      { origin: 'https://a.b', trusted: false },
    ]);
    expect(() => createPolicyReader({ fallbacks: [{ ...own, headers: { host: 'a' } }] })).toThrow(
      new TypeError('fallbacks[0].headers["host"]: never sent to a provider'),
    );
  });
});

describe('layers', () => {
  test('what is enforced is not even read from the client', () => {
    const policy = {
      enforce: { 'Helicone-Retry-Enabled': true, 'Helicone-Retry-Num': 2, 'Helicone-Property-App': 'ours' },
    };
    const headers = { 'helicone-retry-num': 'nonsense', 'helicone-retry-enabled': 'no', 'helicone-property-app': '' };
    const found = read({ ...headers, 'helicone-property-team': 'a' }, { policy });
    expect(found).toMatchObject({ warnings: [], fault: null });
    expect(found.policy.retry).toMatchObject({ retries: 2 });
    expect(found.policy.properties).toEqual({ app: 'ours', team: 'a' });
  });

  test('what is ignored is named in a warning and does nothing, under strict too', () => {
    const policy = { ignore: ['Helicone-Retry-Enabled', 'Helicone-Property-*', 'Cache-Control'], strict: true };
    const headers = {
      'helicone-retry-enabled': 'nonsense',
      'helicone-property-a': 'b',
      'helicone-cache-enabled': 'true',
      'cache-control': 'no-store',
    };
    const found = read(headers, { policy });
    expect(found.fault).toBeNull();
    expect(found.policy).toMatchObject({ retry: null, properties: {}, cache: { read: true, save: true } });
    expect(found.warnings).toEqual(
      ['helicone-retry-enabled', 'helicone-property-a', 'cache-control'].map(
        (name) => `${name}: callers may not use this header here; it had no effect`,
      ),
    );
  });

  test('a header that a key ignores may be enforced or defaulted by the same key', () => {
    const key = { ignore: ['Helicone-User-Id'], defaults: { 'Helicone-User-Id': 'service' } };
    expect(read({ 'helicone-user-id': 'ada' }, { key }).policy.userId).toBe('service');
  });

  test('rate limits of all enforce levels add up, the options’ first, equal ones once; others replace one another', () => {
    const name = 'Helicone-RateLimit-Policy';
    const limits = (policy: PolicyOptions, key: LayerOptions, sent?: string): string[] =>
      read(sent === undefined ? {} : { [name.toLowerCase()]: sent }, { policy, key }).policy.rateLimits.map(
        ({ text }) => text,
      );
    const all = { [name]: '100;w=60, 5;w=1' };
    const own = { [name]: '10;w=60, 5;w=1' };
    expect(limits({ enforce: all }, { enforce: own }, '1;w=60')).toEqual(['100;w=60', '5;w=1', '10;w=60']);
    expect(limits({}, { enforce: own }, '1;w=60')).toEqual(['10;w=60', '5;w=1']);
    expect(limits({ enforce: all }, { defaults: own }, '1;w=60')).toEqual(['100;w=60', '5;w=1']);
    expect(limits({ defaults: all }, { defaults: own }, '1;w=60')).toEqual(['1;w=60']);
    expect(limits({ defaults: all }, { defaults: own })).toEqual(['10;w=60', '5;w=1']);
    expect(limits({ defaults: all }, {})).toEqual(['100;w=60', '5;w=1']);
  });

  test('who decides whether the cache is on decides about reading and saving too', () => {
    const [on, readOn] = ['Helicone-Cache-Enabled', 'Helicone-Cache-Read'];
    const cache = (headers: Record<string, string>, asked: Asked) => read(headers, asked).policy.cache;
    const client = { 'helicone-cache-read': 'true', 'helicone-cache-save': 'true' };
    expect(cache(client, { policy: { enforce: { [on]: false } } })).toBeNull();
    expect(cache({ 'helicone-cache-enabled': 'false' }, { policy: { defaults: { [readOn]: true } } })).toBeNull();
    expect(cache({}, { policy: { enforce: { [on]: false } }, key: { enforce: { [readOn]: true } } })).toBeNull();
    expect(cache({}, { policy: { defaults: { [on]: true } }, key: { defaults: { [readOn]: false } } })).toMatchObject({
      read: false,
      save: true,
    });
  });

  test('a layer that turns the cache on lets cache-control speak', () => {
    const policy = { defaults: { 'Helicone-Cache-Enabled': true, 'Cache-Control': 'max-age=60' } };
    expect(read({}, { policy }).policy.cache).toMatchObject({ lifetimeMs: 60_000 });
    expect(read({ 'cache-control': 'max-age=5' }, { policy }).policy.cache).toMatchObject({ lifetimeMs: 5000 });
    expect(read({ 'cache-control': 'no-store' }, { policy }).policy.cache).toBeNull();
    const enforced = { enforce: { 'Helicone-Cache-Enabled': true, 'Cache-Control': 'max-age=60' } };
    const headers = { 'cache-control': 'no-store', 'helicone-cache-control': 'no-store' };
    expect(read(headers, { policy: enforced }).policy.cache).toMatchObject({ read: true, lifetimeMs: 60_000 });
  });

  test('strict refuses what would only have been a warning', () => {
    const policy = { strict: true };
    expect(read({ 'helicone-request-id': 'x' }, { policy }).fault?.message).toBe('helicone-request-id: not a UUID');
    expect(read({ 'helicone-usr-id': 'x' }, { policy }).fault?.message).toBe(
      'helicone-usr-id: not a header that this proxy knows',
    );
    expect(read({ 'helicone-user-id': 'x' }, { policy }).fault).toBeNull();
  });

  test('the layers of a key are merged once, and properties called __proto__ stay properties', () => {
    const reader = createPolicyReader({ policy: { defaults: { 'Helicone-Property-__proto__': 'a' } } });
    const layer = compileLayer('key', { defaults: { 'Helicone-Property-B': 'b' } });
    for (let i = 0; i < 2; i++) {
      const { properties } = reader.read({ 'helicone-property-c': 'c' }, { userId: null, policy: layer }).policy;
      expect(Object.entries(properties)).toEqual([
        ['__proto__', 'a'],
        ['b', 'b'],
        ['c', 'c'],
      ]);
    }
  });
});

/** Headers that stand for themselves alone, and how the policy shows them. */
const PLAIN: Record<string, (policy: Policy) => unknown> = {
  'helicone-user-id': ({ userId }) => userId,
  'helicone-prompt-id': ({ promptId }) => promptId,
  'helicone-model-override': ({ modelOverride }) => modelOverride,
  'helicone-property-team': ({ properties }) => properties.team ?? null,
  'helicone-session-id': ({ properties }) => properties['helicone-session-id'] ?? null,
};

test('model: enforced for all, enforced for the key, client, default of the key, default for all; ignored clients say nothing', () => {
  const names = Object.keys(PLAIN);
  const layer = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('a', 'b', 'c', 'd'), {
    noNullPrototype: true,
  });
  const ignore = fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 });
  fc.assert(
    fc.property(
      layer,
      layer,
      layer,
      layer,
      layer,
      ignore,
      ignore,
      (enforceAll, enforceKey, client, ofKey, ofAll, notAll, notKey) => {
        const policy = { defaults: ofAll, enforce: enforceAll, ignore: notAll };
        const key = { defaults: ofKey, enforce: enforceKey, ignore: notKey };
        const found = read(client, { policy, key });
        for (const name of names) {
          const said = notAll.includes(name) || notKey.includes(name) ? undefined : client[name];
          const expected = enforceAll[name] ?? enforceKey[name] ?? said ?? ofKey[name] ?? ofAll[name] ?? null;
          expect(PLAIN[name]?.(found.policy)).toBe(expected);
        }
        const told = Object.keys(client).filter((name) => notAll.includes(name) || notKey.includes(name));
        expect(found.warnings.map((text) => text.split(':')[0]).sort()).toEqual(told.sort());
        expect(found.fault).toBeNull();
      },
    ),
  );
});

/**
 * For each header: texts that its grammar has, and the policy that each of them must lead to, told apart from the code that
 * reads them.
 */
const VALID: Record<string, { context?: Record<string, string>; text: RegExp }> = {
  'helicone-cache-enabled': { text: /^(true|1|false|0|)$/i },
  'helicone-cache-read': { text: /^(true|1|false|0|)$/i },
  'helicone-cache-save': { text: /^(true|1|false|0|)$/i },
  'helicone-retry-enabled': { text: /^(true|1|false|0|)$/i },
  'helicone-stream-usage': { text: /^(true|1|false|0|)$/i },
  'helicone-moderations-enabled': { text: /^(true|1|false|0|)$/i },
  'helicone-llm-security-enabled': { text: /^(true|1|false|0|)$/i },
  'helicone-prompt-security-enabled': { text: /^(true|1|false|0|)$/i },
  'helicone-llm-security-advanced': { context: { 'helicone-llm-security-enabled': '1' }, text: /^(true|1|false|0|)$/i },
  'helicone-omit-request': { text: /^(true|1|false|0|)$/i },
  'helicone-omit-response': { text: /^(true|1|false|0|)$/i },
  'helicone-webhook-enabled': { text: /^(true|1|false|0|)$/i },
  'helicone-retry-num': { context: { 'helicone-retry-enabled': '1' }, text: /^0*([0-9]|10)$/ },
  'helicone-retry-factor': { context: { 'helicone-retry-enabled': '1' }, text: /^0*([1-9](\.\d+)?|10(\.0+)?)$/ },
  'helicone-retry-min-timeout': { context: { 'helicone-retry-enabled': '1' }, text: /^0*([1-5]?\d{1,5}|600000)$/ },
  'helicone-retry-max-timeout': { context: { 'helicone-retry-enabled': '1' }, text: /^0*([1-5]?\d{1,5}|600000)$/ },
  'helicone-cache-bucket-max-size': { context: { 'helicone-cache-enabled': '1' }, text: /^0*([1-9]|1\d|20)$/ },
  'helicone-cache-seed': { context: { 'helicone-cache-enabled': '1' }, text: /\S/ },
  'helicone-cache-ignore-keys': { context: { 'helicone-cache-enabled': '1' }, text: /[^\s.,"]/ },
  'helicone-ratelimit-policy': { text: /^\s*\d+(\.\d+)?\s*;.*w\s*=\s*\d/is },
  'helicone-fallbacks': { text: /^\s*\[\s*\{.*"target-url"\s*:\s*"https?:/is },
  'helicone-token-limit-exception-handler': { text: /^(truncate|middle-out|fallback)$/i },
  'helicone-user-id': { text: /\S/ },
  'helicone-session-id': { text: /\S/ },
  'helicone-session-path': { text: /\S/ },
  'helicone-session-name': { text: /\S/ },
  'helicone-prompt-id': { text: /\S/ },
  'helicone-model-override': { text: /\S/ },
  'helicone-property-*': { text: /\S/ },
  'helicone-cache-control': {
    context: { 'helicone-cache-enabled': '1' },
    text: /(^|,)\s*(no-store|no-cache|(max-age|s-maxage)\s*=\s*"?\d)/i,
  },
  'cache-control': {
    context: { 'helicone-cache-enabled': '1' },
    text: /(^|,)\s*(no-store|no-cache|(max-age|s-maxage)\s*=\s*"?\d)/i,
  },
};

const PARTS = [
  'true',
  'FALSE',
  '1',
  '0',
  '10',
  '20',
  '60',
  '.',
  ',',
  ';',
  '=',
  ' ',
  '-',
  'w',
  'u',
  's',
  'w=60',
  'u=cents',
  's=user',
]
  .concat('max-age=', 'no-store', 'x-', '"', '[', ']', '{', '}', 'a', 'truncate', 'fallback', 'é', '\0', '\n', '5;w=60')
  .concat('[{"target-url":"https://a.b","headers":{},"onCodes":[5', '00]}]');

test.each(HEADERS.filter(({ name }) => name in VALID))(
  'property: a text that $name’s grammar does not have is refused or named, and changes nothing',
  ({ name, role, lenient }) => {
    const { context = {}, text: valid } = VALID[name] as (typeof VALID)[string];
    const header = name.replace('*', 'team');
    const reader = createPolicyReader();
    const without = reader.read(context, NOBODY).policy;
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.array(fc.constantFrom(...PARTS), { maxLength: 6 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = reader.read({ ...context, [header]: text }, NOBODY);
        const refused = found.fault !== null || found.warnings.length > 0;
        if (refused) {
          expect(found.fault !== null).toBe(role === 'governs');
          expect((found.fault?.message ?? found.warnings[0])?.startsWith(`${header}: `)).toBe(true);
        }
        if (refused || !valid.test(text.trim())) expect(found.policy).toEqual(without);
        // Cache-Control may say what it likes.
        if (!valid.test(text.trim()) && !name.endsWith('cache-control')) expect(refused).toBe(true);
        if (lenient === true) expect(refused).toBe(false);
      }),
      { numRuns: 300 },
    );
  },
);

test('every header that a policy shows is in that table', () => {
  const elsewhere = ['helicone-auth', 'helicone-request-id', 'helicone-target-url', 'helicone-openai-api-base'];
  expect(Object.keys(VALID).concat(elsewhere).sort()).toEqual(HEADERS.map(({ name }) => name).sort());
});
