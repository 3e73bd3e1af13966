import { expect, test } from 'vitest';
import type { WireFormat } from '../providers/wire.js';
import { isChunk, isOllamaAnswer, wireOfAnswer, wireOfRequest } from './wire-of-shape.js';

const OLLAMA = { model: 'm', created_at: '2023-08-04T08:52:19Z', message: { role: 'assistant', content: 'a' } };
const IMAGE = { created: 1713833628, data: [{ b64_json: 'AA==' }] };
const TOKENS = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };

test.each<[string, WireFormat | null, unknown]>([
  ['chat completions', 'openai-chat', { choices: [] }],
  ['Responses', 'openai-responses', { object: 'response' }],
  ['Messages', 'anthropic-messages', { type: 'message', role: 'assistant', content: [] }],
  ['Google', 'google-generate-content', { candidates: [] }],
  ['embeddings', 'openai-embeddings', { object: 'list', data: [{ object: 'embedding' }] }],
  ['images', 'openai-images', IMAGE],
  ['images with usage', 'openai-images', { ...IMAGE, usage: { ...TOKENS, input_tokens_details: {} } }],
  ['images by URL', 'openai-images', { created: 1, data: [{ url: 'https://x' }] }],
  ['a list of files', null, { object: 'list', data: [{ url: 'https://x' }] }],
  ['transcription by tokens', 'openai-transcription', { text: 'a', usage: { type: 'tokens', ...TOKENS } }],
  ['transcription by time', 'openai-transcription', { text: 'a', usage: { type: 'duration', seconds: 3 } }],
  ['text of no known kind', null, { text: 'a' }],
  [
    'Cohere v2',
    'cohere-chat',
    { id: 'a', finish_reason: 'COMPLETE', message: { role: 'assistant', content: [] }, usage: { billed_units: {} } },
  ],
  ['Cohere v1', 'cohere-chat', { text: 'a', generation_id: 'g', meta: {} }],
  ['Cohere embed', 'cohere-embed', { id: 'a', embeddings: { float: [] }, meta: { billed_units: { input_tokens: 1 } } }],
  ['Cohere rerank', 'rerank', { results: [{ index: 0, relevance_score: 0.9 }], meta: {} }],
  [
    'Voyage rerank',
    'rerank',
    { object: 'list', data: [{ index: 0, relevance_score: 0.9 }], usage: { total_tokens: 1 } },
  ],
  ['Ollama chat', 'ollama', { ...OLLAMA, done: true }],
  ['Ollama generate', 'ollama', { model: 'm', created_at: 'now', response: 'a', done: false }],
  ['Ollama embed', 'ollama', { model: 'm', embeddings: [[0.1]], prompt_eval_count: 8 }],
  [
    'Converse',
    'bedrock-converse',
    { output: { message: { role: 'assistant', content: [] } }, stopReason: 'end_turn', usage: { inputTokens: 1 } },
  ],
  ['a job of one’s own', null, { done: true, status: 'ok' }],
  ['a message of one’s own', null, { message: 'hello', finish_reason: 'stop' }],
  ['embeddings of one’s own', null, { embeddings: [[1]] }],
  ['nothing', null, null],
])('%s', (_name, wire, answer) => {
  expect(wireOfAnswer(answer)).toBe(wire);
});

test.each<[string, WireFormat | null, unknown]>([
  ['chat', 'openai-chat', { object: 'chat.completion.chunk', choices: [] }],
  ['Responses', 'openai-responses', { type: 'response.created' }],
  ['Messages', 'anthropic-messages', { type: 'message_start' }],
  ['images', 'openai-images', { type: 'image_generation.partial_image', b64_json: '' }],
  ['images, edited', 'openai-images', { type: 'image_edit.completed' }],
  ['transcription', 'openai-transcription', { type: 'transcript.text.delta', delta: 'a' }],
  ['Cohere v2', 'cohere-chat', { type: 'message-start', id: 'a', delta: { message: { role: 'assistant' } } }],
  ['Cohere v2, an event that says little', null, { type: 'content-end', index: 0 }],
  ['Cohere v1', 'cohere-chat', { event_type: 'text-generation', text: 'a' }],
  ['Ollama', 'ollama', { ...OLLAMA, done: false }],
])('a chunk: %s', (_name, wire, chunk) => {
  expect(isChunk(chunk)).toBe(true);
  expect(wireOfAnswer(chunk)).toBe(wire);
});

test('what is no chunk', () => {
  // Ollama's last one looks like a whole answer.
  expect(isOllamaAnswer({ ...OLLAMA, done: true })).toBe(true);
  for (const value of [null, [], 'x', {}, { ...OLLAMA, done: true }, { done: false }, { type: 'text-delta' }]) {
    expect(isChunk(value)).toBe(false);
  }
});

test('a request tells by its members, and where they are common by its provider', () => {
  const request = { model: 'm', messages: [] };
  expect(wireOfRequest(request, 'openai')).toBe('openai-chat');
  expect(wireOfRequest(request, 'anthropic')).toBe('anthropic-messages');
  expect(wireOfRequest(request, 'cohere')).toBe('cohere-chat');
  expect(wireOfRequest(request, 'ollama')).toBe('ollama');
});
