import { hasTokenRates, hasUnitRates, type PriceTable, rateFor } from './price-table.js';
import { type Charge, count, isCount, splitTokens } from './token-split.js';
import type { Usage } from './usage.js';

/**
 * Cost in integer nano-USD, half of one rounded up, worked out in whole attodollars (1e-18 USD). By the library's rules: a tier
 * holds when the whole input is longer than its start, and the highest that holds sets the rate of all tokens; a fee per request
 * is charged once.
 *
 * Null when something that is charged is not known: the totals of a table with rates for tokens, the count of another unit where
 * there is none, or the price of what was used and is billed besides tokens.
 */
export function costNanoUsd(table: PriceTable, usage: Usage): number | null {
  const charges = chargesOf(table, usage);
  if (charges === null) return null;
  const input = count(usage.inputTokens);
  let atto = 0n;
  for (const charge of charges) {
    const part = attoUsd(table, charge, input);
    if (part === null) return null;
    atto += part;
  }
  const nanoUsd = Number((atto + 500_000_000n) / 1_000_000_000n);
  return Number.isSafeInteger(nanoUsd) ? nanoUsd : null;
}

/** Everything that a call is charged for, each unit once; null when that cannot be told. */
export function chargesOf(table: PriceTable, usage: Usage): Charge[] | null {
  const tokens = tokenCharges(table, usage);
  const units = unitCharges(table, usage);
  if (tokens === null || units === null) return null;
  return [
    ...tokens,
    ...units,
    ...searchCharges(usage),
    // Whoever has no rate for these does not bill them (https://docs.perplexity.ai/getting-started/pricing).
    ...(table.output_citation_mtok === undefined ? [] : charge('output_citation_mtok', count(usage.citationTokens))),
    ...charge('storage_searches_kcount', count(usage.fileSearches)),
    ...charge('code_sessions_kcount', count(usage.codeSessions)),
    ...(table.requests_kcount === undefined ? [] : charge('requests_kcount', 1)),
  ];
}

function charge(rate: Charge['rate'], units: number): Charge[] {
  return units === 0 ? [] : [{ rate, count: units }];
}

function tokenCharges(table: PriceTable, usage: Usage): Charge[] | null {
  if (!hasTokenRates(table)) return [];
  const { inputTokens: input, outputTokens: output } = usage;
  if (!isCount(input) || !isCount(output)) return null;
  // Where the widest kind has no rate, it is not charged: embeddings have no output.
  return splitTokens(table, usage, { input, output }).filter(
    ({ rate, count: tokens }) => tokens > 0 && table[rate] !== undefined,
  );
}

/** Units that stand for the whole call where there are no tokens; beside tokens they are charged where they have a rate. */
function unitCharges(table: PriceTable, usage: Usage): Charge[] | null {
  const tokens = hasTokenRates(table);
  if (!tokens && hasUnitRates(table) && !isTold(table, usage)) return null;
  const charges: Charge[] = [];
  if (table.input_mchars !== undefined) charges.push(...charge('input_mchars', count(usage.inputCharacters)));
  // A picture that is charged by its tokens is in the output.
  if (table.images_kcount !== undefined || table.output_mtok === undefined) {
    charges.push(...charge('images_kcount', count(usage.images)));
  }
  const hours = audioRate(table);
  if (hours !== null) charges.push(...charge(hours, audioSeconds(table, usage.inputAudioSeconds)));
  if (table.input_document_kpages !== undefined) {
    const pages = count(usage.pages);
    const annotated = Math.min(pages, count(usage.annotatedPages));
    const own = table.input_annotated_document_kpages !== undefined;
    charges.push(...charge('input_document_kpages', own ? pages - annotated : pages));
    if (own) charges.push(...charge('input_annotated_document_kpages', annotated));
  }
  charges.push(...charge('rerank_searches_kcount', count(usage.searchUnits)));
  return charges;
}

function isTold(table: PriceTable, usage: Usage): boolean {
  if (table.input_mchars !== undefined && !isCount(usage.inputCharacters)) return false;
  if (table.images_kcount !== undefined && !isCount(usage.images)) return false;
  if (audioRate(table) !== null && !isDuration(usage.inputAudioSeconds)) return false;
  if (table.input_document_kpages !== undefined && !isCount(usage.pages)) return false;
  return table.rerank_searches_kcount === undefined || isCount(usage.searchUnits);
}

function audioRate(table: PriceTable): 'input_audio_hours' | 'audio_hours' | null {
  if (table.input_audio_hours !== undefined) return 'input_audio_hours';
  return table.audio_hours === undefined ? null : 'audio_hours';
}

function audioSeconds(table: PriceTable, told: number | null | undefined): number {
  if (!isDuration(told) || told === 0) return 0;
  return typeof table.minimum_audio_seconds === 'number' ? Math.max(table.minimum_audio_seconds, told) : told;
}

function isDuration(value: number | null | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1e9;
}

function searchCharges(usage: Usage): Charge[] {
  const searches = count(usage.webSearches);
  const previews = Math.min(searches, count(usage.webSearchPreviews));
  return [...charge('web_searches_kcount', searches - previews), ...charge('web_search_previews_kcount', previews)];
}

/** How many of a unit the rate is for, by the end of its name. */
const PER = { mtok: 1_000_000n, mchars: 1_000_000n, kcount: 1_000n, kpages: 1_000n } as const;
/** Seconds have fractions; so many of them are counted. */
const PER_SECOND = 1_000_000;
const MICROSECONDS_AN_HOUR = 3_600_000_000n;
/** Rates are taken to the picodollar, and there are so many attodollars in one. */
const RATE_DECIMALS = 12;
const ATTO_IN_PICO = 1_000_000n;
const PICO_IN_MICRO = 1_000_000n;

/** Null when its price is not known. */
function attoUsd(table: PriceTable, { rate: name, count: units }: Charge, wholeInput: number): bigint | null {
  const rate = rateFor(table[name] ?? null, wholeInput);
  if (rate === null) return null;
  const atto = picoUsd(rate) * ATTO_IN_PICO;
  if (name.endsWith('_hours')) return (atto * BigInt(Math.round(units * PER_SECOND))) / MICROSECONDS_AN_HOUR;
  return (atto * BigInt(units)) / PER[name.slice(name.lastIndexOf('_') + 1) as keyof typeof PER];
}

/** What the decimals say, and not what the nearest binary fraction is. Most rates have few of them, and take a third of the time. */
function picoUsd(rate: number): bigint {
  const micro = rate * 1e6;
  return Number.isSafeInteger(micro)
    ? BigInt(micro) * PICO_IN_MICRO
    : BigInt(rate.toFixed(RATE_DECIMALS).replace('.', ''));
}
