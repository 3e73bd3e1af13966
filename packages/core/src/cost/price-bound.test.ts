import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPricer } from './price.js';
import { priceBound } from './price-bound.js';
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
    expect(priceBound(pricer, { provider: 'my-own', model: 'own' }, AT)).toEqual({
      input: 5000,
      output: 8000,
      call: 0,
    });
  });

  const count = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
  const usages = fc
    .record({
      input: count(2_000_000),
      output: count(200_000),
      parts: fc.array(count(2_000_000), { minLength: 7, maxLength: 7 }),
    })
    .map(
      ({ input, output, parts }): Usage => ({
        inputTokens: input,
        outputTokens: output,
        cacheReadTokens: parts[0] as number,
        cacheWriteTokens: parts[1] as number,
        cacheWrite5mTokens: parts[2] as number,
        cacheWrite1hTokens: parts[3] as number,
        reasoningTokens: parts[4] as number,
        inputAudioTokens: parts[5] as number,
        outputAudioTokens: parts[6] as number,
        webSearches: null,
      }),
    );

  test.each([
    ['openai', 'gpt-4o'],
    ['openai', 'gpt-4o-audio-preview'],
    ['openai', 'gpt-5'],
    ['anthropic', 'claude-sonnet-4-5'],
    ['anthropic', 'claude-opus-4-1'],
    ['google', 'gemini-2.5-pro'],
    ['google', 'gemini-2.5-flash'],
    ['perplexity', 'sonar-pro'],
  ])('no call of %s %s costs more', (provider, model) => {
    const pricer = createPricer();
    const bound = priceBound(pricer, { provider, model }, AT);
    if (bound === null) throw new Error('this model has a price');
    fc.assert(
      fc.property(usages, (usage) => {
        const cost = pricer.price({ provider, model, usage, at: AT })?.nanoUsd ?? Number.NaN;
        const most =
          (usage.inputTokens as number) * bound.input + (usage.outputTokens as number) * bound.output + bound.call;
        expect(cost).toBeLessThanOrEqual(most + 1);
      }),
    );
  });
});
