import { expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { chatUsage } from './openai-chat-usage.js';

const tokens = { prompt_tokens: 100, completion_tokens: 7 };

test('OpenAI: every part, and nothing that was not told', () => {
  expect(
    chatUsage({
      ...tokens,
      total_tokens: 107,
      prompt_tokens_details: { cached_tokens: 64, audio_tokens: 3, cache_write_tokens: 5, image_tokens: 2 },
      completion_tokens_details: {
        reasoning_tokens: 1,
        audio_tokens: 0,
        accepted_prediction_tokens: 4,
        rejected_prediction_tokens: 2,
        image_tokens: 6,
      },
    }),
  ).toEqual({
    inputTokens: 100,
    outputTokens: 7,
    cacheReadTokens: 64,
    cacheWriteTokens: 5,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: 1,
    inputAudioTokens: 3,
    outputAudioTokens: 0,
    webSearches: null,
    inputImageTokens: 2,
    outputImageTokens: 6,
    acceptedPredictionTokens: 4,
    rejectedPredictionTokens: 2,
  });
  expect(chatUsage(tokens)).toEqual({
    ...EMPTY_USAGE,
    inputTokens: 100,
    outputTokens: 7,
  });
});

test('cached tokens: DeepSeek, Moonshot and Together, Alibaba', () => {
  const hits = { prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 };
  expect(chatUsage({ ...tokens, ...hits })).toMatchObject({ inputTokens: 100, cacheReadTokens: 64 });
  expect(chatUsage({ completion_tokens: 7, ...hits })).toMatchObject({ inputTokens: 100, cacheReadTokens: 64 });
  expect(chatUsage({ ...tokens, cached_tokens: 19 })).toMatchObject({ cacheReadTokens: 19 });
  const created = { cache_creation_input_tokens: 80, cache_creation: { ephemeral_5m_input_tokens: 80 } };
  expect(chatUsage({ ...tokens, prompt_tokens_details: { cached_tokens: 0, ...created } })).toMatchObject({
    cacheReadTokens: 0,
    cacheWriteTokens: 80,
    cacheWrite5mTokens: 80,
  });
});

test('reasoning among the output, beside it, or counted in the total alone', () => {
  const reasoning = { prompt_tokens: 32, completion_tokens_details: { reasoning_tokens: 200 } };
  // OpenAI: 32 + 209 = 241, so that the 200 are among the 209; xAI: 32 + 9 + 200 = 241, they are not
  expect(chatUsage({ ...reasoning, completion_tokens: 209, total_tokens: 241 })?.outputTokens).toBe(209);
  expect(chatUsage({ ...reasoning, completion_tokens: 9, total_tokens: 241 })?.outputTokens).toBe(209);
  expect(chatUsage({ ...reasoning, completion_tokens: 209 })?.outputTokens).toBe(209);
  // Perplexity's deep research: 33 + 7163 = 7196, reasoning in neither, and more of it than output
  const deep = { prompt_tokens: 33, completion_tokens: 7163, total_tokens: 7196, reasoning_tokens: 73997 };
  expect(chatUsage({ ...deep, citation_tokens: 20016, num_search_queries: 18 })).toMatchObject({
    inputTokens: 33,
    outputTokens: 81160,
    reasoningTokens: 73997,
    citationTokens: 20016,
    webSearches: 18,
  });
  // Google's compatible endpoint: 115 - 5 - 10 = 100 that were thought
  const google = { prompt_tokens: 5, completion_tokens: 10, total_tokens: 115 };
  expect(chatUsage(google, 'google')).toMatchObject({ outputTokens: 110, reasoningTokens: 100 });
  expect(chatUsage(google, 'other')).toMatchObject({ outputTokens: 10, reasoningTokens: null });
  expect(chatUsage({ ...google, total_tokens: 15 }, 'google')).toMatchObject({
    outputTokens: 10,
    reasoningTokens: null,
  });
});

test('searches: Perplexity, OpenRouter, xAI by call and by source', () => {
  const searches = (more: object) => chatUsage({ ...tokens, ...more })?.webSearches;
  expect(searches({ num_search_queries: 2 })).toBe(2);
  expect(searches({ server_tool_use: { web_search_requests: 3 } })).toBe(3);
  expect(searches({ num_sources_used: 12 })).toBe(12);
  const calls = { web_search_calls: 2, x_search_calls: 3, file_search_calls: 1, code_interpreter_calls: 4 };
  expect(searches({ num_sources_used: 0, server_side_tool_usage_details: calls })).toBe(5);
  expect(chatUsage({ ...tokens, server_side_tool_usage_details: calls })?.fileSearches).toBe(1);
  const named = { SERVER_SIDE_TOOL_X_SEARCH: 3, SERVER_SIDE_TOOL_WEB_SEARCH: 2 };
  expect(searches({ server_side_tool_usage: named })).toBe(5);
  expect(searches({ num_sources_used: 0, server_side_tool_usage_details: { web_search_calls: 0 } })).toBe(0);
  expect(searches({ num_search_queries: null })).toBe(null);
});

test('what the provider says it cost: nano-USD, half up, its own unit', () => {
  const cost = (usage: object) => chatUsage({ ...tokens, ...usage })?.toldCostNanoUsd;
  expect(cost({ cost: 0.00014 })).toBe(140_000);
  // 19 USD of the provider itself are 19 USD besides only for who brought a key of the provider's
  const details = { cost: 0.95, cost_details: { upstream_inference_cost: 19 } };
  expect(cost({ ...details, is_byok: true })).toBe(19_950_000_000);
  expect(cost({ ...details, is_byok: false })).toBe(950_000_000);
  expect(cost({ cost: 0, is_byok: true, cost_details: { upstream_inference_cost: null } })).toBe(0);
  expect(cost({ cost: { input_tokens_cost: 0.00006, output_tokens_cost: 0.02467, total_cost: 0.03073 } })).toBe(
    30_730_000,
  );
  expect(cost({ estimated_cost: 0.0000124 })).toBe(12_400);
  // 37 756 000 x 1e-10 USD = 3 775 600 nano-USD; 5 ticks are half of one
  expect(cost({ cost_in_usd_ticks: 37_756_000 })).toBe(3_775_600);
  expect(cost({ cost_in_usd_ticks: 5 })).toBe(1);
  expect(cost({ cost_in_usd_ticks: 4 })).toBe(0);
  expect(cost({ cost: 1.0000000005 })).toBe(1_000_000_001);
  for (const damaged of [-1, '1', null, Number.NaN, Number.POSITIVE_INFINITY, 1e300, { total_cost: -2 }, []]) {
    expect(cost({ cost: damaged })).toBe(undefined);
  }
  expect(chatUsage({ cost: 0.01 })).toMatchObject({
    inputTokens: null,
    outputTokens: null,
    toldCostNanoUsd: 10_000_000,
  });
});

test('Mistral: seconds of audio, which may be a fraction', () => {
  expect(chatUsage({ ...tokens, prompt_audio_seconds: 12.5 })?.inputAudioSeconds).toBe(12.5);
  expect(chatUsage({ ...tokens, prompt_audio_seconds: {} })).not.toHaveProperty('inputAudioSeconds');
});

test('missing against 0, damaged counts', () => {
  expect(
    chatUsage({ prompt_tokens: 0, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } }),
  ).toMatchObject({ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, reasoningTokens: null });
  expect(chatUsage({ prompt_tokens: -1, completion_tokens: 1.5 })).toBe(null);
  expect(chatUsage({ prompt_tokens: '5', completion_tokens: 5 })).toMatchObject({ inputTokens: null, outputTokens: 5 });
  for (const damaged of [null, undefined, 3, 'x', [], {}]) expect(chatUsage(damaged)).toBe(null);
});
