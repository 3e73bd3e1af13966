// Sessions over REST: lists, counts, names, distributions, tags and ratings.
import { recordRow } from '@helicone-proxy/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectRefused, expectUnreadable, KEYS, START, startTenants, type Tenants } from './tenants.js';

function step(n: number, session: string | null, name: string | null, figures: Partial<ReturnType<typeof recordRow>>) {
  const properties: Record<string, string> = {};
  if (session !== null) properties['helicone-session-id'] = session;
  if (name !== null) properties['helicone-session-name'] = name;
  return recordRow(n, { properties, ...figures });
}

/** The nth is n seconds after `START`. */
const ROWS = [
  step(1, 's1', 'plain', { costNanoUsd: 1e9, promptTokens: 10, completionTokens: 5, delayMs: 250 }),
  step(2, 's1', 'plain', { costNanoUsd: 2e9, promptTokens: 20, completionTokens: 10, delayMs: 750, model: 'gpt-4o' }),
  step(3, 's2', 'Deep Thought', { costNanoUsd: 4e9, promptTokens: 1, completionTokens: 1, delayMs: 1000 }),
  step(4, 's3', null, { costNanoUsd: null, promptTokens: null, completionTokens: null, delayMs: 100 }),
  step(5, 's2', 'Deep Thought', { costNanoUsd: 5e8, promptTokens: 2, completionTokens: 1, delayMs: 500 }),
  step(6, null, 'plain', { costNanoUsd: 7e9 }),
];

const at = (n: number): string => new Date(START + n * 1000).toISOString();
const S1 = {
  created_at: at(1),
  latest_request_created_at: at(2),
  session_id: 's1',
  session: 's1',
  session_name: 'plain',
  avg_latency: 500,
  total_cost: 3,
  total_requests: 2,
  prompt_tokens: 30,
  completion_tokens: 15,
  total_tokens: 45,
  tag: null,
  feedback_rating: null,
};
const S2 = {
  created_at: at(3),
  latest_request_created_at: at(5),
  session_id: 's2',
  session: 's2',
  session_name: 'Deep Thought',
  avg_latency: 750,
  total_cost: 4.5,
  total_requests: 2,
  prompt_tokens: 3,
  completion_tokens: 2,
  total_tokens: 5,
  tag: null,
  feedback_rating: null,
};
const S3 = {
  created_at: at(4),
  latest_request_created_at: at(4),
  session_id: 's3',
  session: 's3',
  session_name: '',
  avg_latency: 100,
  total_cost: 0,
  total_requests: 1,
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  tag: null,
  feedback_rating: null,
};

let tenants: Tenants;
beforeAll(async () => {
  tenants = await startTenants(ROWS);
});
afterAll(() => tenants.rig.close());

const session = (fields: object): object => ({ sessions_request_response_rmt: fields });
const record = (fields: object): object => ({ request_response_rmt: fields });

test('all figures, the newest first', async () => {
  expect(await tenants.data('/v1/session/query')).toEqual([S3, S2, S1]);
});

test.each<[string, object, string[]]>([
  ['a page', { limit: 1, offset: 1 }, ['s2']],
  ['part of an id', { search: 'S1' }, ['s1']],
  ['part of a name', { search: 'thought' }, ['s2']],
  ['part of an id, in the older word', { sessionIdContains: '3' }, ['s3']],
  ['a name', { nameEquals: 'plain' }, ['s1']],
  ['a name, in the older word', { sessionName: 'Deep Thought' }, ['s2']],
  ['a name in other letters', { nameEquals: 'PLAIN' }, []],
  ['no name', { nameEquals: '' }, ['s3']],
  ['a time', { timeFilter: { startTimeUnixMs: START + 3000, endTimeUnixMs: START + 5000 } }, ['s3', 's2']],
  [
    "what Helicone's page sends",
    { search: '', timezoneDifference: -60, filter: 'all', nameEquals: undefined },
    ['s3', 's2', 's1'],
  ],
  ['a field of records', { filter: record({ model: { equals: 'gpt-4o' } }) }, ['s1']],
  ['a cost', { filter: session({ session_total_cost: { gt: 3 } }) }, ['s2']],
  ['a cost, with its end', { filter: session({ session_total_cost: { gte: 3 } }) }, ['s2', 's1']],
  [
    'requests and tokens',
    { filter: session({ session_total_requests: { equals: 2 }, session_total_tokens: { lt: 45 } }) },
    ['s2'],
  ],
  ['a time of the session', { filter: session({ session_created_at: { lt: at(3) } }) }, ['s1']],
  ['its last request', { filter: session({ session_latest_request_created_at: { gte: at(5) } }) }, ['s2']],
  ['an id', { filter: session({ session_session_id: { equals: 's3' } }) }, ['s3']],
  [
    'both kinds',
    {
      filter: {
        left: record({ completion_tokens: { gte: 5 } }),
        operator: 'and',
        right: session({ session_total_cost: { lte: 3 } }),
      },
    },
    ['s1'],
  ],
  [
    'sessions by or',
    {
      filter: {
        left: session({ session_total_cost: { equals: 0 } }),
        operator: 'or',
        right: session({ session_total_cost: { gt: 4 } }),
      },
    },
    ['s3', 's2'],
  ],
])('%s', async (_, body, expected) => {
  const found = await tenants.data<{ session_id: string }[]>('/v1/session/query', body);
  expect(found.map(({ session_id }) => session_id)).toEqual(expected);
  if (!('limit' in body)) expect(await tenants.data('/v1/session/count', body)).toBe(expected.length);
});

test('whether there is one', async () => {
  const ask = (key?: string) => tenants.ask('/v1/session/has-session', { method: 'GET', ...(key ? { key } : {}) });
  expect(await ask()).toEqual({ status: 200, data: true, error: null });
  expect((await ask(KEYS.empty)).data).toBe(false);
});

test('names, the one used last first', async () => {
  expect(await tenants.data('/v1/session/name/query', { nameContains: '', timezoneDifference: 0 })).toEqual([
    {
      name: 'Deep Thought',
      created_at: at(3),
      first_used: at(3),
      last_used: at(5),
      total_cost: 4.5,
      session_count: 1,
      avg_latency: 750,
    },
    {
      name: '',
      created_at: at(4),
      first_used: at(4),
      last_used: at(4),
      total_cost: 0,
      session_count: 1,
      avg_latency: 100,
    },
    {
      name: 'plain',
      created_at: at(1),
      first_used: at(1),
      last_used: at(2),
      total_cost: 3,
      session_count: 1,
      avg_latency: 500,
    },
  ]);
  const some = await tenants.data<{ name: string }[]>('/v1/session/name/query', { nameContains: 'DEEP' });
  expect(some.map(({ name }) => name)).toEqual(['Deep Thought']);
});

describe('distributions', () => {
  const filled = (rows: unknown): string[] =>
    (rows as { range_start: string; range_end: string; value: number }[])
      .filter(({ value }) => value > 0)
      .map(({ range_start, range_end, value }) => `${range_start} to ${range_end}: ${value}`);

  test('of all sessions but the extremes', async () => {
    const metrics = await tenants.data<Record<string, unknown>>('/v1/session/metrics/query', {
      nameContains: '',
      pSize: 'p99.9',
    });
    // Requests 2, 2, 1; seconds 1.75, 2.5, 0.1; USD 3, 4.5, 0.
    expect(metrics.average).toEqual({
      session_count: [{ average: 5 / 3 }],
      session_duration: [{ average: 4.35 / 3 }],
      session_cost: [{ average: 2.5 }],
    });
    expect(metrics.session_count).toHaveLength(10);
    // The largest of three is above their 99.9th percentile, unless two are the same.
    expect(filled(metrics.session_count)).toEqual(['1 to 1.1: 1', '1.9 to 2: 2']);
    expect(filled(metrics.session_cost)).toEqual(['0 to 0.3: 1', '2.7 to 3: 1']);
    expect(filled(metrics.session_duration)).toEqual(['0.1 to 0.265: 1', '1.585 to 1.75: 1']);
  });

  test('without the extremes of both ends', async () => {
    // Quartiles of 0, 3, 4.5 are 1.5 and 3.75, those of 1, 2, 2 are 1.5 and 2.
    const body = { nameContains: '', pSize: 'p75', useInterquartile: true };
    const metrics = await tenants.data<Record<string, unknown>>('/v1/session/metrics/query', body);
    expect(filled(metrics.session_cost)).toEqual(['3 to 3: 1']);
    expect(filled(metrics.session_count)).toEqual(['2 to 2: 2']);
  });

  test('nothing of nothing', async () => {
    const none = { average: { session_count: [], session_duration: [], session_cost: [] } };
    expect(await tenants.data('/v1/session/metrics/query', { nameContains: 'no such name' })).toEqual({
      session_count: [],
      session_duration: [],
      session_cost: [],
      ...none,
    });
  });
});

describe('what is said of a session', () => {
  const tagOf = (id: string, key: string = KEYS.mine) => tenants.ask(`/v1/session/${id}/tag`, { method: 'GET', key });

  test('a tag and a rating, replaced by later ones, for one tenant alone', async () => {
    expect((await tagOf('s1')).data).toBe(null);
    for (const tag of ['first', 'Größe']) {
      expect(await tenants.ask('/v1/session/s1/tag', { json: { tag } })).toEqual({
        status: 200,
        data: null,
        error: null,
      });
    }
    expect((await tagOf('s1')).data).toBe('Größe');
    expect((await tagOf('s1', KEYS.other)).data).toBe(null);
    for (const rating of [true, false]) {
      const { status } = await tenants.ask('/v1/session/s1/feedback', { json: { rating }, key: KEYS.logging });
      expect(status).toBe(200);
    }
    const [s1] = await tenants.data<object[]>('/v1/session/query', { search: 's1' });
    expect(s1).toEqual({ ...S1, tag: 'Größe', feedback_rating: false });
    const [theirs] = await tenants.data<object[]>('/v1/session/query', {}, KEYS.other);
    expect(theirs).toMatchObject({ session_id: 's1', tag: null, feedback_rating: null, total_requests: 3 });
    // Its requests have ratings of their own.
    expect(await tenants.data('/v1/request/count/query', { filter: { feedback: { rating: { equals: false } } } })).toBe(
      0,
    );
  });

  test('before its first record, and by an id with odd characters', async () => {
    const id = encodeURIComponent('über/morgen?"\'');
    expect((await tenants.ask(`/v1/session/${id}/tag`, { json: { tag: 'early' } })).status).toBe(200);
    expect((await tagOf(id)).data).toBe('early');
    expect((await tenants.ask(`/v1/session/${'x'.repeat(513)}/tag`, { json: { tag: 'x' } })).error).toMatch(
      /^sessionId: /,
    );
    expect((await tagOf('x'.repeat(513))).data).toBe(null);
    // No store holds a NUL.
    expect((await tenants.ask('/v1/session/a%00b/tag', { json: { tag: 'odd' } })).status).toBe(200);
    expect(await tagOf('a%00b')).toMatchObject({ status: 200, data: 'odd' });
  });
});

test('wrong input is refused with its place', async () => {
  await expectRefused(tenants, '/v1/session/query', [
    [{ filter: session({ session_cost: { gt: 1 } }) }, 'filter.sessions_request_response_rmt.session_cost: '],
    [
      { filter: session({ session_total_cost: { like: 1 } }) },
      'filter.sessions_request_response_rmt.session_total_cost.like: ',
    ],
    [
      {
        filter: {
          left: record({ model: { equals: 'x' } }),
          operator: 'or',
          right: session({ session_total_cost: { gt: 1 } }),
        },
      },
      'filter: joins',
    ],
    [{ timeFilter: { startTimeUnixMs: 2, endTimeUnixMs: 1 } }, 'timeFilter: ends before'],
    [{ timezoneDifference: 1.5 }, 'timezoneDifference: '],
    [{ limit: 1001 }, 'limit: '],
    [{ serach: 'x' }, 'serach: unknown key'],
  ]);
  await expectRefused(tenants, '/v1/session/metrics/query', [[{ pSize: 'p42' }, 'pSize: ']]);
  await expectRefused(tenants, '/v1/session/name/query', [
    [{ filter: session({ session_total_cost: { gt: 1 } }) }, 'filter: '],
  ]);
  await expectRefused(tenants, '/v1/session/s1/tag', [
    [{ tag: '' }, 'tag: '],
    [{}, 'tag: '],
  ]);
  await expectRefused(tenants, '/v1/session/s1/feedback', [[{ rating: 1 }, 'rating: ']]);
});

test('keys that may only log are told nothing', async () => {
  const paths = ['query', 'count', 'name/query', 'metrics/query'].map((path) => `/v1/session/${path}`);
  await expectUnreadable(tenants, paths);
  await expectUnreadable(tenants, ['/v1/session/has-session', '/v1/session/s1/tag'], 'GET');
});
