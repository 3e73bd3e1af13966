import { toFile } from '@anthropic-ai/sdk';
import { all } from './all.js';
import { media } from './answer.js';
import { type AnthropicCase, bytes, json } from './anthropic-sdk.js';

const BATCH = {
  id: 'msgbatch_013Zva2CMHLNnXjNJJKqJ2EF',
  type: 'message_batch',
  processing_status: 'in_progress',
  request_counts: { processing: 2, succeeded: 0, errored: 0, canceled: 0, expired: 0 },
  created_at: '2024-08-20T18:37:24.100435Z',
  expires_at: '2024-08-21T18:37:24.100435Z',
  ended_at: null,
  results_url: null,
};
const RESULTS = ['first', 'zweite — 二']
  .map((id) => `${JSON.stringify({ custom_id: id, result: { type: 'expired' } })}\n`)
  .join('');
const PARAMS = {
  model: 'claude-haiku-4-5',
  max_tokens: 64,
  messages: [{ role: 'user' as const, content: 'Hi — 好' }],
};

const MODEL = {
  type: 'model',
  id: 'claude-sonnet-4-5-20250929',
  display_name: 'Claude Sonnet 4.5',
  created_at: '2025-09-29T00:00:00Z',
};

const FILE = {
  id: 'file_011CNha8iCJcU1wXNR6q4V8w',
  type: 'file',
  filename: 'document.pdf',
  mime_type: 'application/pdf',
  size_bytes: 70_009,
  created_at: '2025-01-01T00:00:00Z',
  downloadable: true,
};
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), media(70_000)]);

const upload = () => toFile(PDF, 'dokument — 文書.pdf', { type: 'application/pdf' });

function listed(data: readonly { id: string }[], hasMore = false): ReturnType<typeof json> {
  return json({ data, first_id: data[0]?.id, last_id: data.at(-1)?.id, has_more: hasMore });
}

/** Message batches, models and files. */
export const STORED_CASES: readonly AnthropicCase[] = [
  {
    name: 'message batches',
    answers: [
      json(BATCH),
      json(BATCH),
      listed([BATCH], true),
      listed([{ ...BATCH, id: 'msgbatch_2' }]),
      json({ ...BATCH, processing_status: 'canceling' }),
      json({ id: BATCH.id, type: 'message_batch_deleted' }),
    ],
    run: async ({ messages: { batches } }) => [
      await batches.create({ requests: [{ custom_id: 'first', params: PARAMS }] }),
      await batches.retrieve(BATCH.id),
      await all(batches.list({ limit: 1 })),
      await batches.cancel(BATCH.id),
      await batches.delete(BATCH.id),
    ],
    gives: [{}, {}, [{}, { id: 'msgbatch_2' }], { processing_status: 'canceling' }, { type: 'message_batch_deleted' }],
  },
  {
    // The SDK's own `results` goes to the address that the batch names: see sdk-links.test.ts.
    name: 'results of a batch, asked for by their path',
    answers: [bytes('application/x-jsonl', RESULTS)],
    async run(anthropic) {
      const path = `/v1/messages/batches/${BATCH.id}/results`;
      return (await anthropic.get(path, { headers: { Accept: 'application/binary' } }).asResponse()).text();
    },
  },
  {
    name: 'models',
    answers: [listed([MODEL], true), listed([{ ...MODEL, id: 'claude-haiku-4-5' }]), json(MODEL)],
    run: async ({ models }) => [await all(models.list({ limit: 1 })), await models.retrieve('claude-haiku-4-5')],
    gives: [[{}, { id: 'claude-haiku-4-5' }], { display_name: 'Claude Sonnet 4.5' }],
  },
  {
    name: 'files',
    answers: [
      json(FILE),
      json({ data: [FILE], next_page: 'page_2' }),
      json({ data: [{ ...FILE, id: 'file_2' }], next_page: null }),
      json(FILE),
      bytes('application/pdf', PDF),
      json({ id: FILE.id, type: 'file_deleted' }),
    ],
    async run({ files }) {
      return [
        await files.upload({ file: await upload() }),
        await all(files.list({ limit: 1 })),
        await files.retrieveMetadata(FILE.id),
        PDF.equals(Buffer.from(await (await files.download(FILE.id)).arrayBuffer())),
        await files.delete(FILE.id),
      ];
    },
    gives: [{}, [{}, { id: 'file_2' }], {}, true, { type: 'file_deleted' }],
  },
  {
    name: 'files of the beta',
    answers: [json(FILE), bytes('application/pdf', PDF)],
    async run({ beta: { files } }) {
      return [
        await files.upload({ file: await upload(), betas: ['files-api-2025-04-14'] }),
        PDF.equals(Buffer.from(await (await files.download(FILE.id)).arrayBuffer())),
      ];
    },
    gives: [{}, true],
  },
];
