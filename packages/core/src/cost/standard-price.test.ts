import { describe, expect, test } from 'vitest';
import { createPricer } from './price.js';
import { standardPrice } from './standard-price.js';
import type { Usage } from './usage.js';

const AT = Date.UTC(2026, 10, 10, 12);

function table(provider: string, model: string, at = AT): Record<string, unknown> | null {
  return standardPrice(provider, model, at)?.table ?? null;
}

/** Input and output, USD per million. */
function rates(provider: string, model: string, at = AT): unknown[] | null {
  const found = table(provider, model, at);
  return found === null ? null : [found.input_mtok, found.output_mtok];
}

describe('models as they arrive', () => {
  test.each([
    // Bedrock: regions cost a tenth more than the global profile.
    ['bedrock', 'anthropic.claude-sonnet-4-5-20250929-v1:0', [3.3, 16.5]],
    ['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', [3.3, 16.5]],
    ['bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', [3, 15]],
    ['bedrock', 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0', [0.06, 0.24]],
    [
      'bedrock',
      'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-haiku-4-5-20251001-v1:0',
      [1.1, 5.5],
    ],
    ['bedrock', 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3', null],
    ['bedrock', 'arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc', null],
    ['bedrock', 'arn:aws:bedrock:us-east-1:123456789012:imported-model/anthropic.claude-v2', null],
    // Google
    ['google', 'models/gemini-2.5-flash', [0.3, 2.5]],
    ['google', 'tunedModels/my-gemini-2.5-flash', null],
    ['vertex', 'google/gemini-2.5-flash', [0.3, 2.5]],
    ['vertex', 'publishers/google/models/gemini-2.5-flash', [0.3, 2.5]],
    ['vertex', 'projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash', [0.3, 2.5]],
    ['vertex', 'projects/p/locations/us-central1/endpoints/1234567890', null],
    ['vertex', 'claude-sonnet-4@20250514', [3, 15]],
    ['vertex', 'claude-haiku-4-5@20251001', [1, 5]],
    ['vertex', 'claude-opus-4-1@20250805', [15, 75]],
    ['vertex', 'publishers/anthropic/models/claude-opus-4-8', [5, 25]],
    // Azure
    ['azure', 'gpt-4o-2024-08-06', [2.5, 10]],
    ['azure', 'gpt-35-turbo', [0.5, 1.5]],
    ['azure', 'gpt-35-turbo-0125', [0.5, 1.5]],
    ['azure', 'my-own-deployment', null],
    // Others
    ['openrouter', 'openai/gpt-4o', [2.5, 10]],
    ['fireworks', 'accounts/fireworks/models/kimi-k3', [3, 15]],
    ['fireworks', 'kimi-k3', [3, 15]],
    ['fireworks', 'accounts/mine/models/kimi-k3', null],
    ['huggingface', 'meta-llama/Llama-3.3-70B-Instruct:cerebras', null],
    ['huggingface', 'meta-llama/Llama-3.3-70B-Instruct', null],
    ['moonshot', 'kimi-k3', [3, 15]],
    ['api.openai.com', 'gpt-4o', null],
    ['ollama', 'llama3.2', null],
  ] as const)('%s %s', (provider, model, expected) => {
    expect(rates(provider, model)).toEqual(expected);
  });

  test('a new model is not priced as the older one that its name begins with', () => {
    for (const [provider, model] of [
      ['bedrock', 'us.anthropic.claude-sonnet-5-5-v1:0'],
      ['vertex', 'claude-sonnet-5-5'],
      ['anthropic', 'claude-sonnet-5-9'],
      ['google', 'gemini-3.8-flash-lite'],
      ['google', 'gemini-2.5-pro-image-preview'],
    ] as const) {
      expect([model, rates(provider, model)]).toEqual([model, null]);
    }
    expect(rates('anthropic', 'claude-sonnet-5-20260601')).toEqual([2, 10]);
    expect(rates('anthropic', 'claude-opus-4.6')).toEqual([5, 25]);
  });
});

describe('our own rows', () => {
  test('fine-tuned models, and never at the price of their base', () => {
    expect(table('openai', 'ft:gpt-4o-mini-2024-07-18:acme::abc123')).toMatchObject({
      input_mtok: 0.3,
      cache_read_mtok: 0.15,
      output_mtok: 1.2,
    });
    expect(rates('openai', 'ft:gpt-4.1-2025-04-14:acme:name:abc123')).toEqual([3, 12]);
    expect(rates('openai', 'ft:gpt-4-0613:acme::abc123')).toBe(null);
    expect(rates('openai', 'ft:gpt-4o-2099-01-01:acme::abc123')).toBe(null);
    expect(rates('openai', 'ft:unheard-of')).toBe(null);
  });

  test('audio, speech and pictures', () => {
    expect(table('openai', 'gpt-4o-audio-preview-2025-06-03')).toMatchObject({
      input_audio_mtok: 40,
      output_audio_mtok: 80,
      input_mtok: 2.5,
      output_mtok: 10,
    });
    expect(table('openai', 'gpt-4o-audio-preview-2024-10-01')).toMatchObject({ input_audio_mtok: 100 });
    expect(table('openai', 'gpt-4o-mini-audio-preview')).toMatchObject({ input_audio_mtok: 10, output_audio_mtok: 20 });
    expect(table('openai', 'tts-1')).toEqual({ input_mchars: 15 });
    expect(table('openai', 'tts-1-hd')).toEqual({ input_mchars: 30 });
    expect(table('openai', 'dall-e-3')).toBe(null);
    expect(table('google', 'imagen-3.0-generate-002')).toEqual({ images_kcount: 30 });
    expect(table('vertex', 'publishers/google/models/imagen-3.0-generate-002')).toEqual({ images_kcount: 40 });
    expect(table('vertex', 'text-embedding-005')).toEqual({ input_mchars: 0.025 });
    expect(standardPrice('openai', 'tts-1', AT)?.source).toBe('helicone-proxy');
    expect(standardPrice('openai', 'gpt-4o', AT)?.source).toBe('genai-prices');
  });

  test('tiers and dates of the newest models', () => {
    expect(table('anthropic', 'claude-haiku-5-5')).toMatchObject({
      input_mtok: { base: 0.1, tiers: [{ start: 100_000, price: 0.5 }] },
      output_mtok: { base: 0.5, tiers: [{ start: 100_000, price: 2.5 }] },
      web_searches_kcount: 10,
    });
    expect(table('anthropic', 'claude-sonnet-5-5', Date.UTC(2026, 8, 30))?.cache_read_mtok).toBe(0.2);
    expect(table('anthropic', 'claude-sonnet-5-5')?.cache_read_mtok).toBe(0.1);
    expect(rates('mistral', 'mistral-large-latest', Date.UTC(2025, 10, 1))).toEqual([2, 6]);
    expect(rates('mistral', 'mistral-large-latest')).toEqual([0.5, 1.5]);
  });

  test('an hour of cache writes at Bedrock and Vertex AI', () => {
    expect(table('vertex', 'claude-sonnet-4-5@20250929')?.cache_write_1h_mtok).toEqual({
      base: 6,
      tiers: [{ start: 200_000, price: 12 }],
    });
    expect(table('bedrock', 'us.anthropic.claude-haiku-4-5-20251001-v1:0')?.cache_write_1h_mtok).toBe(2.2);
    expect(table('bedrock', 'amazon.nova-lite-v1:0')?.cache_write_1h_mtok).toBeUndefined();
  });

  test('DeepSeek by the hour of the week', () => {
    const pro = (iso: string): unknown => table('deepseek', 'deepseek-v4-pro', Date.parse(iso))?.input_mtok;
    expect(pro('2026-08-10T02:00:00Z')).toBe(0.435); // the old price, at an hour that is a peak hour since
    expect(pro('2026-08-16T15:59:00Z')).toBe(0.435);
    expect(pro('2026-08-16T16:00:00Z')).toBe(0.66);
    expect(pro('2026-11-10T00:59:00Z')).toBe(0.66); // a Tuesday
    expect(pro('2026-11-10T01:00:00Z')).toBe(1.32);
    expect(pro('2026-11-10T03:59:00Z')).toBe(1.32);
    expect(pro('2026-11-10T04:00:00Z')).toBe(0.66);
    expect(pro('2026-11-10T09:59:00Z')).toBe(1.32);
    expect(pro('2026-11-14T02:00:00Z')).toBe(0.66); // a Saturday
    expect(pro('2026-08-22T02:00:00Z')).toBe(1.32); // a Saturday before weekends were cheap
    expect(pro('2026-10-07T02:00:00Z')).toBe(0.66); // a holiday
    const chat = (iso: string): unknown[] | null => rates('deepseek', 'deepseek-chat', Date.parse(iso));
    expect(chat('2025-08-01T10:00:00Z')).toEqual([0.27, 1.1]);
    expect(chat('2025-08-01T18:00:00Z')).toEqual([0.135, 0.55]);
    expect(chat('2025-09-10T18:00:00Z')).toEqual([0.56, 1.68]);
    expect(chat('2026-01-10T02:00:00Z')).toEqual([0.28, 0.42]);
    expect(chat('2026-11-14T02:00:00Z')).toEqual([0.15, 0.6]);
  });
});

describe('fees', () => {
  test.each([
    ['openai', 'gpt-4o', { web_searches_kcount: 10, web_search_previews_kcount: 25, storage_searches_kcount: 2.5 }],
    ['openai', 'o3', { web_search_previews_kcount: 10, code_sessions_kcount: 30 }],
    ['openai', 'gpt-4o-search-preview', { requests_kcount: 25, web_searches_kcount: 0 }],
    ['openai', 'gpt-4o-mini-search-preview-2025-03-11', { requests_kcount: 25, input_mtok: 0.15 }],
    ['openai', 'gpt-5-search-api', { requests_kcount: 10 }],
    ['anthropic', 'claude-opus-4-1', { web_searches_kcount: 10 }],
    ['google', 'gemini-2.5-flash', { web_searches_kcount: 35 }],
    ['vertex', 'gemini-3.8-flash', { web_searches_kcount: 14 }],
    ['azure', 'gpt-4o', { web_searches_kcount: null }],
    ['xai', 'grok-4', { web_searches_kcount: 5 }],
    ['groq', 'whisper-large-v3', { minimum_audio_seconds: 10 }],
    ['perplexity', 'sonar', { web_searches_kcount: 0 }],
  ] as const)('%s %s', (provider, model, expected) => {
    expect(table(provider, model)).toMatchObject(expected);
  });
});

test('what the provider told goes before all tables, and behind overrides', () => {
  const usage = { inputTokens: 1000, outputTokens: 0, toldCostNanoUsd: 123 } as Usage;
  const asked = { provider: 'openrouter', model: 'openai/gpt-4o', usage, at: AT };
  expect(createPricer().price(asked)).toEqual({ nanoUsd: 123, source: 'provider' });
  expect(createPricer().price({ ...asked, model: 'unheard-of', serviceTier: 'odd' })).toEqual({
    nanoUsd: 123,
    source: 'provider',
  });
  const own = createPricer([{ model: 'openai/gpt-4o', inputUsdPerMTok: 1, outputUsdPerMTok: 1 }]);
  expect(own.price(asked)).toEqual({ nanoUsd: 1_000_000, source: 'override' });
  for (const toldCostNanoUsd of [null, -1, 0.5, Number.NaN, 2 ** 53]) {
    const price = createPricer().price({ ...asked, usage: { ...usage, toldCostNanoUsd } });
    expect(price).toEqual({ nanoUsd: 2_500_000, source: 'genai-prices' });
  }
});
