// How figures are distributed over sessions and users, as Helicone's clients ask and are answered.
import type { HistogramQuery, RecordStore } from '@helicone-proxy/core';
import { z } from 'zod';

/** Groups beyond this percentile are left out; with `useInterquartile` as many at the lower end, too. */
export const HistogramParams = {
  pSize: z.enum(['p50', 'p75', 'p95', 'p99', 'p99.9']).default('p75').meta({
    description: 'Groups above this percentile are left out, so that a few extremes do not hide the rest.',
  }),
  useInterquartile: z.boolean().default(false).meta({ description: 'Leave out as many at the lower end, too.' }),
};

/** Ends of ranges are texts, as Helicone gives them. */
export const HistogramSchema = z.array(
  z.strictObject({
    range_start: z.string(),
    range_end: z.string(),
    value: z.int().meta({ description: 'Groups in the range.' }),
  }),
);

export interface HistogramAsk extends Omit<HistogramQuery, 'upTo' | 'bothEnds' | 'ranges'> {
  pSize: 'p50' | 'p75' | 'p95' | 'p99' | 'p99.9';
  useInterquartile: boolean;
  /** What the measure's unit is divided by. Default 1. */
  unit?: number;
}

/** A histogram of ten ranges. */
export async function histogramOf(
  records: RecordStore,
  { pSize, useInterquartile, unit = 1, ...query }: HistogramAsk,
): Promise<z.output<typeof HistogramSchema>> {
  const rows = await records.histogram({ ...query, ranges: 10, upTo: pSize, bothEnds: useInterquartile });
  return rows.map(({ from, to, groups }) => ({
    range_start: String(from / unit),
    range_end: String(to / unit),
    value: groups,
  }));
}
