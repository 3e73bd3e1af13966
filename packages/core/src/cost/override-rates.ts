import { expectKeys } from '../option-values.js';
import type { PriceTable, Rate, RateName } from './price-table.js';

/** Rates for tokens, USD per million. One that is missing is that of the next wider kind. */
export interface TokenRates {
  /** All input that has no rate of its own. */
  inputUsdPerMTok?: number;
  /** All output that has no rate of its own. */
  outputUsdPerMTok?: number;
  /** Cache reads; default `inputUsdPerMTok`. */
  cacheReadUsdPerMTok?: number;
  /** Cache writes; default `inputUsdPerMTok`. */
  cacheWriteUsdPerMTok?: number;
  /** Cache writes kept for 5 minutes; default `cacheWriteUsdPerMTok`. */
  cacheWrite5mUsdPerMTok?: number;
  /** Cache writes kept for 1 hour; default `cacheWriteUsdPerMTok`. */
  cacheWrite1hUsdPerMTok?: number;
  /** Default `inputUsdPerMTok`. */
  inputAudioUsdPerMTok?: number;
  /** Audio that was read from the cache; default `inputAudioUsdPerMTok`. */
  cacheAudioReadUsdPerMTok?: number;
  /** Default `inputUsdPerMTok`. */
  inputImageUsdPerMTok?: number;
  /** Images that were read from the cache; default `inputImageUsdPerMTok`. */
  cacheImageReadUsdPerMTok?: number;
  /** Default `inputUsdPerMTok`. */
  inputVideoUsdPerMTok?: number;
  /** Default `outputUsdPerMTok`. */
  reasoningUsdPerMTok?: number;
  /** Default `outputUsdPerMTok`. */
  outputAudioUsdPerMTok?: number;
  /** Default `outputUsdPerMTok`. */
  outputImageUsdPerMTok?: number;
  /** Default `outputUsdPerMTok`. */
  outputVideoUsdPerMTok?: number;
}

/** Rates for anything else. One that is missing makes the cost unknown where the unit was used and is billed besides tokens. */
export interface UnitRates {
  /** USD for each request, besides what it uses. */
  requestUsd?: number;
  /** USD per minute of audio that is transcribed; seconds count. */
  audioUsdPerMinute?: number;
  /** USD per million characters that are spoken. */
  charactersUsdPerMChar?: number;
  /** USD for each picture that is made. */
  imageUsd?: number;
  /** USD per 1000 pages that are read. */
  pageUsdPer1000?: number;
  /** USD per 1000 pages that are annotated as well; default `pageUsdPer1000`. */
  annotatedPageUsdPer1000?: number;
  /** USD per 1000 searches of a re-ranker. */
  searchUnitUsdPer1000?: number;
  /** USD per 1000 web searches that the provider runs. */
  webSearchUsdPer1000?: number;
  /** USD per 1000 searches of stored files that the provider runs. */
  fileSearchUsdPer1000?: number;
  /** USD for each container for running code that the provider starts. */
  codeSessionUsd?: number;
  /** USD per million tokens of sources that are billed besides input and output. */
  citationUsdPerMTok?: number;
}

/** Rates that hold for all tokens of a call whose whole input is longer; those that are missing stay as they are. */
export interface LongRates extends TokenRates {
  aboveInputTokens: number;
}

export interface OverrideRates extends TokenRates, UnitRates {
  /** Prices of long inputs, in any order. Of those that a call reaches, that of the longest input counts. */
  tiers?: readonly LongRates[];
}

const TOKENS: Readonly<Record<keyof TokenRates, RateName>> = {
  inputUsdPerMTok: 'input_mtok',
  outputUsdPerMTok: 'output_mtok',
  cacheReadUsdPerMTok: 'cache_read_mtok',
  cacheWriteUsdPerMTok: 'cache_write_mtok',
  cacheWrite5mUsdPerMTok: 'cache_write_5m_mtok',
  cacheWrite1hUsdPerMTok: 'cache_write_1h_mtok',
  inputAudioUsdPerMTok: 'input_audio_mtok',
  cacheAudioReadUsdPerMTok: 'cache_audio_read_mtok',
  inputImageUsdPerMTok: 'input_image_mtok',
  cacheImageReadUsdPerMTok: 'cache_image_read_mtok',
  inputVideoUsdPerMTok: 'input_video_mtok',
  reasoningUsdPerMTok: 'output_reasoning_mtok',
  outputAudioUsdPerMTok: 'output_audio_mtok',
  outputImageUsdPerMTok: 'output_image_mtok',
  outputVideoUsdPerMTok: 'output_video_mtok',
};

/** The next wider kind, whose rate counts where one is missing. */
const WIDER: Readonly<Partial<Record<keyof TokenRates, keyof TokenRates>>> = {
  cacheReadUsdPerMTok: 'inputUsdPerMTok',
  cacheWriteUsdPerMTok: 'inputUsdPerMTok',
  cacheWrite5mUsdPerMTok: 'cacheWriteUsdPerMTok',
  cacheWrite1hUsdPerMTok: 'cacheWriteUsdPerMTok',
  inputAudioUsdPerMTok: 'inputUsdPerMTok',
  cacheAudioReadUsdPerMTok: 'inputAudioUsdPerMTok',
  inputImageUsdPerMTok: 'inputUsdPerMTok',
  cacheImageReadUsdPerMTok: 'inputImageUsdPerMTok',
  inputVideoUsdPerMTok: 'inputUsdPerMTok',
  reasoningUsdPerMTok: 'outputUsdPerMTok',
  outputAudioUsdPerMTok: 'outputUsdPerMTok',
  outputImageUsdPerMTok: 'outputUsdPerMTok',
  outputVideoUsdPerMTok: 'outputUsdPerMTok',
};

/** What a rate is called, and how many of our units the table's rate is for. */
const UNITS: Readonly<Record<keyof UnitRates, readonly [name: RateName, times: number]>> = {
  requestUsd: ['requests_kcount', 1000],
  audioUsdPerMinute: ['input_audio_hours', 60],
  charactersUsdPerMChar: ['input_mchars', 1],
  imageUsd: ['images_kcount', 1000],
  pageUsdPer1000: ['input_document_kpages', 1],
  annotatedPageUsdPer1000: ['input_annotated_document_kpages', 1],
  searchUnitUsdPer1000: ['rerank_searches_kcount', 1],
  webSearchUsdPer1000: ['web_searches_kcount', 1],
  fileSearchUsdPer1000: ['storage_searches_kcount', 1],
  codeSessionUsd: ['code_sessions_kcount', 1000],
  citationUsdPerMTok: ['output_citation_mtok', 1],
};

/** Any of these prices a model without rates for its tokens. */
const WHOLE: readonly (keyof UnitRates)[] = [
  'requestUsd',
  'audioUsdPerMinute',
  'charactersUsdPerMChar',
  'imageUsd',
  'pageUsdPer1000',
  'searchUnitUsdPer1000',
];

const TOKEN_NAMES = Object.keys(TOKENS) as (keyof TokenRates)[];
const UNIT_NAMES = Object.keys(UNITS) as (keyof UnitRates)[];

/** Every key that is a rate. */
export const RATE_KEYS: readonly string[] = [...TOKEN_NAMES, ...UNIT_NAMES, 'tiers'];

/** Above any price, and far below where numbers lose their decimals. */
const MAX_RATE = 1e9;

/** @throws {TypeError} when a rate cannot be used, or input and output are missing where no other unit prices the model */
export function tableOfRates(rates: OverrideRates, name: string): PriceTable {
  const priced = rates.inputUsdPerMTok !== undefined && rates.outputUsdPerMTok !== undefined;
  if (!priced && !WHOLE.some((key) => rates[key] !== undefined)) {
    throw new TypeError(`${name}: needs inputUsdPerMTok and outputUsdPerMTok, or the price of another unit`);
  }
  const tiers = tiersOf(rates, name);
  const table: Record<string, Rate> = {};
  for (const key of TOKEN_NAMES) {
    const rate = rateOf(rates, tiers, { key, name });
    if (rate !== undefined) table[TOKENS[key]] = rate;
  }
  // These are parts of the writes, which must then have a rate.
  if (table.cache_write_5m_mtok !== undefined || table.cache_write_1h_mtok !== undefined) {
    table.cache_write_mtok ??= table.input_mtok ?? 0;
  }
  // And so is media that was read from the cache.
  if (table.cache_audio_read_mtok !== undefined || table.cache_image_read_mtok !== undefined) {
    table.cache_read_mtok ??= table.input_mtok ?? 0;
  }
  for (const key of UNIT_NAMES) {
    const rate = checked(rates[key], `${name}.${key}`);
    const [unit, times] = UNITS[key];
    if (rate !== undefined) table[unit] = rate * times;
  }
  return table;
}

function tiersOf({ tiers = [] }: OverrideRates, name: string): readonly LongRates[] {
  if (!Array.isArray(tiers)) throw new TypeError(`${name}.tiers: must be a list`);
  for (const [i, tier] of tiers.entries()) {
    expectKeys(`${name}.tiers[${i}]`, tier, ['aboveInputTokens', ...TOKEN_NAMES]);
    if (!Number.isSafeInteger(tier.aboveInputTokens) || tier.aboveInputTokens < 0) {
      throw new TypeError(`${name}.tiers[${i}].aboveInputTokens: must be a whole number from 0 up`);
    }
  }
  return tiers;
}

function rateOf(
  rates: OverrideRates,
  tiers: readonly LongRates[],
  { key, name }: { key: keyof TokenRates; name: string },
): Rate | undefined {
  const base = checked(rates[key], `${name}.${key}`);
  const long: { start: number; price: number | null }[] = [];
  for (const [i, tier] of tiers.entries()) {
    const price = checked(tier[key], `${name}.tiers[${i}].${key}`);
    if (price !== undefined) long.push({ start: tier.aboveInputTokens, price });
  }
  if (long.length === 0) return base;
  if (base !== undefined) return { base, tiers: long };
  // Up to where it has a price of its own it costs what the next wider kind does.
  const wider = WIDER[key];
  const before = (wider === undefined ? undefined : rateOf(rates, tiers, { key: wider, name })) ?? 0;
  if (typeof before === 'number') return { base: before, tiers: long };
  const first = Math.min(...long.map(({ start }) => start));
  return { base: before.base, tiers: [...before.tiers.filter(({ start }) => start < first), ...long] };
}

function checked(rate: unknown, name: string): number | undefined {
  if (rate === undefined) return undefined;
  if (typeof rate !== 'number' || !(rate >= 0 && rate <= MAX_RATE)) {
    throw new TypeError(`${name}: must be a number of USD from 0 up`);
  }
  return rate;
}
