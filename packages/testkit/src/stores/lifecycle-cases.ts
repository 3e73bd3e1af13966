import { DAY, expectedRecord, fullRow, idOf, recordRow, START, utf8 } from './rows.js';
import type { StoreCases } from './store-suite.js';

const ALL = { kind: 'all' } as const;

export function lifecycleCases({ check, expect }: StoreCases): void {
  check('deleteBefore: removes older records of every tenant, keeps the sums', async (store) => {
    const body = utf8('{"kept":true}');
    const rows = Array.from({ length: 100 }, (_, n) =>
      recordRow(n, {
        tenant: n % 2 === 0 ? 'a' : 'b',
        createdAt: START + n * DAY,
        requestBody: body,
        responseBody: utf8(`{"n":${n}}`),
      }),
    );
    await store.append(rows);
    expect(await store.deleteBefore(START + 60 * DAY)).toEqual(60);
    for (const [tenant, first] of [
      ['a', 98],
      ['b', 99],
    ] as const) {
      const records = await store.query({ tenant, filter: ALL, limit: 100, bodies: true });
      const wanted = Array.from({ length: 20 }, (_, index) => rows[first - index * 2]);
      expect(records).toEqual(wanted.map((row) => row && expectedRecord(row, { bodies: true })));
      const [total] = await store.aggregate({ tenant, from: START, to: START + 200 * DAY });
      expect(total?.requests).toEqual(50);
    }
    expect(await store.get('a', idOf(58))).toEqual(null);
    expect(await store.deleteBefore(START + 60 * DAY)).toEqual(0);
    expect(await store.deleteBefore(START + 200 * DAY)).toEqual(40);
    expect(await store.count({ tenant: 'a', filter: ALL })).toEqual(0);
  });

  check('deleteBefore: bodies written afterwards are those of their own records', async (store) => {
    const write = async (from: number) => {
      const rows = Array.from({ length: 40 }, (_, n) =>
        recordRow(from + n, { requestBody: utf8(`{"n":${from + n}}`) }),
      );
      await store.append(rows);
      const records = await store.query({ tenant: 'default', filter: ALL, bodies: true, limit: 100 });
      expect(records).toEqual(rows.toReversed().map((row) => expectedRecord(row, { bodies: true })));
    };
    await write(0);
    await store.deleteBefore(START + DAY);
    await write(100);
  });

  check('reopen: everything that was written is there', async (store, { reopen }) => {
    if (reopen === undefined) return;
    const rows = [fullRow(1), recordRow(2)];
    await store.append(rows);
    await store.patch('default', idOf(3), { kind: 'feedback', rating: true });
    const reopened = await reopen();
    const records = await reopened.query({ tenant: 'default', filter: ALL, bodies: true });
    expect(records).toEqual(rows.toReversed().map((row) => expectedRecord(row, { bodies: true })));
    await reopened.append([recordRow(3)]);
    expect((await reopened.get('default', idOf(3)))?.feedback_rating).toEqual(true);
  });
}
