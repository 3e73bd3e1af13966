import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamedChat, streamedResponse, wholeChat, wholeResponse } from './fixed-answers.js';
import { type FixedHost, startFixedHost } from './fixed-price-host.js';

// Prices in USD per million tokens, input / output:
//   gpt-4o-mini 0.15 / 0.60, cached 0.075    gpt-4o 2.50 / 10, cached 1.25    o3 2 / 8, cached 0.50
//   text-embedding-3-small 0.02

let host: FixedHost;
beforeAll(async () => {
  host = await startFixedHost();
});
afterAll(() => host.close());

const UNKNOWN = {
  prompt_tokens: null,
  completion_tokens: null,
  total_tokens: null,
  prompt_cache_read_tokens: null,
  prompt_cache_write_tokens: null,
  reasoning_tokens: null,
  cost_usd: null,
  cost: null,
  costUSD: null,
  price_source: null,
};

describe('Chat Completions', () => {
  test.each([
    { how: 'plain', answer: wholeChat },
    { how: 'streamed', answer: streamedChat },
  ])('cached input, $how', async ({ answer }) => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 50,
      total_tokens: 1050,
      prompt_tokens_details: { cached_tokens: 600, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
    };
    // 400 x 0.15 + 600 x 0.075 + 50 x 0.60 = 60 + 45 + 30 = 135 USD per million
    expect(
      await host.call('openai/v1/chat/completions', 'gpt-4o-mini', answer('gpt-4o-mini-2024-07-18', usage)),
    ).toMatchObject({
      model: 'gpt-4o-mini-2024-07-18',
      request_model: 'gpt-4o-mini',
      prompt_tokens: 1000,
      prompt_cache_read_tokens: 600,
      completion_tokens: 50,
      total_tokens: 1050,
      reasoning_tokens: 0,
      usage_source: 'provider',
      cost_usd: 0.000135,
      cost: 0.000135,
      costUSD: 0.000135,
    });
    // 976 x 2.50 + 1024 x 1.25 + 100 x 10 = 2440 + 1280 + 1000 = 4720 USD per million
    const more = { prompt_tokens: 2000, completion_tokens: 100, prompt_tokens_details: { cached_tokens: 1024 } };
    expect(await host.call('openai/v1/chat/completions', 'gpt-4o', answer('gpt-4o-2024-08-06', more))).toMatchObject({
      prompt_tokens: 2000,
      prompt_cache_read_tokens: 1024,
      completion_tokens: 100,
      reasoning_tokens: null,
      cost_usd: 0.00472,
    });
  });

  test.each([
    { how: 'plain', answer: wholeChat },
    { how: 'streamed', answer: streamedChat },
  ])('reasoning is a part of the output, $how', async ({ answer }) => {
    const usage = {
      prompt_tokens: 500,
      completion_tokens: 900,
      total_tokens: 1400,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 640 },
    };
    // 500 x 2 + 900 x 8 = 1000 + 7200 = 8200 USD per million
    expect(await host.call('openai/v1/chat/completions', 'o3', answer('o3-2025-04-16', usage))).toMatchObject({
      prompt_tokens: 500,
      prompt_cache_read_tokens: 0,
      completion_tokens: 900,
      reasoning_tokens: 640,
      cost_usd: 0.0082,
    });
  });

  test('an answer that is compressed on its way is read all the same', async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 10 };
    // 100 x 2.50 + 10 x 10 = 350 USD per million
    for (const answer of [wholeChat('gpt-4o', usage), streamedChat('gpt-4o', usage)]) {
      expect(await host.call('openai/v1/chat/completions', 'gpt-4o', { ...answer, gzip: true })).toMatchObject({
        prompt_tokens: 100,
        completion_tokens: 10,
        cost_usd: 0.00035,
      });
    }
  });
});

describe('Responses', () => {
  test.each([
    { how: 'plain', answer: wholeResponse },
    { how: 'streamed', answer: streamedResponse },
  ])('cached input and reasoning, $how', async ({ answer }) => {
    const usage = {
      input_tokens: 3000,
      input_tokens_details: { cached_tokens: 2048 },
      output_tokens: 1200,
      output_tokens_details: { reasoning_tokens: 1024 },
      total_tokens: 4200,
    };
    // 952 x 2 + 2048 x 0.50 + 1200 x 8 = 1904 + 1024 + 9600 = 12 528 USD per million
    expect(await host.call('openai/v1/responses', 'o3', answer('o3-2025-04-16', usage))).toMatchObject({
      model: 'o3-2025-04-16',
      prompt_tokens: 3000,
      prompt_cache_read_tokens: 2048,
      completion_tokens: 1200,
      reasoning_tokens: 1024,
      total_tokens: 4200,
      cost_usd: 0.012528,
    });
    // 100 x 0.15 + 20 x 0.60 = 15 + 12 = 27 USD per million
    const small = { input_tokens: 100, output_tokens: 20, total_tokens: 120 };
    expect(await host.call('openai/v1/responses', 'gpt-4o-mini', answer('gpt-4o-mini', small))).toMatchObject({
      prompt_tokens: 100,
      prompt_cache_read_tokens: null,
      completion_tokens: 20,
      cost_usd: 0.000027,
    });
  });
});

test('embeddings: input only, and the output is 0, not unknown', async () => {
  const json = {
    object: 'list',
    data: [],
    model: 'text-embedding-3-small',
    usage: { prompt_tokens: 8, total_tokens: 8 },
  };
  // 8 x 0.02 = 0.16 USD per million
  expect(await host.call('openai/v1/embeddings', 'text-embedding-3-small', { json })).toMatchObject({
    prompt_tokens: 8,
    completion_tokens: 0,
    total_tokens: 8,
    cost_usd: 0.00000016,
  });
});

describe('what is not known is null, what is nothing is 0', () => {
  test.each([
    { how: 'plain', answer: wholeChat },
    { how: 'streamed', answer: streamedChat },
  ])('a model without a price keeps its tokens and has no cost, $how', async ({ answer }) => {
    const usage = { prompt_tokens: 10, completion_tokens: 5 };
    expect(
      await host.call('openai/v1/chat/completions', 'gpt-99-unheard-of', answer('gpt-99-unheard-of', usage)),
    ).toMatchObject({
      prompt_tokens: 10,
      completion_tokens: 5,
      usage_source: 'provider',
      price_source: null,
      cost_usd: null,
      cost: null,
      costUSD: null,
    });
  });

  test.each([
    { how: 'plain', answer: wholeChat('gpt-4o') },
    { how: 'streamed', answer: streamedChat('gpt-4o') },
  ])('an answer without usage to a request without messages: its output is estimated, $how', async ({ answer }) => {
    expect(await host.call('openai/v1/chat/completions', 'gpt-4o', answer)).toMatchObject({
      ...UNKNOWN,
      completion_tokens: 2,
      outcome: 'success',
      usage_source: 'estimated',
    });
  });

  test.each([
    { how: 'plain', answer: wholeChat },
    { how: 'streamed', answer: streamedChat },
  ])('explicit zeros, $how', async ({ answer }) => {
    const usage = {
      prompt_tokens: 0,
      completion_tokens: 0,
      total_tokens: 0,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
    };
    expect(await host.call('openai/v1/chat/completions', 'gpt-4o', answer('gpt-4o', usage))).toMatchObject({
      prompt_tokens: 0,
      completion_tokens: 0,
      total_tokens: 0,
      prompt_cache_read_tokens: 0,
      reasoning_tokens: 0,
      prompt_audio_tokens: 0,
      completion_audio_tokens: 0,
      usage_source: 'provider',
      cost_usd: 0,
    });
  });

  test('an error of the provider costs nothing that is known', async () => {
    const json = { error: { message: 'Too fast', type: 'requests', param: null, code: 'rate_limit_exceeded' } };
    expect(await host.call('openai/v1/chat/completions', 'gpt-4o', { json, status: 429 })).toMatchObject({
      ...UNKNOWN,
      response_status: 429,
      error: 'Too fast',
    });
  });
});

test('an event stream whose first events come with its head is recorded from its first byte on', async () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1 };
  const record = await host.call('openai/v1/chat/completions', 'gpt-4o', streamedChat('gpt-4o', usage));
  expect(record.response_bytes).toBe(record.clientBytes);
  expect(record.response_body).toMatchObject({ id: 'chatcmpl-1', choices: [{ message: { content: 'Hi.' } }] });
});
