import { expect, test } from 'vitest';
import { uuidv7 } from '../policy/uuid.js';
import { wants } from './wants.js';
import type { Webhook } from './webhook.js';

const WEBHOOK: Webhook = {
  id: 'w',
  tenant: 'a',
  destination: 'https://a.example/',
  hmacKey: 'k',
  sampleRate: 100,
  propertyFilters: [],
  includeData: true,
  apiUrl: null,
  trusted: false,
};
const ROW = { id: uuidv7(Date.now()), tenant: 'a', properties: { env: 'prod', team: 'x' } };

test('its own tenant’s calls, or all tenants’', () => {
  expect(wants(WEBHOOK, ROW)).toBe(true);
  expect(wants(WEBHOOK, { ...ROW, tenant: 'b' })).toBe(false);
  expect(wants({ ...WEBHOOK, tenant: null }, { ...ROW, tenant: 'b' })).toBe(true);
});

test('none that is to be kept quiet', () => {
  expect(wants(WEBHOOK, { ...ROW, quiet: true })).toBe(false);
});

test.each<[{ key: string; value: string }[], boolean]>([
  [[{ key: 'env', value: 'prod' }], true],
  [[{ key: 'env', value: 'Prod' }], false],
  [[{ key: 'env', value: 'pro' }], false],
  [[{ key: 'region', value: 'eu' }], false],
  [
    [
      { key: 'env', value: 'prod' },
      { key: 'team', value: 'x' },
    ],
    true,
  ],
  [
    [
      { key: 'env', value: 'prod' },
      { key: 'team', value: 'y' },
    ],
    false,
  ],
  // Not what every object has.
  [[{ key: 'constructor', value: 'function Object() { [native code] }' }], false],
])('filters %j: %s', (propertyFilters, wanted) => {
  expect(wants({ ...WEBHOOK, propertyFilters }, ROW)).toBe(wanted);
});

test('sampling takes about so many, always the same, and a lower rate some of those of a higher one', () => {
  const rows = Array.from({ length: 4_000 }, () => ({ ...ROW, id: uuidv7(Date.now()) }));
  const taken = (sampleRate: number) => rows.filter((row) => wants({ ...WEBHOOK, sampleRate }, row));
  expect(taken(0)).toEqual([]);
  expect(taken(100)).toEqual(rows);
  const [tenth, half] = [taken(10), taken(50)];
  // Five standard deviations.
  expect(Math.abs(tenth.length - 400)).toBeLessThan(95);
  expect(Math.abs(half.length - 2_000)).toBeLessThan(160);
  expect(taken(10)).toEqual(tenth);
  for (const row of tenth) expect(half).toContain(row);
});
