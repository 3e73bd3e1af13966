import { expect, test } from 'vitest';
import { openaiEmbeddings } from './openai-embeddings.js';

const BODY = {
  object: 'list',
  data: [{ object: 'embedding', embedding: [0.1, -0.2], index: 0 }],
  model: 'text-embedding-3-small',
  usage: { prompt_tokens: 8, total_tokens: 8 },
};

test('all tokens are input, output is 0 and not unknown', () => {
  expect(openaiEmbeddings.facts(BODY)).toMatchObject({
    model: 'text-embedding-3-small',
    usage: { inputTokens: 8, outputTokens: 0, cacheReadTokens: null },
    finishReason: null,
    error: null,
  });
  expect(openaiEmbeddings.facts({ error: { message: 'Bad' } })).toMatchObject({ usage: null, error: 'Bad' });
});

test('events, which nobody sends, give the last object', () => {
  const rebuilder = openaiEmbeddings.rebuild();
  expect(rebuilder.complete()).toBe(false);
  expect(rebuilder.push({ event: '', data: JSON.stringify(BODY) })).toBe(true);
  expect(rebuilder.push({ event: '', data: '[DONE]' })).toBe(false);
  expect(rebuilder.body()).toEqual(BODY);
  expect(rebuilder.facts().usage?.inputTokens).toBe(8);
  expect(rebuilder.complete()).toBe(true);
});

test.each([
  [{ total_tokens: 10 }, 10],
  [{ prompt_tokens: 8, total_tokens: 10 }, 8],
  [{ prompt_tokens: 15, completion_tokens: 0, total_tokens: 15 }, 15],
])('of %o the input is %i', (usage, inputTokens) => {
  expect(openaiEmbeddings.facts({ usage })).toMatchObject({
    usage: { inputTokens, outputTokens: 0 },
    usageObject: usage,
  });
});
