// Figures over any time, bucket, filter and grouping: what charts and tables are made of.
import { type MeasureFilter, parseFilter, type SummaryRow } from '@helicone-proxy/core';
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { cacheSavings } from '../figures/cache-savings.js';
import { scoreNames } from '../figures/score-names.js';
import { MAX_VALUES, maxRows, wholeSeries } from '../figures/series.js';
import { type Route, type RouteContext, route } from '../route.js';
import { FilterSchema } from '../schemas/filter.js';
import { DimensionSchema, dimensionOf, FigureSchema, MeasureSchema } from '../schemas/summary.js';
import { bucketOf, DbIncrement, TimeFilter, TimeZoneDifference } from '../schemas/time.js';

/** What every operation here takes; `userFilter` is Helicone's word for `filter`. */
const choice = { timeFilter: TimeFilter.optional(), filter: FilterSchema, userFilter: FilterSchema };

const HavingSchema = z
  .array(
    z.strictObject({
      measure: FigureSchema,
      operator: z.enum(['equals', 'not-equals', 'gte', 'lte', 'gt', 'lt']),
      value: z.number(),
    }),
  )
  .max(20);

const SummaryQuery = z.strictObject({
  ...choice,
  dbIncrement: DbIncrement.optional().meta({ description: 'Left out: no time buckets.' }),
  timeZoneDifference: TimeZoneDifference.default(0),
  by: z.array(DimensionSchema).max(3).default([]).meta({ description: 'None: one group.' }),
  known: z.boolean().default(false).meta({ description: 'Leave out records where a dimension is not known.' }),
  measures: z.array(MeasureSchema).min(1).max(50),
  having: HavingSchema.optional().meta({ description: 'Conditions on groups; all of them must hold.' }),
  sort: z
    .strictObject({ measure: MeasureSchema, direction: z.enum(['asc', 'desc']) })
    .optional()
    .meta({ description: 'Default: by time, then by keys.' }),
  limit: z
    .int()
    .min(1)
    .max(10_000)
    .default(1000)
    .meta({ description: `Rows, times the measures and dimensions of each, may be ${MAX_VALUES}.` }),
  offset: z.int().min(0).default(0),
});

const SummaryRowSchema = z
  .strictObject({
    time: z.iso.datetime().nullable().meta({ description: 'Start of the time bucket; null without buckets.' }),
    keys: z.record(z.string(), z.string().nullable()).meta({ description: 'By dimension; null: not known.' }),
    values: z.record(z.string(), z.number().nullable()).meta({ description: 'By measure; null: nothing is known.' }),
  })
  .meta({ id: 'SummaryRow', description: 'One group of records and its figures.' });

const ScoresQuery = z.strictObject({
  ...choice,
  dbIncrement: DbIncrement,
  timeZoneDifference: TimeZoneDifference.default(0),
});

const shared = { method: 'POST', access: 'read', tag: 'Dashboard' } as const;

export const dashboardRoutes: readonly Route[] = [
  route({
    ...shared,
    pattern: '/v1/dashboard/query',
    summary:
      'Figures of groups of records: by time, by up to three dimensions, or both. Times without records are left out.',
    body: SummaryQuery,
    data: z.array(SummaryRowSchema),
    handle: querySummary,
  }),
  route({
    ...shared,
    pattern: '/v1/dashboard/cache/query',
    summary: 'What answers out of the cache have saved.',
    body: z.strictObject(choice),
    data: z.strictObject({
      hits: z.int(),
      saved_cost_usd: z.number(),
      saved_time_ms: z.number().meta({
        description: 'Estimated: by model, how much longer a successful answer of the provider takes on average.',
      }),
      top_models: z.array(z.strictObject({ model: z.string().nullable(), hits: z.int() })),
    }),
    handle: ({ records, tenant, body }) =>
      cacheSavings(records, { tenant, filter: filterOf(body), ...body.timeFilter }),
  }),
  route({
    ...shared,
    pattern: '/v1/dashboard/scores/query',
    summary: 'Averages of scores over time, of the names that the 1000 newest scored records have.',
    body: ScoresQuery,
    data: z.array(
      z.strictObject({
        score_key: z.string(),
        score_sum: z.number().meta({ description: 'The average; the name is Helicone’s.' }),
        created_at_trunc: z.iso.datetime().meta({ description: 'Start of the time bucket.' }),
      }),
    ),
    handle: queryScores,
  }),
];

/** @throws {ApiError} 400 when both words for the filter are there. */
function filterOf({ filter, userFilter }: { filter?: unknown; userFilter?: unknown }) {
  if (filter !== undefined && userFilter !== undefined) throw new ApiError(400, 'userFilter: is the same as filter');
  return parseFilter(filter ?? userFilter ?? 'all');
}

async function querySummary({ records, tenant, body }: RouteContext<z.output<typeof SummaryQuery>>) {
  const { timeFilter, dbIncrement, timeZoneDifference, by, known, measures, having, sort, limit, offset } = body;
  const most = maxRows(measures.length + by.length);
  if (limit > most) throw new ApiError(400, `limit: with so many measures and dimensions at most ${most}`);
  const rows = await records.summarize({
    tenant,
    filter: filterOf(body),
    ...timeFilter,
    by: by.map(dimensionOf),
    known,
    ...(dbIncrement === undefined ? {} : { bucket: bucketOf(dbIncrement, timeZoneDifference) }),
    measures,
    ...(having === undefined || having.length === 0 ? {} : { having: allHaving(having) }),
    ...(sort === undefined ? {} : { sort }),
    limit,
    offset,
  });
  return rows.map((row) => toRow(row, by));
}

function allHaving(having: z.output<typeof HavingSchema>): MeasureFilter {
  const filters = having.map((one): MeasureFilter => ({ kind: 'condition', ...one }));
  const [only] = filters;
  return filters.length === 1 && only !== undefined ? only : { kind: 'and', filters };
}

function toRow({ time, keys, values }: SummaryRow, by: readonly string[]): z.output<typeof SummaryRowSchema> {
  return { time, keys: Object.fromEntries(by.map((name, index) => [name, keys[index] ?? null])), values };
}

async function queryScores({ records, tenant, body }: RouteContext<z.output<typeof ScoresQuery>>) {
  const { timeFilter, dbIncrement, timeZoneDifference } = body;
  const choice = { tenant, filter: filterOf(body), ...timeFilter };
  const names = await scoreNames(records, choice);
  if (names.length === 0) return [];
  const rows = await wholeSeries(records, {
    ...choice,
    bucket: bucketOf(dbIncrement, timeZoneDifference),
    measures: names.map((name) => `score:${name}` as const),
  });
  return rows.flatMap(({ time, values }) =>
    names.flatMap((name) => {
      const average = values[`score:${name}`] ?? null;
      return average === null ? [] : [{ score_key: name, score_sum: average, created_at_trunc: time ?? '' }];
    }),
  );
}
