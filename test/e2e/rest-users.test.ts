// Users over REST: their figures, which of them, and how these are distributed.
import { recordRow } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, expectRefused, expectUnreadable, HOUR, START, startTenants, type Tenants } from './tenants.js';

/** ada: three requests on two days, one of them refused by a limit. bob: one. Nobody: one. */
const ROWS = [
  recordRow(1, { userId: 'ada', createdAt: START, promptTokens: 10, completionTokens: 5, costNanoUsd: 1e9 }),
  recordRow(2, {
    userId: 'ada',
    createdAt: START + 23 * HOUR,
    promptTokens: 20,
    completionTokens: 10,
    costNanoUsd: 5e8,
  }),
  recordRow(3, {
    userId: 'ada',
    createdAt: START + DAY,
    promptTokens: null,
    completionTokens: null,
    costNanoUsd: null,
    outcome: 'rate_limited',
    status: 429,
  }),
  recordRow(4, {
    userId: 'bob',
    createdAt: START + 2 * DAY,
    promptTokens: 1,
    completionTokens: 1,
    costNanoUsd: 4e9,
    model: 'o3',
  }),
  recordRow(5, { userId: null, createdAt: START + 3 * DAY, costNanoUsd: 9e9 }),
];

const ADA = {
  id: 'ada',
  user_id: 'ada',
  active_for: 2,
  first_active: '2026-01-10T00:00:00.000Z',
  last_active: '2026-01-11T00:00:00.000Z',
  total_requests: 3,
  average_requests_per_day_active: 1.5,
  average_tokens_per_request: 15,
  total_completion_tokens: 15,
  total_prompt_tokens: 30,
  cost: 1.5,
  rate_limited_count: 1,
};
const BOB = {
  id: 'bob',
  user_id: 'bob',
  active_for: 1,
  first_active: '2026-01-12T00:00:00.000Z',
  last_active: '2026-01-12T00:00:00.000Z',
  total_requests: 1,
  average_requests_per_day_active: 1,
  average_tokens_per_request: 2,
  total_completion_tokens: 1,
  total_prompt_tokens: 1,
  cost: 4,
  rate_limited_count: 0,
};

let tenants: Tenants;
beforeAll(async () => {
  tenants = await startTenants(ROWS);
});
afterAll(() => tenants.rig.close());

const view = (fields: object): object => ({ users_view: fields });

test('all figures, the one who was active last first', async () => {
  const body = { filter: 'all', offset: 0, limit: 10, timeZoneDifferenceMinutes: -60 };
  expect(await tenants.data('/v1/user/metrics/query', body)).toEqual({ users: [BOB, ADA], count: 2, hasUsers: true });
});

test.each<[string, object, string[], number]>([
  ['a page', { limit: 1, offset: 1 }, ['ada'], 2],
  ['the dearest last', { sort: { cost: 'asc' } }, ['ada', 'bob'], 2],
  ['the most requests first', { sort: { total_requests: 'desc' } }, ['ada', 'bob'], 2],
  ['an average', { sort: { average_tokens_per_request: 'asc' } }, ['bob', 'ada'], 2],
  ['refused ones', { sort: { rate_limited_count: 'desc' } }, ['ada', 'bob'], 2],
  ['a user', { filter: view({ user_id: { contains: 'AD' } }) }, ['ada'], 1],
  ['the older table', { filter: { user_metrics: { total_requests: { gte: 2 } } } }, ['ada'], 1],
  ['days', { filter: view({ active_for: { equals: 1 } }) }, ['bob'], 1],
  ['averages', { filter: view({ average_requests_per_day_active: { gt: 1 } }) }, ['ada'], 1],
  ['times', { filter: view({ last_active: { gte: '2026-01-11T00:00:00.001Z' } }) }, ['bob'], 1],
  ['a field of records', { filter: { request_response_rmt: { model: { equals: 'o3' } } } }, ['bob'], 1],
  [
    'a time',
    { timeFilter: { startTimeUnixSeconds: START / 1000, endTimeUnixSeconds: (START + DAY) / 1000 } },
    ['ada'],
    1,
  ],
  ['none', { filter: view({ cost: { gt: 100 } }) }, [], 0],
])('by %s', async (_, body, expected, count) => {
  const found = await tenants.data<{ users: { user_id: string }[]; count: number; hasUsers: boolean }>(
    '/v1/user/metrics/query',
    body,
  );
  expect([found.users.map(({ user_id }) => user_id), found.count, found.hasUsers]).toEqual([expected, count, true]);
});

test('distributions, without what is above the percentile', async () => {
  // ada: 3 requests and 1.5 USD, bob: 1 and 4; the larger one is above the percentile of the two.
  expect(await tenants.data('/v1/user/metrics-overview/query', { filter: 'all', pSize: 'p99' })).toEqual({
    request_count: [{ range_start: '1', range_end: '1', value: 1 }],
    user_cost: [{ range_start: '1.5', range_end: '1.5', value: 1 }],
  });
});

test('tokens and costs by their ids', async () => {
  const ada = { user_id: 'ada', count: 3, prompt_tokens: 30, completion_tokens: 15, cost: 1.5, cost_usd: 1.5 };
  const bob = { user_id: 'bob', count: 1, prompt_tokens: 1, completion_tokens: 1, cost: 4, cost_usd: 4 };
  expect(await tenants.data('/v1/user/query')).toEqual([ada, bob]);
  expect(await tenants.data('/v1/user/query', { userIds: ['bob', 'nobody'] })).toEqual([bob]);
  expect(await tenants.data('/v1/user/query', { userIds: [] })).toEqual([]);
  const timeFilter = { startTimeUnixSeconds: (START + DAY) / 1000, endTimeUnixSeconds: (START + 2 * DAY) / 1000 };
  expect(await tenants.data('/v1/user/query', { timeFilter })).toEqual([
    { user_id: 'ada', count: 1, prompt_tokens: 0, completion_tokens: 0, cost: 0, cost_usd: 0 },
  ]);
});

test('wrong input is refused with its place', async () => {
  await expectRefused(tenants, '/v1/user/metrics/query', [
    [{ filter: view({ costs: { gt: 1 } }) }, 'filter.users_view.costs: unknown field'],
    [{ filter: view({ cost: { contains: '1' } }) }, 'filter.users_view.cost.contains: unknown operator'],
    [{ filter: view({ user_id: { gt: '1' } }) }, 'filter.users_view.user_id.gt: unknown operator'],
    [{ sort: { user_id: 'asc' } }, 'sort.user_id: unknown sort key'],
    [{ sort: { cost: 1 } }, 'sort.cost: must be'],
    [{ limit: 0 }, 'limit: '],
    [{ timeFilter: { start: 'soon' } }, 'timeFilter.start: must be'],
  ]);
  await expectRefused(tenants, '/v1/user/query', [[{ userIds: 'ada' }, 'userIds: ']]);
});

test('keys that may only log are told nothing', async () => {
  await expectUnreadable(tenants, ['/v1/user/metrics/query', '/v1/user/metrics-overview/query', '/v1/user/query']);
});
