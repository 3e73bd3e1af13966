import { InvalidFilter, parseFilter } from '@helicone-proxy/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGroupFilter } from './group-filter.js';
import { SESSION_TABLES } from './sessions.js';
import { parseUserSort, USER_TABLES } from './users.js';

const session = (fields: object): object => ({ sessions_request_response_rmt: fields });
const record = (fields: object): object => ({ request_response_rmt: fields });
const branch = (left: unknown, operator: string, right: unknown): object => ({ left, operator, right });

const MODEL = record({ model: { equals: 'gpt-4o' } });
const COST = session({ session_total_cost: { gt: 1 } });
const cost = { kind: 'condition', measure: 'cost_usd', operator: 'gt', value: 1 };

describe('trees of sessions', () => {
  test.each<[string, unknown, unknown, unknown]>([
    ['nothing', undefined, 'all', undefined],
    ['all', 'all', 'all', undefined],
    ['an empty leaf', {}, 'all', undefined],
    ['records only', MODEL, MODEL, undefined],
    ['groups only', COST, 'all', cost],
    ['both, by and', branch(MODEL, 'and', COST), MODEL, cost],
    ['both in one leaf', { ...MODEL, ...COST }, MODEL, cost],
    ['records by or', branch(MODEL, 'or', MODEL), branch(MODEL, 'or', MODEL), undefined],
    ['groups by or', branch(COST, 'or', COST), 'all', { kind: 'or', filters: [cost, cost] }],
    ['groups or all', branch(COST, 'or', 'all'), 'all', undefined],
    ['groups and all', branch('all', 'and', COST), 'all', cost],
    [
      'groups by or, and records by or',
      branch(branch(COST, 'or', COST), 'and', branch(MODEL, 'or', MODEL)),
      branch(MODEL, 'or', MODEL),
      { kind: 'or', filters: [cost, cost] },
    ],
    [
      'two operators',
      session({ session_total_requests: { gte: 2, lt: 5 } }),
      'all',
      {
        kind: 'and',
        filters: [
          { kind: 'condition', measure: 'requests', operator: 'gte', value: 2 },
          { kind: 'condition', measure: 'requests', operator: 'lt', value: 5 },
        ],
      },
    ],
    [
      'a time, in another zone',
      session({ session_created_at: { lte: '2026-01-10T02:00:00+02:00' } }),
      'all',
      { kind: 'condition', measure: 'first_created_at', operator: 'lte', value: Date.UTC(2026, 0, 10) },
    ],
    [
      'id and name of a session, which are fields of records',
      session({ session_session_id: { contains: 'a' }, session_session_name: { equals: 'null' } }),
      { values: { 'helicone-session-id': { contains: 'a' }, 'helicone-session-name': { equals: null } } },
      undefined,
    ],
    [
      'the same by or with other fields of records',
      branch(session({ session_session_id: { equals: 'a' } }), 'or', MODEL),
      branch({ values: { 'helicone-session-id': { equals: 'a' } } }, 'or', MODEL),
      undefined,
    ],
  ])('%s', (_, tree, records, having) => {
    expect(parseGroupFilter(tree, SESSION_TABLES)).toEqual({ filter: parseFilter(records), having });
  });

  test.each<[unknown, string]>([
    [branch(MODEL, 'or', COST), 'filter: joins conditions on records and on groups'],
    [branch('all', 'and', branch({ ...MODEL, ...COST }, 'or', 'all')), 'filter.right: joins'],
    [session({ session_total_costs: { gt: 1 } }), 'filter.sessions_request_response_rmt.session_total_costs: unknown'],
    [session({ constructor: { gt: 1 } }), 'filter.sessions_request_response_rmt.constructor: unknown field'],
    [session({ session_tag: { equals: 'x' } }), 'filter.sessions_request_response_rmt.session_tag: tags are kept'],
    [
      session({ session_total_cost: { contains: 'x' } }),
      'filter.sessions_request_response_rmt.session_total_cost.contains: ',
    ],
    [
      session({ session_total_cost: { gt: '1' } }),
      'filter.sessions_request_response_rmt.session_total_cost.gt: must be a',
    ],
    [session({ session_total_cost: {} }), 'filter.sessions_request_response_rmt.session_total_cost: names no operator'],
    [session({ session_total_cost: 1 }), 'filter.sessions_request_response_rmt.session_total_cost: must be an object'],
    [
      session({ session_created_at: { gt: 'null' } }),
      'filter.sessions_request_response_rmt.session_created_at.gt: must',
    ],
    [session({ session_created_at: { gt: 5 } }), 'filter.sessions_request_response_rmt.session_created_at.gt: must be'],
    [
      branch('all', 'and', session({ session_session_id: { contians: 'x' } })),
      'filter.right.sessions_request_response_rmt.session_session_id.contians: unknown operator',
    ],
    [
      { ...session({ session_session_id: { equals: 'x' } }), values: { 'helicone-session-id': { equals: 'y' } } },
      'filter.sessions_request_response_rmt.session_session_id: says the same',
    ],
    [{ sessions_request_response_rmt: [] }, 'filter.sessions_request_response_rmt: must be an object'],
    [{ users_view: { cost: { gt: 1 } } }, 'filter.users_view: unknown table'],
    [branch(COST, 'xor', COST), 'filter.operator: must be'],
    [{ left: COST, operator: 'and' }, 'filter.right: must be'],
    [branch(COST, 'and', record({ modle: { equals: 'x' } })), 'filter.right.request_response_rmt.modle: unknown field'],
    ['some', 'filter: must be'],
    [[], 'filter: must be'],
  ])('%j is refused with its place', (tree, message) => {
    expect(refusal(() => parseGroupFilter(tree, SESSION_TABLES)).slice(0, message.length)).toBe(message);
  });

  test('too deep and too much', () => {
    let deep: unknown = COST;
    for (let n = 0; n < 10_000; n++) deep = branch(deep, 'and', 'all');
    expect(refusal(() => parseGroupFilter(deep, SESSION_TABLES))).toMatch(/nested deeper than 50$/);
    const tests = { gt: 1, lt: 2, gte: 1, lte: 2, equals: 1, 'not-equals': 3 };
    const fields = Object.keys(SESSION_TABLES.sessions_request_response_rmt ?? {}).filter((name) =>
      /token|cost|requests/.test(name),
    );
    const leaf = session(Object.fromEntries(fields.map((name) => [name, tests])));
    expect(
      refusal(() =>
        parseGroupFilter(branch(branch(leaf, 'and', leaf), 'and', branch(leaf, 'and', leaf)), SESSION_TABLES),
      ),
    ).toMatch(/more than 100 conditions on groups$/);
  });
});

test.each(['users_view', 'user_metrics'])('users by %s', (table) => {
  const tree = { [table]: { user_id: { contains: 'a' }, cost: { gte: 2 }, last_active: { gt: '2026-01-10' } } };
  expect(parseGroupFilter(tree, USER_TABLES)).toEqual({
    filter: parseFilter({ request: { user_id: { contains: 'a' } } }),
    having: {
      kind: 'and',
      filters: [
        { kind: 'condition', measure: 'cost_usd', operator: 'gte', value: 2 },
        { kind: 'condition', measure: 'last_created_at', operator: 'gt', value: Date.UTC(2026, 0, 10) },
      ],
    },
  });
});

describe('sorts of users', () => {
  test('default, and by a figure', () => {
    expect(parseUserSort(undefined)).toEqual({ measure: 'last_created_at', direction: 'desc' });
    expect(parseUserSort({})).toEqual({ measure: 'last_created_at', direction: 'desc' });
    expect(parseUserSort({ active_for: 'asc' })).toEqual({ measure: 'active_days', direction: 'asc' });
  });

  test.each<[unknown, string]>([
    [{ cots: 'asc' }, 'sort.cots: unknown sort key'],
    [{ toString: 'asc' }, 'sort.toString: unknown sort key'],
    [{ cost: 'up' }, 'sort.cost: must be'],
    [{ cost: 'asc', last_active: 'asc' }, 'sort.last_active: only one'],
    ['cost', 'sort: must be an object'],
    [null, 'sort: must be an object'],
  ])('%j is refused with its place', (sort, message) => {
    expect(refusal(() => parseUserSort(sort)).slice(0, message.length)).toBe(message);
  });
});

describe('whatever comes', () => {
  const leaf = fc.oneof(
    fc.constant<unknown>('all'),
    fc.constant<unknown>({}),
    fc.integer({ min: 0, max: 9 }).map((value) => record({ total_tokens: { gt: value } })),
    fc.integer({ min: 0, max: 9 }).map((value) => session({ session_total_tokens: { gt: value } })),
    fc.integer({ min: 0, max: 9 }).map((value) => ({
      ...record({ total_tokens: { lt: value } }),
      ...session({ session_total_requests: { lte: value } }),
    })),
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc
        .tuple(tie('tree'), fc.constantFrom('and', 'or'), tie('tree'))
        .map(([left, operator, right]) => branch(left, operator, right)),
    ),
  }));

  test('a tree that is taken means the same as its two halves', () => {
    const figures = fc.record({
      ofRecord: fc.integer({ min: 0, max: 9 }),
      tokens: fc.integer({ min: 0, max: 9 }),
      requests: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(tree, figures, (node, values) => {
        const split = splitOrNull(node);
        if (split === null) return;
        const expected = meaning(node, values);
        expect(holds(split.filter, values) && (split.having === undefined || holds(split.having, values))).toBe(
          expected,
        );
      }),
    );
  });

  test('a tree is refused only where an or mixes, or where it has no right shape', () => {
    fc.assert(
      fc.property(tree, (node) => {
        expect(splitOrNull(node) === null).toBe(mixes(node));
      }),
    );
  });

  test('any JSON at all is taken or refused with its place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          parseGroupFilter(json, SESSION_TABLES);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidFilter);
          expect((error as InvalidFilter).place).toMatch(/^filter/);
        }
      }),
    );
  });
});

interface Values {
  ofRecord: number;
  tokens: number;
  requests: number;
}

type Node = Record<string, Record<string, Record<string, number>>> & {
  left?: unknown;
  operator?: string;
  right?: unknown;
};

/** What a tree says of one record and its group, in plain JavaScript. */
function meaning(node: unknown, values: Values): boolean {
  if (node === 'all') return true;
  const {
    left,
    operator,
    right,
    request_response_rmt: ofRecord,
    sessions_request_response_rmt: ofGroup,
  } = node as Node;
  if (operator === 'and') return meaning(left, values) && meaning(right, values);
  if (operator === 'or') return meaning(left, values) || meaning(right, values);
  const { gt = -1, lt = 10 } = ofRecord?.total_tokens ?? {};
  const tokens = ofGroup?.session_total_tokens?.gt ?? -1;
  const requests = ofGroup?.session_total_requests?.lte ?? 10;
  return values.ofRecord > gt && values.ofRecord < lt && values.tokens > tokens && values.requests <= requests;
}

type Checked = ReturnType<typeof parseGroupFilter>;

function holds(filter: Checked['filter'] | NonNullable<Checked['having']>, values: Values): boolean {
  if (filter.kind === 'all') return true;
  if (filter.kind !== 'condition') {
    const parts = filter.filters.map((part) => holds(part, values));
    return filter.kind === 'and' ? !parts.includes(false) : parts.includes(true);
  }
  const [actual, test] =
    'condition' in filter
      ? [values.ofRecord, filter.condition]
      : [filter.measure === 'requests' ? values.requests : values.tokens, filter];
  const value = Number(test.value);
  return test.operator === 'gt' ? actual > value : test.operator === 'lt' ? actual < value : actual <= value;
}

function mixes(node: unknown): boolean {
  if (node === 'all') return false;
  const { left, operator, right } = node as Node;
  if (operator === undefined) return false;
  if (mixes(left) || mixes(right)) return true;
  const text = JSON.stringify(node);
  return (
    operator === 'or' && text.includes('"request_response_rmt"') && text.includes('"sessions_request_response_rmt"')
  );
}

function splitOrNull(node: unknown): Checked | null {
  try {
    return parseGroupFilter(node, SESSION_TABLES);
  } catch (error) {
    expect((error as Error).message).toMatch(/joins conditions on records and on groups/);
    return null;
  }
}

function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidFilter);
    return (error as Error).message;
  }
  throw new Error('was not refused');
}
