import type { CallRecord, Condition, Filter } from '@helicone-proxy/core';

/** A filter's meaning in plain JavaScript: what the stores' SQL is held against. Bodies are matched as text. */
export function matches(filter: Filter, record: CallRecord): boolean {
  switch (filter.kind) {
    case 'all':
      return true;
    case 'and':
      return filter.filters.every((part) => matches(part, record));
    case 'or':
      return filter.filters.some((part) => matches(part, record));
    case 'condition':
      return holds(filter.condition, actualOf(filter.condition, record));
  }
}

type Value = string | number | boolean | null;

function actualOf({ field }: Condition, record: CallRecord): Value {
  switch (field.kind) {
    case 'column':
      return record[field.name];
    case 'property':
      return own(record.properties, field.name);
    case 'score':
      return own(record.scores, field.name);
    case 'scored':
      return Object.keys(record.scores).length > 0 ? true : null;
    case 'body': {
      const body = field.name === 'request' ? record.request_body : record.response_body;
      return body === null || body === undefined ? null : JSON.stringify(body);
    }
  }
}

function own<T>(values: Record<string, T>, name: string): T | null {
  return Object.hasOwn(values, name) ? (values[name] ?? null) : null;
}

function holds({ operator, value }: Condition, actual: Value): boolean {
  if (operator === 'equals') return actual === value;
  if (operator === 'not-equals') return actual !== value;
  const contained = actual !== null && fold(actual).includes(fold(value));
  if (operator === 'contains') return contained;
  if (operator === 'not-contains') return !contained;
  if (actual === null || value === null) return false;
  switch (operator) {
    case 'gte':
      return actual >= value;
    case 'lte':
      return actual <= value;
    case 'gt':
      return actual > value;
    case 'lt':
      return actual < value;
    case 'like':
      return likeToRegExp(String(value), 's').test(String(actual));
    case 'ilike':
      return likeToRegExp(String(value), 'si').test(String(actual));
  }
}

function fold(value: Value): string {
  return String(value).toLowerCase();
}

function likeToRegExp(pattern: string, flags: string): RegExp {
  const source = pattern.replace(/\\(.)|[%_.*+?^${}()|[\]\\]/gs, (found, escaped: string | undefined) => {
    if (found === '%') return '.*';
    if (found === '_') return '.';
    return (escaped ?? found).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, `${flags}u`);
}
