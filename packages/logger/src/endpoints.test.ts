import { expect, test } from 'vitest';
import { modelCallOf, type SdkName } from './endpoints.js';

test.each<[SdkName, string, string]>([
  ['openai', 'https://api.openai.com/v1/chat/completions', 'openai'],
  ['openai', 'https://api.openai.com/v1/responses', 'openai'],
  ['openai', 'https://api.groq.com/openai/v1/chat/completions', 'groq'],
  ['openai', 'https://openrouter.ai/api/v1/chat/completions', 'openrouter'],
  ['openai', 'https://me.openai.azure.com/openai/deployments/d/chat/completions', 'azure'],
  ['openai', 'http://localhost:8080/v1/embeddings', 'openai'],
  ['anthropic', 'https://api.anthropic.com/v1/messages', 'anthropic'],
  [
    'anthropic',
    'https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict',
    'vertex',
  ],
  ['google', 'https://generativelanguage.googleapis.com/v1beta/models/g:generateContent', 'google'],
  ['google', 'https://aiplatform.googleapis.com/v1/projects/p/models/g:streamGenerateContent', 'vertex'],
])('%s: a call to %s is one of %s', (sdk, url, provider) => {
  expect(modelCallOf(sdk, `${url}?key=secret#part`, 'post')).toEqual({ provider, url });
});

test.each<[SdkName, string, string]>([
  ['openai', 'GET', '/v1/chat/completions'],
  ['openai', 'POST', '/v1/files'],
  ['openai', 'POST', '/v1/batches'],
  ['openai', 'POST', '/v1/threads/t/messages'],
  ['openai', 'POST', '/v1/responses/r/cancel'],
  ['anthropic', 'POST', '/v1/messages/count_tokens'],
  ['anthropic', 'POST', '/v1/messages/batches'],
  ['google', 'POST', '/v1beta/models/g:countTokens'],
])('%s: %s %s is none', (sdk, method, path) => {
  expect(modelCallOf(sdk, `https://host.example${path}`, method)).toBe(null);
});

test('credentials in the address are left out', () => {
  expect(modelCallOf('openai', 'https://user:secret@host.example/v1/embeddings', 'POST')?.url).toBe(
    'https://host.example/v1/embeddings',
  );
});
