import type { Dimension, Filter, MeasureFilter, RecordStore, SummaryQuery } from '@helicone-proxy/core';
import { recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';

const ALL = { tenant: 'default', filter: { kind: 'all' } } as const;
const USER: Dimension = { kind: 'column', name: 'request_user_id' };

const ODD_NAMES = [
  'env',
  'a.b',
  '$.x',
  '"quoted"',
  "it's",
  'back\\slash',
  'ünïcode 世界 👋',
  '[0]',
  '__proto__',
  "'; drop table records; --",
  '',
];

export function summaryGroupCases({ check, expect }: StoreCases): void {
  const keys = async (store: RecordStore, query: Omit<SummaryQuery, 'tenant' | 'filter' | 'measures'>) => {
    const rows = await store.summarize({ ...ALL, measures: ['requests'], ...query });
    return rows.map((row) => row.keys.map((key) => key ?? 'null').join(' '));
  };

  check('summary: groups come by time and keys, unknown last, unless asked otherwise', async (store) => {
    await store.append(
      [null, 'b', 'a', 'B', 'é', '👋', '\uffee', 'a'].map((userId, n) =>
        recordRow(n, { userId, createdAt: START - n * 86_400_000, timeToFirstTokenMs: n < 4 ? null : n }),
      ),
    );
    // Text by code points, as every database can: not as any language sorts.
    expect(await keys(store, { by: [USER] })).toEqual(['B', 'a', 'b', 'é', '\uffee', '👋', 'null']);
    const [first] = await store.summarize({ ...ALL, by: [USER], bucket: { unit: 'day' }, measures: ['requests'] });
    expect(first).toEqual({ time: '2026-01-03T00:00:00.000Z', keys: ['a'], values: { requests: 1 } });
    const sorted = (direction: 'asc' | 'desc') =>
      keys(store, { by: [USER], sort: { measure: 'avg_time_to_first_token', direction } });
    // Known of four of them: 4, 5, 6 and 7. The others are unknown, and so in the order of their keys.
    expect(await sorted('asc')).toEqual(['é', '👋', '\uffee', 'a', 'B', 'b', 'null']);
    expect(await sorted('desc')).toEqual(['a', '\uffee', '👋', 'é', 'B', 'b', 'null']);
  });

  check('summary: pages of a sorted summary are complete and without repeats', async (store) => {
    await store.append(Array.from({ length: 60 }, (_, n) => recordRow(n, { userId: `u${n % 23}`, delayMs: n % 3 })));
    const query = { by: [USER], sort: { measure: 'requests', direction: 'desc' } } as const;
    const whole = await keys(store, query);
    expect([whole.length, whole[0], whole.at(-1)]).toEqual([23, 'u0', 'u22']);
    const paged: string[] = [];
    for (let offset = 0; offset < 25; offset += 5) paged.push(...(await keys(store, { ...query, limit: 5, offset })));
    expect(paged).toEqual(whole);
  });

  check('summary: at most a thousand groups unless asked otherwise, and all are counted', async (store) => {
    await store.append(Array.from({ length: 1_100 }, (_, n) => recordRow(n, { userId: `u${n}` })));
    expect((await keys(store, { by: [USER] })).length).toEqual(1000);
    expect((await keys(store, { by: [USER], limit: 10_000 })).length).toEqual(1_100);
    expect(await store.countGroups({ ...ALL, by: [USER] })).toEqual(1_100);
  });

  check('summary: conditions on groups', async (store) => {
    // Users 1 to 5 with as many calls, and 0.1 USD each; user 5 has no known time to first token.
    const rows = [1, 2, 3, 4, 5].flatMap((user) =>
      Array.from({ length: user }, (_, n) =>
        recordRow(user * 10 + n, {
          userId: `u${user}`,
          costNanoUsd: 100_000_000,
          timeToFirstTokenMs: user === 5 ? null : user,
        }),
      ),
    );
    await store.append(rows);
    const condition = (
      measure: 'requests' | 'cost_usd' | 'avg_time_to_first_token' | 'p95_delay_ms',
      operator: 'equals' | 'not-equals' | 'gte' | 'lte' | 'gt' | 'lt',
      value: number,
    ) => ({ kind: 'condition', measure, operator, value }) as const;
    const cases: [MeasureFilter, string[]][] = [
      [condition('requests', 'gte', 4), ['u4', 'u5']],
      [condition('requests', 'lt', 2), ['u1']],
      [condition('requests', 'equals', 3), ['u3']],
      [condition('requests', 'not-equals', 3), ['u1', 'u2', 'u4', 'u5']],
      [condition('cost_usd', 'lte', 0.2), ['u1', 'u2']],
      [condition('p95_delay_ms', 'gt', 250), []],
      [condition('avg_time_to_first_token', 'gt', 0), ['u1', 'u2', 'u3', 'u4']],
      [condition('avg_time_to_first_token', 'not-equals', 1), ['u2', 'u3', 'u4', 'u5']],
      [{ kind: 'and', filters: [condition('requests', 'gt', 1), condition('cost_usd', 'lt', 0.35)] }, ['u2', 'u3']],
      [{ kind: 'or', filters: [condition('requests', 'equals', 1), condition('requests', 'equals', 5)] }, ['u1', 'u5']],
      [{ kind: 'and', filters: [] }, ['u1', 'u2', 'u3', 'u4', 'u5']],
      [{ kind: 'or', filters: [] }, []],
    ];
    for (const [having, wanted] of cases) {
      const name = JSON.stringify(having);
      expect(await keys(store, { by: [USER], having }), name).toEqual(wanted);
      expect(await store.countGroups({ ...ALL, by: [USER], having }), name).toEqual(wanted.length);
    }
    expect(await keys(store, { having: condition('requests', 'gt', 14) })).toEqual(['']);
    expect(await keys(store, { having: condition('requests', 'gt', 15) })).toEqual([]);
  });

  check('summary: properties with odd names, and records that lack them', async (store) => {
    const rows = ODD_NAMES.map((name, n) =>
      recordRow(n, { properties: Object.fromEntries([[name, `value of ${name}`]]) }),
    );
    await store.append([...rows, recordRow(ODD_NAMES.length)]);
    for (const name of ODD_NAMES) {
      const by = [{ kind: 'property', name } as const];
      expect(await keys(store, { by }), name).toEqual([`value of ${name}`, 'null']);
      expect(await keys(store, { by, known: true }), name).toEqual([`value of ${name}`]);
    }
    expect(await keys(store, { by: [{ kind: 'property', name: 'missing' }] })).toEqual(['null']);
  });

  check('summary: NUL and lone surrogates in properties lose nothing', async (store) => {
    await store.append([recordRow(1, { properties: { 'a\0\ud800': 'x\0' } }), recordRow(2)]);
    expect(await keys(store, { by: [{ kind: 'property', name: 'a\0\ud800' }] })).toEqual(['x\ufffd', 'null']);
    expect(await keys(store, { by: [{ kind: 'property', name: 'a\ufffd\ufffd' }], known: true })).toEqual(['x\ufffd']);
  });

  check('summary: tenants never see each other', async (store) => {
    const session = { 'helicone-session-id': 's' };
    await store.append([
      recordRow(1, { tenant: 'a', userId: 'of a', properties: session }),
      recordRow(2, { tenant: 'b', userId: 'of b', properties: session }),
      recordRow(3, { tenant: "a' OR '1'='1", userId: 'of neither', properties: session }),
    ]);
    const bySession: Dimension = { kind: 'property', name: 'helicone-session-id' };
    const ofSession: Filter = { kind: 'condition', condition: { field: bySession, operator: 'equals', value: 's' } };
    const filters: Filter[] = [ALL.filter, ofSession, { kind: 'or', filters: [ofSession, ALL.filter] }];
    for (const tenant of ['a', 'b']) {
      for (const filter of filters) {
        const rows = await store.summarize({ tenant, filter, by: [bySession, USER], measures: ['requests'] });
        expect(rows.map((row) => row.keys)).toEqual([['s', `of ${tenant}`]]);
        expect(await store.countGroups({ tenant, filter, by: [USER] })).toEqual(1);
      }
    }
    expect(await store.summarize({ ...ALL, by: [USER], measures: ['requests'] })).toEqual([]);
  });

  refusalCases({ check, expect });
}

function refusalCases({ check, expect }: StoreCases): void {
  check('summary: what is out of bounds or does not exist is refused as a RangeError', async (store) => {
    await store.append([recordRow(1)]);
    const odd: [string, object][] = [
      ['limit 0', { limit: 0 }],
      ['limit 10001', { limit: 10_001 }],
      ['limit 1.5', { limit: 1.5 }],
      ['offset -1', { offset: -1 }],
      ['four dimensions', { by: [USER, USER, USER, USER] }],
      ['a column that is none', { by: [{ kind: 'column', name: 'tenant' }] }],
      ['a column of another object', { by: [{ kind: 'column', name: 'constructor' }] }],
      ['a measure that is none', { measures: ['requests); drop table records; --'] }],
      ['a percentile that is none', { measures: ['p42_delay_ms'] }],
      ['a sort that is none', { sort: { measure: 'toString', direction: 'asc' } }],
      ['a direction that is none', { sort: { measure: 'requests', direction: 'ascending; --' } }],
      ['a unit that is none', { bucket: { unit: 'decade' } }],
      ['an offset of half minutes', { bucket: { unit: 'day', offsetMinutes: 0.5 } }],
      ['an offset of two days', { bucket: { unit: 'day', offsetMinutes: 2_880 } }],
      ['no number', { having: { kind: 'condition', measure: 'requests', operator: 'gt', value: Number.NaN } }],
      ['text', { having: { kind: 'condition', measure: 'requests', operator: 'gt', value: '1' } }],
      ['an operator that is none', { having: { kind: 'condition', measure: 'requests', operator: 'like', value: 1 } }],
      ['a time that is none', { from: Number.NaN }],
    ];
    for (const [name, part] of odd) {
      const query = { ...ALL, measures: ['requests'], ...part } as SummaryQuery;
      const outcome = await store.summarize(query).then(
        () => 'answered',
        (error: Error) => error.name,
      );
      expect(outcome, name).toEqual('RangeError');
    }
    expect((await store.summarize({ ...ALL, measures: ['requests'] })).length).toEqual(1);
  });
}
