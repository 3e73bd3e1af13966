import type { PriceOverrides } from '../cost/price.js';
import type { Usage } from '../cost/usage.js';
import { type UsageDetails, usageOfDetails } from './usage-details.js';

/**
 * Which records are priced again. Those out of the cache, those of which no usage is known, and those whose log told the cost itself
 * (`price_source` is `intake`) never are.
 */
export interface RepriceQuery {
  /** Default: those of all tenants. */
  tenant?: string;
  /** Created from here on, unix ms; default: since ever. */
  from?: number;
  /** Created before, unix ms; default: up to now. */
  to?: number;
  /** Our provider name; default: all. */
  provider?: string;
  /** Model of the record, exactly; default: all. */
  model?: string;
  /** Also those that have a price. Default: only those whose cost is not known. */
  all?: boolean;
  /** Only counts, and changes nothing. */
  dryRun?: boolean;
  /** Prices that go before the built-in tables; default: those of the proxy's options. */
  prices?: PriceOverrides;
}

/** What came of it. */
export interface Repriced {
  /** Records that were looked at. */
  read: number;
  /** Of those, records whose cost is another now. */
  changed: number;
  /**
   * Of those, records of which no price is known at the time of their call, or whose usage was charged in parts that are not kept
   * one by one (`charged_parts` in `usage_details`); they stay as they were.
   */
  unknown: number;
  /** By how much the costs of all changed ones together have grown, nano-USD (1e-9 USD). */
  addedNanoUsd: number;
}

/** Nothing yet. */
export const NOTHING_REPRICED: Repriced = Object.freeze({ read: 0, changed: 0, unknown: 0, addedNanoUsd: 0 });

/** Prices all that a query means, a piece at a time: `piece` prices the records behind `after` and says behind which it goes on. */
export async function repriceAll(
  piece: (after: number) => Promise<{ done: Repriced; next: number | null }>,
): Promise<Repriced> {
  const sum = { ...NOTHING_REPRICED };
  for (let after: number | null = 0; after !== null; ) {
    const { done, next }: { done: Repriced; next: number | null } = await piece(after);
    sum.read += done.read;
    sum.changed += done.changed;
    sum.unknown += done.unknown;
    sum.addedNanoUsd += done.addedNanoUsd;
    after = next;
  }
  return sum;
}

/** Columns with counts, as a row of a store has them. */
export interface UsageColumns {
  prompt_tokens: number | null;
  completion_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  cache_write_5m_tokens: number | null;
  cache_write_1h_tokens: number | null;
  reasoning_tokens: number | null;
  prompt_audio_tokens: number | null;
  completion_audio_tokens: number | null;
}

/** The usage that a record was priced by; null when it was priced in parts, which are not known any more. */
export function usageOfColumns(row: UsageColumns, details: UsageDetails | null): Usage | null {
  if (details?.charged_parts !== undefined) return null;
  return {
    inputTokens: row.prompt_tokens,
    outputTokens: row.completion_tokens,
    cacheReadTokens: row.cache_read_tokens,
    cacheWriteTokens: row.cache_write_tokens,
    cacheWrite5mTokens: row.cache_write_5m_tokens,
    cacheWrite1hTokens: row.cache_write_1h_tokens,
    reasoningTokens: row.reasoning_tokens,
    inputAudioTokens: row.prompt_audio_tokens,
    outputAudioTokens: row.completion_audio_tokens,
    webSearches: null,
    ...usageOfDetails(details),
  };
}
