import { ApiError, GoogleGenAI, type Part } from '@google/genai';
import { all } from './all.js';
import { answersWith } from './answer.js';
import type { Sdk, SurfaceCase } from './surface-case.js';

export const GOOGLE: Sdk<GoogleGenAI> = {
  provider: 'google',
  client: ({ url, headers, fetch }) =>
    new GoogleGenAI({ apiKey: 'AIza-test', httpOptions: { baseUrl: url, headers, fetch } }),
};

const { json, gzip, events } = answersWith([
  ['server', 'scaffolding on HTTPServer2'],
  ['server-timing', 'gfet4t7; dur=522'],
  ['vary', 'Origin, X-Origin, Referer'],
]);

const MODEL = 'gemini-2.5-flash';
const ASKED = { model: MODEL, contents: 'Wie ist das Wetter in 東京? 🌦' };
const USAGE = { promptTokenCount: 8, candidatesTokenCount: 21, totalTokenCount: 29 };

function generated(parts: readonly Part[], finishReason?: string): object {
  return {
    candidates: [
      { content: { parts, role: 'model' }, ...(finishReason === undefined ? {} : { finishReason }), index: 0 },
    ],
    usageMetadata: { ...USAGE, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 8 }] },
    modelVersion: MODEL,
    responseId: 'Z3oAaP_xJqKn1MkPgsDnsQs',
  };
}

/** What a record says of a call to a model that answered. */
const RECORDED = {
  model: MODEL,
  request_model: MODEL,
  response_model: MODEL,
  finish_reason: 'STOP',
  prompt_tokens: 8,
  completion_tokens: 21,
  // 8 tokens at 0.3 and 21 at 2.5 USD per million.
  cost_usd: 0.0000549,
};
/** … and of one that did not. */
const REFUSED = { model: MODEL, request_model: MODEL, prompt_tokens: null, cost_usd: null };

const TUNED = { name: `models/${MODEL}`, version: '001', displayName: 'Gemini 2.5 Flash', inputTokenLimit: 1048576 };
const FILE = {
  name: 'files/abc-123',
  displayName: 'notes',
  mimeType: 'text/plain',
  sizeBytes: '20',
  state: 'ACTIVE',
  uri: 'https://generativelanguage.googleapis.com/v1beta/files/abc-123',
};

/** The data of an answer, without the head of its answer that this SDK keeps with it. */
function dataOf(value: object): unknown {
  return JSON.parse(JSON.stringify(value, (name, member) => (name === 'sdkHttpResponse' ? undefined : member)));
}

function error(code: number, status: string, message: string): object {
  return { error: { code, message, status } };
}

/** What Google’s SDK can do. */
export const GOOGLE_CASES: readonly SurfaceCase<GoogleGenAI>[] = [
  {
    name: 'content',
    answers: [json(generated([{ text: 'Sonnig ☀' }], 'STOP'))],
    run: async ({ models }) => dataOf(await models.generateContent(ASKED)),
    gives: { candidates: [{ content: { parts: [{ text: 'Sonnig ☀' }] } }] },
    record: RECORDED,
  },
  {
    name: 'content, compressed, with an image and a system instruction',
    answers: [gzip(generated([{ text: 'Eine Katze 🐈' }], 'STOP'))],
    run: async ({ models }) =>
      dataOf(
        await models.generateContent({
          model: MODEL,
          contents: [{ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }, { text: 'Was ist das?' }],
          config: { systemInstruction: 'Kurz.', temperature: 0.5, responseMimeType: 'text/plain' },
        }),
      ),
    record: RECORDED,
  },
  {
    name: 'content, streamed',
    answers: [
      events(
        [generated([{ text: 'Son' }]), generated([{ text: 'nig ☀' }]), generated([{ text: '.' }], 'STOP')].map(
          (value) => `data: ${JSON.stringify(value)}`,
        ),
      ),
    ],
    run: async ({ models }) => (await all(models.generateContentStream(ASKED))).map(dataOf),
    gives: [{}, { candidates: [{ content: { parts: [{ text: 'nig ☀' }] } }] }, {}],
    record: { ...RECORDED, stream: true },
  },
  {
    name: 'content with a function',
    answers: [json(generated([{ functionCall: { name: 'get_weather', args: { city: '東京' } } }], 'STOP'))],
    run: async ({ models }) =>
      dataOf(
        await models.generateContent({
          ...ASKED,
          config: {
            tools: [{ functionDeclarations: [{ name: 'get_weather', parametersJsonSchema: { type: 'object' } }] }],
          },
        }),
      ),
    record: RECORDED,
  },
  {
    name: 'chat of two turns',
    answers: [json(generated([{ text: 'Hallo!' }], 'STOP')), json(generated([{ text: 'Ada.' }], 'STOP'))],
    async run({ chats }) {
      const chat = chats.create({ model: MODEL });
      return [
        dataOf(await chat.sendMessage({ message: 'Ich bin Ada.' })),
        dataOf(await chat.sendMessage({ message: 'Wer bin ich?' })),
      ];
    },
    record: RECORDED,
  },
  {
    name: 'token count',
    answers: [json({ totalTokens: 31, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 31 }] })],
    run: async ({ models }) => dataOf(await models.countTokens(ASKED)),
    gives: { totalTokens: 31 },
    record: { model: MODEL, prompt_tokens: null },
  },
  {
    name: 'embeddings',
    answers: [json({ embeddings: [{ values: [0.013, -0.0046] }, { values: [0.02, 0.5] }] })],
    run: async ({ models }) =>
      dataOf(await models.embedContent({ model: 'gemini-embedding-001', contents: ['Was?', 'Wie?'] })),
    gives: { embeddings: [{ values: [0.013, -0.0046] }, {}] },
    record: {
      model: 'gemini-embedding-001',
      request_model: 'gemini-embedding-001',
      prompt_tokens: 6,
      usage_source: 'estimated',
    },
  },
  {
    name: 'models, page by page, and one of them',
    answers: [
      json({ models: [TUNED], nextPageToken: 'a/b+c=' }),
      json({ models: [{ ...TUNED, name: 'models/b' }] }),
      json(TUNED),
    ],
    run: async ({ models }) => [
      (await all(models.list({ config: { pageSize: 1 } }))).map(dataOf),
      dataOf(await models.get({ model: MODEL })),
    ],
    gives: [[{}, { name: 'models/b' }], { name: TUNED.name }],
  },
  {
    name: 'files: listed, asked for and deleted',
    answers: [json({ files: [FILE] }), json(FILE), json({})],
    run: async ({ files }) => [
      (await all(files.list({ config: { pageSize: 10 } }))).map(dataOf),
      dataOf(await files.get({ name: 'files/abc-123' })),
      dataOf(await files.delete({ name: 'files/abc-123' })),
    ],
    gives: [[{ name: FILE.name }], { state: 'ACTIVE' }, {}],
  },
  {
    name: 'cached content',
    answers: [json({ name: 'cachedContents/xyz', model: `models/${MODEL}`, usageMetadata: { totalTokenCount: 2048 } })],
    run: async ({ caches }) =>
      dataOf(await caches.create({ model: MODEL, config: { contents: 'A long text', ttl: '300s' } })),
  },
  {
    name: 'batch',
    answers: [json({ name: 'batches/1', metadata: { state: 'BATCH_STATE_PENDING', model: `models/${MODEL}` } })],
    run: async ({ batches }) =>
      dataOf(await batches.create({ model: MODEL, src: [{ contents: [{ parts: [{ text: 'Hi' }], role: 'user' }] }] })),
  },
  {
    name: '400',
    answers: [json(error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.'), 400)],
    run: ({ models }) => models.generateContent(ASKED),
    fails: ApiError,
    gives: { status: 400 },
    record: { ...REFUSED, error: 'API key not valid. Please pass a valid API key.' },
  },
  {
    name: '429 of a streamed call',
    answers: [json(error(429, 'RESOURCE_EXHAUSTED', 'You exceeded your current quota.'), 429, [['retry-after', '30']])],
    run: ({ models }) => models.generateContentStream(ASKED),
    fails: ApiError,
    gives: { status: 429 },
    record: { ...REFUSED, stream: true },
  },
  {
    name: '503',
    answers: [json(error(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'), 503)],
    run: ({ models }) => models.generateContent(ASKED),
    fails: ApiError,
    gives: { status: 503 },
    record: REFUSED,
  },
];
