import type { Pricer } from './price.js';
import type { Usage } from './usage.js';

/** The most that a call of one model can cost, in nano-USD (1e-9 USD), fractions kept. */
export interface PriceBound {
  /** For each input token, whatever its kind. */
  readonly input: number;
  /** For each output token. */
  readonly output: number;
  /** For the call itself. */
  readonly call: number;
}

/** What is asked about. */
export interface PricedModel {
  /** Our provider name. */
  provider: string;
  model: string;
}

/** Longer than the start of any tier, and short: where there are tiers, either end may be the dearest. Tokens. */
const LENGTHS = [1_000, 1_000_000, 10_000_000] as const;

const NONE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  cacheWrite5mTokens: null,
  cacheWrite1hTokens: null,
  reasoningTokens: null,
  inputAudioTokens: null,
  outputAudioTokens: null,
  webSearches: null,
};

/** Each way in which input, or output, can be charged. */
const INPUT_KINDS = [
  null,
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite5mTokens',
  'cacheWrite1hTokens',
  'inputAudioTokens',
] as const;
const OUTPUT_KINDS = [null, 'reasoningTokens', 'outputAudioTokens'] as const;

/**
 * The dearest rates of a model at the time `at` (unix ms), found by pricing calls that use one kind of tokens alone, so that
 * overrides and tiers count as they do for true calls. Null when its price is not known. Web searches are not in it.
 */
export function priceBound(pricer: Pricer, { provider, model }: PricedModel, at: number): PriceBound | null {
  const cost = (usage: Partial<Usage>): number | null =>
    pricer.price({ provider, model, usage: { ...NONE, ...usage }, at })?.nanoUsd ?? null;
  const call = cost({});
  if (call === null) return null;
  let input = 0;
  let output = 0;
  for (const tokens of LENGTHS) {
    const rate = (usage: Partial<Usage>, less: number | null): number => {
      const all = cost(usage);
      // A sum beyond what integers hold has no price, and never comes about.
      return all === null || less === null ? 0 : (all - less) / tokens;
    };
    const plain = cost({ inputTokens: tokens });
    for (const kind of INPUT_KINDS) {
      input = Math.max(
        input,
        rate(kind === null ? { inputTokens: tokens } : { inputTokens: tokens, [kind]: tokens }, call),
      );
    }
    for (const kind of OUTPUT_KINDS) {
      const usage = { inputTokens: tokens, outputTokens: tokens };
      output = Math.max(output, rate(kind === null ? usage : { ...usage, [kind]: tokens }, plain));
    }
  }
  return { input, output, call };
}
