// What is done with the rows of a dataset, a few at a time: neither a large dataset nor large bodies hold up the request thread.
import { type CallRecord, isUuid, type RecordStore } from '@helicone-proxy/core';
import { ApiError } from '../api-error.js';
import { fineTuningExample } from '../fine-tuning/fine-tuning-example.js';
import {
  type Copy,
  type Datasets,
  deleteRows,
  type Entry,
  getEntries,
  getRows,
  listEntries,
  MAX_ROWS,
  putRows,
} from './dataset.js';
import type { DatasetRow } from './dataset-row.js';

/** Look-ups of records without bodies that run at once. */
const PARALLEL = 50;
/** The same with bodies, each of which may be a MiB. */
const PARALLEL_WITH_BODIES = 4;
/** Rows are read and written until they have this many characters together. */
const BATCH_LENGTH = 256 * 1024;
const BATCH_ROWS = 100;
/** What a store takes as one document. */
const MAX_COPY_BYTES = 8 * 1024 * 1024;

/** Where to add rows, and from which records. */
export interface Addition {
  records: RecordStore;
  /** Name of the list in the body, for the place of what is wrong. */
  place: string;
  requestIds: readonly string[];
}

/**
 * Ids of the records that requests mean. Nothing has changed when one is unknown.
 * @throws {ApiError} 400 naming the id that is no UUID or unknown.
 */
export async function recordIds({ tenant }: Datasets, { records, place, requestIds }: Addition): Promise<string[]> {
  const ids = requestIds.map((id, index) => {
    if (isUuid(id.toLowerCase())) return id.toLowerCase();
    throw new ApiError(400, `${place}.${index}: must be a UUID`);
  });
  const found = await inParallel(ids, PARALLEL, (id) => records.get(tenant, id));
  const recordIds = found.map((record, index) => {
    if (record !== null) return record.id;
    throw new ApiError(400, `${place}.${index}: no request ${ids[index]}`);
  });
  return [...new Set(recordIds)];
}

/** Copies records into a dataset; those that are in it already stay as they are. @throws {ApiError} 400 when it gets too long. */
export async function addRows(
  datasets: Datasets,
  {
    datasetId,
    records,
    ids,
    place,
  }: { datasetId: string; records: RecordStore; ids: readonly string[]; place: string },
): Promise<void> {
  const present = new Set((await listEntries(datasets, datasetId)).map(({ id }) => id));
  const wanted = ids.filter((id) => !present.has(id));
  if (present.size + wanted.length > MAX_ROWS) {
    throw new ApiError(400, `${place}: a dataset has at most ${MAX_ROWS} rows, and this one has ${present.size}`);
  }
  let held: Copy[] = [];
  for (let start = 0; start < wanted.length; start += PARALLEL_WITH_BODIES) {
    const some = wanted.slice(start, start + PARALLEL_WITH_BODIES);
    const found = await Promise.all(some.map((id) => records.get(datasets.tenant, id, { bodies: true })));
    // One that is gone by now was let go by the store's own bounds.
    held.push(...found.filter((record) => record !== null).map((record) => copyOf(toRow(datasetId, record))));
    if (lengthOf(held) < BATCH_LENGTH && held.length < BATCH_ROWS) continue;
    await putRows(datasets, datasetId, held);
    held = [];
  }
  if (held.length > 0) await putRows(datasets, datasetId, held);
}

/** Removes rows by their ids or those of their requests; what is not there is left out. */
export async function removeRows(datasets: Datasets, datasetId: string, given: readonly string[]): Promise<void> {
  const ids = given.map((id) => id.toLowerCase());
  const rows = (await getEntries(datasets, datasetId, ids)).map(({ id }) => id);
  const known = new Set(rows);
  const others = new Set(ids.filter((id) => !known.has(id)));
  if (others.size > 0) {
    const entries = await listEntries(datasets, datasetId);
    rows.push(...entries.filter(({ id, requestId }) => others.has(requestId) && !known.has(id)).map(({ id }) => id));
  }
  // Requests may have several rows each, so these can be more than were given.
  for (let start = 0; start < rows.length; start += 1000) {
    await deleteRows(datasets, datasetId, rows.slice(start, start + 1000));
  }
}

/** Replaces the bodies of a copy. @throws {ApiError} 404 when there is no such row. */
export async function editRow(
  datasets: Datasets,
  {
    datasetId,
    rowId,
    ...bodies
  }: { datasetId: string; rowId: string } & Pick<DatasetRow, 'request_body' | 'response_body'>,
): Promise<void> {
  const id = await rowIdOf(datasets, datasetId, rowId);
  const [text] = id === undefined ? [] : await getRows(datasets, datasetId, [id]);
  if (text === undefined) throw new ApiError(404, `No row ${rowId} in dataset ${datasetId}`);
  const row: DatasetRow = { ...(JSON.parse(text) as DatasetRow), ...bodies };
  await putRows(datasets, datasetId, [copyOf(row)]);
}

/** Of several rows of a request the newest is meant. */
async function rowIdOf(datasets: Datasets, datasetId: string, given: string): Promise<string | undefined> {
  const id = given.toLowerCase();
  const [own] = await getEntries(datasets, datasetId, [id]);
  if (own !== undefined) return own.id;
  return (await listEntries(datasets, datasetId)).findLast(({ requestId }) => requestId === id)?.id;
}

/** Copies as JSON texts, read as they are asked for. */
export async function* rowTexts(
  datasets: Datasets,
  datasetId: string,
  entries: readonly Entry[],
): AsyncGenerator<string[], void, void> {
  let ids: string[] = [];
  let length = 0;
  for (const entry of entries) {
    if (ids.length > 0 && (ids.length >= BATCH_ROWS || length + entry.length > BATCH_LENGTH)) {
      yield await getRows(datasets, datasetId, ids);
      ids = [];
      length = 0;
    }
    ids.push(entry.id);
    length += entry.length;
  }
  if (ids.length > 0) yield await getRows(datasets, datasetId, ids);
}

function toRow(datasetId: string, record: CallRecord): DatasetRow {
  return {
    id: record.id,
    origin_request_id: record.request_id,
    dataset_id: datasetId,
    created_at: new Date().toISOString(),
    request_created_at: record.request_created_at,
    request_path: record.request_path,
    request_user_id: record.request_user_id,
    provider: record.provider,
    model: record.model,
    response_status: record.response_status,
    prompt_tokens: record.prompt_tokens,
    completion_tokens: record.completion_tokens,
    cost_usd: record.cost_usd,
    feedback_rating: record.feedback_rating,
    scores: record.scores,
    properties: record.properties,
    request_body: record.request_body ?? null,
    response_body: record.response_body ?? null,
  };
}

/** @throws {ApiError} 413 for one that is too long. */
function copyOf(row: DatasetRow): Copy {
  const text = JSON.stringify(row);
  if (Buffer.byteLength(text) > MAX_COPY_BYTES)
    throw new ApiError(413, `The bodies of ${row.id} are too long for a dataset`);
  const example = fineTuningExample(row.request_body, row.response_body) !== null;
  return { id: row.id, requestId: row.origin_request_id, length: text.length, example, text };
}

function lengthOf(copies: readonly Copy[]): number {
  return copies.reduce((sum, { length }) => sum + length, 0);
}

async function inParallel<T, R>(items: readonly T[], atOnce: number, each: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(each))));
  }
  return results;
}
