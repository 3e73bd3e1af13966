// Datasets as they are kept: documents of the record store.
import { randomUUID } from 'node:crypto';
import type { DocumentStore, RecordStore, StoredDocument } from '@helicone-proxy/core';
import { ApiError } from '../api-error.js';

const DATASET = 'dataset';
/** What a list of rows needs to know of each: small, so that it can be read whole. */
const ENTRY = 'dataset-entry';
/** The copies. */
const ROW = 'dataset-row';

/** Datasets of a tenant. */
export const MAX_DATASETS = 1000;
/** Rows of a dataset. */
export const MAX_ROWS = 10_000;

/** Documents that a store gives at once. */
const PAGE = 1000;
/** Counts that run at once. */
const PARALLEL = 20;

/** A dataset as REST shows it. */
export interface Dataset {
  id: string;
  name: string;
  /** ISO 8601. */
  created_at: string;
  meta: Record<string, unknown> | null;
  requests_count: number;
  dataset_type: 'helicone';
}

/** A row besides its copy. */
export interface Entry {
  /** Id of the row: that of the record it was copied from. */
  id: string;
  requestId: string;
  /** Length of the copy as JSON text. */
  length: number;
  /** Whether it can be written as an example to fine-tune with. */
  example: boolean;
}

/** A copy of a record on its way into a dataset. */
export interface Copy extends Entry {
  /** The row as JSON text. */
  text: string;
}

/** The datasets of a tenant. */
export interface Datasets {
  documents: DocumentStore;
  tenant: string;
}

export function datasetsOf({ records, tenant }: { records: RecordStore; tenant: string }): Datasets {
  return { documents: records.documents, tenant };
}

/** Makes an empty dataset; resolves its id. @throws {ApiError} 400 when there are too many. */
export async function createDataset(datasets: Datasets, given: Pick<Dataset, 'name' | 'meta'>): Promise<string> {
  const { documents, tenant } = datasets;
  if ((await countDatasets(datasets)) >= MAX_DATASETS) throw new ApiError(400, `More than ${MAX_DATASETS} datasets`);
  const id = randomUUID();
  const value = JSON.stringify({ name: given.name, meta: given.meta });
  await documents.put([{ tenant, kind: DATASET, id, value, dueAt: null, createdAt: Date.now() }]);
  return id;
}

export function countDatasets({ documents, tenant }: Datasets): Promise<number> {
  return documents.count({ tenant, kind: DATASET });
}

/** All, or those of the ids that exist; the newest first. */
export async function listDatasets(datasets: Datasets, ids?: readonly string[]): Promise<Dataset[]> {
  const { documents, tenant } = datasets;
  const found =
    ids === undefined
      ? await documents.list({ tenant, kind: DATASET, limit: MAX_DATASETS })
      : await documents.get(tenant, DATASET, ids);
  found.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  const listed: Dataset[] = [];
  for (let start = 0; start < found.length; start += PARALLEL) {
    const some = found.slice(start, start + PARALLEL);
    listed.push(...(await Promise.all(some.map((document) => shown(datasets, document)))));
  }
  return listed;
}

async function shown(datasets: Datasets, { id, value, createdAt }: StoredDocument): Promise<Dataset> {
  const { name, meta } = JSON.parse(value) as Pick<Dataset, 'name' | 'meta'>;
  const requests_count = await countRows(datasets, id);
  return { id, name, created_at: new Date(createdAt).toISOString(), meta, requests_count, dataset_type: 'helicone' };
}

/** @throws {ApiError} 404 when there is none. */
export async function requireDataset({ documents, tenant }: Datasets, id: string): Promise<void> {
  const found = await documents.get(tenant, DATASET, [id]);
  if (found.length === 0) throw new ApiError(404, `No dataset ${id}`);
}

/** Deletes a dataset with its rows; the dataset last, so that one that could not be deleted whole can be deleted again. */
export async function deleteDataset({ documents, tenant }: Datasets, id: string): Promise<void> {
  const prefix = `${id}/`;
  await documents.delete({ tenant, kind: ENTRY, prefix });
  await documents.delete({ tenant, kind: ROW, prefix });
  await documents.delete({ tenant, kind: DATASET, ids: [id] });
}

export function countRows({ documents, tenant }: Datasets, datasetId: string): Promise<number> {
  return documents.count({ tenant, kind: ENTRY, prefix: `${datasetId}/` });
}

/** All rows of a dataset, the oldest record first. */
export async function listEntries({ documents, tenant }: Datasets, datasetId: string): Promise<Entry[]> {
  const prefix = `${datasetId}/`;
  const entries: Entry[] = [];
  let after: string | undefined;
  do {
    const from = after === undefined ? {} : { after };
    const page = await documents.list({ tenant, kind: ENTRY, prefix, limit: PAGE, ...from });
    entries.push(...page.map(entryOf));
    after = page.length < PAGE ? undefined : page.at(-1)?.id;
  } while (after !== undefined);
  return entries;
}

/** Those of the rows that exist, by their ids. At most 1000. */
export async function getEntries(datasets: Datasets, datasetId: string, ids: readonly string[]): Promise<Entry[]> {
  const { documents, tenant } = datasets;
  return (await documents.get(tenant, ENTRY, keysOf(datasetId, ids))).map(entryOf);
}

/** Writes rows, or replaces those that are there. All or none. */
export async function putRows(
  { documents, tenant }: Datasets,
  datasetId: string,
  copies: readonly Copy[],
): Promise<void> {
  const createdAt = Date.now();
  const stored = copies.flatMap((copy): StoredDocument[] => {
    const { id, requestId, length, example, text } = copy;
    const known = { tenant, id: `${datasetId}/${id}`, dueAt: null, createdAt };
    return [
      { ...known, kind: ROW, value: text },
      { ...known, kind: ENTRY, value: JSON.stringify([requestId, length, example]) },
    ];
  });
  await documents.put(stored);
}

/** Deletes rows, at most 1000: first from the list, so that no row is shown without its copy. */
export async function deleteRows(
  { documents, tenant }: Datasets,
  datasetId: string,
  rows: readonly string[],
): Promise<void> {
  const ids = keysOf(datasetId, rows);
  await documents.delete({ tenant, kind: ENTRY, ids });
  await documents.delete({ tenant, kind: ROW, ids });
}

/** Copies as JSON texts, in the order of the ids; those that are gone are left out. */
export async function getRows(
  { documents, tenant }: Datasets,
  datasetId: string,
  ids: readonly string[],
): Promise<string[]> {
  const keys = keysOf(datasetId, ids);
  const found = new Map((await documents.get(tenant, ROW, keys)).map(({ id, value }) => [id, value]));
  return keys.flatMap((key) => found.get(key) ?? []);
}

function keysOf(datasetId: string, ids: readonly string[]): string[] {
  return ids.map((id) => `${datasetId}/${id}`);
}

function entryOf({ id, value }: StoredDocument): Entry {
  const [requestId, length, example] = JSON.parse(value) as [string, number, boolean];
  return { id: id.slice(id.indexOf('/') + 1), requestId, length, example };
}
