import { describe, expect, test } from 'vitest';
import { openaiResponses } from './openai-responses.js';

// Shapes: OpenAI's API reference (response object). Content is made up.

const MESSAGE = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] };
const SEARCH = { id: 'ws_1', type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'x' } };
const PLAIN = {
  id: 'resp_1',
  object: 'response',
  model: 'gpt-4o-2024-08-06',
  error: null,
  status: 'completed',
  output: [SEARCH, MESSAGE],
  usage: {
    input_tokens: 328,
    input_tokens_details: { cached_tokens: 128, cache_write_tokens: 0 },
    output_tokens: 52,
    output_tokens_details: { reasoning_tokens: 40 },
    total_tokens: 380,
  },
};

test.each([
  ['default', null],
  ['auto', null],
  [undefined, null],
  [7, null],
  ['flex', 'flex'],
  ['priority', 'priority'],
  ['scale', 'scale'],
  ['batch', 'batch'],
])('service tier %o is %o', (service_tier, expected) => {
  expect(openaiResponses.facts({ ...PLAIN, service_tier }).serviceTier).toBe(expected);
});

const usageOf = (more: object) => openaiResponses.facts({ ...PLAIN, ...more }).usage;

test('tools that are charged by the call', () => {
  const page = { type: 'web_search_call', action: { type: 'open_page', url: 'u' } };
  const code = (container_id: unknown): object => ({ type: 'code_interpreter_call', container_id });
  const output = [
    SEARCH,
    page,
    { type: 'web_search_call', status: 'completed' },
    { type: 'file_search_call' },
    { type: 'file_search_call' },
    code('cntr_1'),
    code('cntr_1'),
    code('cntr_2'),
    code(null),
    null,
    'no item',
  ];
  expect(usageOf({ output })).toMatchObject({ webSearches: 2, fileSearches: 2, codeSessions: 2 });
  // What the provider counted goes first.
  expect(usageOf({ output, tool_usage: { web_search: { num_requests: 1 } } })?.webSearches).toBe(1);
  const counted = { ...PLAIN.usage, server_side_tool_usage_details: { web_search_calls: 2, x_search_calls: 3 } };
  expect(usageOf({ output, usage: counted })?.webSearches).toBe(5);
  expect(usageOf({ output: [] })).not.toHaveProperty('fileSearches');
  expect(usageOf({ output: 'none' })?.webSearches).toBe(null);
  const preview = { type: 'web_search_preview_2025_03_11' };
  expect(usageOf({ tools: [preview] })).toMatchObject({ webSearches: 1, webSearchPreviews: 1 });
  expect(usageOf({ tools: [preview, { type: 'web_search' }, null] })).not.toHaveProperty('webSearchPreviews');
});

test('what the provider says that it cost', () => {
  expect(usageOf({ usage: { ...PLAIN.usage, cost_in_usd_ticks: 462_629_500 } })?.toldCostNanoUsd).toBe(46_262_950);
});

describe('pictures that the answer made', () => {
  const picture = { id: 'ig_1', type: 'image_generation_call', status: 'completed', result: 'AAAA' };
  const failed = { ...picture, status: 'failed', result: null };
  const tools = [{ type: 'function' }, { type: 'image_generation', model: 'gpt-image-1.5' }];
  const image_gen = {
    input_tokens: 60,
    input_tokens_details: { image_tokens: 40, text_tokens: 20 },
    cached_tokens: 10,
    cached_tokens_details: { cached_image_tokens: 8, cached_text_tokens: 2 },
    output_tokens: 300,
    output_tokens_details: { image_tokens: 290, text_tokens: 10 },
    total_tokens: 360,
  };
  const web_search = { num_requests: 0 };

  test('are charged by the model that made them', () => {
    const answer = { ...PLAIN, output: [picture], tools, tool_usage: { image_gen, web_search } };
    const facts = openaiResponses.facts(answer);
    expect(facts.charged).toMatchObject([
      { model: 'gpt-4o-2024-08-06', usage: { inputTokens: 328, outputTokens: 52, cacheReadTokens: 128 } },
      {
        model: 'gpt-image-1.5',
        usage: {
          inputTokens: 60,
          outputTokens: 300,
          cacheReadTokens: 10,
          inputImageTokens: 40,
          cacheImageReadTokens: 8,
          outputImageTokens: 290,
        },
      },
    ]);
    expect(facts.usage).toMatchObject({
      inputTokens: 388,
      outputTokens: 352,
      cacheReadTokens: 138,
      reasoningTokens: 40,
      webSearches: 0,
      inputImageTokens: 40,
      outputImageTokens: 290,
    });
    expect(facts.usageObject).toEqual({ ...PLAIN.usage, tool_usage: answer.tool_usage });
  });

  test('of which nothing but their number is known have no price, and take nothing from the rest', () => {
    const facts = openaiResponses.facts({ ...PLAIN, output: [picture, picture, failed] });
    expect(facts.charged).toMatchObject([
      { model: 'gpt-4o-2024-08-06' },
      { model: 'image_generation', usage: { inputTokens: null, outputTokens: null, images: 2 } },
    ]);
    expect(facts.usage).toMatchObject({ inputTokens: 328, outputTokens: 52, images: 2 });
    expect(openaiResponses.facts({ ...PLAIN, output: [failed] })).not.toHaveProperty('charged');
    expect(openaiResponses.facts({ ...PLAIN, output: [picture], usage: null })).not.toHaveProperty('charged');
  });

  test('as SVG are charged by the model that wrote it, too', () => {
    const svg_usage = { model: 'gpt-5.2', input_tokens: 7, output_tokens: 9, reasoning_tokens: 1, total_tokens: 16 };
    const answer = { ...PLAIN, output: [{ ...picture, svg_usage }], tools, tool_usage: { image_gen, web_search } };
    expect(openaiResponses.facts(answer)).toMatchObject({
      charged: [{}, {}, { model: 'gpt-5.2', usage: { inputTokens: 7, outputTokens: 9, reasoningTokens: 1 } }],
      usage: { inputTokens: 395, outputTokens: 361, reasoningTokens: 41 },
    });
  });
});

test('cache writes for 12 hours are part of all cache writes', () => {
  const cache_write_tokens_details = { ttl_30m_tokens: 40, ttl_12h_tokens: 60 };
  const input_tokens_details = { cached_tokens: 0, cache_write_tokens: 100, cache_write_tokens_details };
  expect(usageOf({ usage: { ...PLAIN.usage, input_tokens_details } })).toMatchObject({
    cacheWriteTokens: 100,
    cacheWrite12hTokens: 60,
  });
});
