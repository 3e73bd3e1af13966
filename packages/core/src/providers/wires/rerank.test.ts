import { expect, test } from 'vitest';
import { rerank } from './rerank.js';

const results = [{ index: 3, relevance_score: 0.999 }];

test.each([
  ['Cohere', { id: 'r', results, meta: { billed_units: { search_units: 1 } } }, { searchUnits: 1, inputTokens: null }],
  ['Jina', { model: 'm', object: 'list', usage: { total_tokens: 815 }, results }, { inputTokens: 815 }],
  ['Voyage', { object: 'list', data: results, model: 'm', usage: { total_tokens: 26 } }, { inputTokens: 26 }],
  [
    'Together',
    { object: 'rerank', model: 'm', results, usage: { prompt_tokens: 1837, completion_tokens: 0, total_tokens: 1837 } },
    { inputTokens: 1837 },
  ],
  [
    'Mixedbread',
    { object: 'list', model: 'm', data: results, usage: { prompt_tokens: 162, total_tokens: 162 } },
    { inputTokens: 162 },
  ],
  [
    'DeepInfra',
    { scores: [0.1, 0.9], input_tokens: 42, inference_status: { status: 'succeeded', cost: 4.2e-7, tokens_input: 42 } },
    { inputTokens: 42, toldCostNanoUsd: 420 },
  ],
])('%s', (_provider, body, usage) => {
  const facts = rerank.facts(body);
  expect(facts.usage).toMatchObject({ outputTokens: 0, ...usage });
  expect(facts).toMatchObject({ model: 'model' in body ? 'm' : null, finishReason: null, error: null });
});

test('only what was said is in it', () => {
  expect(rerank.facts({ usage: { total_tokens: 5 } }).usage).not.toHaveProperty('searchUnits');
  expect(rerank.facts({ usage: { total_tokens: 5, cost: 'x' } }).usage).not.toHaveProperty('toldCostNanoUsd');
  for (const body of [null, 1, [], {}, { usage: {} }, { meta: { billed_units: { search_units: -1 } } }]) {
    expect(rerank.facts(body)).toMatchObject({ usage: null, error: null });
  }
});

test('errors', () => {
  expect(rerank.facts({ message: 'no' }).error).toBe('no');
  expect(rerank.facts({ detail: 'no' }).error).toBe('no');
  expect(rerank.facts({ detail: { error: 'no' } }).error).toBe('no');
  expect(rerank.facts({ error: { message: 'no' } }).error).toBe('no');
});
