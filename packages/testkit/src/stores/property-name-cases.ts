import { idOf, recordRow, START } from './rows.js';
import type { StoreCases } from './store-suite.js';

export function propertyNameCases({ check, expect }: StoreCases): void {
  check('property names: of records and of patches, sorted, each once', async (store) => {
    expect(await store.propertyNames('default')).toEqual([]);
    await store.append([
      recordRow(1, { properties: { zone: 'a', env: 'b' } }),
      recordRow(2, { properties: { env: 'c', ünï: '', '👋': 'x' } }),
      recordRow(3),
    ]);
    await store.append([recordRow(4, { properties: { 'a "quoted".name': '1', env: '2' } })]);
    await store.patch('default', idOf(3), { kind: 'property', key: 'Later', value: 'v' });
    await store.patch('default', idOf(3), { kind: 'property', key: '__proto__', value: 'v' });
    expect(await store.propertyNames('default')).toEqual([
      '__proto__',
      'a "quoted".name',
      'env',
      'later',
      'zone',
      'ünï',
      '👋',
    ]);
  });

  check('property names: of a patch that waited for its record', async (store) => {
    await store.patch('default', idOf(1), { kind: 'property', key: 'early', value: 'v' });
    await store.append([recordRow(1)]);
    expect(await store.propertyNames('default')).toEqual(['early']);
  });

  check('property names: tenants never see each other, and records that are deleted leave theirs', async (store) => {
    await store.append([
      recordRow(1, { tenant: 'a', properties: { 'of a': '1', shared: '1' } }),
      recordRow(2, { tenant: 'b', properties: { 'of b': '1', shared: '1' } }),
    ]);
    await store.deleteBefore(START + 86_400_000);
    expect([await store.propertyNames('a'), await store.propertyNames('b')]).toEqual([
      ['of a', 'shared'],
      ['of b', 'shared'],
    ]);
    expect(await store.propertyNames("a' OR '1'='1")).toEqual([]);
  });

  check('property names: ten thousand of a tenant are kept', async (store) => {
    const properties = (from: number, count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`name ${from + n}`, '']));
    await store.append([recordRow(1, { properties: properties(0, 9_999) })]);
    await store.append([
      recordRow(2, { properties: properties(20_000, 500) }),
      recordRow(3, { properties: { late: '' } }),
    ]);
    expect((await store.propertyNames('default')).length).toEqual(10_000);
    await store.append([recordRow(4, { tenant: 'other', properties: { own: '' } })]);
    expect(await store.propertyNames('other')).toEqual(['own']);
  });
}
