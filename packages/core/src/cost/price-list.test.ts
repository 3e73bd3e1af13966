import { describe, expect, test } from 'vitest';
import { EMPTY_USAGE } from './empty-usage.js';
import { createPricer, type PriceOverride } from './price.js';
import { type ListedPrice, listPrices } from './price-list.js';
import type { Usage } from './usage.js';

const AT = Date.UTC(2026, 8, 1, 12);
const USAGE: Usage = {
  ...EMPTY_USAGE,
  inputTokens: 1_000_000,
  outputTokens: 1_000_000,
};

function find(prices: ListedPrice[], provider: string | null, model: string): ListedPrice {
  const found = prices.find((price) => price.provider === provider && price.model === model);
  if (found === undefined) throw new Error(`${provider} ${model} is not listed`);
  return found;
}

describe('listPrices', () => {
  test('every model costs what is listed', () => {
    const prices = listPrices([], AT);
    const pricer = createPricer();
    expect(prices.length).toBeGreaterThan(500);
    for (const { provider, model, rates, tiers, source } of prices) {
      const cost = (usage: Partial<Usage>) =>
        pricer.price({ provider: provider ?? '', model, usage: { ...USAGE, ...usage }, at: AT })?.nanoUsd ?? null;
      expect(source === 'genai-prices' || source === 'helicone-proxy').toBe(true);
      // Priced by another unit alone.
      if (rates.input === null && rates.output === null) {
        const units = [rates.audioMinute, rates.characters, rates.image, rates.page, rates.rerankSearch];
        expect([model, units.every((rate) => rate === null) && cost({}) !== 0]).toEqual([model, false]);
        continue;
      }
      // The fee for a request is not known.
      if (provider === 'perplexity' && cost({}) === null) {
        expect(rates.request).toBe(null);
        continue;
      }
      const long = tiers.findLast(({ above }) => above < 1_000_000)?.rates ?? rates;
      const expected = (long.input ?? 0) + (long.output ?? 0) + (long.request ?? 0);
      expect([model, Math.round((cost({}) ?? -1) / 1e3)]).toEqual([model, Math.round(expected * 1e6)]);
      const short = (rates.input ?? 0) / 1000 + (rates.request ?? 0);
      if (rates.output === null) continue;
      const thousand = cost({ inputTokens: 1000, outputTokens: 0 });
      expect([model, Math.round((thousand ?? -1) / 1e3)]).toEqual([model, Math.round(short * 1e6)]);
    }
  });

  test('known models, from other sources than the code under test', () => {
    const prices = listPrices([], AT);
    const mini = find(prices, 'openai', 'gpt-4o-mini');
    expect(mini).toMatchObject({ contextWindow: 128_000, tiers: [] });
    expect(mini.rates).toMatchObject({ input: 0.15, output: 0.6, cacheRead: 0.075, cacheWrite: null });
    const sonnet = find(prices, 'anthropic', 'claude-sonnet-4-5');
    expect(sonnet.rates).toMatchObject({ input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, cacheWrite1h: 6 });
    expect(sonnet.tiers.map(({ above, rates }) => [above, rates.input, rates.output])).toEqual([[200_000, 6, 22.5]]);
    expect(find(prices, 'bedrock', 'amazon.nova-lite-v1:0').rates.input).toBeGreaterThan(0);
    expect(prices.some(({ multimodal }) => multimodal)).toBe(true);
    expect(mini.multimodal).toBe(false);
  });

  test('our own rows, and rates of other units', () => {
    const prices = listPrices([{ model: 'mine', imageUsd: 0.04, serviceTier: 'flex' }], AT);
    expect(prices[0]).toMatchObject({ provider: null, model: 'mine', serviceTier: 'flex', rates: { image: 0.04 } });
    const haiku = find(prices, 'anthropic', 'claude-haiku-5-5');
    expect([haiku.source, haiku.rates.input, haiku.rates.webSearch]).toEqual(['helicone-proxy', 0.1, 0.01]);
    expect(haiku.tiers.map(({ above, rates }) => [above, rates.output])).toEqual([[100_000, 2.5]]);
    expect(find(prices, 'openai', 'tts-1').rates).toMatchObject({ input: null, characters: 15 });
    expect(find(prices, 'openai', 'whisper-1').rates.audioMinute).toBe(0.006);
    expect(find(prices, 'mistral', 'mistral-ocr-4-1').rates).toMatchObject({ page: 0.004, annotatedPage: 0.005 });
    expect(find(prices, 'cohere', 'rerank-v3.5').rates.rerankSearch).toBe(0.002);
    expect(find(prices, 'vertex', 'imagen-4.0-generate-001').rates.image).toBe(0.04);
    expect(find(prices, 'openai', 'gpt-image-1').rates).toMatchObject({ inputImage: 10, cacheImageRead: 2.5 });
    expect(find(prices, 'openai', 'gpt-4o').rates).toMatchObject({ fileSearch: 0.0025, codeSession: 0.03 });
    expect(find(prices, 'openai', 'gpt-4o-audio-preview')).toMatchObject({
      source: 'helicone-proxy',
      multimodal: true,
      rates: { inputAudio: 40, outputAudio: 80 },
    });
  });

  test('overrides come first, are marked, and hold for the models that they match', () => {
    const rates = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
    const overrides: PriceOverride[] = [
      { provider: 'openai', model: 'gpt-4o-mini', ...rates, cacheReadUsdPerMTok: 0.5 },
      { provider: 'openai', model: 'gpt-4o-mini', from: '2026-08-01', ...rates, inputUsdPerMTok: 7 },
      { provider: 'openai', model: 'gpt-4o-mini', from: '2027-01-01', ...rates, inputUsdPerMTok: 99 },
      { model: { prefix: 'claude-sonnet-4' }, ...rates },
      { model: { regex: '^ours-' }, ...rates, cacheWrite1hUsdPerMTok: 3 },
    ];
    const prices = listPrices(overrides, AT);
    expect(prices.slice(0, 3).map(({ provider, model }) => [provider, model])).toEqual([
      ['openai', 'gpt-4o-mini'],
      [null, 'claude-sonnet-4*'],
      [null, '/^ours-/'],
    ]);
    expect(prices.slice(0, 4).map(({ source }) => source)).toEqual([
      'override',
      'override',
      'override',
      'genai-prices',
    ]);
    expect(prices[0]?.rates).toMatchObject({ input: 7, output: 2, cacheRead: null });
    expect(prices[2]?.rates).toMatchObject({ input: 1, cacheWrite: 1, cacheWrite1h: 3, cacheRead: null });
    expect(prices.filter(({ provider, model }) => provider === 'openai' && model === 'gpt-4o-mini')).toHaveLength(1);
    const sonnet = find(prices, 'anthropic', 'claude-sonnet-4-5');
    expect([sonnet.source, sonnet.rates.input, sonnet.tiers]).toEqual(['override', 1, []]);
    expect(sonnet.contextWindow).toBeGreaterThan(0);
  });

  test('a provider and model stand there once', () => {
    const names = listPrices([], AT).map(({ provider, model }) => `${provider} ${model}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
