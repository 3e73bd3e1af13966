// Figures for charts and tables: any time, bucket, filter, grouping and measure.
import { recordRow } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, expectRefused, expectUnreadable, HOUR, START, startTenants, type Tenants } from './tenants.js';

/** Two hours of two models; a hit, a refusal, an error; scores on two. */
const ROWS = [
  recordRow(1, { createdAt: START, costNanoUsd: 1e9, delayMs: 100, timeToFirstTokenMs: 10, userId: 'ada' }),
  recordRow(2, { createdAt: START + 1, costNanoUsd: 2e9, delayMs: 300, timeToFirstTokenMs: 30, userId: 'bob' }),
  recordRow(3, {
    createdAt: START + HOUR,
    model: 'o3',
    provider: 'azure',
    costNanoUsd: null,
    promptTokens: null,
    completionTokens: null,
    delayMs: 50,
    status: 500,
    outcome: 'upstream_error',
  }),
  recordRow(4, {
    createdAt: START + HOUR + 1,
    costNanoUsd: 0,
    promptTokens: 0,
    completionTokens: 0,
    savedCostNanoUsd: 15e8,
    cacheReferenceId: recordRow(1).requestId,
    cacheEnabled: true,
    delayMs: 20,
    userId: 'ada',
  }),
  recordRow(5, {
    createdAt: START + DAY,
    status: 429,
    outcome: 'rate_limited',
    costNanoUsd: null,
    promptTokens: null,
    completionTokens: null,
    model: null,
    delayMs: 1,
  }),
];

let tenants: Tenants;
beforeAll(async () => {
  tenants = await startTenants(ROWS);
  await tenants.ask(`/v1/request/${ROWS[0]?.requestId}/score`, { json: { scores: { quality: 0.5, exact: true } } });
  await tenants.ask(`/v1/request/${ROWS[1]?.requestId}/score`, { json: { scores: { quality: 1 } } });
  await tenants.ask(`/v1/request/${ROWS[3]?.requestId}/score`, { json: { scores: { quality: 0 } } });
});
afterAll(() => tenants.rig.close());

interface Row {
  time: string | null;
  keys: Record<string, string | null>;
  values: Record<string, number | null>;
}
const query = (body: object): Promise<Row[]> => tenants.data('/v1/dashboard/query', body);

test('one group of all', async () => {
  const measures = [
    'requests',
    'errors',
    'successes',
    'prompt_tokens',
    'completion_tokens',
    'total_tokens',
    'cost_usd',
    'unknown_cost',
    'saved_cost_usd',
    'cache_hits',
    'rate_limited',
    'users',
    'models',
    'delay_ms',
    'avg_time_to_first_token',
    'p50_delay_ms',
    'score:quality',
    'score:none',
  ];
  expect(await query({ measures })).toEqual([
    {
      time: null,
      keys: {},
      values: {
        requests: 5,
        errors: 2,
        successes: 3,
        prompt_tokens: 20,
        completion_tokens: 10,
        total_tokens: 30,
        cost_usd: 3,
        unknown_cost: 2,
        saved_cost_usd: 1.5,
        cache_hits: 1,
        rate_limited: 1,
        users: 2,
        models: 2,
        delay_ms: 471,
        avg_time_to_first_token: 20,
        p50_delay_ms: 50,
        'score:quality': 0.5,
        'score:none': null,
      },
    },
  ]);
});

test('requests by status over time', async () => {
  const rows = await query({ dbIncrement: 'hour', by: ['response_status'], measures: ['requests'] });
  expect(rows).toEqual([
    { time: '2026-01-10T00:00:00.000Z', keys: { response_status: '200' }, values: { requests: 2 } },
    { time: '2026-01-10T01:00:00.000Z', keys: { response_status: '200' }, values: { requests: 1 } },
    { time: '2026-01-10T01:00:00.000Z', keys: { response_status: '500' }, values: { requests: 1 } },
    { time: '2026-01-11T00:00:00.000Z', keys: { response_status: '429' }, values: { requests: 1 } },
  ]);
});

test('days of a viewer in Berlin, whose getTimezoneOffset is -60', async () => {
  const rows = await query({ dbIncrement: 'day', timeZoneDifference: -60, measures: ['requests'] });
  expect(rows.map(({ time, values }) => [time, values.requests])).toEqual([
    ['2026-01-09T23:00:00.000Z', 4],
    ['2026-01-10T23:00:00.000Z', 1],
  ]);
});

test('models by cost, the unknown one among them or not', async () => {
  const body = { by: ['model'], measures: ['cost_usd'], sort: { measure: 'cost_usd', direction: 'desc' } };
  expect((await query(body)).map(({ keys, values }) => [keys.model, values.cost_usd])).toEqual([
    ['gpt-4o-mini', 3],
    ['o3', 0],
    [null, 0],
  ]);
  expect((await query({ ...body, known: true, limit: 1, offset: 1 })).map(({ keys }) => keys)).toEqual([
    { model: 'o3' },
  ]);
});

test.each<[string, object, number]>([
  ['a time as ISO', { timeFilter: { start: '2026-01-10T01:00:00Z', end: '2026-01-11' } }, 2],
  ['a time as unix ms', { timeFilter: { start: START + HOUR, end: START + DAY + 1 } }, 3],
  ['a filter', { filter: { request_response_rmt: { user_id: { equals: 'ada' } } } }, 2],
  ["Helicone's word for it", { userFilter: { request_response_rmt: { provider: { equals: 'azure' } } } }, 1],
  ['nothing', { timeFilter: { start: '2030-01-01' } }, 0],
])('by %s', async (_, body, requests) => {
  expect(await query({ ...body, measures: ['requests'] })).toEqual([{ time: null, keys: {}, values: { requests } }]);
});

test('several dimensions, a property among them, and conditions on groups', async () => {
  await tenants.rig.proxy.records.append([
    recordRow(20, { tenant: 'mine', createdAt: START + 40 * DAY, properties: { team: 'red' } }),
    recordRow(21, { tenant: 'mine', createdAt: START + 40 * DAY, properties: { team: 'red' } }),
    recordRow(22, { tenant: 'mine', createdAt: START + 41 * DAY, properties: { team: 'blue' } }),
  ]);
  const timeFilter = { start: START + 30 * DAY };
  const body = { timeFilter, by: ['property:Team', 'provider'], measures: ['requests', 'active_days'] };
  expect(await query(body)).toEqual([
    { time: null, keys: { 'property:Team': 'blue', provider: 'openai' }, values: { requests: 1, active_days: 1 } },
    { time: null, keys: { 'property:Team': 'red', provider: 'openai' }, values: { requests: 2, active_days: 1 } },
  ]);
  const having = [{ measure: 'requests', operator: 'gte', value: 2 }];
  expect((await query({ ...body, having })).map(({ keys }) => keys['property:Team'])).toEqual(['red']);
  const none = [...having, { measure: 'active_days', operator: 'gt', value: 1 }];
  expect(await query({ ...body, having: none })).toEqual([]);
});

describe('named ones', () => {
  const timeFilter = { start: START, end: START + 2 * DAY };

  test('scores over time, as averages', async () => {
    const body = {
      userFilter: 'all',
      timeFilter: { start: '2026-01-10', end: '2026-01-12' },
      dbIncrement: 'hour',
      timeZoneDifference: 0,
    };
    expect(await tenants.data('/v1/dashboard/scores/query', body)).toEqual([
      { score_key: 'exact', score_sum: 1, created_at_trunc: '2026-01-10T00:00:00.000Z' },
      { score_key: 'quality', score_sum: 0.75, created_at_trunc: '2026-01-10T00:00:00.000Z' },
      { score_key: 'quality', score_sum: 0, created_at_trunc: '2026-01-10T01:00:00.000Z' },
    ]);
    const later = { ...body, timeFilter: { start: '2026-01-11' } };
    expect(await tenants.data('/v1/dashboard/scores/query', later)).toEqual([]);
  });

  test('savings of the cache', async () => {
    // 200 ms is what the provider takes on average, 20 ms the hit.
    expect(await tenants.data('/v1/dashboard/cache/query', { timeFilter })).toEqual({
      hits: 1,
      saved_cost_usd: 1.5,
      saved_time_ms: 180,
      top_models: [{ model: 'gpt-4o-mini', hits: 1 }],
    });
    expect(
      await tenants.data('/v1/dashboard/cache/query', { timeFilter: { start: START + HOUR, end: START + DAY } }),
    ).toEqual({
      hits: 1,
      saved_cost_usd: 1.5,
      saved_time_ms: 0,
      top_models: [{ model: 'gpt-4o-mini', hits: 1 }],
    });
  });
});

test('wrong input is refused with its place', async () => {
  const measures = ['requests'];
  await expectRefused(tenants, '/v1/dashboard/query', [
    [{}, 'measures: '],
    [{ measures: [] }, 'measures: '],
    [{ measures: ['requests', 'p42_delay_ms'] }, 'measures.1: is no measure'],
    [{ measures: ['score:'] }, 'measures.0: is no measure'],
    [{ measures, by: ['tenant'] }, 'by.0: is nothing to group by'],
    [{ measures, by: ['property:'] }, 'by.0: is nothing to group by'],
    [{ measures, by: ['model', 'provider', 'outcome', 'stream'] }, 'by: '],
    [{ measures, having: [{ measure: 'score:x', operator: 'gt', value: 1 }] }, 'having.0.measure: '],
    [{ measures, having: [{ measure: 'requests', operator: 'is', value: 1 }] }, 'having.0.operator: '],
    [{ measures, sort: { measure: 'requests', direction: 'up' } }, 'sort.direction: '],
    [{ measures, dbIncrement: 'second' }, 'dbIncrement: '],
    [{ measures, timeZoneDifference: 1441 }, 'timeZoneDifference: '],
    [{ measures, limit: 10_001 }, 'limit: '],
    [{ measures: Array(20).fill('requests'), by: ['model'], limit: 3000 }, 'limit: with so many measures'],
    [{ measures, filter: 'all', userFilter: 'all' }, 'userFilter: is the same'],
    [
      { measures, filter: { request_response_rmt: { country_code: { equals: 'DE' } } } },
      'filter.request_response_rmt.country_code: ',
    ],
  ]);
  await expectRefused(tenants, '/v1/dashboard/scores/query', [[{}, 'dbIncrement: ']]);
});

test('keys that may only log are told nothing', async () => {
  await expectUnreadable(tenants, ['/v1/dashboard/query', '/v1/dashboard/scores/query', '/v1/dashboard/cache/query']);
});
