import type {
  CallRecord,
  Condition,
  Filter,
  FilterField,
  FilterOperator,
  RecordRow,
  RecordStore,
} from '@helicone-proxy/core';
import { matches } from './reference-filter.js';
import { emptyRow, expectedRecord, fullRow, HOUR, NEVER_KNOWN, recordRow, START, utf8, zeroRow } from './rows.js';
import type { StoreCases } from './store-suite.js';

type ColumnName = Extract<FilterField, { kind: 'column' }>['name'];

/** Keys of a record that no condition can look at by that name. */
const NOT_COLUMNS = new Set([
  'response_id',
  'request_properties',
  'properties',
  'attempts',
  'cost',
  'costUSD',
  'scores',
  'usage_details',
  'provider_usage',
  'request_body',
  'response_body',
  ...Object.keys(NEVER_KNOWN),
]);

const TEXT_OPERATORS: FilterOperator[] = ['contains', 'not-contains', 'like', 'ilike'];
const ORDER_OPERATORS: FilterOperator[] = ['gte', 'lte', 'gt', 'lt'];

export function filterCases({ check, expect }: StoreCases): void {
  /** Holds the store's answer and count against the filter's meaning over the same records. */
  const compare = async (store: RecordStore, records: CallRecord[], filters: Filter[]) => {
    for (const filter of filters) {
      const wanted = records.filter((record) => matches(filter, record)).map(({ id }) => id);
      const found = await store.query({ tenant: 'default', filter, limit: 1000 });
      const name = JSON.stringify(filter);
      expect(found.map(({ id }) => id).toSorted(), name).toEqual(wanted.toSorted());
      expect(await store.count({ tenant: 'default', filter }), name).toEqual(wanted.length);
    }
  };
  /** The rows as records with bodies, patched as the store has them. */
  const recordsOf = (rows: RecordRow[]) => rows.map((row) => expectedRecord(row, { bodies: true }));

  check('filter: every operator on every column', async (store) => {
    const rows = variedRows();
    await store.append(rows);
    await store.patch('default', rows[0]?.requestId ?? '', { kind: 'feedback', rating: true });
    await store.patch('default', rows[1]?.requestId ?? '', { kind: 'feedback', rating: false });
    const records = await store.query({ tenant: 'default', filter: { kind: 'all' }, limit: 1000 });
    const names = Object.keys(records[0] ?? {}).filter((key) => !NOT_COLUMNS.has(key)) as ColumnName[];
    const filters = names.flatMap((name) => columnFilters(name, records));
    expect(filters.length > 500).toEqual(true);
    await compare(store, records, filters);
  });

  check('filter: text operators take wildcards only where they should, and fold case', async (store) => {
    const models = ['GPT-4o', 'gpt_4o', 'gpt%4o', 'gpt-4o-mini', 'a\\b', 'a*b?c[d]', 'ÄPFEL é', 'äpfel É', '世界', ''];
    const rows = models.map((model, n) => recordRow(n, { model }));
    rows.push(recordRow(models.length, { model: null }));
    await store.append(rows);
    const values = [
      ...models,
      'gpt',
      'GPT',
      '%4o%',
      'gpt_4o%',
      'gpt\\_4o',
      'gpt\\%%',
      'a\\\\b',
      '%\\',
      'äpf',
      'ÄPF%',
      '_',
      '*',
      '?',
      '[d]',
    ];
    const operators: FilterOperator[] = ['equals', 'not-equals', ...TEXT_OPERATORS];
    const filters = values.flatMap((value) => operators.map((operator) => condition(column('model'), operator, value)));
    await compare(store, recordsOf(rows), filters);
  });

  check('filter: properties', async (store) => {
    const names = [
      'env',
      'a.b',
      '$.x',
      '"quoted"',
      "it's",
      'back\\slash',
      'sp ace',
      'ünïcode',
      '[0]',
      '__proto__',
      'helicone-session-id',
      'helicone-session-name',
      'helicone-session-path',
      "'; drop table records; --",
    ];
    const rows = names.map((name, n) =>
      recordRow(n, { properties: { [name]: 'Some Value', shared: `value ${n % 3}` } }),
    );
    rows.push(recordRow(names.length, {}));
    await store.append(rows);
    const fields = [...names, 'shared', 'missing'].map((name) => ({ kind: 'property', name }) as const);
    const tests: [FilterOperator, string | null][] = [
      ['equals', 'Some Value'],
      ['equals', 'value 1'],
      ['equals', null],
      ['not-equals', 'Some Value'],
      ['not-equals', null],
      ['contains', 'value'],
      ['not-contains', 'VALUE 2'],
      ['like', '%Value'],
      ['ilike', 'some%'],
    ];
    const filters = fields.flatMap((field) => tests.map(([operator, value]) => condition(field, operator, value)));
    await compare(store, recordsOf(rows), filters);
  });

  check('filter: scores', async (store) => {
    const rows = [0, 1, 2, 3].map((n) => recordRow(n));
    await store.append(rows);
    for (const [n, row] of rows.slice(1).entries()) {
      await store.patch('default', row.requestId, { kind: 'scores', scores: { quality: n - 0.5, 'odd "name".x': n } });
    }
    const records = await store.query({ tenant: 'default', filter: { kind: 'all' } });
    const fields = ['quality', 'odd "name".x', 'missing'].map((name) => ({ kind: 'score', name }) as const);
    const operators: FilterOperator[] = ['equals', 'not-equals', ...ORDER_OPERATORS];
    const filters = fields.flatMap((field) => [
      ...operators.flatMap((operator) => [0, 0.5, 1].map((value) => condition(field, operator, value))),
      condition(field, 'equals', null),
      condition(field, 'not-equals', null),
    ]);
    const scored = (['equals', 'not-equals'] as const).map((operator) => condition({ kind: 'scored' }, operator, null));
    await compare(store, records, [...filters, ...scored]);
  });

  check('filter: text of bodies', async (store) => {
    const bodies = ['{"q":"Hello World"}', '{"q":"GRÜSSE ä"}', '{"q":"50%_off"}', 'plain hello', null];
    const rows = bodies.map((body, n) =>
      recordRow(n, {
        requestBody: body === null ? null : utf8(body),
        responseBody: body === null ? null : utf8(`{"answer":${n}}`),
      }),
    );
    await store.append(rows);
    const needles = ['hello', 'WORLD', 'grüsse', 'Ä', '%', '_', 'nowhere', '"q":', '"answer":2'];
    const filters = (['request', 'response'] as const).flatMap((name) =>
      needles.flatMap((needle) => [
        condition({ kind: 'body', name }, 'contains', needle),
        condition({ kind: 'body', name }, 'not-contains', needle),
      ]),
    );
    await compare(store, recordsOf(rows), filters);
  });

  check('filter: words in a body are found as a person sees them', async (store) => {
    const escaped = '{"q":"she said \\"yes\\"\\nand \\u00e9t\\u00c9"}';
    await store.append([recordRow(1, { requestBody: utf8(escaped) }), recordRow(2, { requestBody: utf8('{}') })]);
    for (const needle of ['said "yes"', '"yes"\nand', 'été']) {
      const filter = condition({ kind: 'body', name: 'request' }, 'contains', needle);
      const found = await store.query({ tenant: 'default', filter });
      expect(
        found.map(({ request_id }) => request_id),
        needle,
      ).toEqual([recordRow(1).requestId]);
    }
  });

  nestingCases({ check, expect, compare });
}

interface NestingCases extends StoreCases {
  compare(store: RecordStore, records: CallRecord[], filters: Filter[]): Promise<void>;
}

function nestingCases({ check, compare }: NestingCases): void {
  check('filter: and, or and their nesting', async (store) => {
    const rows = variedRows();
    await store.append(rows);
    const records = rows.map((row) => expectedRecord(row, { bodies: true }));
    const parts = [
      condition(column('model'), 'contains', 'gpt'),
      condition(column('response_status'), 'gte', 400),
      condition({ kind: 'property', name: 'environment' }, 'equals', 'prod'),
      condition(column('stream'), 'equals', true),
      condition({ kind: 'body', name: 'request' }, 'contains', 'grüße'),
      condition(column('request_id'), 'equals', rows[0]?.requestId ?? ''),
      condition(column('cost_usd'), 'equals', null),
    ];
    const pairs = parts.flatMap((a) => parts.map((b) => [a, b] as const));
    const filters = pairs.flatMap(([a, b], index): Filter[] => {
      const other = parts[index % parts.length] as Filter;
      return [
        { kind: 'and', filters: [a, b] },
        { kind: 'or', filters: [a, b] },
        { kind: 'and', filters: [{ kind: 'or', filters: [a, b] }, other] },
        {
          kind: 'or',
          filters: [
            { kind: 'and', filters: [a, b] },
            { kind: 'and', filters: [b, other] },
          ],
        },
      ];
    });
    await compare(store, records, filters);
  });

  check('filter: a thousand conditions, and fifty levels', async (store) => {
    const rows = variedRows();
    await store.append(rows);
    const records = rows.map((row) => expectedRecord(row));
    const many = Array.from({ length: 1000 }, (_, n) => condition(column('prompt_tokens'), 'not-equals', n + 1000));
    let deep = condition(column('prompt_tokens'), 'gte', 5);
    for (let level = 0; level < 50; level += 1) {
      const other = condition(column('prompt_tokens'), level % 2 === 0 ? 'equals' : 'not-equals', 0);
      deep = { kind: level % 2 === 0 ? 'or' : 'and', filters: [deep, other] };
    }
    await compare(store, records, [{ kind: 'and', filters: many }, { kind: 'or', filters: many }, deep]);
  });
}

/** Rows that differ from each other, and have null and 0, in every column. */
function variedRows(): RecordRow[] {
  return [
    fullRow(1),
    emptyRow(2),
    zeroRow(3),
    recordRow(4, {
      tenant: 'default',
      createdAt: START + HOUR,
      model: 'GPT-4o',
      userId: 'User-1',
      costNanoUsd: 150_000,
    }),
    recordRow(5, { provider: 'google', status: -3, outcome: 'client_closed', properties: { environment: 'test' } }),
  ];
}

function columnFilters(name: ColumnName, records: CallRecord[]): Filter[] {
  const field = column(name);
  const values = [...new Set(records.map((record) => record[name]))];
  const filters = values.flatMap((value): Filter[] => {
    const equality = [condition(field, 'equals', value), condition(field, 'not-equals', value)];
    if (value === null || typeof value === 'boolean') return equality;
    const isTime = typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value);
    const others = typeof value === 'number' || isTime ? ORDER_OPERATORS : TEXT_OPERATORS;
    return [...equality, ...others.map((operator) => condition(field, operator, value))];
  });
  return [...filters, condition(field, 'equals', null), condition(field, 'not-equals', null)];
}

function column(name: ColumnName): FilterField {
  return { kind: 'column', name };
}

function condition(field: FilterField, operator: FilterOperator, value: Condition['value']): Filter {
  return { kind: 'condition', condition: { field, operator, value } };
}
