/** Comparison of one field with one value. */
export interface Condition {
  /** Key of `FILTER_FIELDS`, or a property or score by its name. */
  field: FilterField;
  operator: FilterOperator;
  value: string | number | boolean | null;
}
/** What a condition looks at: a column of the record, one of its properties or scores, or a body's text. */
export type FilterField =
  | { kind: 'column'; name: string }
  | { kind: 'property'; name: string }
  | { kind: 'score'; name: string }
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
/** A filter, checked: what stores compile into their own language. `all` matches everything. */
export type Filter =
  | { kind: 'all' }
  | { kind: 'condition'; condition: Condition }
  | { kind: 'and' | 'or'; filters: Filter[] };
export interface Sort {
  by: string;
  direction: 'asc' | 'desc';
}
