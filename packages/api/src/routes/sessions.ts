// Sessions: which there are, what they cost, how they are distributed.
import { InvalidFilter, type RecordStore, type SummaryRow } from '@helicone-proxy/core';
import { z } from 'zod';
import { HistogramParams, HistogramSchema, histogramOf } from '../groups/histograms.js';
import { notesOf, SESSION_ID, SESSION_NAME, sessionGroups } from '../groups/sessions.js';
import { isKnown } from '../join-filters.js';
import { type Route, type RouteContext, route } from '../route.js';
import { FilterSchema } from '../schemas/filter.js';
import { isoTime, TimeFilter, TimeZoneDifference } from '../schemas/time.js';

const choice = {
  filter: FilterSchema,
  timeFilter: TimeFilter.optional(),
  timezoneDifference: TimeZoneDifference.optional().meta({ description: 'Has no effect: all times are in UTC.' }),
};

const SessionQuery = z.strictObject({
  ...choice,
  search: z.string().optional().meta({ description: 'Part of the id or of the name, in any case.' }),
  sessionIdContains: z.string().optional(),
  nameEquals: z.string().optional().meta({ description: 'Empty: sessions without a name.' }),
  sessionName: z.string().optional().meta({ description: 'The older word for nameEquals.' }),
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(50),
});

const NameQuery = z.strictObject({
  ...choice,
  ...HistogramParams,
  nameContains: z.string().optional().meta({ description: 'Part of the name, in any case.' }),
});

const SessionSchema = z
  .strictObject({
    created_at: z.iso.datetime(),
    latest_request_created_at: z.iso.datetime(),
    session_id: z.string(),
    session: z.string().meta({ description: 'The older word for session_id.' }),
    session_name: z.string().meta({ description: 'Empty: it has none.' }),
    avg_latency: z.number().nullable().meta({ description: 'Milliseconds.' }),
    total_cost: z.number().meta({ description: 'USD; costs that are not known are left out.' }),
    total_requests: z.int(),
    prompt_tokens: z.int(),
    completion_tokens: z.int(),
    total_tokens: z.int(),
    tag: z.string().nullable(),
    feedback_rating: z.boolean().nullable().meta({ description: 'Of the session, not of its requests.' }),
  })
  .meta({ id: 'Session', description: 'All requests with one session id and name.' });

const SessionNameSchema = z
  .strictObject({
    name: z.string().meta({ description: 'Empty: sessions without a name.' }),
    created_at: z.iso.datetime(),
    first_used: z.iso.datetime(),
    last_used: z.iso.datetime(),
    total_cost: z.number(),
    session_count: z.int(),
    avg_latency: z.number().nullable(),
  })
  .meta({ id: 'SessionName', description: 'All sessions of one name.' });

const Average = z
  .array(z.strictObject({ average: z.number() }))
  .meta({ description: 'One entry, or none without sessions.' });

const SessionMetrics = z
  .strictObject({
    session_count: HistogramSchema.meta({ description: 'Requests of a session.' }),
    session_duration: HistogramSchema.meta({
      description: 'From the first request to the end of the last answer, seconds.',
    }),
    session_cost: HistogramSchema.meta({ description: 'USD.' }),
    average: z.strictObject({ session_count: Average, session_duration: Average, session_cost: Average }),
  })
  .meta({ id: 'SessionMetrics' });

const shared = { method: 'POST', access: 'read', tag: 'Sessions' } as const;

export const sessionRoutes: readonly Route[] = [
  route({
    ...shared,
    pattern: '/v1/session/query',
    summary: 'Sessions, the newest first. Conditions on sessions and on their requests are joined by and.',
    body: SessionQuery,
    data: z.array(SessionSchema),
    handle: querySessions,
  }),
  route({
    ...shared,
    pattern: '/v1/session/count',
    summary: 'How many sessions there are.',
    body: SessionQuery,
    data: z.int(),
    handle: ({ records, tenant, body }) => records.countGroups(groupsOf(tenant, body)),
  }),
  route({
    ...shared,
    method: 'GET',
    pattern: '/v1/session/has-session',
    summary: 'Whether there is a session at all.',
    data: z.boolean(),
    handle: hasSession,
  }),
  route({
    ...shared,
    pattern: '/v1/session/name/query',
    summary: 'Names of sessions, the one used last first.',
    body: NameQuery,
    data: z.array(SessionNameSchema),
    handle: queryNames,
  }),
  route({
    ...shared,
    pattern: '/v1/session/metrics/query',
    summary: 'How requests, durations and costs are distributed over sessions.',
    body: NameQuery,
    data: SessionMetrics,
    handle: queryMetrics,
  }),
];

type SessionContext = RouteContext<z.output<typeof SessionQuery>>;
type NameContext = RouteContext<z.output<typeof NameQuery>>;

function groupsOf(tenant: string, body: z.output<typeof SessionQuery>) {
  const { nameEquals, sessionName, ...rest } = body;
  return sessionGroups(tenant, { ...rest, name: nameEquals ?? sessionName });
}

async function querySessions({ records, tenant, body }: SessionContext): Promise<z.output<typeof SessionSchema>[]> {
  const rows = await records.summarize({
    ...groupsOf(tenant, body),
    measures: [
      'first_created_at',
      'last_created_at',
      'avg_delay_ms',
      'cost_usd',
      'requests',
      'prompt_tokens',
      'completion_tokens',
      'total_tokens',
    ],
    sort: { measure: 'first_created_at', direction: 'desc' },
    limit: body.limit,
    offset: body.offset,
  });
  const notes = await notesOf(
    records,
    tenant,
    rows.map(({ keys }) => keys[0] ?? ''),
  );
  return rows.map(({ keys, values }) => {
    const id = keys[0] ?? '';
    const note = notes.get(id);
    return {
      created_at: isoTime(values.first_created_at),
      latest_request_created_at: isoTime(values.last_created_at),
      session_id: id,
      session: id,
      session_name: keys[1] ?? '',
      avg_latency: values.avg_delay_ms ?? null,
      total_cost: values.cost_usd ?? 0,
      total_requests: values.requests ?? 0,
      prompt_tokens: values.prompt_tokens ?? 0,
      completion_tokens: values.completion_tokens ?? 0,
      total_tokens: values.total_tokens ?? 0,
      tag: note?.tag ?? null,
      feedback_rating: note?.rating ?? null,
    };
  });
}

async function hasSession({ records, tenant }: RouteContext): Promise<boolean> {
  const some = await records.query({ tenant, filter: isKnown(SESSION_ID), limit: 1 });
  return some.length > 0;
}

async function queryNames({ records, tenant, body }: NameContext): Promise<z.output<typeof SessionNameSchema>[]> {
  const groups = sessionGroups(tenant, body);
  if (groups.having !== undefined)
    throw new InvalidFilter('filter', 'conditions on sessions cannot choose names of sessions');
  const rows = await records.summarize({
    ...groups,
    by: [SESSION_NAME],
    measures: ['first_created_at', 'last_created_at', 'cost_usd', 'sessions', 'avg_delay_ms'],
    sort: { measure: 'last_created_at', direction: 'desc' },
  });
  return rows.map(({ keys, values }) => ({
    name: keys[0] ?? '',
    created_at: isoTime(values.first_created_at),
    first_used: isoTime(values.first_created_at),
    last_used: isoTime(values.last_created_at),
    total_cost: values.cost_usd ?? 0,
    session_count: values.sessions ?? 0,
    avg_latency: values.avg_delay_ms ?? null,
  }));
}

async function queryMetrics({ records, tenant, body }: NameContext): Promise<z.output<typeof SessionMetrics>> {
  const { pSize, useInterquartile } = body;
  const groups = { ...sessionGroups(tenant, body), pSize, useInterquartile };
  const [count, duration, cost, average] = await Promise.all([
    histogramOf(records, { ...groups, measure: 'requests' }),
    histogramOf(records, { ...groups, measure: 'span_ms', unit: 1000 }),
    histogramOf(records, { ...groups, measure: 'cost_usd' }),
    averages(records, sessionGroups(tenant, body)),
  ]);
  return { session_count: count, session_duration: duration, session_cost: cost, average };
}

/** Sessions that averages are made of: more would be more than one answer of the store. */
const AVERAGED = 10_000;

/** Over all sessions, the 10 000 newest where there are more. */
async function averages(
  records: RecordStore,
  groups: ReturnType<typeof sessionGroups>,
): Promise<z.output<typeof SessionMetrics>['average']> {
  const rows = await records.summarize({
    ...groups,
    measures: ['requests', 'span_ms', 'cost_usd', 'first_created_at'],
    sort: { measure: 'first_created_at', direction: 'desc' },
    limit: AVERAGED,
  });
  return {
    session_count: average(rows, 'requests'),
    session_duration: average(rows, 'span_ms', 1000),
    session_cost: average(rows, 'cost_usd'),
  };
}

function average(rows: readonly SummaryRow[], measure: string, unit = 1): { average: number }[] {
  if (rows.length === 0) return [];
  const sum = rows.reduce((total, { values }) => total + (values[measure] ?? 0), 0);
  return [{ average: sum / rows.length / unit }];
}
