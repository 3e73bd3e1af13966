import type { PriceTable } from './price-table.js';

/** How an override names models: exactly, by their beginning, or by a regular expression (its source, no flags). */
export type ModelMatch = string | { prefix: string } | { regex: string };

/** Prices of your own for some models. Plain data, since it goes to the records worker. */
export interface PriceOverride {
  /** Our provider name; all providers when it is missing. */
  provider?: string;
  model: ModelMatch;
  /** ISO 8601 date or time from when on this row holds; always when it is missing. */
  from?: string;
  inputUsdPerMTok: number;
  outputUsdPerMTok: number;
  /** Cache reads; default `inputUsdPerMTok`. */
  cacheReadUsdPerMTok?: number;
  /** Cache writes; default `inputUsdPerMTok`. */
  cacheWriteUsdPerMTok?: number;
  /** Cache writes kept for 1 hour; default `cacheWriteUsdPerMTok`. */
  cacheWrite1hUsdPerMTok?: number;
}

/** Of the rows that match a call, the one with the latest `from` counts; among equals, the first in the list. */
export type PriceOverrides = readonly PriceOverride[];

interface CompiledOverride {
  provider: string | null;
  matches: (model: string) => boolean;
  /** Unix ms. */
  from: number;
  table: PriceTable;
}

/** Checks the rows and returns the function that finds the table of a call; null when no row matches. */
export function compileOverrides(
  overrides: PriceOverrides,
): (provider: string, model: string, at: number) => PriceTable | null {
  const rows = overrides.map(compileRow);
  return (provider, model, at) => {
    let best: CompiledOverride | null = null;
    for (const row of rows) {
      if (row.provider !== null && row.provider !== provider) continue;
      if (row.from > at || (best !== null && row.from <= best.from) || !row.matches(model)) continue;
      best = row;
    }
    return best?.table ?? null;
  };
}

function compileRow(row: PriceOverride, index: number): CompiledOverride {
  const name = `prices[${index}]`;
  const from = row.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(row.from);
  if (Number.isNaN(from)) throw new TypeError(`${name}.from must be an ISO 8601 date`);
  return { provider: row.provider ?? null, matches: matcher(row.model, name), from, table: tableOf(row, name) };
}

function matcher(model: ModelMatch, name: string): (model: string) => boolean {
  if (typeof model === 'string') return (given) => given === model;
  if ('prefix' in model) return (given) => given.startsWith(model.prefix);
  if (!('regex' in model)) throw new TypeError(`${name}.model must be a string, { prefix } or { regex }`);
  let regex: RegExp;
  try {
    regex = new RegExp(model.regex);
  } catch (cause) {
    throw new SyntaxError(`${name}.model.regex is not a regular expression`, { cause });
  }
  return (given) => regex.test(given);
}

/** Rates that are missing are left out, and so charged at the next wider rate. */
function tableOf(row: PriceOverride, name: string): PriceTable {
  const rates = {
    input_mtok: row.inputUsdPerMTok,
    output_mtok: row.outputUsdPerMTok,
    cache_read_mtok: row.cacheReadUsdPerMTok,
    // The 1 hour rate is a part of the write rate, which must then exist.
    cache_write_mtok:
      row.cacheWriteUsdPerMTok ?? (row.cacheWrite1hUsdPerMTok === undefined ? undefined : row.inputUsdPerMTok),
    cache_write_1h_mtok: row.cacheWrite1hUsdPerMTok,
  };
  for (const [key, rate] of Object.entries(rates)) {
    const optional = key !== 'input_mtok' && key !== 'output_mtok';
    if (optional && rate === undefined) continue;
    if (typeof rate !== 'number' || !Number.isFinite(rate) || rate < 0) {
      throw new TypeError(`${name}: rates must be numbers from 0 up, in USD per million tokens`);
    }
  }
  return rates;
}
