import type { CallRecord, Dimension, Measure, RecordStore, SummaryQuery } from '@helicone-proxy/core';
import { MEASURES, SUM_NAMES } from './measures.js';
import { byGroup, rounded, summarized } from './reference-summary.js';
import { DAY, HOUR, idOf, recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';
import { usageRows } from './usage-rows.js';

const ALL = { tenant: 'default', filter: { kind: 'all' } } as const;

const DIMENSIONS: Dimension[] = [
  ...(
    [
      'model',
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
    ] as const
  ).map((name) => ({ kind: 'column', name }) as const),
  { kind: 'property', name: 'environment' },
  { kind: 'property', name: 'helicone-session-id' },
  { kind: 'property', name: 'helicone-session-path' },
  { kind: 'property', name: 'missing' },
];

export function summaryCases({ check, expect }: StoreCases): void {
  const compare = async (store: RecordStore, records: CallRecord[], queries: SummaryQuery[]) => {
    for (const query of queries) {
      const name = JSON.stringify(query);
      const wanted = summarized(query, records).toSorted(byGroup);
      const found = await store.summarize({ ...query, limit: 10_000 });
      expect(found.map(rounded), name).toEqual(wanted.map(rounded));
      if (query.bucket === undefined) expect(await store.countGroups(query), name).toEqual(wanted.length);
    }
  };

  check('summary: every measure, in total, by every dimension and by pairs of them', async (store) => {
    const records = await withUsage(store);
    const queries = [
      { ...ALL, measures: MEASURES },
      ...DIMENSIONS.map((one) => ({ ...ALL, by: [one], measures: MEASURES })),
      ...DIMENSIONS.map((one, n) => ({
        ...ALL,
        by: [one, DIMENSIONS[(n + 3) % DIMENSIONS.length] as Dimension],
        measures: MEASURES,
      })),
      ...DIMENSIONS.map((one) => ({ ...ALL, by: [one], known: true, measures: MEASURES })),
      { ...ALL, by: DIMENSIONS.slice(0, 3), known: true, measures: MEASURES },
    ];
    await compare(store, records, queries);
  });

  check('summary: every bucket, on clocks before and behind UTC', async (store) => {
    const records = await withUsage(store);
    const units = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
    const queries = units.flatMap((unit) =>
      [undefined, 0, 90, 330, -570, 845].map(
        (offsetMinutes): SummaryQuery => ({
          ...ALL,
          bucket: { unit, offsetMinutes },
          measures: ['requests', 'cost_usd', 'p50_delay_ms'],
        }),
      ),
    );
    const model = { kind: 'column', name: 'model' } as const;
    await compare(store, records, [...queries, { ...ALL, bucket: { unit: 'week' }, by: [model], measures: MEASURES }]);
  });

  check('summary: buckets begin where a calendar says', async (store) => {
    // A Thursday, 23:30 UTC: Friday in Berlin, and the last day of a year.
    await store.append([recordRow(1, { createdAt: Date.UTC(2026, 11, 31, 23, 30, 59, 999) })]);
    const startOf = async (unit: 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year', offsetMinutes: number) => {
      const [row] = await store.summarize({ ...ALL, bucket: { unit, offsetMinutes }, measures: ['requests'] });
      return row?.time;
    };
    expect([await startOf('minute', 0), await startOf('hour', 0), await startOf('hour', 345)]).toEqual([
      '2026-12-31T23:30:00.000Z',
      '2026-12-31T23:00:00.000Z',
      '2026-12-31T23:15:00.000Z',
    ]);
    expect([
      await startOf('day', 0),
      await startOf('week', 0),
      await startOf('month', 0),
      await startOf('year', 0),
    ]).toEqual([
      '2026-12-31T00:00:00.000Z',
      '2026-12-28T00:00:00.000Z',
      '2026-12-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z',
    ]);
    expect([
      await startOf('day', 60),
      await startOf('week', 60),
      await startOf('month', 60),
      await startOf('year', 60),
    ]).toEqual([
      '2026-12-31T23:00:00.000Z',
      '2026-12-27T23:00:00.000Z',
      '2026-12-31T23:00:00.000Z',
      '2026-12-31T23:00:00.000Z',
    ]);
  });

  check('summary: filters and ranges', async (store) => {
    const records = await withUsage(store);
    const [from, to] = [START + 5 * DAY, START + 20 * DAY + HOUR];
    const filters = [
      { kind: 'property', name: 'helicone-session-id' } as const,
      { kind: 'property', name: 'environment' } as const,
      { kind: 'column', name: 'model' } as const,
    ].flatMap((field) =>
      (['session-1', 'prod', 'model-1', null] as const).flatMap((value) =>
        (['equals', 'not-equals'] as const).map(
          (operator) => ({ kind: 'condition', condition: { field, operator, value } }) as const,
        ),
      ),
    );
    const by = [{ kind: 'property', name: 'helicone-session-id' } as const];
    const measures: Measure[] = ['requests', 'cost_usd', 'span_ms', 'p90_delay_ms'];
    const queries = filters.flatMap((filter): SummaryQuery[] => [
      { tenant: 'default', filter, from, to, by, measures },
      { tenant: 'default', filter, from, measures },
      { tenant: 'default', filter, to, by, known: true, measures },
    ]);
    await compare(store, records, queries);
    // The first is in, the end is not.
    const [first] = records.toSorted((a, b) => (a.request_created_at < b.request_created_at ? -1 : 1));
    const at = Date.parse(first?.request_created_at ?? '');
    const requests = async (range: { from?: number; to?: number }) =>
      (await store.summarize({ ...ALL, ...range, measures: ['requests'] }))[0]?.values.requests;
    expect([await requests({ from: at, to: at + 1 }), await requests({ to: at })]).toEqual([1, 0]);
  });

  literalCases({ check, expect });
}

function literalCases({ check, expect }: StoreCases): void {
  check('summary: percentiles lie between the two nearest values', async (store) => {
    const delays = [40, 10, 30, 20];
    await store.append(delays.map((delayMs, n) => recordRow(n, { delayMs, timeToFirstTokenMs: n === 0 ? 5 : null })));
    const [row] = await store.summarize({
      ...ALL,
      measures: [
        'p50_delay_ms',
        'p75_delay_ms',
        'p90_delay_ms',
        'p99.9_delay_ms',
        'p99_time_to_first_token',
        'p50_total_tokens',
      ],
    });
    const values = Object.values(row?.values ?? {}).map((value) => Number(value?.toFixed(9)));
    expect(values).toEqual([25, 32.5, 37, 39.97, 5, 15]);
  });

  check('summary: literals', async (store) => {
    await store.append([
      recordRow(1, { userId: 'a', costNanoUsd: 4_500, delayMs: 100, properties: { 'helicone-session-id': 's' } }),
      recordRow(2, {
        userId: 'b',
        costNanoUsd: null,
        delayMs: 300.5,
        status: 500,
        outcome: 'upstream_error',
        model: null,
      }),
      recordRow(3, {
        userId: 'b',
        costNanoUsd: 0,
        savedCostNanoUsd: 4_500,
        cacheReferenceId: idOf(1),
        promptTokens: null,
      }),
    ]);
    await store.patch('default', idOf(1), { kind: 'feedback', rating: true });
    await store.patch('default', idOf(2), { kind: 'scores', scores: { quality: 0.25 } });
    await store.patch('default', idOf(3), { kind: 'scores', scores: { quality: 0.75 } });
    const measures: Measure[] = [
      'requests',
      'errors',
      'successes',
      'total_tokens',
      'cost_usd',
      'saved_cost_usd',
      'unknown_cost',
    ];
    const more: Measure[] = [
      'cache_hits',
      'positive_feedback',
      'negative_feedback',
      'users',
      'sessions',
      'models',
      'score:quality',
    ];
    const times: Measure[] = [
      'first_created_at',
      'last_ended_at',
      'span_ms',
      'avg_delay_ms',
      'avg_time_to_first_token',
    ];
    const [row] = await store.summarize({ ...ALL, measures: [...measures, ...more, ...times] });
    expect(row && rounded(row)).toEqual({
      time: null,
      keys: [],
      values: {
        requests: 3,
        errors: 1,
        successes: 2,
        total_tokens: 30,
        cost_usd: 0.0000045,
        saved_cost_usd: 0.0000045,
        unknown_cost: 1,
        cache_hits: 1,
        positive_feedback: 1,
        negative_feedback: 0,
        users: 2,
        sessions: 1,
        models: 1,
        'score:quality': 0.5,
        first_created_at: START + 1_000,
        last_ended_at: START + 3_250,
        span_ms: 2_250,
        avg_delay_ms: Number(((100 + 300.5 + 250) / 3).toPrecision(12)),
        avg_time_to_first_token: null,
      },
    });
  });

  check('summary: of nothing', async (store) => {
    await store.append([recordRow(1, { tenant: 'other' })]);
    const [total, ...more] = await store.summarize({ ...ALL, measures: MEASURES });
    const sums = Object.fromEntries(SUM_NAMES.map((measure) => [measure, 0]));
    const values = Object.fromEntries(MEASURES.map((measure) => [measure, null]));
    expect([total, more]).toEqual([{ time: null, keys: [], values: { ...values, ...sums } }, []]);
    const by = [{ kind: 'column', name: 'model' } as const];
    expect(await store.summarize({ ...ALL, by, measures: ['requests'] })).toEqual([]);
    expect(await store.summarize({ ...ALL, bucket: { unit: 'day' }, measures: ['requests'] })).toEqual([]);
    expect([await store.countGroups({ ...ALL, by }), await store.countGroups(ALL)]).toEqual([0, 1]);
  });
}

/** Some usage with feedback and scores; resolves to all records of the tenant. */
async function withUsage(store: RecordStore): Promise<CallRecord[]> {
  const rows = usageRows();
  for (let start = 0; start < rows.length; start += 60) await store.append(rows.slice(start, start + 60));
  for (const row of rows.slice(20, 50)) {
    await store.patch(row.tenant, row.id, { kind: 'feedback', rating: row.delayMs > 2_000 });
    await store.patch(row.tenant, row.id, {
      kind: 'scores',
      scores: { quality: row.delayMs / 1_000, 'odd "name".x': 1 },
    });
  }
  return store.query({ ...ALL, limit: 1000 });
}
