import { compileOverrides, type PricedCall, type PriceOverrides } from './price-overrides.js';
import type { PriceTable } from './price-table.js';
import { atTier } from './service-tiers.js';
import { type StandardPrice, standardPrice } from './standard-price.js';
import { costNanoUsd } from './table-cost.js';
import { normalTier } from './tier-name.js';
import { isCount } from './token-split.js';
import type { Usage } from './usage.js';

export { PRICE_PROVIDERS } from './library-price.js';
export type { PriceOverride, PriceOverrides } from './price-overrides.js';

/** Which prices are asked for. */
export interface TableRequest {
  /** Our provider name. */
  provider: string;
  model: string;
  /** As `AnswerFacts` tells it; null or absent: the provider's standard. */
  serviceTier?: string | null;
  /** When the call was made, unix ms. Prices change on whole minutes (UTC). */
  at: number;
}

/** What to price. */
export interface PriceRequest extends TableRequest {
  usage: Usage;
}

/**
 * A cost in integer nano-USD (1e-9 USD), and where it comes from: `override`; `provider`, who told it with the answer;
 * `helicone-proxy`, our own rows; or `genai-prices`, the library.
 */
export interface Price {
  nanoUsd: number;
  source: string;
}

/** A table found for one model, tier and minute. */
export interface Resolved {
  table: PriceTable;
  source: string;
}

export interface Pricer {
  /** Null when it is not known what a call costs, which is never the same as 0. Never throws. */
  price(request: PriceRequest): Price | null;
  /** The rates that a call is priced by, as far as the provider does not tell its cost. Null when there are none. Never throws. */
  table(request: TableRequest): Resolved | null;
  /** The service tiers that rows of `overrides` are for. */
  readonly ownTiers: readonly string[];
}

/** Models times the minutes that a batch spans; an entry is about 300 bytes. */
const MAX_RESOLVED = 512;
/** Model names come from outside; one that is longer than any real one is not kept, and has no price. */
const MAX_MODEL_LENGTH = 256;
const MINUTE_MS = 60_000;

/**
 * Prices calls from `overrides` first, then by what the provider itself told, then from our own rows, then from the table of
 * `@pydantic/genai-prices`. The library takes 50 µs a call, most of it for finding the model, so that is done once per provider,
 * model, service tier and minute.
 *
 * @throws {TypeError | SyntaxError} when a row of `overrides` cannot be used: the message begins with `cost.prices[i]` and its key
 */
export function createPricer(overrides: PriceOverrides = []): Pricer {
  const findOverride = compileOverrides(overrides);
  const findList = createListPrices();
  const resolved = new Map<string, Resolved | null>();

  function resolve(call: PricedCall): Resolved | null {
    // Tiers and models come from outside, and may have spaces.
    const key = `${call.at} ${call.provider} ${call.tier.length} ${call.tier}${call.model}`;
    const known = resolved.get(key);
    if (known !== undefined) return known;
    const table = findOverride(call);
    const found = table === null ? findList(call) : { table, source: 'override' };
    // Oldest first: a map keeps the order of insertion, and a minute that is over is not asked for again.
    if (resolved.size >= MAX_RESOLVED) resolved.delete(resolved.keys().next().value as string);
    resolved.set(key, found);
    return found;
  }

  function table({ provider, model, serviceTier, at }: TableRequest): Resolved | null {
    const tier = normalTier(serviceTier);
    if (model === '' || model.length > MAX_MODEL_LENGTH || tier === null || !isTime(at)) return null;
    return resolve({ provider, model, tier, at: Math.floor(at / MINUTE_MS) * MINUTE_MS });
  }

  return {
    table,
    ownTiers: [...new Set(overrides.flatMap(({ serviceTier }) => serviceTier ?? []))],
    price(request) {
      const found = table(request);
      const told = request.usage.toldCostNanoUsd;
      if (found?.source !== 'override' && isCount(told)) return { nanoUsd: told, source: 'provider' };
      const nanoUsd = found === null ? null : costNanoUsd(found.table, request.usage);
      return found === null || nanoUsd === null ? null : { nanoUsd, source: found.source };
    },
  };
}

/** The last model is kept: one is often asked for at several tiers in a row, and its own table is the same for all. */
function createListPrices(): (call: PricedCall) => Resolved | null {
  let last: { call: PricedCall; price: StandardPrice | null } | null = null;
  return (call) => {
    const { provider, model, tier, at } = call;
    if (last?.call.model !== model || last.call.provider !== provider || last.call.at !== at) {
      last = { call, price: standardPrice(provider, model, at) };
    }
    if (last.price === null) return null;
    const table = atTier({ provider, model, at, table: last.price.table }, tier);
    return table === null ? null : { table, source: last.price.source };
  };
}

/** Not beyond what dates can be. */
function isTime(at: number): boolean {
  return Math.abs(at) <= 8.64e15;
}
