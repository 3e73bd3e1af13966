// Datasets: copies of records, to be edited, evaluated and fine-tuned with.
import { z } from 'zod';
import {
  countDatasets,
  countRows,
  createDataset,
  datasetsOf,
  deleteDataset,
  listDatasets,
  listEntries,
  requireDataset,
} from '../datasets/dataset.js';
import { datasetFile, rowList } from '../datasets/dataset-answers.js';
import { DatasetRowSchema } from '../datasets/dataset-row.js';
import { addRows, editRow, recordIds, removeRows } from '../datasets/dataset-rows.js';
import { type Route, type RouteContext, route } from '../route.js';

/** Ids in one call. */
const MAX_IDS = 1000;
const MAX_NAME_LENGTH = 256;
/** Characters of `meta` as JSON. */
const MAX_META_LENGTH = 65_536;

const Ids = z.array(z.string()).max(MAX_IDS);

const NewDataset = z.strictObject({
  datasetName: z.string().min(1).max(MAX_NAME_LENGTH),
  requestIds: Ids.default([]),
  meta: z
    .record(z.string(), z.unknown())
    .refine((meta) => JSON.stringify(meta).length <= MAX_META_LENGTH, { error: 'too long' })
    .nullish(),
});
const DatasetQuery = z.strictObject({ datasetIds: Ids.optional() });
const Page = z.strictObject({
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(1000).default(100),
});
const Mutation = z.strictObject({
  addRequests: Ids.default([]),
  removeRequests: Ids.default([]).meta({ description: 'Ids of rows or of their requests.' }),
});
const Bodies = z.strictObject({ requestBody: z.json(), responseBody: z.json() });

const DatasetSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    created_at: z.iso.datetime(),
    meta: z.record(z.string(), z.unknown()).nullable(),
    requests_count: z.int(),
    dataset_type: z.literal('helicone'),
  })
  .meta({ id: 'Dataset' });

const dataset = { access: 'read', tag: 'Datasets' } as const;

export const datasetRoutes: readonly Route[] = [
  route({
    ...dataset,
    method: 'POST',
    pattern: '/v1/helicone-dataset',
    summary: 'Makes a dataset of copies of records.',
    body: NewDataset,
    data: z.object({ datasetId: z.string() }),
    async handle(context) {
      const { records } = context;
      const { datasetName: name, requestIds, meta } = context.body;
      const datasets = datasetsOf(context);
      const place = 'requestIds';
      const ids = await recordIds(datasets, { records, place, requestIds });
      const datasetId = await createDataset(datasets, { name, meta: meta ?? null });
      await addRows(datasets, { datasetId, records, ids, place });
      return { datasetId };
    },
  }),
  route({
    ...dataset,
    method: 'POST',
    pattern: '/v1/helicone-dataset/query',
    summary: 'Datasets, the newest first.',
    body: DatasetQuery,
    data: z.array(DatasetSchema),
    handle: (context) => listDatasets(datasetsOf(context), context.body.datasetIds),
  }),
  route({
    ...dataset,
    method: 'POST',
    pattern: '/v1/helicone-dataset/count',
    summary: 'How many datasets there are.',
    data: z.int(),
    handle: (context) => countDatasets(datasetsOf(context)),
  }),
  route({
    ...dataset,
    method: 'POST',
    pattern: '/v1/helicone-dataset/:datasetId/query',
    summary: 'Rows of a dataset with their bodies, those of the newest records first.',
    body: Page,
    data: z.array(DatasetRowSchema),
    async handle(context) {
      const { offset, limit } = context.body;
      const { datasets, datasetId } = await existing(context);
      const entries = (await listEntries(datasets, datasetId)).reverse().slice(offset, offset + limit);
      return await rowList(context.request, { datasets, datasetId, entries });
    },
  }),
  route({
    ...dataset,
    method: 'POST',
    pattern: '/v1/helicone-dataset/:datasetId/count',
    summary: 'How many rows a dataset has.',
    data: z.int(),
    async handle(context) {
      const { datasets, datasetId } = await existing(context);
      return await countRows(datasets, datasetId);
    },
  }),
  route({
    ...dataset,
    method: 'POST',
    pattern: '/v1/helicone-dataset/:datasetId/mutate',
    summary: 'Adds copies of records, and removes rows.',
    body: Mutation,
    data: z.null(),
    async handle(context) {
      const { records } = context;
      const { addRequests: requestIds, removeRequests } = context.body;
      const { datasets, datasetId } = await existing(context);
      const place = 'addRequests';
      const ids = await recordIds(datasets, { records, place, requestIds });
      if (removeRequests.length > 0) await removeRows(datasets, datasetId, removeRequests);
      if (ids.length > 0) await addRows(datasets, { datasetId, records, ids, place });
      return null;
    },
  }),
  route({
    ...dataset,
    method: 'POST',
    pattern: '/v1/helicone-dataset/:datasetId/request/:rowId',
    summary: 'Replaces the bodies of a copy, which is named by its own id or that of its request.',
    body: Bodies,
    data: z.null(),
    async handle(context) {
      const { requestBody: request_body, responseBody: response_body } = context.body;
      const { datasets, datasetId } = await existing(context);
      const rowId = context.params.rowId ?? '';
      await editRow(datasets, { datasetId, rowId, request_body, response_body });
      return null;
    },
  }),
  route({
    ...dataset,
    method: 'POST',
    pattern: '/v1/helicone-dataset/:datasetId/delete',
    summary: 'Deletes a dataset with its rows.',
    data: z.null(),
    async handle(context) {
      const { datasets, datasetId } = await existing(context);
      await deleteDataset(datasets, datasetId);
      return null;
    },
  }),
  route({
    ...dataset,
    method: 'GET',
    pattern: '/v1/helicone-dataset/:datasetId/export',
    summary: 'A dataset as lines of JSON, to fine-tune a chat model of OpenAI with or as it is.',
    query: z.strictObject({ format: z.enum(['openai', 'jsonl']).default('openai') }),
    answers: 'application/x-ndjson',
    async handle(context) {
      const { datasets, datasetId } = await existing(context);
      const entries = await listEntries(datasets, datasetId);
      return await datasetFile(context.request, { datasets, datasetId, entries, format: context.query.format });
    },
  }),
];

/** @throws {ApiError} 404 when there is no such dataset. */
async function existing(context: RouteContext<unknown, unknown>) {
  const datasets = datasetsOf(context);
  const datasetId = context.params.datasetId ?? '';
  await requireDataset(datasets, datasetId);
  return { datasets, datasetId };
}
