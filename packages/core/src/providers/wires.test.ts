import Anthropic from '@anthropic-ai/sdk';
import { ApiError, GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { scanSse } from '../stream/sse-scanner.js';
import type { WireFormat } from './wire.js';
import { wireForPath } from './wire-for-path.js';
import { wireOf } from './wires.js';

const FORMATS: WireFormat[] = [
  'openai-chat',
  'openai-responses',
  'openai-embeddings',
  'anthropic-messages',
  'google-generate-content',
];

test.each([
  ['/v1/chat/completions', 'openai-chat'],
  ['/chat/completions/', 'openai-chat'],
  ['/v1/completions', 'openai-chat'],
  ['/openai/deployments/my-gpt/chat/completions', 'openai-chat'],
  ['/openai/v1/chat/completions', 'openai-chat'],
  ['/v1/responses', 'openai-responses'],
  ['/v1/embeddings', 'openai-embeddings'],
  ['/openai/deployments/x/embeddings', 'openai-embeddings'],
  ['/v1/messages', 'anthropic-messages'],
  ['/anthropic/v1/messages', 'anthropic-messages'],
  ['/v1beta/models/gemini-2.5-flash:generateContent', 'google-generate-content'],
  ['/v1beta/models/gemini-2.5-flash:streamGenerateContent', 'google-generate-content'],
  ['/v1/projects/p/locations/eu/publishers/google/models/m%3AstreamGenerateContent', 'google-generate-content'],
  ['/v1beta/models/gemini-embedding-001:embedContent', 'google-generate-content'],
  ['/v1beta/models/gemini-embedding-001:batchEmbedContents/', 'google-generate-content'],
  ['/v1beta/models/gemini-2.5-flash:countTokens', null],
  ['/v1beta/models/gemini-2.5-flash', null],
  ['/v1/projects/p/locations/global/publishers/anthropic/models/claude-opus-4-5:rawPredict', 'anthropic-messages'],
  [
    '/v1/projects/p/locations/global/publishers/anthropic/models/claude-opus-4-5%3AstreamRawPredict',
    'anthropic-messages',
  ],
  ['/v1/projects/p/locations/global/publishers/anthropic/models/count-tokens:rawPredict', null],
  ['/v1/projects/p/locations/global/publishers/anthropic/models/count-tokens%3ArawPredict/', null],
  ['/v1/projects/p/locations/us/publishers/mistralai/models/codestral-2:rawPredict', 'openai-chat'],
  ['/v1/projects/p/locations/us/publishers/mistralai/models/mistral-ocr-2505:rawPredict', 'mistral-ocr'],
  ['/v1/projects/p/locations/us/publishers/ai21/models/jamba-1.5-mini:rawPredict', 'openai-chat'],
  ['/v1/projects/p/locations/us/publishers/ai21/models/jamba-1.5-mini:streamRawPredict', 'openai-chat'],
  ['/v1/projects/p/locations/us/publishers/nobody/models/m:rawPredict', null],
  ['/v2/chat', 'cohere-chat'],
  ['/v1/chat', null],
  ['/cohere/v1/chat', 'cohere-chat'],
  ['/api/v1/chat', null],
  ['/compatibility/v1/chat/completions', 'openai-chat'],
  ['/v2/embed', 'cohere-embed'],
  ['/v2/rerank', 'rerank'],
  ['/v1/reranking', 'rerank'],
  ['/v1/inference/Qwen/Qwen3-Reranker-0.6B', 'rerank'],
  ['/v1/inference/rerank/other', null],
  ['/v1/inference/Qwen/Qwen3-Reranker-0.6B/x', null],
  ['/api/chat', 'ollama'],
  ['/api/generate', 'ollama'],
  ['/api/embed', 'ollama'],
  ['/api/tags', null],
  ['/v1/messages/count_tokens', null],
  ['/v1/messages/batches', null],
  ['/v1/threads/thread_1/messages', null],
  ['/v1/chat/completions/chatcmpl-1/messages', null],
  ['/v1/responses/resp_1', null],
  ['/v1/models', null],
  ['/xmessages', null],
  ['', null],
] as const)('%s -> %s', (path, format) => {
  expect(wireForPath(path)).toBe(format);
});

test.each([
  // Several have a `/v1/chat`, which only Cohere's answers as Cohere does.
  ['/v1/chat', 'cohere', 'https://api.cohere.com', 'cohere-chat'],
  ['/v1/chat', 'mine', 'https://api.cohere.com', 'cohere-chat'],
  ['/v1/chat', 'api.cohere.ai', 'https://api.cohere.ai', 'cohere-chat'],
  ['/v1/chat', 'my-cohere', 'http://10.0.0.1', 'cohere-chat'],
  ['/v1/chat', 'api.writer.com', 'https://api.writer.com', null],
  ['/api/v1/chat', 'lmstudio', 'http://localhost:1234', null],
  ['/v2/chat', 'mine', 'http://10.0.0.1', 'cohere-chat'],
  ['/v1/chat/completions', 'cohere', 'https://api.cohere.com', 'openai-chat'],
  ['/api/chat', 'mine', 'http://localhost:11434', 'ollama'],
] as const)('%s of %s at %s -> %s', (path, name, origin, format) => {
  expect(wireForPath(path, { name, origin })).toBe(format);
});

test('each format is registered under its name', () => {
  for (const format of FORMATS) expect(wireOf(format).name).toBe(format);
});

function answer(text: string): typeof fetch {
  return async () => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
}

async function drain(events: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of events) count++;
  return count;
}

test('the SDKs raise their APIError on the error events, behind events that they took', async () => {
  const options = { apiKey: 'k', maxRetries: 0 };
  const chat = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
  const openai = (text: string) => new OpenAI({ ...options, fetch: answer(text) });
  const error = (format: WireFormat) => wireOf(format).errorEvent('upstream_reset', 'Cut "off"', 'sse') as string;
  const messages = [{ role: 'user' as const, content: 'x' }];

  const first = await openai(chat + error('openai-chat')).chat.completions.create({
    model: 'm',
    messages,
    stream: true,
  });
  const chatError = await drain(first).catch((thrown: unknown) => thrown);
  expect(chatError).toBeInstanceOf(OpenAI.APIError);
  expect(chatError).toMatchObject({ code: 'upstream_reset', message: expect.stringContaining('Cut "off"') });

  const created = 'event: response.created\ndata: {"type":"response.created","response":{"id":"r"}}\n\n';
  const second = await openai(created + error('openai-responses')).responses.create({
    model: 'm',
    input: 'x',
    stream: true,
  });
  const responseError = await drain(second).catch((thrown: unknown) => thrown);
  expect(responseError).toBeInstanceOf(OpenAI.APIError);
  expect(responseError).toMatchObject({ code: 'upstream_reset', message: expect.stringContaining('Cut "off"') });

  const ping = 'event: ping\ndata: {"type":"ping"}\n\n';
  const anthropic = new Anthropic({ ...options, fetch: answer(ping + error('anthropic-messages')) });
  const third = await anthropic.messages.create({ model: 'm', max_tokens: 1, messages, stream: true });
  const messageError = await drain(third).catch((thrown: unknown) => thrown);
  expect(messageError).toBeInstanceOf(Anthropic.APIError);
  expect(messageError).toMatchObject({ type: 'api_error', message: expect.stringContaining('Cut \\"off\\"') });

  const content = 'data: {"candidates":[{"content":{"parts":[{"text":"a"}]}}]}\n\n';
  const google = new GoogleGenAI({
    apiKey: 'k',
    httpOptions: { baseUrl: 'http://localhost', fetch: answer(content + error('google-generate-content')) },
  });
  const fourth = await google.models.generateContentStream({ model: 'm', contents: 'x' });
  const contentError = await drain(fourth).catch((thrown: unknown) => thrown);
  expect(contentError).toBeInstanceOf(ApiError);
  expect(contentError).toMatchObject({ status: 502, message: expect.stringContaining('Cut \\"off\\"') });
});

test('our own error events are understood by our own readers', () => {
  for (const format of FORMATS) {
    const rebuilder = wireOf(format).rebuild();
    scanSse(wireOf(format).errorEvent('upstream_reset', 'Cut\noff', 'sse') as string, (event) => rebuilder.push(event));
    expect(rebuilder.facts().error).toBe('Cut\noff');
    expect(rebuilder.complete()).toBe(false);
  }
});

test('a key named __proto__ stays a plain member', () => {
  const rebuilder = wireOf('openai-chat').rebuild();
  const push = (data: string) => rebuilder.push({ event: '', data });
  push('{"__proto__":{"polluted":1},"choices":[{"index":0,"delta":{"__proto__":"a","constructor":"b"}}]}');
  push('{"choices":[{"index":0,"delta":{"__proto__":"A","constructor":"B"}}]}');
  expect(JSON.stringify(rebuilder.body())).toContain('"__proto__":"aA","constructor":"bB"');
  expect(JSON.stringify(rebuilder.body())).toContain('"__proto__":{"polluted":1}');
});

test.each(FORMATS)('%s: deep nesting and huge indexes cost nothing', (format) => {
  const rebuilder = wireOf(format).rebuild();
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  for (const type of ['', 'content_block_delta', 'response.output_text.delta']) {
    rebuilder.push({
      event: type,
      data: `{"type":"${type}","choices":[{"index":0,"delta":{"x":${deep}}}],"delta":{"x":${deep}}}`,
    });
    rebuilder.push({
      event: type,
      data: `{"type":"${type}","index":4e9,"output_index":4e9,"content_index":4e9,"delta":"x"}`,
    });
    rebuilder.push({ event: type, data: `{"choices":[{"index":4e9,"delta":{"tool_calls":[{"index":4e9}]}}]}` });
  }
  expect(rebuilder.facts().error).toBe(null);
  expect(rebuilder.body()).toBeDefined();
});

test('linear: 200 000 chunks of one answer', () => {
  const text = 'data: {"choices":[{"index":0,"delta":{"content":"ab"}}]}\n\n'.repeat(200_000);
  const started = performance.now();
  const rebuilder = wireOf('openai-chat').rebuild();
  scanSse(text, (event) => rebuilder.push(event));
  const [choice] = (rebuilder.body() as { choices: { message: { content: string } }[] }).choices;
  expect(choice?.message.content).toHaveLength(400_000);
  // About 250 ms; copying the text for each chunk would take minutes.
  expect(performance.now() - started).toBeLessThan(5000);
});
