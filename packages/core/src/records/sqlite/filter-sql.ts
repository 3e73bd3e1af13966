// Filter to SQL. Values and names that users choose are bound, never written into the text.
import type { SQLInputValue } from 'node:sqlite';
import type { Condition, Filter, Sort } from '../filter.js';
import { FILTER_COLUMNS, type FilterColumn } from '../filter-fields.js';
import { safeName, safeText } from './columns.js';
import { BODY_CONTAINS, LOWER } from './functions.js';
import { bind, joinSql, type Sql, sql } from './sql.js';

/** Columns of a record as expressions over `records`. */
const EXPRESSIONS: Readonly<Record<FilterColumn, string>> = {
  id: 'id',
  tenant: 'tenant',
  request_id: 'request_id',
  request_created_at: 'created_at',
  response_created_at: 'round(created_at + delay_ms)',
  request_path: 'path',
  request_method: 'method',
  request_user_id: 'user_id',
  prompt_id: 'prompt_id',
  provider: 'provider',
  target_url: 'target_url',
  model: 'model',
  request_model: 'request_model',
  response_model: 'response_model',
  model_override: 'model_override',
  response_status: 'status',
  outcome: 'outcome',
  error: 'error',
  stream: 'stream',
  truncated: 'truncated',
  finish_reason: 'finish_reason',
  delay_ms: 'delay_ms',
  time_to_first_token: 'ttft_ms',
  prompt_tokens: 'prompt_tokens',
  completion_tokens: 'completion_tokens',
  total_tokens: '(prompt_tokens + completion_tokens)',
  prompt_cache_read_tokens: 'cache_read_tokens',
  prompt_cache_write_tokens: 'cache_write_tokens',
  prompt_cache_write_5m_tokens: 'cache_write_5m_tokens',
  prompt_cache_write_1h_tokens: 'cache_write_1h_tokens',
  reasoning_tokens: 'reasoning_tokens',
  prompt_audio_tokens: 'prompt_audio_tokens',
  completion_audio_tokens: 'completion_audio_tokens',
  service_tier: 'service_tier',
  usage_source: 'usage_source',
  cost_usd: 'cost_nano',
  saved_cost_usd: 'saved_cost_nano',
  price_source: 'price_source',
  feedback_rating: 'feedback_rating',
  feedback_created_at: 'feedback_at',
  request_bytes: 'request_bytes',
  response_bytes: 'response_bytes',
  cache_enabled: 'coalesce(cache_enabled, 0)',
  cache_reference_id: 'cache_reference_id',
  trace_id: 'trace_id',
  span_id: 'span_id',
  parent_span_id: 'parent_span_id',
};

/** Properties that sessions are made of have columns of their own, and an index (see schema.ts). */
const SESSION_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['helicone-session-id', 'session_id'],
  ['helicone-session-name', 'session_name'],
  ['helicone-session-path', 'session_path'],
]);

const COMPARISONS = { gte: '>=', lte: '<=', gt: '>', lt: '<' } as const;

/** What a WHERE clause says: the records of one tenant that match. */
export function whereSql(tenant: string, filter: Filter): Sql {
  const { text, values } = filterSql(filter);
  // The plus keeps SQLite from walking the whole tenant where the request id finds the record at once.
  return { text: `${wantsRequests(filter) ? '+' : ''}tenant = ? AND ${text}`, values: [safeText(tenant), ...values] };
}

/** A part of a WHERE clause. It may be null where it is false: there is nothing that negates it. */
function filterSql(filter: Filter): Sql {
  if (filter.kind === 'all') return { text: '1', values: [] };
  if (filter.kind === 'condition') return conditionSql(filter.condition);
  // Cheap conditions first: SQLite evaluates them in order and stops as soon as it can.
  const byCost = filter.filters.toSorted((a, b) => costOf(a) - costOf(b));
  return joinSql(
    byCost.map((part) => filterSql(part)),
    filter.kind === 'and' ? ' AND ' : ' OR ',
  );
}

/** `ORDER BY` terms: unknown last, ties by id. */
export function sortSql(sort: Sort): string {
  const direction = sort.direction === 'asc' ? 'ASC' : 'DESC';
  // Not `NULLS LAST` where it says nothing: an index would no longer be used for the order.
  const nulls = sort.by === 'request_created_at' || direction === 'DESC' ? '' : ' NULLS LAST';
  return `${EXPRESSIONS[sort.by]} ${direction}${nulls}, id ${direction}`;
}

/** Where a sorted list goes on: the last record's value of the sort and its id. */
export interface SortedPlace {
  value: SQLInputValue;
  id: string;
}

/** What a record is sorted by, as a column. */
export function sortedBySql({ by }: Sort): string {
  return EXPRESSIONS[by];
}

/** A condition: records that come behind a place in the order of `sortSql`. */
export function behindSql({ by, direction }: Sort, { value, id }: SortedPlace): Sql {
  const expression = EXPRESSIONS[by];
  const beyond = direction === 'asc' ? '>' : '<';
  if (value === null) return sql`(${expression} IS NULL AND id ${beyond} ${bind(id)})`;
  // Said twice, so that an index finds where to begin.
  const known = sql`${expression} ${beyond}= ${bind(value)} AND (${expression} ${beyond} ${bind(value)} OR id ${beyond} ${bind(id)})`;
  // Always known; and with an OR no index would be used.
  return by === 'request_created_at' ? known : sql`(${known} OR ${expression} IS NULL)`;
}

/** Bodies have to be decompressed, properties and scores to be parsed. */
function costOf(filter: Filter): number {
  if (filter.kind === 'all') return 0;
  if (filter.kind !== 'condition') return Math.max(...filter.filters.map(costOf));
  const { kind } = filter.condition.field;
  if (kind === 'column' || kind === 'scored') return 0;
  return kind === 'body' ? 2 : 1;
}

function conditionSql(condition: Condition): Sql {
  const { field } = condition;
  if (field.kind === 'body') return bodySql(field.name, condition);
  if (field.kind === 'column' && field.name === 'request_id' && condition.operator === 'equals') {
    if (condition.value !== null) return requestIdSql(condition.value);
  }
  return compare(fieldSql(condition), condition, bindable(condition));
}

function fieldSql({ field }: Condition): Sql {
  if (field.kind === 'column') return { text: EXPRESSIONS[field.name], values: [] };
  if (field.kind === 'scored') return { text: 'scores', values: [] };
  return field.kind === 'score' ? scoreSql(field.name) : propertySql(field.name);
}

/** Value of one score; null where it has none. */
export function scoreSql(name: string): Sql {
  return entrySql('scores', name);
}

/** Value of one property; null where it has none. */
export function propertySql(name: string): Sql {
  const column = SESSION_COLUMNS.get(name);
  return column === undefined ? entrySql('properties', name) : { text: column, values: [] };
}

function entrySql(column: 'scores' | 'properties', name: string): Sql {
  // Not `json_extract`: its paths have no way to say a quote inside a name.
  return { text: `(SELECT value FROM json_each(${column}) WHERE key = ?)`, values: [safeName(name)] };
}

function bindable({ field, value }: Condition): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    const isTime = field.kind === 'column' && FILTER_COLUMNS[field.name] === 'timestamp';
    return isTime ? Date.parse(value) : safeText(value);
  }
  const isMoney = field.kind === 'column' && (field.name === 'cost_usd' || field.name === 'saved_cost_usd');
  return isMoney && value !== null ? nanoUsd(value) : value;
}

/** Nano-USD of USD: whole where only floating point made it not whole (0.00015 * 1e9 is 149999.99999999997). */
function nanoUsd(usd: number): number {
  const nano = usd * 1e9;
  const whole = Math.round(nano);
  return Math.abs(nano - whole) < 1e-3 ? whole : nano;
}

function compare(field: Sql, { operator, value }: Condition, bound: SQLInputValue): Sql {
  const expression = field.text;
  switch (operator) {
    case 'equals':
      if (value === null) return { text: `${expression} IS NULL`, values: field.values };
      // Not IS: only `=` tells SQLite that the value is there, without which it would not use an index of those that are.
      return { text: `${expression} = ?`, values: [...field.values, bound] };
    case 'not-equals':
      if (value === null) return { text: `${expression} IS NOT NULL`, values: field.values };
      return { text: `${expression} IS NOT ?`, values: [...field.values, bound] };
    case 'contains':
    case 'not-contains': {
      const needle = String(bound);
      // `instr` and not LIKE: nothing to escape, and no limit on the pattern.
      const found = `coalesce(instr(${lower(needle)}(${expression}), ?), 0)`;
      return {
        text: `${found} ${operator === 'contains' ? '> 0' : '= 0'}`,
        values: [...field.values, needle.toLowerCase()],
      };
    }
    case 'ilike': {
      const pattern = String(bound);
      const text = `${lower(pattern)}(${expression}) LIKE ? ESCAPE '\\'`;
      return { text, values: [...field.values, closeEscape(pattern.toLowerCase())] };
    }
    case 'like':
      // SQLite's LIKE ignores case, its GLOB does not.
      return { text: `${expression} GLOB ?`, values: [...field.values, globOf(String(bound))] };
    default:
      return { text: `${expression} ${COMPARISONS[operator]} ?`, values: [...field.values, bound] };
  }
}

/** Whether every match has one of some given request ids. */
function wantsRequests(filter: Filter): boolean {
  if (filter.kind === 'and') return filter.filters.some(wantsRequests);
  if (filter.kind === 'or') return filter.filters.every(wantsRequests);
  if (filter.kind !== 'condition') return false;
  const { field, operator, value } = filter.condition;
  return field.kind === 'column' && field.name === 'request_id' && operator === 'equals' && value !== null;
}

/** The index of request ids leaves out those that are the record's own id (see schema.ts): ask both indices. */
function requestIdSql(value: Condition['value']): Sql {
  const id = safeText(String(value));
  return {
    text: `record IN (
      SELECT record FROM records WHERE request_id = ? AND request_id <> id
      UNION ALL SELECT record FROM records WHERE id = ? AND request_id = id)`,
    values: [id, id],
  };
}

/** Unpacks the block of every record that no other condition excluded: about 10 µs a record with 2 KB of bodies. */
function bodySql(which: 'request' | 'response', { operator, value }: Condition): Sql {
  const text = `${BODY_CONTAINS}(block, slot, ?, ?) = ${operator === 'contains' ? 1 : 0}`;
  return { text, values: [which, String(value)] };
}

/** Text that has only ASCII in it can match ASCII letters alone, which SQLite lower-cases by itself, and faster. */
function lower(needle: string): string {
  return /^[\0-\x7f]*$/.test(needle) ? 'lower' : LOWER;
}

/** A lone escape character at the end would make LIKE fail; it means itself. */
function closeEscape(pattern: string): string {
  const trailing = /\\*$/.exec(pattern)?.[0].length ?? 0;
  return trailing % 2 === 1 ? `${pattern}\\` : pattern;
}

function globOf(pattern: string): string {
  return pattern.replace(/\\([\s\S])|[%_*?[]/g, (found, escaped: string | undefined) => {
    if (found === '%') return '*';
    if (found === '_') return '?';
    const character = escaped ?? found;
    return '*?['.includes(character) ? `[${character}]` : character;
  });
}
