import type { SqliteReader } from '../sqlite/reader.js';
import type { AggregateQuery, RecordQuery } from '../store.js';
import type { Methods } from './serve.js';

/** The questions that only read, over whichever connection there is. */
export function readMethods(reader: () => SqliteReader): Methods {
  return {
    query: (query: RecordQuery) => reader().query(query),
    count: (query: Pick<RecordQuery, 'tenant' | 'filter'>) => reader().count(query),
    get: ({ tenant, requestId, bodies }: { tenant: string; requestId: string; bodies: boolean }) =>
      reader().get(tenant, requestId, { bodies }),
    aggregate: (query: AggregateQuery) => reader().aggregate(query),
  };
}
