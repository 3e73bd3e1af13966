// What records can be grouped by and measured, as the dashboard's operations take it.
import { type Dimension, type GroupColumn, PERCENTILES, SUM_MEASURES, VALUE_MEASURES } from '@helicone-proxy/core';
import { z } from 'zod';

const GROUP_COLUMNS = [
  'model',
  'request_model',
  'response_model',
  'provider',
  'request_user_id',
  'response_status',
  'outcome',
  'finish_reason',
  'prompt_id',
  'request_path',
  'target_url',
  'request_id',
  'stream',
  'cache_enabled',
  'cached',
] as const satisfies readonly GroupColumn[];

const PERCENTILES_OF = ['delay_ms', 'time_to_first_token', 'total_tokens'] as const;
const percentileMeasures = PERCENTILES.flatMap((percentile) =>
  PERCENTILES_OF.map((figure): `${typeof percentile}_${typeof figure}` => `${percentile}_${figure}`),
);

/** Figures that groups can be chosen by. */
export const FigureSchema = z.enum([...SUM_MEASURES, ...VALUE_MEASURES, ...percentileMeasures]);

/** All figures: also the average of a score. */
export const MeasureSchema = z
  .union([FigureSchema, z.templateLiteral(['score:', z.string().min(1).max(256)])], {
    error: 'is no measure; known are sums, times, averages, percentiles such as p95_delay_ms, and score:<name>',
  })
  .meta({
    id: 'Measure',
    description: 'A figure of a group; `score:<name>` is the average of a score. Times are ms, costs USD.',
  });

/** A dimension by its name: a column, or `property:<name>`. */
export const DimensionSchema = z
  .union([z.enum(GROUP_COLUMNS), z.templateLiteral(['property:', z.string().min(1).max(512)])], {
    error: `is nothing to group by; known are ${GROUP_COLUMNS.join(', ')} and property:<name>`,
  })
  .meta({ id: 'Dimension', description: 'A column of records, or `property:<name>`.' });

const PROPERTY = 'property:';

/** What the store knows by that name; names of properties are lower-case. */
export function dimensionOf(name: z.output<typeof DimensionSchema>): Dimension {
  if (name.startsWith(PROPERTY)) return { kind: 'property', name: name.slice(PROPERTY.length).toLowerCase() };
  return { kind: 'column', name: name as GroupColumn };
}
