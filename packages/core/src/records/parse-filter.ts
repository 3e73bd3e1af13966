import { type Filter, type FilterField, type FilterOperator, InvalidFilter, type Sort } from './filter.js';
import {
  ANY_FIELD,
  FILTER_COLUMNS,
  FILTER_FIELDS,
  type FieldRule,
  type FilterType,
  NOT_RECORDED,
  SORT_KEYS,
} from './filter-fields.js';

/** Levels of and/or that a filter may nest. */
export const MAX_FILTER_DEPTH = 50;
/** Conditions that a filter may hold. */
export const MAX_FILTER_CONDITIONS = 1000;
/**
 * Those of them that look into JSON or bodies: each costs some µs a record, all of which one question looks through while others wait.
 */
export const MAX_COSTLY_CONDITIONS = { named: 200, body: 20 } as const;
/** UTF-16 units of one value: SQLite takes no longer patterns than 50 000 bytes. */
const MAX_VALUE_LENGTH = 10_000;

/** Operators by what the field holds. Helicone has no `not-equals` for timestamps and booleans; "is known" needs it. */
export const FILTER_OPERATORS: Readonly<Record<FilterType | 'body', readonly FilterOperator[]>> = {
  text: ['equals', 'not-equals', 'like', 'ilike', 'contains', 'not-contains'],
  number: ['equals', 'not-equals', 'gte', 'lte', 'gt', 'lt'],
  timestamp: ['equals', 'not-equals', 'gte', 'lte', 'gt', 'lt'],
  boolean: ['equals', 'not-equals'],
  body: ['contains', 'not-contains'],
};

const ALL: Filter = { kind: 'all' };

/** Conditions so far. */
interface Budget {
  all: number;
  named: number;
  body: number;
}

/** What the value of one field is checked against. */
interface Target {
  field: FilterField;
  type: FilterType | 'body';
}

/**
 * Checks Helicone's filter AST and brings it into the form that stores compile. Every operator of a field, every field
 * of a table and every table of a leaf counts: they are and-ed. Property names are lower-cased, the string `null`
 * becomes null, timestamps become UTC.
 * @throws {InvalidFilter} naming the place of what is unknown, of the wrong type, too deep or too much.
 */
export function parseFilter(input: unknown): Filter {
  return parseNode(input, 'filter', { depth: 0, budget: { all: 0, named: 0, body: 0 } });
}

/**
 * Checks Helicone's sort leaf: one key with `asc` or `desc`; default (also for `{}`): newest first.
 * @throws {InvalidFilter} for unknown keys and directions, and for more than one key.
 */
export function parseSort(input: unknown): Sort {
  const entries = Object.entries(input === undefined || input === null ? {} : record(input, 'sort'));
  const [first, second] = entries;
  if (first === undefined) return { by: 'request_created_at', direction: 'desc' };
  const [key, direction] = first;
  if (second !== undefined)
    throw new InvalidFilter(`sort.${second[0]}`, `only one sort key is possible, besides ${key}`);
  if (!Object.hasOwn(SORT_KEYS, key)) {
    throw new InvalidFilter(`sort.${key}`, `unknown sort key; known are ${Object.keys(SORT_KEYS).join(', ')}`);
  }
  if (direction !== 'asc' && direction !== 'desc') throw new InvalidFilter(`sort.${key}`, "must be 'asc' or 'desc'");
  return { by: SORT_KEYS[key as keyof typeof SORT_KEYS], direction };
}

function parseNode(input: unknown, place: string, at: { depth: number; budget: Budget }): Filter {
  if (input === 'all') return ALL;
  const node = record(input, place, "must be 'all', a leaf or { left, operator, right }");
  if (!('left' in node || 'right' in node || 'operator' in node)) return parseLeaf(node, place, at.budget);
  if (at.depth >= MAX_FILTER_DEPTH) throw new InvalidFilter(place, `nested deeper than ${MAX_FILTER_DEPTH}`);
  for (const key of Object.keys(node)) {
    if (key !== 'left' && key !== 'operator' && key !== 'right') {
      throw new InvalidFilter(`${place}.${key}`, 'is not a part of a branch: left, operator, right');
    }
  }
  const { operator } = node;
  if (operator !== 'and' && operator !== 'or') throw new InvalidFilter(`${place}.operator`, "must be 'and' or 'or'");
  const next = { depth: at.depth + 1, budget: at.budget };
  return join(operator, [parseNode(node.left, `${place}.left`, next), parseNode(node.right, `${place}.right`, next)]);
}

function parseLeaf(leaf: Record<string, unknown>, place: string, budget: Budget): Filter {
  const conditions: Filter[] = [];
  for (const [table, fields] of Object.entries(leaf)) {
    const tablePlace = `${place}.${table}`;
    const rules = Object.hasOwn(FILTER_FIELDS, table) ? FILTER_FIELDS[table] : undefined;
    if (rules === undefined) {
      throw new InvalidFilter(tablePlace, `unknown table; known are ${Object.keys(FILTER_FIELDS).join(', ')}`);
    }
    for (const [field, operators] of Object.entries(record(fields, tablePlace))) {
      const fieldPlace = `${tablePlace}.${field}`;
      for (const [target, tests, targetPlace] of targetsOf(rules, field, { operators, place: fieldPlace })) {
        conditions.push(...parseTests(target, tests, { place: targetPlace, budget }));
      }
    }
  }
  return join('and', conditions);
}

/** The fields that one entry of a table names: one, or one for each key of a map such as `properties`. */
function* targetsOf(
  rules: Readonly<Record<string, FieldRule>>,
  field: string,
  { operators, place }: { operators: unknown; place: string },
): Generator<[Target, unknown, string]> {
  const any = rules[ANY_FIELD];
  if (any !== undefined) {
    yield [mapTarget(any, field), operators, place];
    return;
  }
  const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
  if (rule === undefined) {
    throw new InvalidFilter(place, NOT_RECORDED.has(field) ? 'is not recorded by this proxy' : 'unknown field');
  }
  if (rule.kind === 'column') {
    yield [{ field: { kind: 'column', name: rule.column }, type: FILTER_COLUMNS[rule.column] }, operators, place];
  } else if (rule.kind === 'body') {
    yield [{ field: { kind: 'body', name: rule.body }, type: 'body' }, operators, place];
  } else if (rule.kind === 'property-key') {
    yield propertyKeyTarget(operators, place);
  } else if (rule.kind === 'cached') {
    yield cachedTarget(operators, place);
  } else {
    const named = Object.entries(record(operators, place, 'must be an object of names'));
    if (named.length === 0) throw new InvalidFilter(place, 'names nothing');
    for (const [name, tests] of named) yield [mapTarget(rule, name), tests, `${place}.${name}`];
  }
}

function mapTarget(rule: FieldRule, name: string): Target {
  if (rule.kind === 'score') return { field: { kind: 'score', name }, type: 'number' };
  return { field: { kind: 'property', name: name.toLowerCase() }, type: 'text' };
}

/** `property_key equals k` asks whether the record has a property k at all. */
function propertyKeyTarget(operators: unknown, place: string): [Target, unknown, string] {
  const tests = record(operators, place);
  for (const operator of Object.keys(tests)) {
    if (operator !== 'equals') throw new InvalidFilter(`${place}.${operator}`, 'unknown operator; known are equals');
  }
  const name = tests.equals;
  if (typeof name !== 'string') throw new InvalidFilter(`${place}.equals`, 'must be a string');
  return [mapTarget({ kind: 'property' }, name), { 'not-equals': null }, place];
}

/** `cached equals true` asks whether the record refers to the call whose answer it got. */
function cachedTarget(operators: unknown, place: string): [Target, unknown, string] {
  const tests = Object.entries(record(operators, place)).map(([operator, value]) => {
    if (operator !== 'equals' && operator !== 'not-equals') {
      throw new InvalidFilter(`${place}.${operator}`, 'unknown operator; known are equals, not-equals');
    }
    if (typeof value !== 'boolean') throw new InvalidFilter(`${place}.${operator}`, 'must be true or false');
    return [value === (operator === 'equals') ? 'not-equals' : 'equals', null];
  });
  return [{ field: { kind: 'column', name: 'cache_reference_id' }, type: 'text' }, Object.fromEntries(tests), place];
}

function parseTests(target: Target, tests: unknown, { place, budget }: { place: string; budget: Budget }): Filter[] {
  const entries = Object.entries(record(tests, place, 'must be an object of operators'));
  if (entries.length === 0) throw new InvalidFilter(place, 'names no operator');
  const known = FILTER_OPERATORS[target.type];
  return entries.map(([name, value]) => {
    const operatorPlace = `${place}.${name}`;
    const operator = known.find((one) => one === name);
    if (operator === undefined) {
      throw new InvalidFilter(operatorPlace, `unknown operator; known are ${known.join(', ')}`);
    }
    spend(budget, target.field, operatorPlace);
    const nullable = operator === 'equals' || operator === 'not-equals';
    const checked =
      nullable && (value === null || value === 'null') ? null : parseValue(target.type, value, operatorPlace);
    return { kind: 'condition', condition: { field: target.field, operator, value: checked } };
  });
}

function spend(budget: Budget, { kind }: FilterField, place: string): void {
  budget.all += 1;
  if (budget.all > MAX_FILTER_CONDITIONS)
    throw new InvalidFilter(place, `more than ${MAX_FILTER_CONDITIONS} conditions`);
  if (kind === 'column' || kind === 'scored') return;
  const costly = kind === 'body' ? 'body' : 'named';
  budget[costly] += 1;
  if (budget[costly] <= MAX_COSTLY_CONDITIONS[costly]) return;
  const what = kind === 'body' ? 'bodies' : 'properties and scores';
  throw new InvalidFilter(place, `more than ${MAX_COSTLY_CONDITIONS[costly]} conditions on ${what}`);
}

function parseValue(type: FilterType | 'body', value: unknown, place: string): string | number | boolean {
  switch (type) {
    case 'number':
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      throw new InvalidFilter(place, 'must be a finite number');
    case 'boolean':
      if (typeof value === 'boolean') return value;
      throw new InvalidFilter(place, 'must be true or false');
    case 'timestamp':
      return parseTimestamp(value, place);
    default:
      if (typeof value !== 'string') throw new InvalidFilter(place, 'must be a string');
      if (value.length > MAX_VALUE_LENGTH) throw new InvalidFilter(place, `longer than ${MAX_VALUE_LENGTH} characters`);
      return value;
  }
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

function parseTimestamp(value: unknown, place: string): string {
  const match = typeof value === 'string' ? TIMESTAMP.exec(value) : null;
  if (typeof value === 'string' && match !== null) {
    // Without a zone JavaScript reads a date as UTC but a date with a time as local time; here both are UTC.
    const withZone = value.length > 10 && match[1] === undefined ? `${value}Z` : value;
    const ms = Date.parse(withZone.replace(' ', 'T'));
    if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  }
  throw new InvalidFilter(place, 'must be an ISO 8601 timestamp');
}

/** Joins filters without needless levels: `all` falls out of an and, and swallows an or. */
function join(kind: 'and' | 'or', filters: Filter[]): Filter {
  const flat = filters.flatMap((filter) => (filter.kind === kind ? filter.filters : [filter]));
  if (kind === 'or' && flat.some((filter) => filter.kind === 'all')) return ALL;
  const rest = flat.filter((filter) => filter.kind !== 'all');
  const [only] = rest;
  if (only === undefined) return ALL;
  return rest.length === 1 ? only : { kind, filters: rest };
}

function record(input: unknown, place: string, problem = 'must be an object'): Record<string, unknown> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw new InvalidFilter(place, problem);
  return input as Record<string, unknown>;
}
