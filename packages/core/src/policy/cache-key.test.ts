import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketKey, type CacheKeyInput, cacheKey, isCacheable, isCacheableBody } from './cache-key.js';
import { JsonBody } from './json-body.js';
import type { Fallback } from './policy.js';

const INPUT: CacheKeyInput = {
  tenant: 'default',
  credentials: 'Bearer one',
  origin: 'https://api.openai.com',
  provider: 'openai',
  providerHeaders: {},
  fallbacks: null,
  rights: null,
  method: 'POST',
  path: '/v1/chat/completions',
  query: '',
  headers: { 'content-type': 'application/json' },
  seed: null,
  ignoreKeys: [],
  body: Buffer.from('{"model":"gpt-4o","temperature":1}'),
};

const FALLBACK: Fallback = {
  origin: 'https://api.groq.com',
  basePath: '',
  headers: {},
  onCodes: [],
  bodyKeyOverride: null,
  trusted: false,
};

function keyOf(change: Partial<CacheKeyInput>): string {
  return cacheKey({ ...INPUT, ...change });
}

describe('cacheKey', () => {
  test('is short and of letters that any store takes', () => {
    expect(keyOf({})).toMatch(/^v1:[\w-]{43}$/);
    expect(keyOf({})).toBe(keyOf({}));
  });

  test.each<[string, Partial<CacheKeyInput>]>([
    ['tenant', { tenant: 'other' }],
    ['credentials', { credentials: 'Bearer two' }],
    ['origin', { origin: 'https://api.groq.com' }],
    ['method', { method: 'PUT' }],
    ['path', { path: '/v1/embeddings' }],
    ['query', { query: 'api-version=1' }],
    ['seed', { seed: '1' }],
    ['anthropic-version', { headers: { 'anthropic-version': '2023-06-01' } }],
    ['anthropic-beta', { headers: { 'anthropic-beta': 'x' } }],
    ['anthropic-beta that is empty', { headers: { 'anthropic-beta': '' } }],
    ['anthropic-beta sent twice', { headers: { 'anthropic-beta': ['x', 'y'] } }],
    ['openai-beta', { headers: { 'openai-beta': 'x' } }],
    ['openai-organization', { headers: { 'openai-organization': 'x' } }],
    ['openai-project', { headers: { 'openai-project': 'x' } }],
    ['x-goog-fieldmask', { headers: { 'x-goog-fieldmask': 'x' } }],
    ['azureml-model-deployment', { headers: { 'azureml-model-deployment': 'x' } }],
    ['extra-parameters', { headers: { 'extra-parameters': 'drop' } }],
    ['a guardrail', { headers: { 'x-amzn-bedrock-guardrailidentifier': 'g-1' } }],
    ['a version of it', { headers: { 'x-amzn-bedrock-guardrailversion': '2' } }],
    ['its trace', { headers: { 'x-amzn-bedrock-trace': 'ENABLED' } }],
    ['provider', { provider: 'acme' }],
    ['headers of the provider', { providerHeaders: { 'openai-project': 'x' } }],
    ['fallbacks', { fallbacks: [FALLBACK] }],
    ['rights', { rights: ['openai'] }],
    ['headers of a fallback', { fallbacks: [{ ...FALLBACK, headers: { 'x-api-key': 'x' } }] }],
    ['a header that stops here', { headers: { 'x-any': 'x', connection: 'close, X-Any' } }],
    ['a counting header that stops here', { headers: { 'openai-beta': 'x', connection: 'openai-beta' } }],
    ['a number of the body', { body: Buffer.from('{"model":"gpt-4o","temperature":1.0}') }],
    ['no body', { body: null }],
    ['an empty body', { body: new Uint8Array() }],
    ['a body that says no body', { body: Buffer.from('none') }],
  ])('changes with: %s', (_what, change) => {
    const others: Partial<CacheKeyInput>[] = [{}, { headers: { 'openai-beta': 'x', 'anthropic-beta': 'x' } }];
    for (const other of others) expect(keyOf(change)).not.toBe(keyOf(other));
  });

  test.each<[string, Partial<CacheKeyInput>]>([
    ['what else stops here', { headers: { te: 'x', connection: 'Keep-Alive, te, x-trace' } }],
    ['other headers', { headers: { 'user-agent': 'x', 'helicone-user-id': 'ada', 'content-type': 'text/plain' } }],
    ['order and white space of the body', { body: Buffer.from('{ "temperature":1, "model":"gpt\\u002d4o"}') }],
    ['an empty seed', { seed: '' }],
    ['an ignored member that is not there', { ignoreKeys: [['user']] }],
    [
      'an ignored member that is',
      { ignoreKeys: [['user']], body: Buffer.from('{"user":"x","model":"gpt-4o","temperature":1}') },
    ],
  ])('does not change with: %s', (_what, change) => {
    expect(keyOf(change)).toBe(keyOf({}));
  });

  test('parts that run over into their neighbours make another key', () => {
    const names = ['tenant', 'credentials', 'origin', 'method', 'path', 'query', 'seed'] as const;
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', '1', ':', '2', '-'), maxLength: 4 }), {
      minLength: names.length,
      maxLength: names.length,
    });
    const inputOf = (parts: string[]): Partial<CacheKeyInput> =>
      Object.fromEntries(names.map((name, i) => [name, parts[i]]));
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect(keyOf(inputOf(one)) === keyOf(inputOf(other))).toBe(one.join('\n') === other.join('\n'));
      }),
    );
    expect(keyOf({ path: '/a', query: 'b' })).not.toBe(keyOf({ path: '/', query: 'ab' }));
  });

  test('a header that moves to another name makes another key', () => {
    expect(keyOf({ headers: { 'anthropic-version': 'x' } })).not.toBe(keyOf({ headers: { 'anthropic-beta': 'x' } }));
  });

  test('a body that is no JSON, or longer than 1 MiB, counts byte for byte', () => {
    const form = (text: string): Partial<CacheKeyInput> => ({ body: Buffer.from(text), ignoreKeys: [['a']] });
    expect(keyOf(form('{"a":1} x'))).not.toBe(keyOf(form('{"a":1}  x')));
    expect(keyOf(form('{"a":1} x'))).toBe(keyOf(form('{"a":1} x')));
    const long = ' '.repeat(1024 * 1024);
    expect(keyOf(form(`{"a":1}${long}`))).not.toBe(keyOf(form(`{"a":2}${long}`)));
    expect(keyOf(form('{"a":1}'))).toBe(keyOf(form('{"a":2}')));
  });

  test('a body is read where it lies in its buffer', () => {
    const around = Buffer.from('xx{"model":"gpt-4o","temperature":1}xx');
    expect(keyOf({ body: around.subarray(2, -2) })).toBe(keyOf({}));
  });
});

test('bucketKey: the first bucket is the key itself', () => {
  expect(bucketKey('v1:abc', 0)).toBe('v1:abc');
  expect(bucketKey('v1:abc', 19)).toBe('v1:abc.19');
});

describe('isCacheable', () => {
  test.each([
    '/v1/chat/completions',
    '/v1/chat/completions/',
    '/v1/completions',
    '/v1/responses',
    '/v1/embeddings',
    '/v1/messages',
    '/v1/messages/count_tokens',
    '/v1/moderations',
    '/v2/rerank',
    '/openai/deployments/mine/chat/completions',
    '/v1beta/models/gemini-2.0-flash:generateContent',
    '/v1beta/models/gemini-2.0-flash:streamGenerateContent',
    '/v1beta/models/gemini-2.0-flash%3AgenerateContent',
    '/v1beta/models/gemini-2.0-flash:countTokens',
    '/v1beta/models/e:embedContent',
    '/v1beta/models/e:batchEmbedContents',
  ])('POST %s', (path) => {
    expect(isCacheable('POST', path)).toBe(true);
    expect(isCacheable('GET', path)).toBe(false);
  });

  test.each([
    '/',
    '/v1/models',
    '/v1/files',
    '/v1/threads/thread_1/messages',
    '/v1/chat/completions/chatcmpl-1/messages',
    '/v1/chat/completions/chatcmpl-1',
    '/v1/responses/resp_1/cancel',
    '/v1/messages/batches',
    '/v1/images/generations',
    '/v1/audio/speech',
    '/v1beta/models/veo:predictLongRunning',
    '/v1beta/models/gemini:generateContentX',
    '/mycompletions',
  ])('not POST %s', (path) => {
    expect(isCacheable('POST', path)).toBe(false);
  });
});

describe('isCacheableBody', () => {
  const body = (value: object): JsonBody | null => JsonBody.read(Buffer.from(JSON.stringify(value)));

  test.each<[object, boolean]>([
    [{ input: 'x' }, true],
    [{ background: false, conversation: null, previous_response_id: null }, true],
    [{ background: true }, false],
    [{ conversation: 'conv_1' }, false],
    [{ conversation: { id: 'conv_1' } }, false],
    [{ previous_response_id: 'resp_1' }, false],
  ])('responses with %j: %s', (value, expected) => {
    expect(isCacheableBody(body(value), '/v1/responses')).toBe(expected);
    expect(isCacheableBody(body(value), '/v1/responses/')).toBe(expected);
    expect(isCacheableBody(body(value), '/v1/chat/completions')).toBe(true);
  });

  test('a responses body that cannot be looked into is not cached; any other may be', () => {
    expect(isCacheableBody(null, '/v1/responses')).toBe(false);
    expect(isCacheableBody(null, '/v1/embeddings')).toBe(true);
  });
});
