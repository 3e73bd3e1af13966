// Filters of sessions and users: a tree may hold conditions on records and on what is measured of a whole group.
import { type Filter, InvalidFilter, type Measure, type MeasureFilter, parseFilter } from '@helicone-proxy/core';

/** What a field of a table of groups means. */
export type GroupField =
  /** A figure of the group; a time is one in unix ms. */
  | { kind: 'number' | 'time'; measure: Exclude<Measure, `score:${string}`> }
  /** A field of records under another name. */
  | { kind: 'record'; table: string; field: string }
  /** Something that cannot be filtered by, and why. */
  | { kind: 'refused'; problem: string };

/** Fields by table. */
export type GroupTables = Readonly<Record<string, Readonly<Record<string, GroupField>>>>;

export interface GroupFilter {
  /** Records that count. */
  filter: Filter;
  /** Groups that count; undefined: all. */
  having: MeasureFilter | undefined;
}

/** Levels of and/or that a filter may nest, as the parser of records has it. */
const MAX_DEPTH = 50;
/** Conditions on groups that one filter may hold. */
const MAX_CONDITIONS = 100;

const OPERATORS = ['equals', 'not-equals', 'gte', 'lte', 'gt', 'lt'] as const;

/**
 * Splits a filter tree into its conditions on records and those on groups. Both may be joined by `and` at will; under one `or` they
 * cannot be, since a group is made of the records that were chosen before it.
 * @throws {InvalidFilter} naming the place of what is unknown, of the wrong type, mixed, too deep or too much.
 */
export function parseGroupFilter(input: unknown, tables: GroupTables): GroupFilter {
  const parsing: Parsing = { tables, conditions: 0, renamed: [] };
  const split = splitNode(input ?? 'all', 'filter', { parsing, depth: 0 });
  const filter = parseRecords(split.records, parsing.renamed);
  return { filter, having: split.having === 'all' ? undefined : split.having };
}

interface Parsing {
  tables: GroupTables;
  conditions: number;
  /** Places in what the parser of records sees, and what the caller wrote there. */
  renamed: { seen: string; written: string }[];
}

interface Split {
  /** The tree without its conditions on groups, for the parser of records. */
  records: unknown;
  having: MeasureFilter | 'all';
  ofRecords: boolean;
  ofGroups: boolean;
}

interface At {
  parsing: Parsing;
  depth: number;
}

function splitNode(node: unknown, place: string, at: At): Split {
  // What has no right shape goes to the parser of records as it is, which says what is wrong with it.
  const asItIs: Split = { records: node, having: 'all', ofRecords: node !== 'all', ofGroups: false };
  if (!isObject(node)) return asItIs;
  if (!('left' in node || 'right' in node || 'operator' in node)) return splitLeaf(node, place, at.parsing);
  if (at.depth >= MAX_DEPTH) return asItIs;
  const next = { parsing: at.parsing, depth: at.depth + 1 };
  const left = splitNode(node.left, `${place}.left`, next);
  const right = splitNode(node.right, `${place}.right`, next);
  const ofRecords = left.ofRecords || right.ofRecords;
  const ofGroups = left.ofGroups || right.ofGroups;
  if (node.operator === 'or' && ofRecords && ofGroups) {
    throw new InvalidFilter(
      place,
      'joins conditions on records and on groups of records by or, which cannot be answered: join them by and',
    );
  }
  const having = node.operator === 'or' ? either(left.having, right.having) : both([left.having, right.having]);
  return { records: { ...node, left: left.records, right: right.records }, having, ofRecords, ofGroups };
}

function splitLeaf(leaf: Record<string, unknown>, place: string, parsing: Parsing): Split {
  const records: Record<string, unknown> = {};
  const having: (MeasureFilter | 'all')[] = [];
  let ofGroups = false;
  for (const [table, fields] of Object.entries(leaf)) {
    if (!Object.hasOwn(parsing.tables, table)) records[table] = fields;
  }
  for (const [table, fields] of Object.entries(leaf)) {
    const known = Object.hasOwn(parsing.tables, table) ? parsing.tables[table] : undefined;
    if (known === undefined) continue;
    const tablePlace = `${place}.${table}`;
    if (!isObject(fields)) throw new InvalidFilter(tablePlace, 'must be an object');
    for (const [field, tests] of Object.entries(fields)) {
      const fieldPlace = `${tablePlace}.${field}`;
      const rule = groupField(known, field, fieldPlace);
      if (rule.kind === 'record') {
        renameField(rule, { tests, records, place, fieldPlace, parsing });
      } else {
        ofGroups = true;
        having.push(...parseTests(rule, tests, { place: fieldPlace, parsing }));
      }
    }
  }
  return { records, having: both(having), ofRecords: Object.keys(records).length > 0, ofGroups };
}

function groupField(
  known: GroupTables[string],
  field: string,
  place: string,
): Exclude<GroupField, { kind: 'refused' }> {
  const rule = Object.hasOwn(known, field) ? known[field] : undefined;
  if (rule === undefined) throw new InvalidFilter(place, `unknown field; known are ${Object.keys(known).join(', ')}`);
  if (rule.kind === 'refused') throw new InvalidFilter(place, rule.problem);
  return rule;
}

interface Renaming {
  tests: unknown;
  records: Record<string, unknown>;
  place: string;
  fieldPlace: string;
  parsing: Parsing;
}

/** Puts a field among those of records, under the name that it has there. */
function renameField({ table, field }: { table: string; field: string }, to: Renaming): void {
  const present = isObject(to.records[table]) ? to.records[table] : {};
  if (Object.hasOwn(present, field)) throw new InvalidFilter(to.fieldPlace, 'says the same as another field here');
  to.records[table] = { ...present, [field]: to.tests };
  to.parsing.renamed.push({ seen: `${to.place}.${table}.${field}`, written: to.fieldPlace });
}

function parseTests(
  rule: Extract<GroupField, { measure: unknown }>,
  tests: unknown,
  { place, parsing }: { place: string; parsing: Parsing },
): MeasureFilter[] {
  if (!isObject(tests)) throw new InvalidFilter(place, 'must be an object of operators');
  const entries = Object.entries(tests);
  if (entries.length === 0) throw new InvalidFilter(place, 'names no operator');
  return entries.map(([name, value]) => {
    const operator = OPERATORS.find((one) => one === name);
    if (operator === undefined) {
      throw new InvalidFilter(`${place}.${name}`, `unknown operator; known are ${OPERATORS.join(', ')}`);
    }
    parsing.conditions += 1;
    if (parsing.conditions > MAX_CONDITIONS) {
      throw new InvalidFilter(`${place}.${name}`, `more than ${MAX_CONDITIONS} conditions on groups`);
    }
    const number = rule.kind === 'time' ? timeValue(value, `${place}.${name}`) : numberValue(value, `${place}.${name}`);
    return { kind: 'condition', measure: rule.measure, operator, value: number };
  });
}

function numberValue(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new InvalidFilter(place, 'must be a finite number');
}

/** Read by the parser of records, so that times mean the same everywhere. */
function timeValue(value: unknown, place: string): number {
  if (typeof value === 'string' && value !== 'null') {
    try {
      const parsed = parseFilter({ request: { created_at: { equals: value } } });
      if (parsed.kind === 'condition') return Date.parse(String(parsed.condition.value));
    } catch {
      // Said below, with the place that the caller knows.
    }
  }
  throw new InvalidFilter(place, 'must be an ISO 8601 timestamp');
}

function parseRecords(tree: unknown, renamed: Parsing['renamed']): Filter {
  try {
    return parseFilter(tree);
  } catch (error) {
    if (!(error instanceof InvalidFilter)) throw error;
    const problem = error.message.slice(error.place.length + 2);
    const found = renamed.find(({ seen }) => error.place === seen || error.place.startsWith(`${seen}.`));
    if (found === undefined) throw error;
    throw new InvalidFilter(found.written + error.place.slice(found.seen.length), problem);
  }
}

function both(parts: (MeasureFilter | 'all')[]): MeasureFilter | 'all' {
  const filters = parts.filter((part) => part !== 'all');
  const [only] = filters;
  if (only === undefined) return 'all';
  return filters.length === 1 ? only : { kind: 'and', filters };
}

function either(left: MeasureFilter | 'all', right: MeasureFilter | 'all'): MeasureFilter | 'all' {
  return left === 'all' || right === 'all' ? 'all' : { kind: 'or', filters: [left, right] };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
