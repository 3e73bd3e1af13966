import type { Condition, Filter } from '@helicone-proxy/core';

/** Records that match all of these. */
export function allOf(...filters: Filter[]): Filter {
  return joined(
    'and',
    filters.filter(({ kind }) => kind !== 'all'),
  );
}

/** Records that match one of these; none of them: all records. */
export function anyOf(...filters: Filter[]): Filter {
  return joined('or', filters);
}

function joined(kind: 'and' | 'or', filters: Filter[]): Filter {
  const [only] = filters;
  if (only === undefined) return { kind: 'all' };
  return filters.length === 1 ? only : { kind, filters };
}

/** One condition. */
export function where(field: Condition['field'], operator: Condition['operator'], value: Condition['value']): Filter {
  return { kind: 'condition', condition: { field, operator, value } };
}

/** Records of which this is known, or of which it is not. */
export function isKnown(field: Condition['field'], known = true): Filter {
  return where(field, known ? 'not-equals' : 'equals', null);
}
