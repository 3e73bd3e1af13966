import { describe, expect, test } from 'vitest';
import { EMPTY_USAGE } from './empty-usage.js';
import { createPricer } from './price.js';
import { normalTier } from './tier-name.js';
import type { Usage } from './usage.js';

const AT = Date.UTC(2026, 10, 10, 12);
const pricer = createPricer();

interface Asked {
  provider: string;
  model: string;
  tier: string | null;
  usage: Partial<Usage>;
  at?: number;
}

function nano({ provider, model, tier, usage, at = AT }: Asked): number | null {
  const used: Usage = {
    ...EMPTY_USAGE,
    inputTokens: 0,
    outputTokens: 0,
    ...usage,
  };
  return pricer.price({ provider, model, serviceTier: tier, usage: used, at })?.nanoUsd ?? null;
}

/** USD per million of input, output and cache reads: what a thousand of each cost. */
function rates(provider: string, model: string, tier: string | null, at = AT): (number | null)[] {
  const of = (usage: Partial<Usage>): number | null => {
    const cost = nano({ provider, model, tier, usage, at });
    return cost === null ? null : cost / 1e6;
  };
  return [of({ inputTokens: 1000 }), of({ outputTokens: 1000 }), of({ inputTokens: 1000, cacheReadTokens: 1000 })];
}

test.each([
  [null, ''],
  ['default', ''],
  ['standard', ''],
  ['on_demand', ''],
  ['auto', ''],
  ['Priority', 'priority'],
  ['us+fast', 'fast+us'],
  ['fast + global', 'fast'],
  ['x'.repeat(65), null],
])('the tier %s is %s', (given, normal) => {
  expect(normalTier(given)).toBe(normal);
});

describe('OpenAI', () => {
  // https://developers.openai.com/api/docs/pricing
  test.each([
    ['gpt-5', null, [1.25, 10, 0.125]],
    ['gpt-5', 'flex', [0.625, 5, 0.0625]],
    ['gpt-5-2025-08-07', 'priority', [2.5, 20, 0.25]],
    ['gpt-5', 'fast', [2.5, 20, 0.25]],
    ['gpt-5-mini', 'priority', [0.45, 3.6, 0.045]],
    ['gpt-4.1', 'priority', [3.5, 14, 0.875]],
    ['gpt-4.1-nano', 'priority', [0.2, 0.8, 0.05]],
    ['gpt-4o-2024-08-06', 'priority', [4.25, 17, 2.125]],
    ['gpt-4o-2024-05-13', 'priority', [8.75, 26.25, 8.75]],
    ['gpt-4o-mini', 'priority', [0.25, 1, 0.125]],
    ['o4-mini-2025-04-16', 'priority', [2, 8, 0.5]],
    ['o3', 'flex', [1, 4, 0.25]],
    ['gpt-5.5', 'priority', [12.5, 75, 1.25]],
    ['gpt-5.6-sol', 'fast', [8, 40, 0.8]],
    ['gpt-6-astra', 'flex', [5, 25, 0.5]],
    ['gpt-5', 'batch', [0.625, 5, 0.0625]],
    // The list for batch has no price of cached input.
    ['gpt-4.1', 'batch', [1, 4, 1]],
    ['gpt-6.2-sol', 'ultrafast', [6, 30, 0.3]],
    ['gpt-6.1-sol', 'ultrafast', [12, 60, 0.6]],
    ['gpt-6-astra', 'ultrafast', [60, 300, 6]],
  ] as const)('%s, %s', (model, tier, expected) => {
    expect(rates('openai', model, tier)).toEqual(expected);
  });

  test('what is not on the list is not known', () => {
    for (const [model, tier] of [
      ['gpt-5-nano', 'priority'],
      ['gpt-5-pro', 'priority'],
      ['gpt-6-luna', 'priority'],
      ['gpt-6-sol', 'ultrafast'],
      ['gpt-5', 'scale'],
      ['gpt-5', 'unheard-of'],
      ['gpt-5', 'flex+scale'],
      ['gpt-5', '__proto__'],
      ['ft:gpt-4o-2024-08-06:org::id', 'batch'],
      ['whisper-1', 'priority'],
    ] as const) {
      expect([model, tier, ...rates('openai', model, tier)]).toEqual([model, tier, null, null, null]);
    }
    // Fast mode of this model is for short inputs alone.
    const long = { inputTokens: 300_000 };
    expect(nano({ provider: 'openai', model: 'gpt-5.5', tier: 'priority', usage: long })).toBe(null);
    expect(nano({ provider: 'openai', model: 'gpt-5.6-terra', tier: 'priority', usage: long })).toBe(2_400_000_000); // 8 USD/M
  });

  test('prices of their time', () => {
    // GPT-5.6 Sol cost 5 USD until 2026-08-21, and twice that in fast mode.
    expect(rates('openai', 'gpt-5.6-sol', 'priority', Date.UTC(2026, 7, 1))).toEqual([10, 60, 1]);
    expect(rates('openai', 'gpt-6.2-sol', 'ultrafast', Date.UTC(2027, 2, 1))).toEqual([12, 60, 0.6]);
  });

  test('cache writes for 12 hours, where their price is known', () => {
    const usage = { inputTokens: 1000, cacheWriteTokens: 300, cacheWrite12hTokens: 100 };
    const cost = (model: string, tier: string | null, more: object = {}) =>
      nano({ provider: 'openai', model, tier, usage: { ...usage, ...more } });
    // 700 x 2 + 200 x 2.50 + 100 x 5 = 2400 USD per million
    expect(cost('gpt-6.2-sol', null)).toBe(2_400_000);
    expect(cost('gpt-6.2-sol', 'batch')).toBe(1_200_000);
    // 299 700 x 4 + 200 x 5 + 100 x 10 = 1 200 800 USD per million
    expect(cost('gpt-6.2-sol', null, { inputTokens: 300_000 })).toBe(1_200_800_000);
    expect(cost('gpt-6.1-sol', null)).toBe(null);
    // 700 x 2 + 300 x 2.50 = 2150 USD per million
    expect(cost('gpt-6.1-sol', null, { cacheWrite12hTokens: 0 })).toBe(2_150_000);
    // Writes were free of charge then, for whatever time.
    expect(cost('gpt-5', null)).toBe(1_250_000);
  });

  test('fees stay as they are', () => {
    const usage = { inputTokens: 1000, webSearches: 2, fileSearches: 1, codeSessions: 1 };
    // 1000 x 0.625 per million + 2 x 0.01 + 0.0025 + 0.03 USD
    expect(nano({ provider: 'openai', model: 'gpt-5', tier: 'flex', usage })).toBe(625_000 + 52_500_000);
  });
});

describe('Anthropic', () => {
  // https://platform.claude.com/docs/en/about-claude/pricing
  test.each([
    ['claude-sonnet-4-5-20250929', 'batch', [1.5, 7.5, 0.15]],
    ['claude-opus-5-5', 'fast', [8, 40, 0.4]],
    ['claude-opus-5', 'fast', [10, 50, 1]],
    ['claude-opus-4-8', 'fast', [10, 50, 1]],
    ['claude-opus-4-6', 'fast', [30, 150, 3]],
    ['claude-opus-4-6', 'us', [5.5, 27.5, 0.55]],
    ['claude-opus-5-5', 'fast+us', [8.8, 44, 0.44]],
    ['claude-haiku-4-5', 'us', [1, 5, 0.1]],
    ['claude-sonnet-4-6', 'batch+us', [1.65, 8.25, 0.165]],
    ['claude-opus-4-6', 'priority', [null, null, null]],
    ['claude-sonnet-4-6', 'fast', [null, null, null]],
    ['claude-fable-5-2', 'fast', [null, null, null]],
  ] as const)('%s, %s', (model, tier, expected) => {
    expect(rates('anthropic', model, tier)).toEqual(expected);
  });
});

describe('Google', () => {
  // https://ai.google.dev/gemini-api/docs/pricing: batch and flex halve the cache reads of some models only.
  test.each([
    ['gemini-2.5-pro', 'flex', [0.625, 5, 0.125]],
    ['gemini-2.5-flash', 'batch', [0.15, 1.25, 0.03]],
    ['gemini-2.5-flash', 'priority', [0.54, 4.5, 0.054]],
    ['gemini-2.5-flash-lite', 'priority', [0.18, 0.72, 0.018]],
    ['gemini-3.1-flash-lite', 'batch', [0.125, 0.75, 0.0125]],
    ['gemini-3.8-flash', 'flex', [0.375, 1.875, 0.0375]],
    ['gemini-3.1-pro-preview', 'priority', [3.6, 21.6, 0.36]],
    ['gemini-3.5-flash', 'flex', [0.75, 4.5, null]],
    ['gemini-2.0-flash', 'priority', [null, null, null]],
    ['gemini-2.5-flash', 'provisioned', [null, null, null]],
  ] as const)('%s, %s', (model, tier, expected) => {
    expect(rates('google', model, tier)).toEqual(expected);
    expect(rates('vertex', model, tier)).toEqual(expected);
  });

  test('audio follows its model', () => {
    const usage = { inputTokens: 1000, inputAudioTokens: 1000 };
    expect(nano({ provider: 'google', model: 'gemini-2.5-flash', tier: 'priority', usage })).toBe(1_800_000);
  });

  test('Claude at Vertex AI', () => {
    expect(rates('vertex', 'claude-opus-4-8', 'regional')).toEqual([5.5, 27.5, 0.55]);
    expect(rates('vertex', 'claude-3-7-sonnet@20250219', 'regional')).toEqual([3, 15, 0.3]);
    expect(rates('vertex', 'claude-opus-4-8', 'flex')).toEqual([null, null, null]);
  });
});

test('others', () => {
  expect(rates('groq', 'llama-3.3-70b-versatile', 'flex')).toEqual([0.59, 0.79, 0.59]);
  expect(rates('groq', 'llama-3.3-70b-versatile', 'on_demand')).toEqual([0.59, 0.79, 0.59]);
  expect(rates('groq', 'llama-3.3-70b-versatile', 'performance')).toEqual([null, null, null]);
  expect(rates('bedrock', 'amazon.nova-pro-v1:0', 'batch')).toEqual([0.4, 1.6, 0.1]);
  for (const tier of ['flex', 'priority', 'reserved', 'optimized']) {
    expect(rates('bedrock', 'amazon.nova-pro-v1:0', tier)).toEqual([null, null, null]);
  }
  expect(rates('azure', 'gpt-4o', 'batch')).toEqual([1.25, 5, 0.625]);
  expect(rates('azure', 'gpt-4o', 'priority')).toEqual([null, null, null]);
  expect(rates('together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'priority')).toEqual([null, null, null]);
});
