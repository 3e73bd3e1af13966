import type { Pricer } from './price.js';
import { INPUT_RATES, OUTPUT_RATES, type PriceTable } from './price-table.js';
import { DEARER_TIERS, USUAL_TIERS } from './service-tiers.js';

/** The most that a call can cost, in nano-USD (1e-9 USD), fractions kept. */
export interface DearestRates {
  /** For each input token, whatever its kind; no token is shorter than a byte. */
  readonly input: number;
  /** For each output token. */
  readonly output: number;
  /** For the call itself. */
  readonly call: number;
}

/** The dearest rates of one model. */
export interface PriceBound {
  /** For a call that asks for no service tier, or for a cheaper one. */
  readonly standard: DearestRates;
  /** For any call. */
  readonly dearest: DearestRates;
}

/** What is asked about. */
export interface PricedModel {
  /** Our provider name. */
  provider: string;
  model: string;
}

/** Pictures that one call may ask for: https://developers.openai.com/api/reference/resources/images */
const MAX_IMAGES = 10;
/** Pages that one document may have: https://docs.mistral.ai/capabilities/document_ai/basic_ocr */
const MAX_PAGES = 1000;
/** Documents of one search: https://docs.cohere.com/docs/rerank-overview. None is shorter than a byte. */
const DOCUMENTS_A_SEARCH = 100;
/** Speech is hardly ever sent with fewer bits a second (RFC 6716, 2.1.1), so that a byte is so many hours at most. */
const HOURS_A_BYTE = 8 / 6000 / 3600;

/** A bound is kept for an hour (`PriceBounds`), and some prices are dearer at times of the day. */
const KEPT_MS = 3_600_000;

const NANO = 1e9;

/**
 * The dearest rates of a model at the time `at` (unix ms), over all kinds of tokens and all lengths: of its usual tiers, and of all
 * that a request may ask for. Null when its price is not known. Searches and containers that the provider may run for a call are
 * not in it, nor sources that it bills: nobody knows how many there will be.
 */
export function priceBound(pricer: Pricer, model: PricedModel, at: number): PriceBound | null {
  const usual = tablesOf(pricer, { ...model, tiers: USUAL_TIERS, at });
  const all = [...usual, ...tablesOf(pricer, { ...model, tiers: [...DEARER_TIERS, ...pricer.ownTiers], at })];
  if (all.length === 0) return null;
  // Where only other tiers have a price, a call without one may cost as much as they do.
  return { standard: dearestOf(usual.length === 0 ? all : usual), dearest: dearestOf(all) };
}

/** Those that hold for one of the tiers while the bound is kept. */
function tablesOf(
  pricer: Pricer,
  { tiers, at, ...model }: PricedModel & { tiers: readonly string[]; at: number },
): PriceTable[] {
  const tables: PriceTable[] = [];
  for (const when of [at, at + KEPT_MS]) {
    for (const serviceTier of tiers) {
      const found = pricer.table({ ...model, serviceTier, at: when });
      if (found !== null) tables.push(found.table);
    }
  }
  return tables;
}

function dearestOf(tables: readonly PriceTable[]): DearestRates {
  return {
    input: Math.max(...tables.map(inputOf)),
    output: Math.max(...tables.map((table) => dearest(table, OUTPUT_RATES) * (NANO / 1e6))),
    call: Math.max(...tables.map(callOf)),
  };
}

function inputOf(table: PriceTable): number {
  return (
    dearest(table, INPUT_RATES) * (NANO / 1e6) +
    dearest(table, ['input_mchars']) * (NANO / 1e6) +
    dearest(table, ['rerank_searches_kcount']) * (NANO / 1e3 / DOCUMENTS_A_SEARCH) +
    dearest(table, ['input_audio_hours', 'audio_hours']) * NANO * HOURS_A_BYTE
  );
}

function callOf(table: PriceTable): number {
  const { minimum_audio_seconds: seconds } = table;
  const least = typeof seconds === 'number' ? seconds / 3600 : 0;
  return (
    dearest(table, ['requests_kcount', 'rerank_searches_kcount']) * (NANO / 1e3) +
    dearest(table, ['images_kcount']) * (NANO / 1e3) * MAX_IMAGES +
    dearest(table, ['input_document_kpages', 'input_annotated_document_kpages']) * (NANO / 1e3) * MAX_PAGES +
    dearest(table, ['input_audio_hours', 'audio_hours']) * NANO * least
  );
}

/** Over all lengths of the input. Rates that are not known count for nothing: then a call has no cost that is known. */
function dearest(table: PriceTable, names: readonly string[]): number {
  let most = 0;
  for (const name of names) {
    const rate = table[name];
    if (rate === undefined || rate === null) continue;
    const prices = typeof rate === 'number' ? [rate] : [rate.base, ...rate.tiers.map(({ price }) => price)];
    for (const price of prices) most = Math.max(most, price ?? 0);
  }
  return most;
}
