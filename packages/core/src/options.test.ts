import { expect, test } from 'vitest';
import { expectKeys } from './option-values.js';
import { type EngineOptions, resolveOptions } from './options.js';

const MIB = 1024 * 1024;

/** Options as JavaScript may give them. */
function wrong(options: unknown): () => unknown {
  return () => resolveOptions(options as EngineOptions);
}

test('each default', () => {
  expect(resolveOptions({})).toEqual({
    auth: null,
    webhooks: [],
    providers: {},
    targets: {},
    policy: null,
    fallbacks: null,
    cache: { store: { kind: 'memory' }, maxBytes: 100 * MIB, maxEntryBytes: 4 * MIB, timeoutMs: 200 },
    rateLimit: { store: null, onStoreError: 'allow', timeoutMs: 200 },
    retry: { maxElapsedMs: 120_000, budgetRatio: 0.2, budgetFloor: 10 },
    breaker: { on: 'alternatives', threshold: 0.5, minimumCalls: 20, windowMs: 10_000, halfOpenAfterMs: 10_000 },
    guards: { moderation: null, security: null, timeoutMs: 10_000 },
    timeouts: { connectMs: 10_000, firstByteMs: 600_000, idleMs: 300_000, totalMs: Number.POSITIVE_INFINITY },
    limits: {
      requestBytes: Number.POSITIVE_INFINITY,
      bufferedBytes: 32 * MIB,
      recordBodyBytes: MIB,
      inFlightBytes: 256 * MIB,
    },
    records: { store: 'sqlite:.helicone/helicone.db', bodies: true, redact: null, maxQueueBytes: 64 * MIB },
    prices: [],
    telemetry: { tracer: null, meter: null, metrics: true },
    logger: null,
  });
});

test('keys that are there but undefined get their defaults', () => {
  const options = {
    auth: undefined,
    providers: undefined,
    targets: undefined,
    policy: undefined,
    fallbacks: undefined,
    cache: undefined,
    rateLimit: undefined,
    retry: undefined,
    breaker: undefined,
    guards: undefined,
    timeouts: { connectMs: undefined },
    limits: { recordBodyBytes: undefined },
    records: { store: undefined, bodies: undefined },
    cost: { prices: undefined },
    logger: undefined,
  };
  expect(resolveOptions(options)).toEqual(resolveOptions({}));
});

test('what is given is taken', () => {
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const guard = { check: () => ({ blocked: false }) as const };
  const given: EngineOptions = {
    auth: { keys: { a: {} } },
    providers: { openai: { apiKey: 'k' } },
    targets: { allow: ['a.example'], privateNetworks: true },
    policy: { strict: true },
    fallbacks: [],
    cache: { maxBytes: 6, maxEntryBytes: 7, timeoutMs: 8 },
    rateLimit: { store: 'cluster', onStoreError: 'deny', timeoutMs: 9 },
    retry: { maxElapsedMs: 10, budgetRatio: 0.5, budgetFloor: 11 },
    breaker: { threshold: 1, minimumCalls: 12, windowMs: 13, halfOpenAfterMs: 14 },
    guards: { moderation: guard, security: guard, timeoutMs: 15 },
    timeouts: { connectMs: 1, firstByteMs: 2, idleMs: 3, totalMs: 4 },
    limits: { requestBytes: 0, bufferedBytes: 1, recordBodyBytes: 2, inFlightBytes: 3 },
    records: { store: 'sqlite::memory:', bodies: false, maxQueueBytes: 5, redact: () => {} },
    cost: { prices: [] },
    telemetry: { tracer: false, meter: false, metrics: false },
    webhooks: [],
    logger,
  };
  const { cost, ...rest } = given;
  const fn = given.records?.redact;
  expect(resolveOptions(given)).toEqual({
    ...rest,
    prices: cost?.prices,
    records: { ...given.records, redact: { fn } },
    cache: { ...(given.cache as object), store: { kind: 'memory' } },
    breaker: { ...(given.breaker as object), on: 'all' },
  });
});

test('the options cannot be changed afterwards', () => {
  const resolved = resolveOptions({});
  for (const part of [resolved, resolved.timeouts, resolved.limits, resolved.records]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

test.each([
  [{ heliconeApiKey: 'x' }, 'options', 'heliconeApiKey'],
  [{ timeouts: { connect: 1 } }, 'timeouts', 'connect'],
  [{ limits: { bodyBytes: 1 } }, 'limits', 'bodyBytes'],
  [{ records: { url: 'x' } }, 'records', 'url'],
  [{ cost: { price: [] } }, 'cost', 'price'],
  [{ targets: { allowed: [] } }, 'targets', 'allowed'],
  [{ cache: { size: 1 } }, 'cache', 'size'],
  [{ rateLimit: { redis: {} } }, 'rateLimit', 'redis'],
  [{ retry: { num: 1 } }, 'retry', 'num'],
  [{ breaker: { after: 1 } }, 'breaker', 'after'],
  [{ guards: { pii: {} } }, 'guards', 'pii'],
  [{ providers: { openai: { key: 'x' } } }, 'providers.openai', 'key'],
])('an unknown key is named: %j', (options, where, key) => {
  expect(wrong(options)).toThrow(TypeError);
  expect(wrong(options)).toThrow(`${where}: unknown key "${key}"`);
});

test.each([
  [null, 'options'],
  ['sqlite:x', 'options'],
  [{ timeouts: 5 }, 'timeouts'],
  [{ limits: null }, 'limits'],
  [{ records: 'sqlite:x' }, 'records'],
  [{ cost: 1 }, 'cost'],
  [{ targets: 'a.example' }, 'targets'],
  [{ providers: { openai: 'https://api.openai.com' } }, 'providers.openai'],
])('what is no object is named: %j', (options, where) => {
  expect(wrong(options)).toThrow(new TypeError(`${where}: must be an object`));
});

test.each(['connectMs', 'firstByteMs', 'idleMs', 'totalMs'])('timeouts.%s', (key) => {
  for (const value of [0, -1, Number.NaN, '10', null]) {
    expect(wrong({ timeouts: { [key]: value } })).toThrow(
      new RangeError(`timeouts.${key}: must be milliseconds above 0`),
    );
  }
  // setTimeout would fire at once.
  const long = resolveOptions({ timeouts: { [key]: 2 ** 31 } });
  expect(long.timeouts).toMatchObject({ [key]: Number.POSITIVE_INFINITY });
  expect(resolveOptions({ timeouts: { [key]: 2 ** 31 - 1 } }).timeouts).toMatchObject({ [key]: 2 ** 31 - 1 });
});

test.each(['requestBytes', 'bufferedBytes', 'recordBodyBytes', 'inFlightBytes'])('limits.%s', (key) => {
  for (const value of [-1, Number.NaN, '1mb', null]) {
    expect(wrong({ limits: { [key]: value } })).toThrow(new RangeError(`limits.${key}: must be bytes, 0 or more`));
  }
});

test('records', () => {
  expect(wrong({ records: { bodies: 'yes' } })).toThrow(new TypeError('records.bodies: must be true or false'));
  expect(wrong({ records: { maxQueueBytes: -1 } })).toThrow(/^records\.maxQueueBytes: /);
  for (const store of ['', 'sqlite:', 'sqlite', './x.db', 'mysql://x', 5, {}, { append: true }]) {
    expect(wrong({ records: { store } })).toThrow(/^records\.store: /);
  }
});

test('a store of your own is taken as it is', () => {
  const store = { append: async () => {} };
  expect(resolveOptions({ records: { store } } as unknown as EngineOptions).records.store).toBe(store);
});

test('expectKeys passes an object whose keys are all known', () => {
  expect(() => expectKeys('x', { a: 1 }, ['a', 'b'])).not.toThrow();
  expect(() => expectKeys('x', { c: 1 }, ['a', 'b'])).toThrow('x: unknown key "c"; known are a, b');
});

test.each(['defaults', 'enforce'])('a limit in policy.%s is refused where limits are turned off', (where) => {
  const policy = { [where]: { 'Helicone-RateLimit-Policy': '10;w=60' } };
  expect(wrong({ rateLimit: false, policy })).toThrow(
    `policy.${where}["Helicone-RateLimit-Policy"]: rate limits are turned off`,
  );
  expect(wrong({ policy })).not.toThrow();
});
