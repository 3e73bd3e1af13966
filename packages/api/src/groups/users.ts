// What a user is to REST: the records that share a user id.
import { InvalidFilter, type Measure, type SummaryQuery } from '@helicone-proxy/core';
import type { GroupTables } from './group-filter.js';

export const USER = { kind: 'column', name: 'request_user_id' } as const;

/** Figures of a user by the names that Helicone gives them. */
const FIGURES = {
  first_active: 'first_created_at',
  last_active: 'last_created_at',
  total_requests: 'requests',
  active_for: 'active_days',
  average_requests_per_day_active: 'requests_per_active_day',
  average_tokens_per_request: 'tokens_per_request',
  total_completion_tokens: 'completion_tokens',
  total_prompt_tokens: 'prompt_tokens',
  cost: 'cost_usd',
} as const satisfies Record<string, Measure>;

const TIMES: ReadonlySet<string> = new Set(['first_active', 'last_active']);

const fields: GroupTables[string] = {
  user_id: { kind: 'record', table: 'request', field: 'user_id' },
  ...Object.fromEntries(
    Object.entries(FIGURES).map(([name, measure]) => [name, { kind: TIMES.has(name) ? 'time' : 'number', measure }]),
  ),
};

/** Fields of Helicone's tables of users: an older and a newer name of the same. */
export const USER_TABLES: GroupTables = { user_metrics: fields, users_view: fields };

const SORT_KEYS: Readonly<Record<string, Measure>> = { ...FIGURES, rate_limited_count: 'rate_limited' };

/**
 * Checks a sort of users: one figure with `asc` or `desc`; default: the one who was active last first.
 * @throws {InvalidFilter} for unknown keys and directions, and for more than one key.
 */
export function parseUserSort(input: unknown): NonNullable<SummaryQuery['sort']> {
  if (input !== undefined && (typeof input !== 'object' || input === null || Array.isArray(input))) {
    throw new InvalidFilter('sort', 'must be an object');
  }
  const [first, second] = Object.entries(input ?? {});
  if (first === undefined) return { measure: 'last_created_at', direction: 'desc' };
  if (second !== undefined)
    throw new InvalidFilter(`sort.${second[0]}`, `only one sort key is possible, besides ${first[0]}`);
  const [key, direction] = first;
  const measure = Object.hasOwn(SORT_KEYS, key) ? SORT_KEYS[key] : undefined;
  if (measure === undefined) {
    throw new InvalidFilter(`sort.${key}`, `unknown sort key; known are ${Object.keys(SORT_KEYS).join(', ')}`);
  }
  if (direction !== 'asc' && direction !== 'desc') throw new InvalidFilter(`sort.${key}`, "must be 'asc' or 'desc'");
  return { measure, direction };
}
