import { expect, test } from 'vitest';
import { encodingOfModel } from './encoding-of-model.js';

test.each([
  'gpt-4',
  'gpt-4-0613',
  'gpt-4-turbo-2024-04-09',
  'gpt-3.5-turbo',
  'gpt-35-turbo',
  'text-embedding-3-small',
  'text-embedding-ada-002',
  'openai/gpt-4',
  'ft:gpt-3.5-turbo:acme::1',
  'ft:gpt-4:acme::1',
  'davinci-002',
])('%s has the older encoding', (model) => {
  expect(encodingOfModel(model)).toBe('cl100k_base');
});

test.each([
  'gpt-4o',
  'gpt-4o-mini-2024-07-18',
  'gpt-4.1',
  'gpt-4.5-preview',
  'gpt-5',
  'o1',
  'o3-mini',
  'chatgpt-4o-latest',
  'openai/gpt-4o',
  'ft:gpt-4o:acme::1',
  'claude-sonnet-4-5',
  'gemini-2.5-flash',
  'llama-3.3-70b',
  '',
  null,
])('%s has the newer one', (model) => {
  expect(encodingOfModel(model)).toBe('o200k_base');
});
