/**
 * One rate, or one that depends on the length of the whole input. A price of null is charged too, but nobody says how much: a
 * call that it holds for has no cost that is known.
 */
export type Rate = number | { base: number | null; tiers: { start: number; price: number | null }[] };

/**
 * Rates of one model by the names of `@pydantic/genai-prices`: `…_mtok` in USD per million tokens, `…_kcount` in USD per
 * thousand, `…_mchars` per million characters, `…_hours` per hour, `…_kpages` per thousand pages. A rate that is missing is not
 * 0: those tokens cost what the next wider kind does. One that is null is charged, at a price that is not known.
 *
 * Besides the library's there are names of our own: `cache_write_12h_mtok`, `images_kcount` (pictures by the piece), `code_sessions_kcount`,
 * `web_search_previews_kcount`, and `minimum_audio_seconds` (the least that is charged for).
 */
export type PriceTable = Readonly<Record<string, Rate | null | undefined>>;

/** Tokens of the input, each rate a part of those that it falls back to. */
export const INPUT_RATES = [
  'input_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'cache_write_5m_mtok',
  'cache_write_1h_mtok',
  'cache_write_12h_mtok',
  'input_audio_mtok',
  'cache_audio_read_mtok',
  'input_image_mtok',
  'cache_image_read_mtok',
  'input_video_mtok',
  'cache_video_read_mtok',
] as const;

export const OUTPUT_RATES = [
  'output_mtok',
  'output_reasoning_mtok',
  'output_audio_mtok',
  'output_image_mtok',
  'output_video_mtok',
] as const;

/** What is charged by another unit than tokens, and what a call of a model that has no rate for tokens must tell. */
export const UNIT_RATES = [
  'input_mchars',
  'images_kcount',
  'input_audio_hours',
  'audio_hours',
  'input_document_kpages',
  'rerank_searches_kcount',
] as const;

const FURTHER_RATES = [
  'output_citation_mtok',
  'requests_kcount',
  'web_searches_kcount',
  'web_search_previews_kcount',
  'storage_searches_kcount',
  'code_sessions_kcount',
  'input_annotated_document_kpages',
  'minimum_audio_seconds',
] as const;

export type RateName =
  | (typeof INPUT_RATES)[number]
  | (typeof OUTPUT_RATES)[number]
  | (typeof UNIT_RATES)[number]
  | (typeof FURTHER_RATES)[number];

const UNDERSTOOD: ReadonlySet<string> = new Set([...INPUT_RATES, ...OUTPUT_RATES, ...UNIT_RATES, ...FURTHER_RATES]);
const OF_TOKENS: readonly string[] = [...INPUT_RATES, ...OUTPUT_RATES];

/** Whether each of its rates is one that a usage can be charged by; with any other a cost would be too low. */
export function isUnderstood(table: PriceTable): boolean {
  return Object.keys(table).every((name) => UNDERSTOOD.has(name));
}

/** Whether tokens are charged. A table without such a rate prices by other units, or is free. */
export function hasTokenRates(table: PriceTable): boolean {
  return OF_TOKENS.some((name) => table[name] !== undefined);
}

export function hasUnitRates(table: PriceTable): boolean {
  return UNIT_RATES.some((name) => table[name] !== undefined);
}

/** The rate of all tokens of a call whose whole input is this long; null when it is not known. */
export function rateFor(rate: Rate | null, wholeInput: number): number | null {
  if (rate === null || typeof rate === 'number') return rate;
  let price = rate.base;
  let reached = -1;
  for (const tier of rate.tiers) {
    if (wholeInput > tier.start && tier.start > reached) {
      price = tier.price;
      reached = tier.start;
    }
  }
  return price;
}

/** Longer than any input: a tier from there on holds for no call, and only says how much it may be. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** A price that is not known, but never is above this one. */
export function atMost(price: number): Rate {
  return { base: null, tiers: [{ start: NEVER, price }] };
}

/** Prices have few decimals; beyond these is only the noise of floating point. */
const DECIMALS = 12;

/** The table with all rates for tokens multiplied; fees, and all that is charged by other units, stay. */
export function timesTokenRates(table: PriceTable, factor: number): PriceTable {
  const times = (price: number | null): number | null =>
    price === null ? null : Number((price * factor).toFixed(DECIMALS));
  const result: Record<string, Rate | null | undefined> = {};
  for (const [name, rate] of Object.entries(table)) {
    if (!name.endsWith('_mtok') || rate === null || rate === undefined) result[name] = rate;
    else if (typeof rate === 'number') result[name] = times(rate);
    else {
      result[name] = {
        base: times(rate.base),
        tiers: rate.tiers.map(({ start, price }) => ({ start, price: times(price) })),
      };
    }
  }
  return result;
}

/** Where rates of a table change, tokens, the shortest input first. */
export function startsOf(table: PriceTable): number[] {
  const tiers = Object.values(table).flatMap((rate) => (typeof rate === 'object' ? (rate?.tiers ?? []) : []));
  const starts = new Set(tiers.map(({ start }) => start));
  starts.delete(NEVER);
  return [...starts].sort((a, b) => a - b);
}

/** The table without its prices for longer inputs: they are not known. */
export function onlyShort(table: PriceTable): PriceTable {
  const result: Record<string, Rate | null | undefined> = {};
  for (const [name, rate] of Object.entries(table)) {
    result[name] =
      typeof rate === 'object' && rate !== null
        ? { base: rate.base, tiers: rate.tiers.map(({ start }) => ({ start, price: null })) }
        : rate;
  }
  return result;
}
