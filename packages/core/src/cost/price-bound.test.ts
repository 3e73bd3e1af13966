import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPricer } from './price.js';
import { priceBound } from './price-bound.js';
import { listPrices } from './price-list.js';
import type { Usage } from './usage.js';

const AT = Date.UTC(2026, 10, 20);

describe('the dearest price of a model', () => {
  test('is null where no price is known', () => {
    expect(priceBound(createPricer(), { provider: 'openai', model: 'no-such-model' }, AT)).toBeNull();
    expect(priceBound(createPricer(), { provider: 'my-own', model: 'gpt-4o' }, AT)).toBeNull();
  });

  test('follows overrides, cache writes too', () => {
    const pricer = createPricer([
      { model: 'own', inputUsdPerMTok: 2, outputUsdPerMTok: 8, cacheWriteUsdPerMTok: 3, cacheWrite1hUsdPerMTok: 5 },
    ]);
    const rates = { input: 5000, output: 8000, call: 0 };
    expect(priceBound(pricer, { provider: 'my-own', model: 'own' }, AT)).toEqual({ standard: rates, dearest: rates });
  });

  test('stands for all tiers that a request may ask for, and for all kinds of tokens', () => {
    const pricer = createPricer();
    // Fast mode: 2.5 USD in, 20 out.
    expect(priceBound(pricer, { provider: 'openai', model: 'gpt-5' }, AT)).toEqual({
      standard: { input: 1250, output: 10_000, call: 0 },
      dearest: { input: 2500, output: 20_000, call: 0 },
    });
    // Fast, in the United States: an hour of cache writes costs 8 x 2 x 1.1 USD.
    const opus = priceBound(pricer, { provider: 'anthropic', model: 'claude-opus-5-5' }, AT);
    expect([opus?.dearest.input, opus?.dearest.output]).toEqual([17_600, 44_000]);
    expect([opus?.standard.input, opus?.standard.output]).toEqual([8_000, 20_000]);
    expect(priceBound(pricer, { provider: 'openai', model: 'gpt-realtime' }, AT)?.standard.input).toBe(32_000);
    // A fee of which only the most is known.
    expect(priceBound(pricer, { provider: 'perplexity', model: 'sonar' }, AT)?.standard.call).toBe(12_000_000);
    // Off-peak now, peak within the hour.
    const night = Date.UTC(2026, 10, 10, 0, 30);
    expect(priceBound(pricer, { provider: 'deepseek', model: 'deepseek-flash' }, night)?.standard.input).toBe(300);
    // An endpoint of one region is in the path, which is not asked about.
    expect(priceBound(pricer, { provider: 'vertex', model: 'claude-opus-4-8' }, AT)?.standard.output).toBe(27_500);
  });

  test('stands for the tiers of overrides', () => {
    const own = { model: 'own', inputUsdPerMTok: 2, outputUsdPerMTok: 8 };
    const dear = { ...own, inputUsdPerMTok: 20, serviceTier: 'reserved' };
    const asked = { provider: 'my-own', model: 'own' };
    expect(priceBound(createPricer([own, dear]), asked, AT)).toEqual({
      standard: { input: 2000, output: 8000, call: 0 },
      dearest: { input: 20_000, output: 8000, call: 0 },
    });
    // No price of a call without a tier is known: it is not free.
    expect(priceBound(createPricer([dear]), asked, AT)?.standard.input).toBe(20_000);
  });

  test('of other units', () => {
    const bound = (model: string, rates: object) =>
      priceBound(createPricer([{ model, ...rates }]), { provider: 'p', model }, AT)?.standard;
    expect(bound('tts', { charactersUsdPerMChar: 15 })).toEqual({ input: 15_000, output: 0, call: 0 });
    expect(bound('pictures', { imageUsd: 0.04 })).toEqual({ input: 0, output: 0, call: 400_000_000 });
    expect(bound('ocr', { pageUsdPer1000: 2, annotatedPageUsdPer1000: 3 })?.call).toBe(3_000_000_000);
    expect(bound('rerank', { searchUnitUsdPer1000: 2 })).toEqual({ input: 20_000, output: 0, call: 2_000_000 });
    // An hour at 6 kbit/s has 2.7 million bytes.
    expect(bound('whisper', { audioUsdPerMinute: 0.006 })?.input).toBeCloseTo(0.36e9 / 2_700_000, 6);
  });

  const count = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
  const PARTS = [
    'cacheReadTokens',
    'cacheWriteTokens',
    'cacheWrite5mTokens',
    'cacheWrite1hTokens',
    'reasoningTokens',
    'inputAudioTokens',
    'cacheAudioReadTokens',
    'outputAudioTokens',
    'inputImageTokens',
    'cacheImageReadTokens',
    'outputImageTokens',
    'inputVideoTokens',
    'outputVideoTokens',
  ] as const;
  const usages = fc
    .record({
      input: count(2_000_000),
      output: count(200_000),
      parts: fc.array(count(2_000_000), { minLength: PARTS.length, maxLength: PARTS.length }),
    })
    .map(({ input, output, parts }): Usage => {
      const told = Object.fromEntries(PARTS.map((name, i) => [name, parts[i]]));
      return { inputTokens: input, outputTokens: output, webSearches: null, ...told } as Usage;
    });

  const pricer = createPricer();
  const models = listPrices([], AT).filter(({ rates }) => rates.input !== null || rates.output !== null);
  const tiered = models.filter(({ provider }) => /^(?:openai|anthropic|google|vertex|groq)$/.test(provider ?? ''));
  const anyModel = fc.oneof(fc.constantFrom(...models), fc.constantFrom(...tiered));

  test('no call of any model costs more, at whatever tier', () => {
    const usual = fc.constantFrom(null, 'flex', 'batch', 'regional');
    const tiers = fc.oneof(usual, fc.constantFrom('priority', 'fast', 'us', 'fast+us', 'batch+us', 'ultrafast'));
    let priced = 0;
    fc.assert(
      fc.property(anyModel, tiers, usages, (listed, serviceTier, usage) => {
        const asked = { provider: listed.provider as string, model: listed.model };
        const bound = priceBound(pricer, asked, AT);
        if (bound === null) throw new Error('this model has a price');
        const cost = pricer.price({ ...asked, serviceTier, usage, at: AT })?.nanoUsd ?? null;
        if (cost === null) return;
        priced += 1;
        const rates = serviceTier === null || /^(?:flex|batch|regional)$/.test(serviceTier) ? 'standard' : 'dearest';
        const { input, output, call } = bound[rates];
        const tokens = (usage.inputTokens as number) * input + (usage.outputTokens as number) * output;
        expect(cost).toBeLessThanOrEqual(tokens + call + 1);
      }),
      { numRuns: 2000 },
    );
    expect(priced).toBeGreaterThan(300);
  });
});
