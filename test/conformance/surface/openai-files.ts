import { toFile } from 'openai';
import { all } from './all.js';
import { media } from './answer.js';
import { bytes, deleted, json, type OpenAICase, page } from './openai-sdk.js';

const FILE = {
  id: 'file-abc123',
  object: 'file',
  bytes: 120000,
  created_at: 1677610602,
  expires_at: 1677614202,
  filename: 'mydata.jsonl',
  purpose: 'fine-tune',
  status: 'processed',
};
const LINES = Buffer.from(`${JSON.stringify({ custom_id: 'request-1', body: { model: 'gpt-4o', messages: [] } })}\n`);
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), media(70_000)]);

const upload = () => toFile(LINES, 'mydata — 資料.jsonl');

/** Files, and uploads in parts. */
const FILES: readonly OpenAICase[] = [
  {
    name: 'file: uploaded',
    answers: [json(FILE)],
    run: async (openai) => openai.files.create({ file: await upload(), purpose: 'fine-tune' }),
  },
  {
    name: 'file: uploaded piece by piece from a stream, longer than what is kept',
    answers: [json({ ...FILE, bytes: 2_000_000 })],
    async run(openai) {
      async function* pieces(): AsyncGenerator<Uint8Array> {
        for (let count = 0; count < 20; count++) yield media(100_000);
      }
      const file = await toFile(pieces(), 'large.bin', { type: 'application/octet-stream' });
      return openai.files.create({
        file,
        purpose: 'user_data',
        expires_after: { anchor: 'created_at', seconds: 3600 },
      });
    },
  },
  {
    name: 'files: all pages',
    answers: [
      page([FILE, { ...FILE, id: 'file-b' }], true),
      page([{ ...FILE, id: 'file-c' }], true),
      page([{ ...FILE, id: 'file-d' }]),
    ],
    run: (openai) => all(openai.files.list({ limit: 2, purpose: 'fine-tune', order: 'desc' })),
    gives: [{ id: 'file-abc123' }, { id: 'file-b' }, { id: 'file-c' }, { id: 'file-d' }],
  },
  {
    name: 'file: retrieved, read and deleted',
    answers: [json(FILE), bytes('application/octet-stream', PDF), deleted('file-abc123', 'file')],
    async run({ files }) {
      return [
        await files.retrieve('file-abc123'),
        PDF.equals(Buffer.from(await (await files.content('file-abc123')).arrayBuffer())),
        await files.delete('file-abc123'),
      ];
    },
    gives: [{ id: 'file-abc123' }, true, { deleted: true }],
  },
  {
    name: 'file: read as text',
    answers: [bytes('application/jsonl', LINES)],
    run: async (openai) => (await openai.files.content('file-abc123')).text(),
  },
  {
    name: 'upload in parts',
    answers: [
      json({
        id: 'upload_1',
        object: 'upload',
        bytes: 2048,
        status: 'pending',
        filename: 'a.pdf',
        purpose: 'assistants',
      }),
      json({ id: 'part_1', object: 'upload.part', created_at: 1719185911, upload_id: 'upload_1' }),
      json({ id: 'part_2', object: 'upload.part', created_at: 1719185912, upload_id: 'upload_1' }),
      json({ id: 'upload_1', object: 'upload', bytes: 2048, status: 'completed', file: FILE }),
      json({ id: 'upload_2', object: 'upload', bytes: 2048, status: 'cancelled' }),
    ],
    async run({ uploads }) {
      const made = {
        bytes: PDF.length,
        filename: 'a.pdf',
        mime_type: 'application/pdf',
        purpose: 'assistants',
      } as const;
      const part = async (from: number, to: number) => ({ data: await toFile(PDF.subarray(from, to), 'blob') });
      return [
        await uploads.create(made),
        await uploads.parts.create('upload_1', await part(0, 40_000)),
        await uploads.parts.create('upload_1', await part(40_000, PDF.length)),
        await uploads.complete('upload_1', { part_ids: ['part_1', 'part_2'] }),
        await uploads.cancel('upload_2'),
      ];
    },
  },
];

const BATCH = {
  id: 'batch_abc123',
  object: 'batch',
  endpoint: '/v1/chat/completions',
  errors: null,
  input_file_id: 'file-abc123',
  completion_window: '24h',
  status: 'in_progress',
  request_counts: { total: 100, completed: 95, failed: 5 },
};

const CONTAINER = { id: 'cntr_1', object: 'container', created_at: 1747857508, status: 'running', name: 'Work' };
const IN_CONTAINER = {
  id: 'cfile_1',
  object: 'container.file',
  container_id: 'cntr_1',
  bytes: 880,
  path: '/mnt/data/a.csv',
};

const STORE = {
  id: 'vs_abc123',
  object: 'vector_store',
  created_at: 1699061776,
  name: 'Support FAQ',
  file_counts: { in_progress: 0, completed: 1, failed: 0, cancelled: 0, total: 1 },
};
const IN_STORE = { id: 'file-abc123', object: 'vector_store.file', vector_store_id: 'vs_abc123', status: 'completed' };
const FILE_BATCH = { ...IN_STORE, id: 'vsfb_123', object: 'vector_store.file_batch', file_counts: STORE.file_counts };

/** What is made of files: batches, containers, vector stores. */
const OF_FILES: readonly OpenAICase[] = [
  {
    name: 'batches',
    answers: [
      json(BATCH),
      json({ ...BATCH, status: 'completed', output_file_id: 'file-cvaTdG' }),
      page([BATCH], true),
      page([{ ...BATCH, id: 'batch_2' }]),
      json({ ...BATCH, status: 'cancelling' }),
    ],
    run: async ({ batches }) => [
      await batches.create({
        input_file_id: 'file-abc123',
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
      }),
      await batches.retrieve('batch_abc123'),
      await all(batches.list({ limit: 1 })),
      await batches.cancel('batch_abc123'),
    ],
    gives: [{}, { status: 'completed' }, [{}, { id: 'batch_2' }], { status: 'cancelling' }],
  },
  {
    name: 'containers and their files',
    answers: [
      json(CONTAINER),
      json(IN_CONTAINER),
      page([IN_CONTAINER]),
      bytes('application/octet-stream', PDF),
      json(IN_CONTAINER),
      json({ ...IN_CONTAINER, deleted: true }),
      page([CONTAINER]),
      json({ ...CONTAINER, deleted: true }),
    ],
    async run({ containers }) {
      const inside = { container_id: 'cntr_1' };
      return [
        await containers.create({ name: 'Work', expires_after: { anchor: 'last_active_at', minutes: 20 } }),
        await containers.files.create('cntr_1', { file: await upload() }),
        await all(containers.files.list('cntr_1')),
        PDF.equals(Buffer.from(await (await containers.files.content.retrieve('cfile_1', inside)).arrayBuffer())),
        await containers.files.retrieve('cfile_1', inside),
        await containers.files.delete('cfile_1', inside).then(() => 'deleted'),
        await all(containers.list({ order: 'asc' })),
        await containers.delete('cntr_1').then(() => 'deleted'),
      ];
    },
    gives: [{}, {}, [{}], true, {}, 'deleted', [{}], 'deleted'],
  },
  {
    name: 'vector stores',
    answers: [
      json(STORE),
      json(STORE),
      page([STORE]),
      json({
        object: 'vector_store.search_results.page',
        search_query: 'What is the return policy?',
        data: [
          { file_id: 'file_1', filename: 'a.txt', score: 0.95, content: [{ type: 'text', text: 'Relevant — 好' }] },
        ],
        has_more: false,
        next_page: null,
      }),
      json({ ...STORE, name: 'New' }),
      deleted('vs_abc123', 'vector_store.deleted'),
    ],
    run: async ({ vectorStores }) => [
      await vectorStores.create({ name: 'Support FAQ', file_ids: ['file-abc123'] }),
      await vectorStores.retrieve('vs_abc123'),
      await all(vectorStores.list({ limit: 10 })),
      await all(vectorStores.search('vs_abc123', { query: 'What is the return policy?' })),
      await vectorStores.update('vs_abc123', { name: 'New' }),
      await vectorStores.delete('vs_abc123'),
    ],
  },
  {
    name: 'files of a vector store, alone and by the batch',
    answers: [
      json(IN_STORE),
      page([IN_STORE], true),
      page([{ ...IN_STORE, id: 'file-b' }]),
      json({ object: 'vector_store.file_content.page', data: [{ type: 'text', text: 'content' }], has_more: false }),
      json(FILE_BATCH),
      json({ ...FILE_BATCH, status: 'in_progress' }),
      page([IN_STORE]),
      json({ ...FILE_BATCH, status: 'cancelled' }),
      deleted('file-abc123', 'vector_store.file.deleted'),
    ],
    async run({ vectorStores: { files, fileBatches } }) {
      const inside = { vector_store_id: 'vs_abc123' };
      return [
        await files.create('vs_abc123', { file_id: 'file-abc123', attributes: { region: 'EU' } }),
        await all(files.list('vs_abc123', { limit: 1, filter: 'completed' })),
        await all(files.content('file-abc123', inside)),
        await fileBatches.create('vs_abc123', { file_ids: ['file-abc123', 'file-b'] }),
        await fileBatches.retrieve('vsfb_123', inside),
        await all(fileBatches.listFiles('vsfb_123', inside)),
        await fileBatches.cancel('vsfb_123', inside),
        await files.delete('file-abc123', inside),
      ];
    },
  },
];

export const FILE_CASES: readonly OpenAICase[] = [...FILES, ...OF_FILES];
