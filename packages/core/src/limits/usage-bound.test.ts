import { describe, expect, test } from 'vitest';
import { type Call, createCall } from '../call.js';
import type { Headers } from '../contract.js';
import type { Fallback, Policy } from '../policy/policy.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { requestedModel, usageBound } from './usage-bound.js';

interface Setup {
  body: Call['body'] | object;
  path?: string;
  method?: string;
  headers?: Headers;
  policy?: Partial<Policy>;
}

function callFor({ body, path = '/v1/chat/completions', method = 'POST', headers = {}, policy = {} }: Setup): Call {
  const signal = new AbortController().signal;
  const call = createCall({ method, path, query: '', headers, body: null, signal }, createByteBudget(0));
  call.policy = { modelOverride: null, fallbacks: null, ...policy } as Policy;
  const isRaw = body === null || body instanceof Uint8Array || Symbol.asyncIterator in body;
  call.body = isRaw ? (body as Call['body']) : Buffer.from(JSON.stringify(body));
  return call;
}

async function* stream(): AsyncGenerator<Uint8Array> {}

describe('the most output', () => {
  test.each<[object, number]>([
    [{}, 16_384],
    [{ n: 3 }, 3 * 16_384],
    [{ max_tokens: 10 }, 10],
    [{ max_completion_tokens: 10, n: 4 }, 40],
    [{ max_output_tokens: 7 }, 7],
    [{ max_tokens: 10, max_completion_tokens: 300 }, 300],
    [{ max_tokens: 10, n: 2, best_of: 5 }, 50],
    [{ max_tokens: -5, n: -2 }, 16_384],
    [{ max_tokens: '9', n: null }, 16_384],
    [{ max_tokens: 1.5 }, 2],
    [{ max_tokens: 1e300, n: 1e300 }, 1e18],
    [{ generationConfig: { maxOutputTokens: 20, candidateCount: 2 } }, 40],
    [{ generation_config: { max_output_tokens: 20 } }, 20],
    [{ generationConfig: null }, 16_384],
    [{ inferenceConfig: { maxTokens: 9 } }, 9],
  ])('of %j is %d tokens', (body, tokens) => {
    expect(usageBound(callFor({ body })).outputTokens).toBe(tokens);
  });

  test('counts what a fallback asks for', () => {
    const fallbacks = [{ bodyKeyOverride: { max_tokens: 500 } }, { bodyKeyOverride: null }] as unknown as Fallback[];
    expect(usageBound(callFor({ body: { max_tokens: 10 }, policy: { fallbacks } })).outputTokens).toBe(500);
  });

  test.each([
    ['/v1/embeddings', true],
    ['/v1/moderations', true],
    ['/v2/rerank', true],
    ['/v1/reranking', true],
    ['/v1/inference/Qwen/Qwen3-Reranker-0.6B', true],
    ['/v2/embed', true],
    ['/api/embed', true],
    ['/v1beta/models/gemini-embedding-001%3AembedContent', true],
    ['/v1beta/models/text-embedding-004:batchEmbedContents', true],
    ['/v1/chat/completions', false],
  ])('of %s is none: %s', (path, none) => {
    expect(usageBound(callFor({ body: { input: 'x' }, path })).outputTokens === 0).toBe(none);
  });
});

describe('the most input', () => {
  const bytes = (body: object): number => JSON.stringify(body).length;

  test('is a token for each byte of the body', () => {
    const body = { messages: [{ role: 'user', content: 'hello' }] };
    const call = callFor({ body });
    expect(usageBound(call).inputTokens).toBe(bytes(body));
    expect(call.warnings).toEqual([]);
  });

  test.each<[string, object, number]>([
    ['an image that is a link', { content: [{ type: 'image', source: { url: 'x' } }] }, 2_000],
    ['an OpenAI image, whose name stands there twice', { c: [{ type: 'image_url', image_url: { url: 'x' } }] }, 4_000],
    ['a stored conversation', { previous_response_id: 'r' }, 128_000],
    ['a stored file', { content: [{ type: 'input_file', file_id: 'f' }] }, 128_000],
  ])('counts %s on top', (_name, body, tokens) => {
    expect(usageBound(callFor({ body })).inputTokens).toBe(bytes(body) + tokens);
  });

  test('stops counting images at a thousand', () => {
    const body = { images: Array.from({ length: 3000 }, () => 'image') };
    expect(usageBound(callFor({ body })).inputTokens).toBe(bytes(body) + 2_000_000);
  });

  test('of a compressed body is more than its bytes', () => {
    const call = callFor({ body: Buffer.alloc(100), headers: { 'content-encoding': 'gzip' } });
    expect(usageBound(call)).toEqual({ inputTokens: 2_000, outputTokens: 16_384 });
  });

  test.each<[Headers, number]>([
    [{ 'content-length': '5000000' }, 5_000_000],
    [{}, 1024 * 1024],
  ])('of a body that streams through with %j is %d, with a warning', (headers, tokens) => {
    const call = callFor({ body: stream(), headers });
    expect(usageBound(call).inputTokens).toBe(tokens);
    expect(call.warnings).toHaveLength(1);
  });
});

test.each<[string, Setup]>([
  ['no body', { body: null }],
  ['a GET', { body: { a: 1 }, method: 'GET' }],
  ['counting tokens', { body: { a: 1 }, path: '/v1/messages/count_tokens' }],
  ['Gemini’s counting', { body: { a: 1 }, path: '/v1beta/models/gemini-2.0-flash:countTokens' }],
  [
    'Claude’s counting at Vertex AI',
    { body: { a: 1 }, path: '/v1/publishers/anthropic/models/count-tokens:rawPredict' },
  ],
  ['counting with an encoded colon', { body: { a: 1 }, path: '/v1beta/models/gemini-2.0-flash%3AcountTokens' }],
  ['counting at Bedrock', { body: { a: 1 }, path: '/model/anthropic.claude/count-tokens' }],
  ['an upload', { body: Buffer.alloc(1000), path: '/v1/files' }],
])('%s uses nothing', (_name, setup) => {
  expect(usageBound(callFor(setup))).toEqual({ inputTokens: 0, outputTokens: 0 });
});

test.each<[Setup, string | null]>([
  [{ body: { model: 'gpt-4o' } }, 'gpt-4o'],
  [{ body: { model: 'gpt-4o' }, policy: { modelOverride: 'mine' } }, 'mine'],
  [{ body: {}, path: '/v1beta/models/gemini-2.0-flash:streamGenerateContent' }, 'gemini-2.0-flash'],
  [{ body: {}, path: '/model/anthropic.claude%3A1/invoke' }, 'anthropic.claude:1'],
  [{ body: {}, path: '/model/%E0%A4%A/invoke' }, '%E0%A4%A'],
  [{ body: {} }, null],
  [{ body: Buffer.from('not json') }, null],
])('the model of %j is %s', (setup, model) => {
  expect(requestedModel(callFor(setup))).toBe(model);
});
