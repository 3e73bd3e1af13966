// Users: what each has asked and cost.
import { z } from 'zod';
import { parseGroupFilter } from '../groups/group-filter.js';
import { HistogramParams, HistogramSchema, histogramOf } from '../groups/histograms.js';
import { parseUserSort, USER, USER_TABLES } from '../groups/users.js';
import { anyOf, isKnown, where } from '../join-filters.js';
import { type Route, type RouteContext, route } from '../route.js';
import { FilterSchema } from '../schemas/filter.js';
import { isoTime, TimeFilter, TimeZoneDifference } from '../schemas/time.js';

const choice = { filter: FilterSchema, timeFilter: TimeFilter.optional() };

const MetricsQuery = z.strictObject({
  ...choice,
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(100),
  sort: z
    .unknown()
    .optional()
    .meta({
      description: 'One figure with `asc` or `desc`; default: the user who was active last first.',
      examples: [{ cost: 'desc' }],
    }),
  timeZoneDifferenceMinutes: TimeZoneDifference.optional().meta({
    description: 'Has no effect: all times are in UTC.',
  }),
});

const OverviewQuery = z.strictObject({ ...choice, ...HistogramParams });

const UserQuery = z.strictObject({
  userIds: z.array(z.string()).max(1000).optional(),
  timeFilter: TimeFilter.optional(),
});

const UserSchema = z
  .strictObject({
    id: z.string(),
    user_id: z.string(),
    active_for: z.int().meta({ description: 'UTC days with a request.' }),
    first_active: z.iso.datetime(),
    last_active: z.iso.datetime(),
    total_requests: z.int(),
    average_requests_per_day_active: z.number(),
    average_tokens_per_request: z.number(),
    total_completion_tokens: z.int(),
    total_prompt_tokens: z.int(),
    cost: z.number().meta({ description: 'USD; costs that are not known are left out.' }),
    rate_limited_count: z.int(),
  })
  .meta({ id: 'UserMetrics', description: 'What one user has asked and cost.' });

const shared = { method: 'POST', access: 'read', tag: 'Users' } as const;

export const userRoutes: readonly Route[] = [
  route({
    ...shared,
    pattern: '/v1/user/metrics/query',
    summary: 'Users and their figures. Conditions on users and on their requests are joined by and.',
    body: MetricsQuery,
    data: z.strictObject({
      users: z.array(UserSchema),
      count: z.int().meta({ description: 'Users that match.' }),
      hasUsers: z.boolean().meta({ description: 'Whether there is any user at all.' }),
    }),
    handle: queryMetrics,
  }),
  route({
    ...shared,
    pattern: '/v1/user/metrics-overview/query',
    summary: 'How requests and costs are distributed over users.',
    body: OverviewQuery,
    data: z.strictObject({ request_count: HistogramSchema, user_cost: HistogramSchema }),
    handle: queryOverview,
  }),
  route({
    ...shared,
    pattern: '/v1/user/query',
    summary: 'Requests, tokens and costs of users, by their ids; at most 10 000 users.',
    body: UserQuery,
    data: z.array(
      z.strictObject({
        user_id: z.string(),
        count: z.int(),
        prompt_tokens: z.int(),
        completion_tokens: z.int(),
        cost: z.number(),
        cost_usd: z.number(),
      }),
    ),
    handle: queryUsers,
  }),
];

function groupsOf(
  tenant: string,
  { filter, timeFilter }: Pick<z.output<typeof MetricsQuery>, 'filter' | 'timeFilter'>,
) {
  return { tenant, ...parseGroupFilter(filter, USER_TABLES), ...timeFilter, by: [USER], known: true };
}

async function queryMetrics({ records, tenant, body }: RouteContext<z.output<typeof MetricsQuery>>) {
  const groups = groupsOf(tenant, body);
  const sort = parseUserSort(body.sort);
  const [rows, count, some] = await Promise.all([
    records.summarize({ ...groups, measures: USER_MEASURES, sort, limit: body.limit, offset: body.offset }),
    records.countGroups(groups),
    records.query({ tenant, filter: isKnown(USER), limit: 1 }),
  ]);
  return { users: rows.map(toUser), count, hasUsers: some.length > 0 };
}

const USER_MEASURES = [
  'active_days',
  'first_created_at',
  'last_created_at',
  'requests',
  'requests_per_active_day',
  'tokens_per_request',
  'completion_tokens',
  'prompt_tokens',
  'cost_usd',
  'rate_limited',
] as const;

function toUser({ keys, values }: { keys: (string | null)[]; values: Record<string, number | null> }) {
  const user = keys[0] ?? '';
  const number = (measure: (typeof USER_MEASURES)[number]): number => values[measure] ?? 0;
  return {
    id: user,
    user_id: user,
    active_for: number('active_days'),
    first_active: isoTime(values.first_created_at),
    last_active: isoTime(values.last_created_at),
    total_requests: number('requests'),
    average_requests_per_day_active: number('requests_per_active_day'),
    average_tokens_per_request: number('tokens_per_request'),
    total_completion_tokens: number('completion_tokens'),
    total_prompt_tokens: number('prompt_tokens'),
    cost: number('cost_usd'),
    rate_limited_count: number('rate_limited'),
  };
}

async function queryOverview({ records, tenant, body }: RouteContext<z.output<typeof OverviewQuery>>) {
  const { pSize, useInterquartile } = body;
  const groups = { ...groupsOf(tenant, body), pSize, useInterquartile };
  const [requests, cost] = await Promise.all([
    histogramOf(records, { ...groups, measure: 'requests' }),
    histogramOf(records, { ...groups, measure: 'cost_usd' }),
  ]);
  return { request_count: requests, user_cost: cost };
}

async function queryUsers({ records, tenant, body }: RouteContext<z.output<typeof UserQuery>>) {
  const { userIds, timeFilter } = body;
  // An empty list means no user, not all of them.
  if (userIds?.length === 0) return [];
  const rows = await records.summarize({
    tenant,
    filter: userIds === undefined ? { kind: 'all' } : anyOf(...userIds.map((id) => where(USER, 'equals', id))),
    ...timeFilter,
    by: [USER],
    known: true,
    measures: ['requests', 'prompt_tokens', 'completion_tokens', 'cost_usd'],
    limit: 10_000,
  });
  return rows.map(({ keys, values }) => ({
    user_id: keys[0] ?? '',
    count: values.requests ?? 0,
    prompt_tokens: values.prompt_tokens ?? 0,
    completion_tokens: values.completion_tokens ?? 0,
    cost: values.cost_usd ?? 0,
    cost_usd: values.cost_usd ?? 0,
  }));
}
