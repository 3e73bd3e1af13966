import type { AggregateQuery, AggregateRow, RecordRow } from '@helicone-proxy/core';
import { DAY, HOUR, recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';

const EVERYTHING = { tenant: 'default', from: START - DAY, to: START + 10 * DAY } as const;

export function aggregateCases({ check, expect }: StoreCases): void {
  check('aggregate: sums by every dimension and bucket equal those of the rows', async (store) => {
    const rows = usageRows();
    // In several batches, so that groups are added to.
    for (let start = 0; start < rows.length; start += 40) await store.append(rows.slice(start, start + 40));
    const own = rows.filter(({ tenant }) => tenant === 'default');
    for (const by of [undefined, 'model', 'provider', 'user'] as const) {
      for (const bucket of [undefined, 'hour', 'day'] as const) {
        if (by === 'user' && bucket === 'hour') continue;
        const found = await store.aggregate({ ...EVERYTHING, by, bucket });
        const name = `${by} ${bucket}`;
        expect(found.map(shape).toSorted(byGroup), name).toEqual(
          summed(own, { by, bucket }).map(shape).toSorted(byGroup),
        );
        expect(
          found.map(({ time }) => time),
          name,
        ).toEqual(found.map(({ time }) => time).toSorted());
      }
    }
  });

  check('aggregate: the range is whole hours, whole days for users', async (store) => {
    await store.append([
      recordRow(1, { createdAt: START + HOUR - 1, userId: 'u' }),
      recordRow(2, { createdAt: START + HOUR, userId: 'u' }),
      recordRow(3, { createdAt: START + 2 * HOUR, userId: 'u' }),
      recordRow(4, { createdAt: START + DAY, userId: 'u' }),
    ]);
    const requests = async (from: number, to: number, by?: 'user') => {
      const [row] = await store.aggregate({ tenant: 'default', from, to, by });
      return row?.requests ?? 0;
    };
    expect(await requests(START + HOUR, START + 2 * HOUR)).toEqual(1);
    expect(await requests(START + HOUR + 1, START + 2 * HOUR)).toEqual(1);
    expect(await requests(START + HOUR, START + 2 * HOUR + 1)).toEqual(2);
    expect(await requests(START + HOUR, START + 2 * HOUR, 'user')).toEqual(3);
    expect(await requests(START + DAY, START + DAY, 'user')).toEqual(0);
  });

  check('aggregate: one row of zeros when there is nothing, no rows by a dimension', async (store) => {
    const total = await store.aggregate(EVERYTHING);
    expect(total.map(shape)).toEqual([shape(sum(null, null, []))]);
    expect(await store.aggregate({ ...EVERYTHING, by: 'model' })).toEqual([]);
    expect(await store.aggregate({ ...EVERYTHING, bucket: 'day' })).toEqual([]);
  });

  check('aggregate: hours by user are refused', async (store) => {
    const outcome = await store.aggregate({ ...EVERYTHING, by: 'user', bucket: 'hour' }).then(
      () => 'answered',
      () => 'refused',
    );
    expect(outcome).toEqual('refused');
  });
}

/** 120 rows over three days with successes, errors, unknown and large costs, unknown users and models, two tenants. */
function usageRows(): RecordRow[] {
  return Array.from({ length: 120 }, (_, n) =>
    recordRow(n, {
      tenant: n % 10 === 9 ? 'other' : 'default',
      createdAt: START + ((n * 37) % 72) * HOUR + n * 1_000,
      provider: n % 3 === 0 ? 'anthropic' : 'openai',
      model: n % 11 === 0 ? null : `model-${n % 4}`,
      userId: n % 5 === 0 ? null : `user-${n % 6}`,
      status: [200, 200, 429, 500, -3, 399, 400][n % 7] ?? 200,
      promptTokens: n % 4 === 0 ? null : n * 1_000,
      completionTokens: n % 6 === 0 ? null : n,
      costNanoUsd: n % 5 === 1 ? null : n * 1_234_567_891,
      delayMs: n * 12.5,
    }),
  );
}

function summed(rows: RecordRow[], { by, bucket }: Pick<AggregateQuery, 'by' | 'bucket'>): AggregateRow[] {
  const groups = new Map<string, RecordRow[]>();
  const unit = bucket === 'hour' ? HOUR : DAY;
  for (const row of rows) {
    const time = bucket === undefined ? null : new Date(Math.floor(row.createdAt / unit) * unit).toISOString();
    const key = by === undefined ? null : by === 'user' ? row.userId : row[by];
    const name = JSON.stringify([time, key]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups].map(([name, members]) => {
    const [time, key] = JSON.parse(name) as [string | null, string | null];
    return sum(time, key, members);
  });
}

function sum(time: string | null, key: string | null, rows: RecordRow[]): AggregateRow {
  const total = (read: (row: RecordRow) => number | null) => rows.reduce((sofar, row) => sofar + (read(row) ?? 0), 0);
  return {
    time,
    key,
    requests: rows.length,
    errors: rows.filter(({ status }) => status >= 400 || status < 0).length,
    prompt_tokens: total((row) => row.promptTokens),
    completion_tokens: total((row) => row.completionTokens),
    cost_usd: total((row) => row.costNanoUsd) / 1e9,
    unknown_cost: rows.filter(({ costNanoUsd }) => costNanoUsd === null).length,
    delay_ms: total((row) => row.delayMs),
  };
}

/** Rounded where the order of additions shows in the last digit. */
function shape(row: AggregateRow): AggregateRow {
  return { ...row, cost_usd: Number(row.cost_usd.toFixed(9)), delay_ms: Number(row.delay_ms.toFixed(6)) };
}

function byGroup(a: AggregateRow, b: AggregateRow): number {
  return JSON.stringify([a.time, a.key]) < JSON.stringify([b.time, b.key]) ? -1 : 1;
}
