import type { Dimension, Filter, RecordStore } from '@helicone-proxy/core';
import { allOf, isKnown } from '../join-filters.js';
import type { TimeRange } from '../schemas/time.js';

const TOP = 10;

export interface TopQuery extends TimeRange {
  tenant: string;
  filter: Filter;
  dimension: Extract<Dimension, { kind: 'property' }>;
  measure: 'cost_usd' | 'requests';
}

/** The ten values of a dimension with the most of a measure, and what is left as "Other" when that is more than nothing. */
export async function topOf(
  records: RecordStore,
  { dimension, measure, filter, ...range }: TopQuery,
): Promise<{ value: string; amount: number }[]> {
  const query = { ...range, filter: allOf(isKnown(dimension), filter), measures: [measure] };
  const [rows, all] = await Promise.all([
    records.summarize({ ...query, by: [dimension], known: true, sort: { measure, direction: 'desc' }, limit: TOP }),
    records.summarize(query),
  ]);
  const top = rows.map(({ keys, values }) => ({ value: keys[0] ?? '', amount: values[measure] ?? 0 }));
  const named = top.reduce((sum, { amount }) => sum + amount, 0);
  // To the nano-USD: what floating point leaves over is nobody's.
  const other = Math.round(((all[0]?.values[measure] ?? 0) - named) * 1e9) / 1e9;
  return other > 0 ? [...top, { value: 'Other', amount: other }] : top;
}
