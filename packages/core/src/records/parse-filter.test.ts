import { describe, expect, test } from 'vitest';
import { InvalidFilter } from './filter.js';
import { FILTER_FIELDS } from './filter-fields.js';
import {
  MAX_COSTLY_CONDITIONS,
  MAX_FILTER_CONDITIONS,
  MAX_FILTER_DEPTH,
  parseFilter,
  parseSort,
} from './parse-filter.js';

const leaf = (fields: Record<string, unknown>) => ({ request_response_rmt: fields });
const column = (name: string, operator: string, value: unknown) => ({
  kind: 'condition',
  condition: { field: { kind: 'column', name }, operator, value },
});

function placeOf(input: unknown, parse: (input: unknown) => unknown = parseFilter): string {
  try {
    parse(input);
  } catch (error) {
    if (error instanceof InvalidFilter) {
      expect(error.message.startsWith(`${error.place}: `)).toBe(true);
      return error.place;
    }
    throw error;
  }
  return 'accepted';
}

describe('parseFilter', () => {
  test.each(['all', {}, leaf({}), { left: 'all', operator: 'and', right: {} }])('%j matches everything', (input) => {
    expect(parseFilter(input)).toEqual({ kind: 'all' });
  });

  test("Helicone's vector with a property and a timestamp", () => {
    const input = {
      left: leaf({ model: { contains: 'gpt-4o' } }),
      operator: 'and',
      right: {
        left: leaf({ properties: { Environment: { equals: 'prod' } } }),
        operator: 'or',
        right: leaf({ request_created_at: { gte: '2025-01-01T00:00:00.000Z' } }),
      },
    };
    expect(parseFilter(input)).toEqual({
      kind: 'and',
      filters: [
        column('model', 'contains', 'gpt-4o'),
        {
          kind: 'or',
          filters: [
            {
              kind: 'condition',
              condition: { field: { kind: 'property', name: 'environment' }, operator: 'equals', value: 'prod' },
            },
            column('request_created_at', 'gte', '2025-01-01T00:00:00.000Z'),
          ],
        },
      ],
    });
  });

  test('several tables, fields and operators are and-ed', () => {
    expect(parseFilter({ response: { status: { gte: 400, lt: 500 } }, request: { user_id: { equals: 'u' } } })).toEqual(
      {
        kind: 'and',
        filters: [
          column('response_status', 'gte', 400),
          column('response_status', 'lt', 500),
          column('request_user_id', 'equals', 'u'),
        ],
      },
    );
  });

  test('everything or-ed with something is everything', () => {
    expect(parseFilter({ left: leaf({ model: { equals: 'm' } }), operator: 'or', right: {} })).toEqual({ kind: 'all' });
  });

  test('null and the string null ask whether the value is known', () => {
    expect(parseFilter(leaf({ user_id: { equals: 'null' } }))).toEqual(column('request_user_id', 'equals', null));
    expect(parseFilter(leaf({ cost: { 'not-equals': null } }))).toEqual(column('cost_usd', 'not-equals', null));
    expect(parseFilter(leaf({ model: { contains: 'null' } }))).toEqual(column('model', 'contains', 'null'));
  });

  test.each([
    ['2025-01-01', '2025-01-01T00:00:00.000Z'],
    ['2025-01-01T10:00:00', '2025-01-01T10:00:00.000Z'],
    ['2025-01-01 10:00:00', '2025-01-01T10:00:00.000Z'],
    ['2025-01-01T10:00:00.5+02:00', '2025-01-01T08:00:00.500Z'],
  ])('timestamp %s is UTC', (input, iso) => {
    expect(parseFilter(leaf({ request_created_at: { gt: input } }))).toEqual(column('request_created_at', 'gt', iso));
  });

  test('property_key asks whether there is such a property', () => {
    expect(parseFilter(leaf({ property_key: { equals: 'Env' } }))).toEqual({
      kind: 'condition',
      condition: { field: { kind: 'property', name: 'env' }, operator: 'not-equals', value: null },
    });
  });

  test.each([
    [{ equals: true }, 'not-equals'],
    [{ equals: false }, 'equals'],
    [{ 'not-equals': true }, 'equals'],
    [{ 'not-equals': false }, 'not-equals'],
  ])('cached %j asks whether the record refers to a stored answer', (cached, operator) => {
    expect(parseFilter(leaf({ cached }))).toEqual(column('cache_reference_id', operator, null));
  });

  test('names that objects inherit are only names', () => {
    const input = JSON.parse('{"properties":{"__proto__":{"equals":"a"},"constructor":{"equals":"b"}}}');
    expect(parseFilter(input)).toMatchObject({ kind: 'and', filters: { length: 2 } });
  });

  test.each([
    [
      { left: leaf({ model: { contians: 'x' } }), operator: 'and', right: 'all' },
      'filter.left.request_response_rmt.model.contians',
    ],
    [{ left: 'all', operator: 'xor', right: 'all' }, 'filter.operator'],
    [{ left: 'all', operator: 'and' }, 'filter.right'],
    [{ left: 'all', operator: 'and', right: 'all', model: {} }, 'filter.model'],
    [{ nowhere: {} }, 'filter.nowhere'],
    [{ constructor: {} }, 'filter.constructor'],
    [leaf({ toString: { equals: 'x' } }), 'filter.request_response_rmt.toString'],
    [leaf({ modle: { equals: 'x' } }), 'filter.request_response_rmt.modle'],
    [leaf({ country_code: { equals: 'US' } }), 'filter.request_response_rmt.country_code'],
    [leaf({ model: {} }), 'filter.request_response_rmt.model'],
    [leaf({ model: 'gpt' }), 'filter.request_response_rmt.model'],
    [leaf({ model: { equals: 1 } }), 'filter.request_response_rmt.model.equals'],
    [leaf({ model: { contains: null } }), 'filter.request_response_rmt.model.contains'],
    [leaf({ model: { equals: 'x'.repeat(10_001) } }), 'filter.request_response_rmt.model.equals'],
    [leaf({ status: { equals: '200' } }), 'filter.request_response_rmt.status.equals'],
    [leaf({ status: { contains: 2 } }), 'filter.request_response_rmt.status.contains'],
    [leaf({ latency: { gt: Number.NaN } }), 'filter.request_response_rmt.latency.gt'],
    [leaf({ request_created_at: { gt: 'yesterday' } }), 'filter.request_response_rmt.request_created_at.gt'],
    [leaf({ request_created_at: { gt: '2025-02-40T00:00:00Z' } }), 'filter.request_response_rmt.request_created_at.gt'],
    [leaf({ request_body: { equals: 'x' } }), 'filter.request_response_rmt.request_body.equals'],
    [leaf({ properties: {} }), 'filter.request_response_rmt.properties'],
    [leaf({ property_key: { contains: 'x' } }), 'filter.request_response_rmt.property_key.contains'],
    [leaf({ cached: {} }), 'filter.request_response_rmt.cached'],
    [leaf({ cached: { gt: true } }), 'filter.request_response_rmt.cached.gt'],
    [leaf({ cached: { equals: 'true' } }), 'filter.request_response_rmt.cached.equals'],
    [leaf({ cached: { equals: null } }), 'filter.request_response_rmt.cached.equals'],
    [{ feedback: { rating: { equals: 1 } } }, 'filter.feedback.rating.equals'],
    ['everything', 'filter'],
    [null, 'filter'],
    [[], 'filter'],
  ])('%j is refused', (input, place) => {
    expect(placeOf(input)).toBe(place);
  });

  test('depth and number of conditions are bounded', () => {
    let deep: unknown = leaf({ model: { equals: 'm' } });
    for (let level = 0; level < MAX_FILTER_DEPTH; level += 1) deep = { left: deep, operator: 'and', right: 'all' };
    expect(placeOf(deep)).toBe('accepted');
    expect(placeOf({ left: deep, operator: 'and', right: 'all' })).toBe(`filter${'.left'.repeat(MAX_FILTER_DEPTH)}`);
    const many = (count: number, condition: unknown): unknown => {
      if (count === 1) return condition;
      const left = Math.ceil(count / 2);
      return { left: many(left, condition), operator: 'or', right: many(count - left, condition) };
    };
    const model = leaf({ model: { equals: 'm' } });
    expect(placeOf(many(MAX_FILTER_CONDITIONS, model))).toBe('accepted');
    expect(placeOf(many(MAX_FILTER_CONDITIONS + 1, model))).toMatch(/model\.equals$/);
    const named = (count: number) => ({
      properties: Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { equals: 'x' }])),
    });
    expect(placeOf(named(MAX_COSTLY_CONDITIONS.named))).toBe('accepted');
    expect(placeOf(named(MAX_COSTLY_CONDITIONS.named + 1))).toBe('filter.properties.p200.equals');
    const body = leaf({ request_body: { contains: 'x' } });
    expect(placeOf(many(MAX_COSTLY_CONDITIONS.body, body))).toBe('accepted');
    expect(placeOf(many(MAX_COSTLY_CONDITIONS.body + 1, body))).toMatch(/request_body\.contains$/);
  });

  test('every declared field accepts an operator of its type', () => {
    const operators = {
      text: { contains: 'x' },
      number: { gt: 1 },
      timestamp: { gt: '2025-01-01' },
      boolean: { equals: true },
    };
    for (const [table, fields] of Object.entries(FILTER_FIELDS)) {
      for (const field of Object.keys(fields)) {
        const accepted = [
          ...Object.values(operators),
          { equals: 'x' },
          { name: { equals: 'x' } },
          { name: { equals: 1 } },
        ];
        const places = accepted.map((tests) => placeOf({ [table]: { [field]: tests } }));
        expect(places, `${table}.${field}`).toContain('accepted');
      }
    }
  });
});

describe('parseSort', () => {
  test.each([undefined, null, {}])('%j is newest first', (input) => {
    expect(parseSort(input)).toEqual({ by: 'request_created_at', direction: 'desc' });
  });

  test('keys name columns', () => {
    expect(parseSort({ latency: 'asc' })).toEqual({ by: 'delay_ms', direction: 'asc' });
    expect(parseSort({ body_model: 'desc' })).toEqual({ by: 'model', direction: 'desc' });
  });

  test.each([
    [{ random: true }, 'sort.random'],
    [{ created_at: 'up' }, 'sort.created_at'],
    [{ created_at: 'asc', cost: 'asc' }, 'sort.cost'],
    [{ toString: 'asc' }, 'sort.toString'],
    ['created_at', 'sort'],
  ])('%j is refused', (input, place) => {
    expect(placeOf(input, parseSort)).toBe(place);
  });
});
