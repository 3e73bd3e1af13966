import { type BodyLinks, type CallRecord, isUuid, type RecordStore, signBodyLink } from '@helicone-proxy/core';
import { anyOf, where } from './join-filters.js';

/** Ids that one question to the store is about, and records that are made text in one turn of the event loop. */
const IDS_AT_ONCE = 100;

const REQUEST_ID = { kind: 'column', name: 'request_id' } as const;
const RECORD_ID = { kind: 'column', name: 'id' } as const;

export interface IdsQuery {
  tenant: string;
  /** Request ids, or ids of records. */
  ids: readonly string[];
  /** Links instead of bodies; null: bodies. */
  links: BodyLinks | null;
}

/**
 * The newest record of each id as a JSON array in pieces, in the order of the ids. Unknown ids are left out, and so is what is no id.
 */
export async function* queryIds(
  records: RecordStore,
  { tenant, ids, links }: IdsQuery,
): AsyncGenerator<Uint8Array, void, void> {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))].filter(isUuid);
  const told = new Set<string>();
  let separator = '[';
  for (let start = 0; start < wanted.length; start += IDS_AT_ONCE) {
    const some = wanted.slice(start, start + IDS_AT_ONCE);
    const newest = await newestOf(records, tenant, some);
    // One record may be meant by its request id and by its own.
    const found = some
      .map((id) => newest.get(id))
      .filter((one) => one !== undefined && !told.has(one.id) && told.add(one.id));
    for await (const text of textsOf(records, { tenant, found: found as CallRecord[], links })) {
      yield Buffer.concat([Buffer.from(separator), text]);
      separator = ',';
    }
  }
  yield Buffer.from(separator === '[' ? '[]' : ']');
}

/** By one question for all; only what it leaves open is looked up one by one. */
async function newestOf(
  records: RecordStore,
  tenant: string,
  ids: readonly string[],
): Promise<Map<string, CallRecord>> {
  const filter = anyOf(...ids.map((id) => where(REQUEST_ID, 'equals', id)));
  const page = await records.query({ tenant, filter, limit: 1000 });
  const newest = new Map<string, CallRecord>();
  // Newest first: the first of an id is the one that counts.
  for (const record of page) if (!newest.has(record.request_id)) newest.set(record.request_id, record);
  // Ids of records, and, where one id has very many records, those that its records left no room for.
  for (const id of ids) {
    const one = newest.has(id) ? null : await records.get(tenant, id);
    if (one !== null) newest.set(id, one);
  }
  return newest;
}

interface Found {
  tenant: string;
  found: readonly CallRecord[];
  links: BodyLinks | null;
}

/** Records as JSON, separated by commas. With bodies one at a time, and made text by the store. */
async function* textsOf(records: RecordStore, { tenant, found, links }: Found): AsyncGenerator<Uint8Array, void, void> {
  if (links !== null) {
    const texts = found.map((one) =>
      JSON.stringify({ ...one, signed_body_url: signBodyLink({ links, tenant, id: one.id }) }),
    );
    if (texts.length > 0) yield Buffer.from(texts.join(','));
    return;
  }
  for (const { id } of found) {
    const query = { tenant, filter: where(RECORD_ID, 'equals', id), bodies: true, limit: 1, format: 'jsonl' } as const;
    const pieces: Uint8Array[] = [];
    for await (const piece of records.export(query)) pieces.push(piece);
    const line = Buffer.concat(pieces);
    // Gone since it was found, if there is none. The line's end is no part of the JSON.
    if (line.length > 1) yield line.subarray(0, line.length - 1);
  }
}
