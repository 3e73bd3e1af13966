import { calcPrice } from '@pydantic/genai-prices';
import { compileOverrides, type PriceOverrides } from './price-overrides.js';
import { costNanoUsd, isPricedByTokens, type PriceTable } from './price-table.js';
import type { Usage } from './usage.js';

export type { PriceOverride, PriceOverrides } from './price-overrides.js';

/** What to price. */
export interface PriceRequest {
  /** Our provider name. */
  provider: string;
  model: string;
  usage: Usage;
  /** When the call was made, unix ms. Prices change on whole minutes (UTC). */
  at: number;
}

/** A cost in integer nano-USD (1e-9 USD), and the table that it comes from: `override` or `genai-prices`. */
export interface Price {
  nanoUsd: number;
  source: string;
}

export interface Pricer {
  /** Null when the price or one of the two token totals is unknown, which is never the same as 0. Never throws. */
  price(request: PriceRequest): Price | null;
}

/** Provider names of ours that the price table knows under a name of its own; who is in neither has no price. */
export const PRICE_PROVIDERS: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  google: 'google',
  azure: 'azure',
  bedrock: 'aws',
  vertex: 'google',
  groq: 'groq',
  mistral: 'mistral',
  deepseek: 'deepseek',
  together: 'together',
  fireworks: 'fireworks',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  xai: 'x-ai',
  cohere: 'cohere',
  cerebras: 'cerebras',
  novita: 'novita',
};

/** A table found for one model at one minute. */
export interface Resolved {
  table: PriceTable;
  source: string;
}

/** Models times the minutes that a batch spans; an entry is about 300 bytes. */
const MAX_RESOLVED = 512;
/** Model names come from outside; one that is longer than any real one is not kept, and has no price. */
const MAX_MODEL_LENGTH = 256;
const MINUTE_MS = 60_000;

/**
 * Prices calls from `overrides` first, then from the table of `@pydantic/genai-prices`.
 * The library takes 50 µs a call, most of it for finding the model, so that is done once per provider, model and minute.
 *
 * @throws {TypeError | SyntaxError} when a row of `overrides` cannot be used: its index is in the message
 */
export function createPricer(overrides: PriceOverrides = []): Pricer {
  const findOverride = compileOverrides(overrides);
  const resolved = new Map<string, Resolved | null>();

  function resolve(provider: string, model: string, at: number): Resolved | null {
    const minute = Math.floor(at / MINUTE_MS);
    const key = `${minute} ${provider} ${model}`;
    const known = resolved.get(key);
    if (known !== undefined) return known;
    const table = findOverride(provider, model, minute * MINUTE_MS);
    const found = table === null ? fromLibrary(provider, model, minute * MINUTE_MS) : { table, source: 'override' };
    // Oldest first: a map keeps the order of insertion, and a minute that is over is not asked for again.
    if (resolved.size >= MAX_RESOLVED) resolved.delete(resolved.keys().next().value as string);
    resolved.set(key, found);
    return found;
  }

  return {
    price({ provider, model, usage, at }) {
      if (model === '' || model.length > MAX_MODEL_LENGTH || !Number.isFinite(at)) return null;
      const found = resolve(provider, model, at);
      if (found === null) return null;
      const nanoUsd = costNanoUsd(found.table, usage);
      return nanoUsd === null ? null : { nanoUsd, source: found.source };
    },
  };
}

/** The library is asked with no usage at all: then it neither warns nor finds any inconsistent, and gives the table. */
export function fromLibrary(provider: string, model: string, at: number): Resolved | null {
  if (!Object.hasOwn(PRICE_PROVIDERS, provider)) return null;
  try {
    const found = calcPrice({}, model, { providerId: PRICE_PROVIDERS[provider], timestamp: new Date(at) });
    if (found === null || !isPricedByTokens(found.model_price)) return null;
    return { table: found.model_price, source: 'genai-prices' };
  } catch {
    return null;
  }
}
