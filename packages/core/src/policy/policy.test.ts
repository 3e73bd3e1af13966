import { describe, expect, test } from 'vitest';
import { readHeaders } from './header-values.js';
import { type Fallback, type Policy, resolvePolicy } from './policy.js';

function policyOf(headers: Record<string, string>, identityUserId: string | null = null): Policy {
  const reading = readHeaders(headers);
  expect(reading.fault).toBeNull();
  return resolvePolicy(reading, identityUserId);
}

const NONE: Policy = {
  userId: null,
  properties: {},
  promptId: null,
  modelOverride: null,
  omitRequest: false,
  omitResponse: false,
  webhooks: true,
  cache: null,
  rateLimits: [],
  retry: null,
  fallbacks: null,
  streamUsage: false,
  moderations: false,
  security: 'off',
  tokenLimit: null,
};

test('without headers nothing is asked for', () => {
  expect(policyOf({})).toEqual(NONE);
});

test('each header has its place', () => {
  expect(
    policyOf({
      'helicone-user-id': 'ada',
      'helicone-prompt-id': 'greeting',
      'helicone-model-override': 'gpt-4o',
      'helicone-omit-request': 'true',
      'helicone-omit-response': '1',
      'helicone-webhook-enabled': 'false',
      'helicone-property-team': 'Billing',
      'helicone-cache-enabled': 'true',
      'helicone-cache-control': 'max-age=60',
      'helicone-cache-bucket-max-size': '3',
      'helicone-cache-seed': 'blue',
      'helicone-cache-ignore-keys': 'request_id,metadata.trace',
      'helicone-ratelimit-policy': '10;w=60;s=user',
      'helicone-retry-enabled': 'true',
      'helicone-retry-num': '3',
      'helicone-retry-factor': '1.5',
      'helicone-retry-min-timeout': '10',
      'helicone-retry-max-timeout': '100',
      'helicone-fallbacks': '[{"target-url":"https://a.b/v1","headers":{"X":"y"},"onCodes":[500]}]',
      'helicone-stream-usage': 'true',
      'helicone-moderations-enabled': 'true',
      'helicone-llm-security-enabled': 'true',
      'helicone-token-limit-exception-handler': 'middle-out',
    }),
  ).toEqual({
    userId: 'ada',
    properties: { team: 'Billing', 'helicone-prompt-id': 'greeting' },
    promptId: 'greeting',
    modelOverride: 'gpt-4o',
    omitRequest: true,
    omitResponse: true,
    webhooks: false,
    cache: {
      read: true,
      save: true,
      maxAgeMs: 60_000,
      lifetimeMs: 60_000,
      buckets: 3,
      seed: 'blue',
      ignoreKeys: [['request_id'], ['metadata', 'trace']],
    },
    rateLimits: [{ quota: 10, windowSeconds: 60, unit: 'request', segment: 'user', text: '10;w=60;s=user' }],
    retry: { retries: 3, factor: 1.5, minMs: 10, maxMs: 100 },
    fallbacks: [
      {
        origin: 'https://a.b',
        basePath: '/v1',
        headers: { x: 'y' },
        onCodes: [{ from: 500, to: 500 }],
        bodyKeyOverride: null,
        trusted: false,
      },
    ],
    streamUsage: true,
    moderations: true,
    security: 'on',
    tokenLimit: 'middle-out',
  });
});

test('flags that are off are off', () => {
  const off = ['cache-enabled', 'cache-read', 'cache-save', 'retry-enabled', 'stream-usage', 'moderations-enabled']
    .concat('llm-security-enabled', 'prompt-security-enabled', 'llm-security-advanced', 'omit-request', 'omit-response')
    .map((name) => `helicone-${name}`);
  for (const text of ['false', '0', '']) {
    expect(policyOf(Object.fromEntries(off.map((name) => [name, text])))).toEqual(NONE);
  }
});

test('a user that the identity brings wins over the header', () => {
  expect(policyOf({ 'helicone-user-id': 'ada' }, 'grace').userId).toBe('grace');
  expect(policyOf({ 'helicone-user-id': 'ada' }, null).userId).toBe('ada');
});

test('session and prompt headers are properties under their own names', () => {
  const headers = {
    'helicone-session-id': 's1',
    'helicone-session-path': '/plan/search',
    'helicone-session-name': 'planning',
    'helicone-prompt-id': 'p1',
  };
  expect(policyOf(headers).properties).toEqual(headers);
});

test('a session header wins over a property that borrows its name', () => {
  const policy = policyOf({ 'helicone-session-id': 's1', 'helicone-property-helicone-session-id': 'other' });
  expect(policy.properties).toEqual({ 'helicone-session-id': 's1' });
});

test('properties called like members of objects stay what they are beside a session', () => {
  const { properties } = policyOf({ 'helicone-property-__proto__': 'a', 'helicone-session-id': 's1' });
  expect(Object.entries(properties)).toEqual([
    ['__proto__', 'a'],
    ['helicone-session-id', 's1'],
  ]);
  expect(Object.getPrototypeOf(properties)).toBe(Object.prototype);
});

test('a policy cannot be changed', () => {
  expect(Object.isFrozen(policyOf({ 'helicone-user-id': 'ada' }))).toBe(true);
});

describe('cache', () => {
  const WEEK = 604_800_000;
  const cache = (headers: Record<string, string>) => policyOf(headers).cache;

  test.each([
    ['true', undefined, undefined, true, true],
    ['true', 'false', undefined, false, true],
    ['true', undefined, 'false', true, false],
    ['false', 'true', undefined, true, false],
    ['false', undefined, 'true', false, true],
    [undefined, 'true', undefined, true, false],
    [undefined, undefined, 'true', false, true],
    [undefined, 'true', 'true', true, true],
  ])('Enabled %s, Read %s, Save %s', (enabled, read, save, reads, saves) => {
    const headers = { 'helicone-cache-enabled': enabled, 'helicone-cache-read': read, 'helicone-cache-save': save };
    const given = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
    expect(cache(Object.fromEntries(given))).toEqual({
      read: reads,
      save: saves,
      maxAgeMs: null,
      lifetimeMs: WEEK,
      buckets: 1,
      seed: null,
      ignoreKeys: [],
    });
  });

  test('nothing that only describes a cache turns it on', () => {
    const all: Record<string, string>[] = [
      {},
      { 'helicone-cache-enabled': 'true', 'helicone-cache-read': 'false', 'helicone-cache-save': 'false' },
      { 'helicone-cache-seed': 'a', 'helicone-cache-bucket-max-size': '2', 'cache-control': 'max-age=60' },
      { 'helicone-cache-control': 'max-age=60' },
    ];
    for (const headers of all) expect(cache(headers)).toBeNull();
  });

  test.each([
    ['no-store', null],
    ['no-store, max-age=60', null],
    ['no-cache', { read: false, save: true, lifetimeMs: WEEK }],
    ['no-cache, max-age=60', { read: false, save: true, lifetimeMs: 60_000 }],
    ['max-age=0', { read: false, save: true, lifetimeMs: WEEK }],
    ['max-age=60', { read: true, save: true, lifetimeMs: 60_000, maxAgeMs: 60_000 }],
    ['max-age=60, s-maxage=30', { read: true, save: true, lifetimeMs: 30_000, maxAgeMs: 30_000 }],
    ['max-age=99999999', { lifetimeMs: 31_536_000_000, maxAgeMs: 31_536_000_000 }],
    ['x-max-age=60', { read: true, save: true, lifetimeMs: WEEK, maxAgeMs: null }],
    ['nonsense', { read: true, save: true, lifetimeMs: WEEK, maxAgeMs: null }],
  ])('%s', (text, expected) => {
    for (const name of ['cache-control', 'helicone-cache-control']) {
      const found = cache({ 'helicone-cache-enabled': 'true', [name]: text });
      if (expected === null) expect(found).toBeNull();
      else expect(found).toMatchObject(expected);
    }
  });

  test('who only reads, and asks for no cached answer, has nothing of the cache', () => {
    expect(cache({ 'helicone-cache-read': 'true', 'cache-control': 'no-cache' })).toBeNull();
    expect(cache({ 'helicone-cache-read': 'true', 'cache-control': 'max-age=0' })).toBeNull();
  });
});

describe('retry', () => {
  test('the defaults', () => {
    expect(policyOf({ 'helicone-retry-enabled': 'true' }).retry).toEqual({
      retries: 5,
      factor: 2,
      minMs: 1000,
      maxMs: 10_000,
    });
  });

  test('takes part only when it is enabled', () => {
    expect(policyOf({ 'helicone-retry-num': '3' }).retry).toBeNull();
    expect(policyOf({ 'helicone-retry-enabled': 'false', 'helicone-retry-num': '3' }).retry).toBeNull();
  });

  test('a first wait above the longest one is no fault', () => {
    const headers = {
      'helicone-retry-enabled': 'true',
      'helicone-retry-min-timeout': '500',
      'helicone-retry-max-timeout': '50',
    };
    expect(policyOf(headers).retry).toMatchObject({ minMs: 500, maxMs: 50 });
  });
});

test('security', () => {
  const security = (enabled: string, advanced: string) =>
    policyOf({ 'helicone-llm-security-enabled': enabled, 'helicone-llm-security-advanced': advanced }).security;
  expect(security('true', 'true')).toBe('advanced');
  expect(security('true', 'false')).toBe('on');
  expect(security('false', 'true')).toBe('off');
  expect(policyOf({ 'helicone-prompt-security-enabled': 'true' }).security).toBe('on');
});

test('the options’ fallbacks hold where no header has any', () => {
  const own = [{ origin: 'https://own' }] as unknown as readonly Fallback[];
  const sent = '[{"target-url":"https://a.b","headers":{},"onCodes":[]}]';
  expect(resolvePolicy(readHeaders({}), null, own).fallbacks).toBe(own);
  expect(resolvePolicy(readHeaders({ 'helicone-fallbacks': sent }), null, own).fallbacks?.[0]?.origin).toBe(
    'https://a.b',
  );
});
