import { expectKeys } from '../option-values.js';
import { type OverrideRates, RATE_KEYS, tableOfRates } from './override-rates.js';
import type { PriceTable } from './price-table.js';
import { normalTier } from './tier-name.js';

/**
 * How an override names models: exactly, by their beginning, or by a regular expression (its source, no flags). Names come from
 * callers and providers, up to 256 characters: an expression like `(a+)+$` takes the records worker as long as it likes for some.
 */
export type ModelMatch = string | { prefix: string } | { regex: string };

/** Prices of your own for some models. Plain data, since it goes to the records worker. */
export interface PriceOverride extends OverrideRates {
  /** Our provider name; all providers when it is missing. */
  provider?: string;
  model: ModelMatch;
  /**
   * From when on this row holds; always when it is missing. ISO 8601: a date, which begins at midnight UTC, or a time with its zone.
   * Prices change on whole minutes.
   */
  from?: string;
  /**
   * Service tier that this row holds for: `flex`, `priority`, `batch`, `fast+us`, or `standard` for calls without one. Without it
   * the row holds for calls of every tier that no other matching row names.
   */
  serviceTier?: string;
}

/**
 * Of the rows that match a call, those that name its service tier go first; among these the one with the latest `from` counts, and
 * among equals the first in the list.
 */
export type PriceOverrides = readonly PriceOverride[];

/** What a price is looked up by. */
export interface PricedCall {
  /** Our provider name. */
  provider: string;
  model: string;
  /** Unix ms. */
  at: number;
  /** As `normalTier` gives it; empty: the provider's standard. */
  tier: string;
}

interface CompiledOverride {
  provider: string | null;
  matches: (model: string) => boolean;
  /** Unix ms. */
  from: number;
  tier: string | null;
  table: PriceTable;
}

const KEYS: readonly string[] = ['provider', 'model', 'from', 'serviceTier', ...RATE_KEYS];

/**
 * Checks the rows and returns the function that finds the table of a call; null when no row matches.
 *
 * @throws {TypeError | SyntaxError} when a row cannot be used: the message begins with `cost.prices[i]` and its key
 */
export function compileOverrides(overrides: PriceOverrides): (call: PricedCall) => PriceTable | null {
  const rows = overrides.map(compileRow);
  return ({ provider, model, at, tier }) => {
    let best: CompiledOverride | null = null;
    for (const row of rows) {
      if (row.provider !== null && row.provider !== provider) continue;
      if (row.from > at || (row.tier !== null && row.tier !== tier)) continue;
      if ((best === null || goesBefore(row, best)) && row.matches(model)) best = row;
    }
    return best?.table ?? null;
  };
}

function goesBefore(row: CompiledOverride, other: CompiledOverride): boolean {
  if ((row.tier === null) !== (other.tier === null)) return row.tier !== null;
  return row.from > other.from;
}

function compileRow(row: PriceOverride, index: number): CompiledOverride {
  const name = `cost.prices[${index}]`;
  expectKeys(name, row, KEYS);
  if (row.provider !== undefined && !isName(row.provider)) throw new TypeError(`${name}.provider: must be a name`);
  return {
    provider: row.provider ?? null,
    matches: matcher(row.model, `${name}.model`),
    from: row.from === undefined ? Number.NEGATIVE_INFINITY : timeOf(row.from, `${name}.from`),
    tier: row.serviceTier === undefined ? null : tierOf(row.serviceTier, `${name}.serviceTier`),
    table: tableOfRates(row, name),
  };
}

function isName(given: unknown): given is string {
  return typeof given === 'string' && given !== '';
}

/** Without a zone, a time would be that of wherever the server stands. */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

function timeOf(given: unknown, name: string): number {
  const time = typeof given === 'string' && TIME.test(given) && isDay(given) ? Date.parse(given) : Number.NaN;
  if (Number.isNaN(time)) throw new TypeError(`${name}: must be an ISO 8601 date, or a time with its zone`);
  return time;
}

/** Dates parse the 31st of February as a day in March. */
function isDay(given: string): boolean {
  const date = given.slice(0, 10);
  const midnight = Date.parse(date);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date);
}

function tierOf(given: unknown, name: string): string {
  const tier = typeof given === 'string' ? normalTier(given) : null;
  if (tier === null) throw new TypeError(`${name}: must be the name of a service tier`);
  return tier;
}

function matcher(model: ModelMatch, name: string): (model: string) => boolean {
  if (isName(model)) return (given) => given === model;
  if (typeof model !== 'object' || model === null || 'prefix' in model === 'regex' in model) {
    throw new TypeError(`${name}: must be a string, { prefix } or { regex }`);
  }
  expectKeys(name, model, ['prefix', 'regex']);
  if ('prefix' in model) {
    const { prefix } = model;
    if (typeof prefix !== 'string') throw new TypeError(`${name}.prefix: must be a string`);
    return (given) => given.startsWith(prefix);
  }
  if (typeof model.regex !== 'string') throw new TypeError(`${name}.regex: must be the source of a regular expression`);
  let regex: RegExp;
  try {
    regex = new RegExp(model.regex);
  } catch (cause) {
    throw new SyntaxError(`${name}.regex: is not a regular expression`, { cause });
  }
  return (given) => regex.test(given);
}
