import type { Dimension, HistogramQuery } from '@helicone-proxy/core';
import { recordRow } from './rows.js';
import type { StoreCases } from './store-suite.js';

const ALL = { tenant: 'default', filter: { kind: 'all' } } as const;
const USER: Dimension = { kind: 'column', name: 'request_user_id' };
const BY_USER = { ...ALL, by: [USER], measure: 'delay_ms' } as const;

export function histogramCases({ check, expect }: StoreCases): void {
  /** One record a user, with these durations. */
  const rowsOf = (delays: readonly number[], tenant = 'default') =>
    delays.map((delayMs, n) => recordRow((tenant === 'default' ? 0 : 5_000) + n, { tenant, userId: `u${n}`, delayMs }));

  check('histogram: ranges of equal width, the ends included', async (store) => {
    await store.append(rowsOf([0, 0, 1, 9, 10, 50, 99.5, 100]));
    expect(await store.histogram(BY_USER)).toEqual([
      { from: 0, to: 10, groups: 4 },
      { from: 10, to: 20, groups: 1 },
      { from: 20, to: 30, groups: 0 },
      { from: 30, to: 40, groups: 0 },
      { from: 40, to: 50, groups: 0 },
      { from: 50, to: 60, groups: 1 },
      { from: 60, to: 70, groups: 0 },
      { from: 70, to: 80, groups: 0 },
      { from: 80, to: 90, groups: 0 },
      { from: 90, to: 100, groups: 2 },
    ]);
    expect(await store.histogram({ ...BY_USER, ranges: 1 })).toEqual([{ from: 0, to: 100, groups: 8 }]);
    expect((await store.histogram({ ...BY_USER, ranges: 100 })).length).toEqual(100);
  });

  check('histogram: every group is in the range whose ends it lies between', async (store) => {
    // Tenths are no whole numbers of any power of two: they test the edges.
    const delays = Array.from({ length: 71 }, (_, n) => 0.1 + n / 10);
    await store.append(rowsOf(delays));
    for (const ranges of [2, 3, 7, 10, 70]) {
      const found = await store.histogram({ ...BY_USER, ranges });
      const wanted = found.map(({ from, to }, nth) => {
        const last = nth === found.length - 1;
        return delays.filter((delay) => delay >= from && (last ? delay <= to : delay < to)).length;
      });
      expect(
        found.map(({ groups }) => groups),
        String(ranges),
      ).toEqual(wanted);
      expect([found[0]?.from, found.at(-1)?.to], String(ranges)).toEqual([delays[0], delays.at(-1)]);
    }
  });

  check('histogram: of groups up to a percentile', async (store) => {
    await store.append(rowsOf([...Array.from({ length: 99 }, (_, n) => n + 1), 1_000_000]));
    expect(await store.histogram({ ...BY_USER, ranges: 2, upTo: 'p95' })).toEqual([
      { from: 1, to: 48, groups: 47 },
      { from: 48, to: 95, groups: 48 },
    ]);
    expect(await store.histogram({ ...BY_USER, ranges: 2, upTo: 'p95', bothEnds: true })).toEqual([
      { from: 6, to: 50.5, groups: 45 },
      { from: 50.5, to: 95, groups: 45 },
    ]);
    const [, all] = await store.histogram({ ...BY_USER, ranges: 2 });
    expect(all?.groups).toEqual(1);
  });

  check('histogram: one value is one range, no value none', async (store) => {
    expect(await store.histogram(BY_USER)).toEqual([]);
    await store.append(rowsOf([5, 5, 5]));
    expect(await store.histogram(BY_USER)).toEqual([{ from: 5, to: 5, groups: 3 }]);
    expect(await store.histogram({ ...BY_USER, measure: 'avg_time_to_first_token' })).toEqual([]);
    expect(await store.histogram({ ...ALL, measure: 'requests' })).toEqual([{ from: 3, to: 3, groups: 1 }]);
  });

  check('histogram: filters, conditions and known dimensions; tenants never see each other', async (store) => {
    await store.append([...rowsOf([10, 20, 30, 40]), recordRow(100, { delayMs: 500 }), ...rowsOf([1, 1_000], 'other')]);
    const ends = async (query: Partial<HistogramQuery>) => {
      const found = await store.histogram({ ...BY_USER, ranges: 1, ...query });
      return found.map(({ from, to, groups }) => [from, to, groups]);
    };
    expect(await ends({})).toEqual([[10, 500, 5]]);
    expect(await ends({ known: true })).toEqual([[10, 40, 4]]);
    expect(await ends({ having: { kind: 'condition', measure: 'delay_ms', operator: 'gt', value: 25 } })).toEqual([
      [30, 500, 3],
    ]);
    const field = { kind: 'column', name: 'request_user_id' } as const;
    const filter = { kind: 'condition', condition: { field, operator: 'equals', value: 'u1' } } as const;
    expect(await ends({ filter })).toEqual([[20, 20, 1]]);
    expect(await ends({ tenant: 'other' })).toEqual([[1, 1_000, 2]]);
    expect(await ends({ tenant: 'nobody' })).toEqual([]);
  });

  check('histogram: more than a hundred ranges, or none, are refused', async (store) => {
    for (const odd of [{ ranges: 0 }, { ranges: 101 }, { ranges: 1.5 }, { upTo: 'p42' }, { measure: 'none' }]) {
      const outcome = await store.histogram({ ...BY_USER, ...odd } as HistogramQuery).then(
        () => 'answered',
        (error: Error) => error.name,
      );
      expect(outcome, JSON.stringify(odd)).toEqual('RangeError');
    }
  });
}
