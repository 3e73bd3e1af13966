import type { RecordStore, SummaryQuery, SummaryRow } from '@helicone-proxy/core';
import { ApiError } from '../api-error.js';

/** What a store gives at most. */
const MAX_ROWS = 10_000;
/** Figures and keys of one answer: they are read and written on the thread that all calls pass. */
export const MAX_VALUES = 60_000;

/** Rows that an answer may have with so many figures and keys in each. */
export function maxRows(values: number): number {
  return Math.min(MAX_ROWS, Math.floor(MAX_VALUES / values));
}

/**
 * All groups of a summary that nobody reads page by page.
 * @throws {ApiError} 400 when there are too many: a series that is cut would look as if nothing came after it.
 */
export async function wholeSeries(
  records: RecordStore,
  query: Omit<SummaryQuery, 'limit' | 'offset'>,
): Promise<SummaryRow[]> {
  const limit = maxRows(query.measures.length + (query.by?.length ?? 0));
  const rows = await records.summarize({ ...query, limit });
  if (rows.length < limit) return rows;
  throw new ApiError(400, `timeFilter: gives ${limit} rows or more: choose a shorter time or a wider dbIncrement`);
}
