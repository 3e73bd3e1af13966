import type { RecordStore, SummaryRow } from '@helicone-proxy/core';
import { allOf, where } from '../join-filters.js';
import type { RecordChoice } from './score-names.js';

/** Models that are named. */
const TOP = 10;

/** What answers out of the cache have saved. */
export interface CacheSavings {
  hits: number;
  saved_cost_usd: number;
  saved_time_ms: number;
  top_models: { model: string | null; hits: number }[];
}

/**
 * Hits and what they saved. The time is estimated, by model: hits times the difference between the average of successful
 * answers of the provider and the average of hits; models that have no such answers in the same time count nothing.
 */
export async function cacheSavings(records: RecordStore, { filter, ...choice }: RecordChoice): Promise<CacheSavings> {
  const success = where({ kind: 'column', name: 'outcome' }, 'equals', 'success');
  const rows = await records.summarize({
    ...choice,
    filter: allOf(success, filter),
    by: [
      { kind: 'column', name: 'model' },
      { kind: 'column', name: 'cached' },
    ],
    measures: ['requests', 'saved_cost_usd', 'avg_delay_ms'],
    limit: 10_000,
  });
  const hits = rows.filter(({ keys }) => keys[1] === '1');
  const missed = new Map(
    rows.filter(({ keys }) => keys[1] === '0').map(({ keys, values }) => [keys[0], values.avg_delay_ms]),
  );
  const savedMs = ({ keys, values }: SummaryRow): number => {
    const average = missed.get(keys[0] ?? null) ?? null;
    return average === null ? 0 : (values.requests ?? 0) * Math.max(0, average - (values.avg_delay_ms ?? 0));
  };
  const byHits = hits.toSorted((a, b) => (b.values.requests ?? 0) - (a.values.requests ?? 0));
  return {
    hits: sum(hits, ({ values }) => values.requests ?? 0),
    saved_cost_usd: sum(hits, ({ values }) => values.saved_cost_usd ?? 0),
    saved_time_ms: sum(hits, savedMs),
    top_models: byHits
      .slice(0, TOP)
      .map(({ keys, values }) => ({ model: keys[0] ?? null, hits: values.requests ?? 0 })),
  };
}

function sum(rows: readonly SummaryRow[], figure: (row: SummaryRow) => number): number {
  return rows.reduce((total, row) => total + figure(row), 0);
}
