import type { ExportQuery } from './export-query.js';
import { EXPORT_PIECE_LENGTH, exportText } from './export-text.js';
import type { Condition, Filter } from './filter.js';
import type { CallRecord } from './record.js';
import type { RecordQuery, RecordStore } from './store.js';

/** Records that are asked for at once; with bodies few, since each can have megabytes. */
const PAGE_RECORDS = { plain: 200, bodies: 10 };

/**
 * `RecordStore.export` for a store that can do no better than `query`: reads a page when the one before was taken. The text is
 * made on the calling thread, a page at a time. Sorted by time, which is the default, it goes on behind the last record, so that
 * records that come meanwhile do not shift it; other sorts go by offset.
 * @throws {RangeError} on the first step, for a limit or offset that is out of bounds.
 */
export async function* exportPages(query: ExportQuery, page: RecordStore['query']): AsyncGenerator<Uint8Array, void> {
  const { format, links, limit = Number.POSITIVE_INFINITY, offset = 0, ...rest } = query;
  checkExport(query);
  const text = exportText(query);
  const size = rest.bodies === true ? PAGE_RECORDS.bodies : PAGE_RECORDS.plain;
  const encoder = new TextEncoder();
  let piece = text.head;
  let next: Pick<RecordQuery, 'filter' | 'offset'> = { filter: query.filter, offset };
  let count = 0;
  while (count < limit) {
    const wanted = Math.min(size, limit - count);
    const records = await page({ ...rest, ...next, limit: wanted });
    for (const record of records) {
      piece += text.record(record, count);
      count += 1;
      if (piece.length < EXPORT_PIECE_LENGTH) continue;
      yield encoder.encode(piece);
      piece = '';
    }
    if (records.length < wanted) break;
    next = behind(query, next, records);
  }
  piece += text.tail;
  if (piece !== '') yield encoder.encode(piece);
}

/** @throws {RangeError} for a limit below 1 or an offset below 0. */
export function checkExport({ limit, offset = 0 }: Pick<ExportQuery, 'limit' | 'offset'>): void {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1)) {
    throw new RangeError('limit must be a whole number from 1');
  }
  if (!(Number.isSafeInteger(offset) && offset >= 0)) throw new RangeError('offset must be a whole number from 0');
}

/** What asks for the page behind these records. */
function behind(
  { filter, sort }: ExportQuery,
  before: Pick<RecordQuery, 'filter' | 'offset'>,
  records: readonly CallRecord[],
): Pick<RecordQuery, 'filter' | 'offset'> {
  const offset = (before.offset ?? 0) + records.length;
  const time = records.at(-1)?.request_created_at;
  if (time === undefined || (sort !== undefined && sort.by !== 'request_created_at'))
    return { filter: before.filter, offset };
  // Those of the same millisecond come again, and are passed over.
  const same = records.filter((record) => record.request_created_at === time).length;
  const condition: Condition = {
    field: { kind: 'column', name: 'request_created_at' },
    operator: sort?.direction === 'asc' ? 'gte' : 'lte',
    value: time,
  };
  const onwards: Filter = { kind: 'and', filters: [filter, { kind: 'condition', condition }] };
  return same === records.length ? { filter: before.filter, offset } : { filter: onwards, offset: same };
}
