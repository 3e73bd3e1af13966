import { expect, test } from 'vitest';
import { readLoggedUrl } from './logged-url.js';
import { providerName } from './provider-name.js';

test.each([
  ['OPENAI', 'openai'],
  ['oai', 'openai'],
  ['Anthropic', 'anthropic'],
  ['GOOGLE', 'google'],
  ['gcp.gemini', 'google'],
  ['gcp.vertex_ai', 'vertex'],
  ['google.vertex.chat', 'vertex'],
  ['google.generative-ai', 'google'],
  ['azure.ai.openai', 'azure'],
  ['azure-openai.chat', 'azure'],
  ['aws.bedrock', 'bedrock'],
  ['x_ai', 'xai'],
  ['mistral_ai', 'mistral'],
  ['openai.responses', 'openai'],
  [' TOGETHER ', 'together'],
  ['Mine', 'mine'],
  ['my.openai', 'my.openai'],
  ['constructor', 'constructor'],
])('%s is %s', (given, ours) => {
  expect(providerName(given)).toBe(ours);
});

test.each([
  [
    'https://api.openai.com/v1/chat/completions',
    { path: '/v1/chat/completions', targetUrl: 'https://api.openai.com/v1/chat/completions', provider: 'openai' },
  ],
  [
    'HTTPS://u:p@API.Anthropic.com/v1/messages?key=1#2',
    { path: '/v1/messages', targetUrl: 'https://api.anthropic.com/v1/messages', provider: 'anthropic' },
  ],
  [
    'http://localhost:11434/api/chat',
    { path: '/api/chat', targetUrl: 'http://localhost:11434/api/chat', provider: null },
  ],
  ['custom-model-nopath', { path: 'custom-model-nopath', targetUrl: '', provider: null }],
  ['/v1/x?key=sk\n1', { path: '/v1/x', targetUrl: '', provider: null }],
  ['file:///etc/passwd', { path: 'file:///etc/passwd', targetUrl: '', provider: null }],
  ['http://', { path: 'http://', targetUrl: '', provider: null }],
  ['', { path: '', targetUrl: '', provider: null }],
])('%j', (url, read) => {
  expect(readLoggedUrl(url)).toEqual(read);
});
