import type { FilterColumn, SortColumn } from './filter-fields.js';

/**
 * Comparison of one field with one value.
 *
 * Stores keep to these meanings:
 * - `equals` and `not-equals` with null compare with "not known"; `not-equals` and `not-contains` are the exact
 *   complements of `equals` and `contains`, so they also match records where the field is not known.
 * - `contains`, `not-contains` and `ilike` ignore case, `like` does not; `%`, `_` and `\` mean something only in the two
 *   `like`s.
 * - Timestamps are ISO 8601 in UTC with milliseconds, money is USD.
 */
export interface Condition {
  field: FilterField;
  operator: FilterOperator;
  value: string | number | boolean | null;
}
/**
 * What a condition looks at: a column of the record, one of its properties or scores, whether it has any score at all (compared
 * with null; feedback is a score), or a body's text.
 */
export type FilterField =
  | { kind: 'column'; name: FilterColumn }
  | { kind: 'property'; name: string }
  | { kind: 'score'; name: string }
  | { kind: 'scored' }
  | { kind: 'body'; name: 'request' | 'response' };
export type FilterOperator =
  | 'equals'
  | 'not-equals'
  | 'like'
  | 'ilike'
  | 'contains'
  | 'not-contains'
  | 'gte'
  | 'lte'
  | 'gt'
  | 'lt';
/**
 * A filter, checked: what stores compile into their own language. `all` matches everything; `and` and `or` hold two
 * filters or more.
 */
export type Filter =
  | { kind: 'all' }
  | { kind: 'condition'; condition: Condition }
  | { kind: 'and' | 'or'; filters: Filter[] };
/** Records where the column is not known come last in both directions. */
export interface Sort {
  by: SortColumn;
  direction: 'asc' | 'desc';
}

/** A filter or sort that cannot be used. `message` starts with `place`. */
export class InvalidFilter extends Error {
  /** Where the fault is, for example `filter.left.request_response_rmt.model.contians`. */
  readonly place: string;

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.name = 'InvalidFilter';
    this.place = place;
  }
}
