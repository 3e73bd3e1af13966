import { expect, test } from 'vitest';
import { operationOf, providerName } from './operation.js';

test.each([
  ['/v1/chat/completions', 'chat'],
  ['/openai/deployments/d/chat/completions', 'chat'],
  ['/v1/completions', 'text_completion'],
  ['/v1/responses', 'chat'],
  ['/v1/messages', 'chat'],
  ['/v1/realtime', 'chat'],
  ['/v1/embeddings/', 'embeddings'],
  ['/v1beta/models/gemini-2.5-pro:generateContent', 'generate_content'],
  ['/v1beta/models/gemini-2.5-pro%3AstreamGenerateContent', 'generate_content'],
  ['/v1beta/models/text-embedding-004:batchEmbedContents', 'embeddings'],
  ['/v1/models', null],
  ['/v1/responses/resp_1', null],
  ['/v1/threads/thread_1/messages', null],
  ['/v1/chat/completions/chatcmpl-1/messages', null],
])('%s is %s', (path, operation) => {
  expect(operationOf(path)).toBe(operation);
});

test('names of providers', () => {
  const names = [
    'openai',
    'anthropic',
    'google',
    'vertex',
    'azure',
    'bedrock',
    'mistral',
    'xai',
    'groq',
    'constructor',
  ];
  expect(names.map(providerName)).toEqual([
    'openai',
    'anthropic',
    'gcp.gemini',
    'gcp.vertex_ai',
    'azure.ai.openai',
    'aws.bedrock',
    'mistral_ai',
    'x_ai',
    'groq',
    'constructor',
  ]);
});
