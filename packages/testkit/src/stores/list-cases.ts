import type { CallRecord, Filter, RecordRow, Sort } from '@helicone-proxy/core';
import { idOf, recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';

const ALL = { kind: 'all' } as const;

const SORT_COLUMNS: Sort['by'][] = [
  'request_created_at',
  'delay_ms',
  'time_to_first_token',
  'total_tokens',
  'prompt_tokens',
  'completion_tokens',
  'cost_usd',
  'request_user_id',
  'model',
  'provider',
  'response_status',
  'request_id',
];

export function listCases({ check, expect }: StoreCases): void {
  check('list: ten, newest first, unless asked otherwise', async (store) => {
    await store.append(Array.from({ length: 12 }, (_, n) => recordRow(n)));
    const ids = (await store.query({ tenant: 'default', filter: ALL })).map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 10 }, (_, n) => idOf(11 - n)));
  });

  check('list: sorts by every key both ways, unknown last, ties by id', async (store) => {
    const rows = tiedRows();
    await store.append(rows);
    for (const by of SORT_COLUMNS) {
      for (const direction of ['asc', 'desc'] as const) {
        const records = await store.query({ tenant: 'default', filter: ALL, sort: { by, direction }, limit: 100 });
        const wanted = records.toSorted((a, b) => order(a, b, { by, direction }));
        const name = `${by} ${direction}`;
        expect(records.length, name).toEqual(rows.length);
        expect(
          records.map(({ id }) => id),
          name,
        ).toEqual(wanted.map(({ id }) => id));
      }
    }
  });

  check('list: pages are complete and without repeats', async (store) => {
    const rows = tiedRows();
    await store.append(rows);
    for (const by of ['request_created_at', 'model', 'time_to_first_token'] as const) {
      for (const direction of ['asc', 'desc'] as const) {
        const whole = await store.query({ tenant: 'default', filter: ALL, sort: { by, direction }, limit: 1000 });
        const paged: string[] = [];
        for (let offset = 0; offset <= rows.length; offset += 7) {
          const page = await store.query({ tenant: 'default', filter: ALL, sort: { by, direction }, limit: 7, offset });
          paged.push(...page.map(({ id }) => id));
        }
        expect(paged, `${by} ${direction}`).toEqual(whole.map(({ id }) => id));
      }
    }
  });

  check('list: a limit below 1 or over 1000, or a negative offset, is refused', async (store) => {
    for (const odd of [{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { offset: -1 }]) {
      const outcome = await store.query({ tenant: 'default', filter: ALL, ...odd }).then(
        () => 'accepted',
        () => 'refused',
      );
      expect(outcome, JSON.stringify(odd)).toEqual('refused');
    }
  });

  check('list: tenants never see each other, even with equal request ids', async (store) => {
    const requestId = '11111111-2222-4333-8444-555566667777';
    await store.append([
      recordRow(1, { tenant: 'a', requestId, userId: 'of a' }),
      recordRow(2, { tenant: 'b', requestId, userId: 'of b' }),
      recordRow(3, { tenant: "a' OR '1'='1", requestId, userId: 'of neither' }),
    ]);
    const byId: Filter = {
      kind: 'condition',
      condition: { field: { kind: 'column', name: 'request_id' }, operator: 'equals', value: requestId },
    };
    const filters: Filter[] = [ALL, byId, { kind: 'or', filters: [byId, ALL] }];
    for (const tenant of ['a', 'b']) {
      for (const filter of filters) {
        const found = await store.query({ tenant, filter });
        expect(found.map(({ request_user_id }) => request_user_id)).toEqual([`of ${tenant}`]);
        expect(await store.count({ tenant, filter })).toEqual(1);
      }
      expect((await store.get(tenant, requestId))?.request_user_id).toEqual(`of ${tenant}`);
      const [total] = await store.aggregate({ tenant, from: 0, to: 4e12 });
      expect(total?.requests).toEqual(1);
    }
    expect(await store.get('b', idOf(1))).toEqual(null);
    await store.patch('a', requestId, { kind: 'feedback', rating: true });
    expect((await store.get('b', requestId))?.feedback_rating).toEqual(null);
    expect(await store.query({ tenant: 'c', filter: ALL })).toEqual([]);
  });

  check('get: the newest record with the request id, or the record with the id', async (store) => {
    const requestId = '11111111-2222-4333-8444-555566667777';
    await store.append([
      recordRow(5, { requestId, createdAt: START + 9_000 }),
      recordRow(6, { requestId, createdAt: START + 5_000 }),
      recordRow(7, { requestId, createdAt: START + 9_000 }),
      recordRow(8),
    ]);
    expect((await store.get('default', requestId))?.id).toEqual(idOf(7));
    expect((await store.get('default', idOf(6)))?.id).toEqual(idOf(6));
    expect((await store.get('default', idOf(8)))?.request_id).toEqual(idOf(8));
    expect(await store.get('default', idOf(99))).toEqual(null);
    expect(await store.get('default', "' OR 1 = 1 --")).toEqual(null);
  });
}

/** Thirty rows with many equal and some unknown values. */
function tiedRows(): RecordRow[] {
  const rows = Array.from({ length: 30 }, (_, n) =>
    recordRow(n, {
      createdAt: START + (n % 4) * 1_000,
      requestId: n % 2 === 0 ? idOf(n) : `99999999-0000-4000-8000-00000000000${n % 3}`,
      delayMs: (n * 7) % 5,
      timeToFirstTokenMs: n % 3 === 0 ? null : n % 5,
      promptTokens: n % 4 === 0 ? null : n % 6,
      completionTokens: n % 5 === 0 ? null : n % 3,
      costNanoUsd: n % 3 === 1 ? null : (n % 4) * 1_000,
      userId: n % 3 === 2 ? null : `user-${n % 4}`,
      model: n % 7 === 0 ? null : `model-${n % 3}`,
      provider: n % 2 === 0 ? 'anthropic' : 'openai',
      status: n % 5 === 0 ? -3 : 200 + n,
    }),
  );
  // Not in the order of their ids.
  return [...rows.slice(15), ...rows.slice(0, 15)];
}

function order(a: CallRecord, b: CallRecord, { by, direction }: Sort): number {
  const sign = direction === 'asc' ? 1 : -1;
  const [x, y] = [a[by], b[by]];
  if (x === y) return a.id < b.id ? -sign : sign;
  if (x === null || y === null) return x === null ? 1 : -1;
  return x < y ? -sign : sign;
}
