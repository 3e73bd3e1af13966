import type { PriceTable } from './price-table.js';

/**
 * Prices of our own, of models that the library lacks or has wrong. They go before it, for the time that they are known for. Each
 * row has its source in a comment, with the date at which it was seen.
 */
export interface OwnPrice {
  /** Our provider names. */
  providers: readonly string[];
  /** Names; also with a date behind them, and with what follows a colon: `gpt-6.2-sol-2026-11-03`, `ft:gpt-4.1-2025-04-14:org::id`. */
  models: readonly string[];
  /** In the order of their time. A table of null: this is charged, but nobody says how much. */
  prices: readonly DatedPrice[];
}

export interface DatedPrice {
  /** ISO 8601; missing: since ever. Before the first of its row the library counts. */
  from?: string;
  table: PriceTable | null | ((at: Date) => PriceTable);
}

/** Providers' names for the snapshots of a model, and what OpenAI puts behind the base of a fine-tuned one. */
const SUFFIX = /^(?:[-@]20\d\d-?[01]\d-?[0-3]\d)?(?::.*)?$/;

/** The table of a model at a time (unix ms). Null: charged, at a price that is not known. Undefined: we have none. */
export function findOwnPrice(
  rows: readonly OwnPrice[],
  { provider, model, at }: { provider: string; model: string; at: number },
): PriceTable | null | undefined {
  for (const { providers, models, prices } of rows) {
    if (!providers.includes(provider) || !models.some((name) => isNamed(model, name))) continue;
    const price = prices.findLast(({ from }) => from === undefined || Date.parse(from) <= at);
    if (price === undefined) continue;
    return typeof price.table === 'function' ? price.table(new Date(at)) : price.table;
  }
  return undefined;
}

function isNamed(model: string, name: string): boolean {
  return model.startsWith(name) && SUFFIX.test(model.slice(name.length));
}

/** Rates of tokens, USD per million, as most price lists have them. */
export function perMTok(rates: {
  input: number;
  output?: number;
  read?: number;
  write?: number;
  write1h?: number;
}): Record<string, number> {
  const table: Record<string, number> = { input_mtok: rates.input };
  if (rates.output !== undefined) table.output_mtok = rates.output;
  if (rates.read !== undefined) table.cache_read_mtok = rates.read;
  if (rates.write !== undefined) table.cache_write_mtok = rates.write;
  if (rates.write1h !== undefined) table.cache_write_1h_mtok = rates.write1h;
  return table;
}

/** A table whose rates change where the whole input is longer than `above` tokens. */
export function withLong(short: Record<string, number>, above: number, long: Record<string, number>): PriceTable {
  return Object.fromEntries(
    Object.entries(short).map(([name, base]) => [
      name,
      long[name] === undefined ? base : { base, tiers: [{ start: above, price: long[name] }] },
    ]),
  );
}
