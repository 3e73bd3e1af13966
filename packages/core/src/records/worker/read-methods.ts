import type { DocumentList } from '../documents.js';
import type { ExportQuery } from '../export-query.js';
import type { ExportPlace } from '../sqlite/export-piece.js';
import type { SqliteReader } from '../sqlite/reader.js';
import type { GroupsQuery } from '../sqlite/summary-sql.js';
import type { AggregateQuery, RecordQuery } from '../store.js';
import type { HistogramQuery, SummaryQuery } from '../summary.js';
import { type Methods, Transferred } from './serve.js';

/** The questions that only read, over whichever connection there is. */
export function readMethods(reader: () => SqliteReader): Methods {
  return {
    query: (query: RecordQuery) => reader().query(query),
    count: (query: Pick<RecordQuery, 'tenant' | 'filter'>) => reader().count(query),
    get: ({ tenant, requestId, bodies }: { tenant: string; requestId: string; bodies: boolean }) =>
      reader().get(tenant, requestId, { bodies }),
    aggregate: (query: AggregateQuery) => reader().aggregate(query),
    summarize: (query: SummaryQuery) => reader().summarize(query),
    histogram: (query: HistogramQuery) => reader().histogram(query),
    countGroups: (query: GroupsQuery) => reader().countGroups(query),
    propertyNames: (tenant: string) => reader().propertyNames(tenant),
    export({ query, place }: { query: ExportQuery; place: ExportPlace | null }) {
      const piece = reader().exportPiece(query, place);
      return new Transferred(piece, [piece.bytes.buffer]);
    },
    getDocuments: (query: { tenant: string; kind: string; ids: readonly string[] }) => reader().documents.get(query),
    listDocuments: (query: DocumentList) => reader().documents.list(query),
    countDocuments: (query: Pick<DocumentList, 'tenant' | 'kind' | 'prefix'>) => reader().documents.count(query),
    listAllDocuments: (query: { kind: string; after?: { tenant: string; id: string } }) =>
      reader().documents.listAll(query),
  };
}
