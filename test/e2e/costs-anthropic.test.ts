import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { streamedMessage, wholeMessage } from './fixed-answers.js';
import { type FixedHost, startFixedHost } from './fixed-price-host.js';

// Prices in USD per million tokens, input / output:
//   claude-sonnet-4-5 3 / 15, cache read 0.30, write for 5 minutes 3.75, for 1 hour 6
//   claude-haiku-4-5  1 /  5, cache read 0.10, write for 5 minutes 1.25, for 1 hour 2

let host: FixedHost;
beforeAll(async () => {
  host = await startFixedHost();
});
afterAll(() => host.close());

describe('Messages', () => {
  describe.each([
    { how: 'plain', answer: wholeMessage },
    { how: 'streamed', answer: streamedMessage },
  ])('$how', ({ answer }) => {
    test('cache read, and writes for 5 minutes and for 1 hour', async () => {
      const usage = {
        input_tokens: 25,
        cache_read_input_tokens: 1000,
        cache_creation_input_tokens: 300,
        cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
        output_tokens: 89,
      };
      // Input in all: 25 + 1000 + 300 = 1325
      // 25 x 3 + 1000 x 0.30 + 200 x 3.75 + 100 x 6 + 89 x 15 = 75 + 300 + 750 + 600 + 1335 = 3060 USD per million
      expect(
        await host.call('anthropic/v1/messages', 'claude-sonnet-4-5', answer('claude-sonnet-4-5-20250929', usage)),
      ).toMatchObject({
        model: 'claude-sonnet-4-5-20250929',
        prompt_tokens: 1325,
        prompt_cache_read_tokens: 1000,
        prompt_cache_write_tokens: 300,
        prompt_cache_write_5m_tokens: 200,
        prompt_cache_write_1h_tokens: 100,
        completion_tokens: 89,
        total_tokens: 1414,
        cost_usd: 0.00306,
      });
    });

    test('a write of unknown lifetime is one for 5 minutes', async () => {
      const usage = {
        input_tokens: 12,
        cache_read_input_tokens: 5000,
        cache_creation_input_tokens: 400,
        output_tokens: 60,
      };
      // 12 x 1 + 5000 x 0.10 + 400 x 1.25 + 60 x 5 = 12 + 500 + 500 + 300 = 1312 USD per million
      expect(
        await host.call('anthropic/v1/messages', 'claude-haiku-4-5', answer('claude-haiku-4-5-20251001', usage)),
      ).toMatchObject({
        prompt_tokens: 5412,
        prompt_cache_read_tokens: 5000,
        prompt_cache_write_tokens: 400,
        prompt_cache_write_1h_tokens: null,
        completion_tokens: 60,
        cost_usd: 0.001312,
      });
    });

    test('a write for 1 hour alone; zeros stay zeros', async () => {
      const usage = {
        input_tokens: 10,
        cache_read_input_tokens: 0,
        cache_creation_input_tokens: 2000,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 2000 },
        output_tokens: 20,
      };
      // 10 x 1 + 2000 x 2 + 20 x 5 = 10 + 4000 + 100 = 4110 USD per million
      expect(
        await host.call('anthropic/v1/messages', 'claude-haiku-4-5', answer('claude-haiku-4-5-20251001', usage)),
      ).toMatchObject({
        prompt_tokens: 2010,
        prompt_cache_read_tokens: 0,
        prompt_cache_write_5m_tokens: 0,
        prompt_cache_write_1h_tokens: 2000,
        completion_tokens: 20,
        cost_usd: 0.00411,
      });
    });
  });
});
