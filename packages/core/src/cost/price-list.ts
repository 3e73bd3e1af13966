import { findProvider } from '@pydantic/genai-prices';
import { PRICE_PROVIDERS } from './library-price.js';
import { type ListedRates, ratesAbove } from './listed-rates.js';
import { compileOverrides, type ModelMatch, type PriceOverride, type PriceOverrides } from './price-overrides.js';
import { type PriceTable, startsOf } from './price-table.js';
import { OWN_PRICES, standardPrice, type TableSource } from './standard-price.js';
import { normalTier } from './tier-name.js';

export type { ListedRates } from './listed-rates.js';

/** What one provider charges for one model. */
export interface ListedPrice {
  /** Our provider name; null for an override that holds for all. */
  provider: string | null;
  /** Name of the model; of an override for several models, what it matches: `gpt-5*` or `/regex/`. */
  model: string;
  /** Name for people. */
  name: string;
  description: string | null;
  /** Tokens that fit into a call; null where the table does not know. */
  contextWindow: number | null;
  /** Takes or gives something besides text, as far as the table tells. */
  multimodal: boolean;
  /** Which table the rates come from. */
  source: 'override' | TableSource;
  /** Of an override that holds for one service tier: its name; `standard` for calls without one. */
  serviceTier?: string;
  rates: ListedRates;
  /** Rates of longer calls: those of the last tier that the whole input is longer than hold for all tokens. */
  tiers: { /** Tokens. */ above: number; rates: ListedRates }[];
}

interface Named {
  provider: string;
  model: string;
  name?: string;
  description?: string | null;
  contextWindow?: number | null;
}

/**
 * What is charged at the time `at` (unix ms), without service tiers: the overrides first, then our own rows and all models of the
 * library's table, each with an override's rates where one holds for it. Takes about 50 ms: belongs into the records worker.
 */
export function listPrices(overrides: PriceOverrides, at: number): ListedPrice[] {
  const findOverride = compileOverrides(overrides);
  const listed = new Map<string, ListedPrice>();
  const add = (price: ListedPrice): void => {
    const key = `${price.provider ?? ''} ${price.serviceTier ?? ''} ${price.model}`;
    if (!listed.has(key)) listed.set(key, price);
  };
  const addKnown = ({ provider, model, name = model, description = null, contextWindow = null }: Named): void => {
    const own = findOverride({ provider, model, at, tier: '' });
    const known = standardPrice(provider, model, at);
    const table = own ?? known?.table;
    if (table === undefined) return;
    add({
      provider,
      model,
      name,
      description,
      contextWindow,
      multimodal: isMultimodal(known?.table ?? {}),
      source: own === null ? (known?.source ?? 'genai-prices') : 'override',
      ...ratesOf(table),
    });
  };
  for (const price of ownPrices(overrides, at)) add(price);
  // Those of the library first, so that it gives their descriptions.
  for (const [provider, id] of Object.entries(PRICE_PROVIDERS)) {
    for (const info of findProvider({ providerId: id })?.models ?? []) {
      addKnown({
        provider,
        model: info.id,
        name: info.name ?? info.id,
        description: info.description?.trim() ?? null,
        contextWindow: info.context_window ?? null,
      });
    }
  }
  for (const { providers, models } of OWN_PRICES) {
    for (const provider of providers) for (const model of models) addKnown({ provider, model });
  }
  return [...listed.values()];
}

/** The overrides that hold at a time, as they were given. */
function ownPrices(overrides: PriceOverrides, at: number): ListedPrice[] {
  const inForce = overrides.filter(({ from }) => from === undefined || Date.parse(from) <= at);
  return inForce.sort((a, b) => Date.parse(b.from ?? '1970') - Date.parse(a.from ?? '1970')).map(listedOverride);
}

function listedOverride(row: PriceOverride): ListedPrice {
  const model = textOf(row.model);
  const tier = row.serviceTier === undefined ? null : (normalTier(row.serviceTier) ?? '');
  // What one row alone says, whatever the other rows do.
  const find = compileOverrides([{ ...row, model: 'any' }]);
  const table = find({
    provider: row.provider ?? '',
    model: 'any',
    at: Number.POSITIVE_INFINITY,
    tier: tier ?? '',
  }) as PriceTable;
  return {
    provider: row.provider ?? null,
    model,
    name: model,
    description: null,
    contextWindow: null,
    multimodal: false,
    source: 'override',
    ...(tier === null ? {} : { serviceTier: tier === '' ? 'standard' : tier }),
    ...ratesOf(table),
  };
}

function textOf(match: ModelMatch): string {
  if (typeof match === 'string') return match;
  return 'prefix' in match ? `${match.prefix}*` : `/${match.regex}/`;
}

const MULTIMODAL_RATE = /audio|image|video|document|chars/;

function isMultimodal(table: PriceTable): boolean {
  return Object.keys(table).some((name) => MULTIMODAL_RATE.test(name));
}

function ratesOf(table: PriceTable): Pick<ListedPrice, 'rates' | 'tiers'> {
  return {
    rates: ratesAbove(table, -1),
    tiers: startsOf(table).map((start) => ({ above: start, rates: ratesAbove(table, start) })),
  };
}
