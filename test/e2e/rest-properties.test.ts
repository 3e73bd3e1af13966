// Properties over REST: names, values, and what each value costs.
import { recordRow } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectRefused, expectUnreadable, HOUR, KEYS, START, startTenants, type Tenants } from './tenants.js';

/** Teams t1 to t12: tn costs n USD. t12 asks twice, half of its cost each. */
const TEAMS = Array.from({ length: 11 }, (_, n) =>
  recordRow(n + 1, { properties: { team: `t${n + 1}` }, costNanoUsd: (n + 1) * 1e9, createdAt: START + n }),
);
const ROWS = [
  ...TEAMS,
  recordRow(12, { properties: { team: 't12' }, costNanoUsd: 6e9, createdAt: START + 20 }),
  recordRow(13, { properties: { team: 't12', color: 'Blau' }, costNanoUsd: 6e9, createdAt: START + HOUR }),
  recordRow(14, { properties: { color: 'grünblau' }, costNanoUsd: null, createdAt: START + HOUR }),
];

let tenants: Tenants;
beforeAll(async () => {
  tenants = await startTenants(ROWS);
});
afterAll(() => tenants.rig.close());

const names = async (path: string, key?: string): Promise<string[]> => {
  const found = await tenants.data<{ property: string }[]>(path, {}, key);
  return found.map(({ property }) => property);
};

test('names, hidden and restored, for one tenant alone', async () => {
  expect(await names('/v1/property/query')).toEqual(['color', 'team']);
  expect(await tenants.data('/v1/property/hide', { key: 'TEAM' })).toEqual({ ok: true });
  expect(await tenants.data('/v1/property/hide', { key: 'team' }, KEYS.mine)).toEqual({ ok: true });
  expect(await names('/v1/property/query')).toEqual(['color']);
  expect(await names('/v1/property/hidden/query')).toEqual(['team']);
  expect(await names('/v1/property/query', KEYS.other)).toContain('team');
  expect(await names('/v1/property/hidden/query', KEYS.other)).toEqual([]);
  // Hidden is only the name.
  expect(await tenants.data('/v1/property/team/search', { searchTerm: 't11' })).toEqual(['t11']);
  expect(await tenants.data('/v1/property/restore', { key: 'Team' })).toEqual({ ok: true });
  expect(await tenants.data('/v1/property/restore', { key: 'never-hidden' })).toEqual({ ok: true });
  expect(await names('/v1/property/query')).toEqual(['color', 'team']);
});

test('values that contain a text, the most frequent first', async () => {
  expect(await tenants.data('/v1/property/Team/search', { searchTerm: 'T1' })).toEqual(['t12', 't1', 't10', 't11']);
  expect(await tenants.data('/v1/property/color/search', { searchTerm: 'BLAU' })).toEqual(['Blau', 'grünblau']);
  expect(await tenants.data('/v1/property/color/search', { searchTerm: 'GRÜN' })).toEqual(['grünblau']);
  expect(await tenants.data('/v1/property/team/search', {})).toHaveLength(12);
  expect(await tenants.data('/v1/property/team/search', { searchTerm: '%' })).toEqual([]);
  expect(await tenants.data('/v1/property/nothing/search', {})).toEqual([]);
  const many = Array.from({ length: 30 }, (_, n) =>
    recordRow(100 + n, { tenant: 'other', properties: { many: `m${n}` } }),
  );
  await tenants.rig.proxy.records.append(many);
  expect(await tenants.data('/v1/property/many/search', {}, KEYS.other)).toHaveLength(25);
});

test('top costs: ten and the others', async () => {
  const top = await tenants.data<{ value: string; cost: number }[]>('/v1/property/team/top-costs/query', {
    timeFilter: { start: '2026-01-10T00:00:00Z', end: '2026-01-11T00:00:00Z' },
  });
  expect(top).toEqual([
    { value: 't12', cost: 12 },
    { value: 't11', cost: 11 },
    { value: 't10', cost: 10 },
    { value: 't9', cost: 9 },
    { value: 't8', cost: 8 },
    { value: 't7', cost: 7 },
    { value: 't6', cost: 6 },
    { value: 't5', cost: 5 },
    { value: 't4', cost: 4 },
    { value: 't3', cost: 3 },
    { value: 'Other', cost: 3 },
  ]);
  const early = { timeFilter: { start: START, end: START + 3 } };
  expect(await tenants.data('/v1/property/TEAM/top-costs/query', early)).toEqual([
    { value: 't3', cost: 3 },
    { value: 't2', cost: 2 },
    { value: 't1', cost: 1 },
  ]);
});

test('top requests: ten and the others, ties by value', async () => {
  const top = await tenants.data<{ value: string; count: number }[]>('/v1/property/team/top-requests/query', {});
  expect(top.map(({ value, count }) => `${value} ${count}`)).toEqual([
    't12 2',
    't1 1',
    't10 1',
    't11 1',
    't2 1',
    't3 1',
    't4 1',
    't5 1',
    't6 1',
    't7 1',
    'Other 2',
  ]);
});

test('over time', async () => {
  const body = {
    propertyKey: 'Team',
    timeFilter: { start: new Date(START + 10).toISOString(), end: new Date(START + 2 * HOUR).toISOString() },
    userFilter: 'all',
    dbIncrement: 'hour',
    timeZoneDifference: 0,
  };
  expect(await tenants.data('/v1/property/properties/over-time', body)).toEqual([
    { property: 't11', total_cost: 11, request_count: 1, created_at_trunc: '2026-01-10T00:00:00.000Z' },
    { property: 't12', total_cost: 6, request_count: 1, created_at_trunc: '2026-01-10T00:00:00.000Z' },
    { property: 't12', total_cost: 6, request_count: 1, created_at_trunc: '2026-01-10T01:00:00.000Z' },
  ]);
  // In New York these hours are of the day before, which began at 05:00 UTC.
  const days = {
    ...body,
    dbIncrement: 'day',
    timeZoneDifference: 300,
    userFilter: { properties: { team: { equals: 't12' } } },
  };
  expect(await tenants.data('/v1/property/properties/over-time', days)).toEqual([
    { property: 't12', total_cost: 12, request_count: 2, created_at_trunc: '2026-01-09T05:00:00.000Z' },
  ]);
});

test('wrong input is refused with its place', async () => {
  await expectRefused(tenants, '/v1/property/hide', [
    [{}, 'key: '],
    [{ key: '' }, 'key: '],
    [{ key: 'x'.repeat(513) }, 'key: '],
  ]);
  await expectRefused(tenants, '/v1/property/team/search', [[{ searchTerm: 1 }, 'searchTerm: ']]);
  await expectRefused(tenants, '/v1/property/team/top-costs/query', [
    [{ timeFilter: { start: 'x' } }, 'timeFilter.start: '],
    [{ filter: { nothing: {} } }, 'filter.nothing: '],
  ]);
  await expectRefused(tenants, '/v1/property/properties/over-time', [
    [{ propertyKey: 'team', dbIncrement: 'minute' }, 'dbIncrement: '],
    [{ propertyKey: 'team' }, 'dbIncrement: '],
    [{ dbIncrement: 'min' }, 'propertyKey: '],
    [
      { propertyKey: 'team', dbIncrement: 'min', userFilter: { properties: { team: { is: 1 } } } },
      'filter.properties.team.is',
    ],
  ]);
});

test('keys that may only log are told nothing, and hide nothing', async () => {
  const paths = [
    'query',
    'hide',
    'restore',
    'hidden/query',
    'team/search',
    'team/top-costs/query',
    'properties/over-time',
  ];
  await expectUnreadable(
    tenants,
    [...paths, 'team/top-requests/query'].map((path) => `/v1/property/${path}`),
  );
});
