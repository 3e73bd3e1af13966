// Custom properties: their names, their values, and what each value costs.
import { type Dimension, parseFilter } from '@helicone-proxy/core';
import { z } from 'zod';
import { ApiError } from '../api-error.js';
import { wholeSeries } from '../figures/series.js';
import { topOf } from '../figures/top-values.js';
import { hiddenProperties, hideProperty, restoreProperty } from '../hidden-properties.js';
import { allOf, isKnown, where } from '../join-filters.js';
import { type Route, type RouteContext, route } from '../route.js';
import { FilterSchema } from '../schemas/filter.js';
import { bucketOf, DbIncrement, TimeFilter, TimeZoneDifference } from '../schemas/time.js';

/** Values that a search gives. */
const FOUND = 25;

const Nothing = z.strictObject({});
const Key = z.strictObject({ key: z.string().min(1).max(512) });
const Names = z.array(z.strictObject({ property: z.string() }));
const Search = z.strictObject({ searchTerm: z.string().default('') });
const TopQuery = z.strictObject({ timeFilter: TimeFilter.optional(), filter: FilterSchema });
const OverTime = z.strictObject({
  propertyKey: z.string().min(1),
  timeFilter: TimeFilter.optional(),
  userFilter: FilterSchema,
  dbIncrement: DbIncrement,
  timeZoneDifference: TimeZoneDifference.default(0),
});

const shared = { method: 'POST', access: 'read', tag: 'Properties' } as const;
const done = z.strictObject({ ok: z.literal(true) });

export const propertyRoutes: readonly Route[] = [
  route({
    ...shared,
    pattern: '/v1/property/query',
    summary: 'Names of properties that requests have had; hidden ones are left out.',
    body: Nothing,
    data: Names,
    async handle({ records, tenant }) {
      const [names, hidden] = await Promise.all([records.propertyNames(tenant), hiddenProperties(records, tenant)]);
      const left = new Set(hidden);
      return toNames(names.filter((name) => !left.has(name)));
    },
  }),
  route({
    ...shared,
    pattern: '/v1/property/hide',
    summary: 'Leaves a property out of the list of names; nothing else changes.',
    body: Key,
    data: done,
    async handle({ records, tenant, body }) {
      if (!(await hideProperty(records, tenant, body.key.toLowerCase())))
        throw new ApiError(400, 'key: too many are hidden');
      return { ok: true };
    },
  }),
  route({
    ...shared,
    pattern: '/v1/property/restore',
    summary: 'Puts a hidden property back into the list of names.',
    body: Key,
    data: done,
    async handle({ records, tenant, body }) {
      await restoreProperty(records, tenant, body.key.toLowerCase());
      return { ok: true };
    },
  }),
  route({
    ...shared,
    pattern: '/v1/property/hidden/query',
    summary: 'Names of hidden properties.',
    body: Nothing,
    data: Names,
    handle: async ({ records, tenant }) => toNames(await hiddenProperties(records, tenant)),
  }),
  route({
    ...shared,
    pattern: '/v1/property/:propertyKey/search',
    summary: `Up to ${FOUND} values of a property that contain a text, in any case; the most frequent first.`,
    body: Search,
    data: z.array(z.string()),
    handle: searchValues,
  }),
  route({
    ...shared,
    pattern: '/v1/property/:propertyKey/top-costs/query',
    summary: 'The ten values of a property that cost most, and all others as "Other".',
    body: TopQuery,
    data: z.array(z.strictObject({ value: z.string(), cost: z.number() })),
    async handle(context) {
      const top = await topOf(context.records, { ...topQuery(context), measure: 'cost_usd' });
      return top.map(({ value, amount }) => ({ value, cost: amount }));
    },
  }),
  route({
    ...shared,
    pattern: '/v1/property/:propertyKey/top-requests/query',
    summary: 'The ten values of a property with the most requests, and all others as "Other".',
    body: TopQuery,
    data: z.array(z.strictObject({ value: z.string(), count: z.int() })),
    async handle(context) {
      const top = await topOf(context.records, { ...topQuery(context), measure: 'requests' });
      return top.map(({ value, amount }) => ({ value, count: amount }));
    },
  }),
  route({
    ...shared,
    pattern: '/v1/property/properties/over-time',
    summary: 'Requests and costs of the values of a property over time. Times without any are left out.',
    body: OverTime,
    data: z.array(
      z.strictObject({
        property: z.string().meta({ description: 'The value.' }),
        total_cost: z.number(),
        request_count: z.int(),
        created_at_trunc: z.iso.datetime().meta({ description: 'Start of the time bucket.' }),
      }),
    ),
    handle: overTime,
  }),
];

function toNames(names: readonly string[]): z.output<typeof Names> {
  return names.map((property) => ({ property }));
}

function dimensionOf(name: string | undefined): Extract<Dimension, { kind: 'property' }> {
  return { kind: 'property', name: (name ?? '').toLowerCase() };
}

async function searchValues({
  records,
  tenant,
  params,
  body,
}: RouteContext<z.output<typeof Search>>): Promise<string[]> {
  const dimension = dimensionOf(params.propertyKey);
  const rows = await records.summarize({
    tenant,
    filter: body.searchTerm === '' ? isKnown(dimension) : where(dimension, 'contains', body.searchTerm),
    by: [dimension],
    known: true,
    measures: ['requests'],
    sort: { measure: 'requests', direction: 'desc' },
    limit: FOUND,
  });
  return rows.map(({ keys }) => keys[0] ?? '');
}

function topQuery({ tenant, params, body }: RouteContext<z.output<typeof TopQuery>>) {
  const dimension = dimensionOf(params.propertyKey);
  return { tenant, dimension, filter: parseFilter(body.filter ?? 'all'), ...body.timeFilter };
}

async function overTime({ records, tenant, body }: RouteContext<z.output<typeof OverTime>>) {
  const dimension = dimensionOf(body.propertyKey);
  const rows = await wholeSeries(records, {
    tenant,
    filter: allOf(isKnown(dimension), parseFilter(body.userFilter ?? 'all')),
    ...body.timeFilter,
    by: [dimension],
    known: true,
    bucket: bucketOf(body.dbIncrement, body.timeZoneDifference),
    measures: ['cost_usd', 'requests'],
  });
  return rows.map(({ time, keys, values }) => ({
    property: keys[0] ?? '',
    total_cost: values.cost_usd ?? 0,
    request_count: values.requests ?? 0,
    created_at_trunc: time ?? '',
  }));
}
