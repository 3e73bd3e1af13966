import { findProvider } from '@pydantic/genai-prices';
import { fromLibrary, PRICE_PROVIDERS } from './price.js';
import { compileOverrides, type ModelMatch, type PriceOverrides } from './price-overrides.js';
import { type PriceTable, rateFor } from './price-table.js';

/** Rates of a model, USD per million tokens. One that is null is not 0: those tokens cost what the next wider kind does. */
export interface ListedRates {
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
  /** Cache writes that are kept for an hour. */
  cacheWrite1h: number | null;
  inputAudio: number | null;
  outputAudio: number | null;
  reasoning: number | null;
  /** USD for each request, besides its tokens. */
  request: number | null;
}

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
  source: 'override' | 'genai-prices';
  rates: ListedRates;
  /** Rates of longer calls: those of the last tier that the whole input is longer than hold for all tokens. */
  tiers: { /** Tokens. */ above: number; rates: ListedRates }[];
}

/**
 * What is charged at the time `at` (unix ms): the overrides first, then all models of the library's table that are priced by the
 * token, each with an override's rates where one holds for it. Takes about 50 ms: belongs into the records worker.
 */
export function listPrices(overrides: PriceOverrides, at: number): ListedPrice[] {
  const findOverride = compileOverrides(overrides);
  const listed = new Map<string, ListedPrice>();
  const add = (price: ListedPrice): void => {
    const key = `${price.provider ?? ''} ${price.model}`;
    if (!listed.has(key)) listed.set(key, price);
  };
  for (const price of ownPrices(overrides, at)) add(price);
  for (const [provider, id] of Object.entries(PRICE_PROVIDERS)) {
    for (const info of findProvider({ providerId: id })?.models ?? []) {
      const own = findOverride(provider, info.id, at);
      const known = fromLibrary(provider, info.id, at)?.table;
      const table = own ?? known;
      if (table === undefined) continue;
      add({
        provider,
        model: info.id,
        name: info.name ?? info.id,
        description: info.description?.trim() ?? null,
        contextWindow: info.context_window ?? null,
        multimodal: isMultimodal(known ?? {}),
        source: own === null ? 'genai-prices' : 'override',
        ...ratesOf(table),
      });
    }
  }
  return [...listed.values()];
}

/** The overrides that hold at a time, as they were given. */
function ownPrices(overrides: PriceOverrides, at: number): ListedPrice[] {
  const inForce = overrides.filter(({ from }) => from === undefined || Date.parse(from) <= at);
  return inForce
    .sort((a, b) => Date.parse(b.from ?? '1970') - Date.parse(a.from ?? '1970'))
    .map((row) => {
      const model = textOf(row.model);
      // What one row alone says, whatever the other rows do.
      const find = compileOverrides([{ ...row, model: '' }]);
      const table = find(row.provider ?? '', '', at) as PriceTable;
      return {
        provider: row.provider ?? null,
        model,
        name: model,
        description: null,
        contextWindow: null,
        multimodal: false,
        source: 'override',
        ...ratesOf(table),
      };
    });
}

function textOf(match: ModelMatch): string {
  if (typeof match === 'string') return match;
  return 'prefix' in match ? `${match.prefix}*` : `/${match.regex}/`;
}

const MULTIMODAL_RATE = /audio|image|video|document/;

function isMultimodal(table: PriceTable): boolean {
  return Object.keys(table).some((name) => MULTIMODAL_RATE.test(name));
}

function ratesOf(table: PriceTable): Pick<ListedPrice, 'rates' | 'tiers'> {
  const starts = Object.values(table).flatMap((rate) => (typeof rate === 'object' ? rate.tiers : []));
  const above = [...new Set(starts.map(({ start }) => start))].sort((a, b) => a - b);
  return {
    rates: ratesAbove(table, -1),
    tiers: above.map((start) => ({ above: start, rates: ratesAbove(table, start) })),
  };
}

/** Rates of a call whose input is a token longer than `start`. */
function ratesAbove(table: PriceTable, start: number): ListedRates {
  const rate = (name: string): number | null => {
    const found = table[name];
    return found === undefined ? null : rateFor(found, start + 1);
  };
  const requests = rate('requests_kcount');
  return {
    input: rate('input_mtok'),
    output: rate('output_mtok'),
    cacheRead: rate('cache_read_mtok'),
    cacheWrite: rate('cache_write_mtok'),
    cacheWrite1h: rate('cache_write_1h_mtok'),
    inputAudio: rate('input_audio_mtok'),
    outputAudio: rate('output_audio_mtok'),
    reasoning: rate('output_reasoning_mtok'),
    request: requests === null ? null : requests / 1000,
  };
}
