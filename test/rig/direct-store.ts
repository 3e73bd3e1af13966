import { repriceAll } from '../../packages/core/src/records/reprice.js';
import type { ExportPiece, ExportPlace } from '../../packages/core/src/records/sqlite/export-piece.js';
import type { SqliteReader } from '../../packages/core/src/records/sqlite/reader.js';
import type { SqliteWriter } from '../../packages/core/src/records/sqlite/writer.js';
import type { RecordStore } from '../../packages/core/src/records/store.js';

/** A writer and a reader as a store, on the calling thread. */
export function directStore(writer: SqliteWriter, reader: SqliteReader, now: () => number = Date.now): RecordStore {
  return {
    append: async (rows) => writer.append(rows),
    patch: async (tenant, requestId, patch) => writer.patch(tenant, requestId, patch, now()),
    query: async (query) => reader.query(query),
    count: async (query) => reader.count(query),
    get: async (tenant, requestId, options) => reader.get(tenant, requestId, options),
    aggregate: async (query) => reader.aggregate(query),
    summarize: async (query) => reader.summarize(query),
    histogram: async (query) => reader.histogram(query),
    countGroups: async (query) => reader.countGroups(query),
    propertyNames: async (tenant) => reader.propertyNames(tenant),
    async *export(query) {
      let place: ExportPlace | null = null;
      do {
        const { bytes, next }: ExportPiece = reader.exportPiece(query, place);
        if (bytes.length > 0) yield bytes;
        place = next;
      } while (place !== null);
    },
    documents: {
      put: async (documents) => writer.documents.put(documents),
      get: async (tenant, kind, ids) => reader.documents.get({ tenant, kind, ids }),
      list: async (query) => reader.documents.list(query),
      count: async (query) => reader.documents.count(query),
      delete: async (query) => writer.documents.delete(query),
      listAll: async (kind, after) => reader.documents.listAll({ kind, after }),
      claim: async (query) => writer.documents.claim(query),
    },
    reprice: (query) => repriceAll(async (after) => writer.repricePiece(query, after)),
    deleteBefore: async (before) => writer.deleteBefore(before),
    async close() {
      reader.close();
      writer.close();
    },
  };
}
