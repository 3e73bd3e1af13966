import { expect } from 'vitest';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const GENERATE = 'https://ai.google.dev/api/generate-content';
const PRICING = 'https://ai.google.dev/gemini-api/docs/pricing';

const FLASH = 'gemini-2.5-flash';
const PRO = 'gemini-2.5-pro';
const PREVIEW = 'gemini-3-flash-preview';
const IMAGE = 'gemini-2.5-flash-image';

const plain = (model: string) => `google/v1beta/models/${model}:generateContent`;
const streamed = (model: string) => `google/v1beta/models/${model}:streamGenerateContent?alt=sse`;
const asArray = (model: string) => `google/v1beta/models/${model}:streamGenerateContent`;

const request = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };

const parts = (...given: readonly object[]) => ({ content: { parts: given, role: 'model' } });
const events = (...chunks: readonly object[]) => chunks.map((chunk) => `data: ${JSON.stringify(chunk)}`);
const elements = (...chunks: readonly object[]) => chunks.map((chunk) => JSON.stringify(chunk, null, 1));

const texts = (tokenCount: number) => ({ modality: 'TEXT', tokenCount });

const THOUGHT = {
  promptTokenCount: 10,
  candidatesTokenCount: 6,
  totalTokenCount: 36,
  promptTokensDetails: [texts(10)],
  thoughtsTokenCount: 20,
};
const TOOLS = {
  promptTokenCount: 100,
  candidatesTokenCount: 30,
  totalTokenCount: 130,
  promptTokensDetails: [texts(100)],
};
const CALLS = [
  { functionCall: { name: 'get', args: { city: 'Zürich' } }, thoughtSignature: 'CpcBAQ==' },
  { functionCall: { name: 'get', args: { city: '東京' } } },
];
const SEARCHED = {
  promptTokenCount: 8,
  candidatesTokenCount: 20,
  totalTokenCount: 28,
  promptTokensDetails: [texts(8)],
};
const GROUNDING = {
  searchEntryPoint: { renderedContent: '<div>' },
  groundingChunks: [{ web: { uri: 'https://example.com/', title: 'example.com' } }],
  groundingSupports: [{ segment: { endIndex: 3, text: 'Ja.' }, groundingChunkIndices: [0] }],
  webSearchQueries: ['wer gewann', 'euro 2024'],
};
const BLOCKED = {
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  usageMetadata: { promptTokenCount: 8, totalTokenCount: 8, promptTokensDetails: [texts(8)] },
  modelVersion: FLASH,
};

const CASES: GoldenCase[] = [
  {
    name: 'Gemini, thoughts and text, streamed as events',
    source: 'https://ai.google.dev/gemini-api/docs/thinking#summaries',
    path: streamed(FLASH),
    request,
    headers: { 'x-gemini-service-tier': 'standard' },
    answer: {
      kind: 'sse',
      events: events(
        {
          candidates: [{ ...parts({ text: '**Pl', thought: true }), index: 0 }],
          usageMetadata: { promptTokenCount: 10, totalTokenCount: 20, thoughtsTokenCount: 10 },
          modelVersion: FLASH,
          responseId: 'r1',
        },
        {
          candidates: [{ ...parts({ text: 'an**', thought: true }), index: 0 }],
          modelVersion: FLASH,
          responseId: 'r1',
        },
        { candidates: [{ ...parts({ text: 'Zoë ' }), index: 0 }], modelVersion: FLASH, responseId: 'r1' },
        {
          candidates: [{ ...parts({ text: '🦊' }), finishReason: 'STOP', index: 0 }],
          usageMetadata: THOUGHT,
          modelVersion: FLASH,
          responseId: 'r1',
        },
      ),
    },
    body: {
      candidates: [
        { ...parts({ text: '**Plan**', thought: true }, { text: 'Zoë 🦊' }), finishReason: 'STOP', index: 0 },
      ],
      usageMetadata: THOUGHT,
      modelVersion: FLASH,
      responseId: 'r1',
    },
    record: {
      model: FLASH,
      request_model: FLASH,
      finish_reason: 'STOP',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 10,
      completion_tokens: 26,
      reasoning_tokens: 20,
      service_tier: null,
      // 10 x 0.30 + 26 x 2.50 = 68 USD per million
      cost_usd: 0.000068,
    },
  },
  {
    name: 'Gemini, two functions at once, streamed as an array',
    source: `${GENERATE}#method:-models.streamgeneratecontent`,
    path: asArray(PRO),
    request: { ...request, tools: [{ functionDeclarations: [{ name: 'get' }] }] },
    answer: {
      kind: 'array',
      elements: elements(
        { candidates: [{ ...parts({ text: 'Ich "frage" {[' }), index: 0 }], modelVersion: PRO },
        { candidates: [{ ...parts({ text: '🦊}\\' }, CALLS[0] as object), index: 0 }], modelVersion: PRO },
        {
          candidates: [{ ...parts(CALLS[1] as object), finishReason: 'STOP', index: 0 }],
          usageMetadata: TOOLS,
          modelVersion: PRO,
        },
      ),
    },
    body: {
      candidates: [{ ...parts({ text: 'Ich "frage" {[🦊}\\' }, ...CALLS), finishReason: 'STOP', index: 0 }],
      usageMetadata: TOOLS,
      modelVersion: PRO,
    },
    record: {
      model: PRO,
      finish_reason: 'STOP',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 100,
      completion_tokens: 30,
      // 100 x 1.25 + 30 x 10 = 425 USD per million
      cost_usd: 0.000425,
    },
  },
  {
    name: 'Gemini, two candidates at once, streamed as an array',
    source: GENERATE,
    path: asArray(FLASH),
    request: { ...request, generationConfig: { candidateCount: 2 } },
    answer: {
      kind: 'array',
      elements: elements(
        { candidates: [{ ...parts({ text: 'b' }), index: 1 }, parts({ text: 'a' })], modelVersion: FLASH },
        {
          candidates: [
            { ...parts({ text: 'A' }), finishReason: 'STOP' },
            { ...parts({ text: 'B' }), finishReason: 'MAX_TOKENS', index: 1 },
          ],
          usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 4, totalTokenCount: 8 },
          modelVersion: FLASH,
        },
      ),
    },
    body: {
      candidates: [
        { ...parts({ text: 'aA' }), finishReason: 'STOP', index: 0 },
        { ...parts({ text: 'bB' }), finishReason: 'MAX_TOKENS', index: 1 },
      ],
      usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 4, totalTokenCount: 8 },
      modelVersion: FLASH,
    },
    record: {
      finish_reason: 'STOP',
      prompt_tokens: 4,
      completion_tokens: 4,
      // 4 x 0.30 + 4 x 2.50 = 11.2 USD per million
      cost_usd: 0.0000112,
    },
  },
  {
    name: 'Gemini, an array that was cut between its elements',
    source: GENERATE,
    path: asArray(FLASH),
    request,
    answer: {
      kind: 'json',
      body: `[${JSON.stringify({ candidates: [{ ...parts({ text: 'Hé' }), index: 0 }], modelVersion: FLASH })},\r\n{"candi`,
    },
    body: { candidates: [{ ...parts({ text: 'Hé' }), index: 0 }], modelVersion: FLASH },
    record: {
      model: FLASH,
      outcome: 'truncated',
      truncated: true,
      stream: true,
      finish_reason: null,
      usage_source: 'estimated',
      // That of an estimate.
      cost_usd: expect.any(Number),
    },
  },
  {
    name: 'Gemini, an error instead of an array',
    source: 'https://ai.google.dev/gemini-api/docs/troubleshooting',
    path: asArray(FLASH),
    request,
    status: 503,
    answer: {
      kind: 'json',
      body: { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } },
    },
    record: { outcome: 'upstream_error', truncated: false, model: FLASH, usage_source: 'none', cost_usd: null },
  },
  {
    name: 'Gemini, an error inside a stream',
    source: 'https://ai.google.dev/gemini-api/docs/troubleshooting',
    path: streamed(FLASH),
    request,
    answer: {
      kind: 'sse',
      events: events(
        { candidates: [{ ...parts({ text: 'Hé' }), index: 0 }], modelVersion: FLASH },
        { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } },
      ),
    },
    body: {
      candidates: [{ ...parts({ text: 'Hé' }), index: 0 }],
      modelVersion: FLASH,
      error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' },
    },
    record: { outcome: 'upstream_error', truncated: true, model: FLASH, cost_usd: null },
  },
  {
    name: 'Gemini, a picture',
    source: 'https://ai.google.dev/gemini-api/docs/image-generation',
    path: plain(IMAGE),
    request,
    answer: {
      kind: 'json',
      body: {
        candidates: [
          { ...parts({ inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }), finishReason: 'STOP', index: 0 },
        ],
        usageMetadata: {
          promptTokenCount: 10,
          candidatesTokenCount: 1290,
          totalTokenCount: 1300,
          promptTokensDetails: [texts(10)],
          candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
        },
        modelVersion: IMAGE,
      },
    },
    record: {
      model: IMAGE,
      prompt_tokens: 10,
      completion_tokens: 1290,
      usage_details: { completion_image_tokens: 1290 },
      // 10 x 0.30 + 1290 x 30 = 38703 USD per million
      cost_usd: 0.038703,
    },
  },
  {
    name: 'Gemini, sound and a picture to look at',
    source: 'https://ai.google.dev/gemini-api/docs/audio#count-tokens',
    path: plain(FLASH),
    request,
    answer: {
      kind: 'json',
      body: {
        candidates: [{ ...parts({ text: 'Möwen' }), finishReason: 'STOP', index: 0, avgLogprobs: -0.2 }],
        usageMetadata: {
          promptTokenCount: 590,
          candidatesTokenCount: 8,
          totalTokenCount: 598,
          promptTokensDetails: [
            texts(12),
            { modality: 'AUDIO', tokenCount: 320 },
            { modality: 'IMAGE', tokenCount: 258 },
          ],
        },
        modelVersion: FLASH,
      },
    },
    record: {
      prompt_tokens: 590,
      prompt_audio_tokens: 320,
      usage_details: { prompt_image_tokens: 258 },
      completion_tokens: 8,
      // (12 + 258) x 0.30 + 320 x 1 + 8 x 2.50 = 421 USD per million
      cost_usd: 0.000421,
    },
  },
  {
    name: 'Gemini 2.5, grounded in searches, streamed',
    source: 'https://ai.google.dev/gemini-api/docs/google-search#pricing',
    path: streamed(FLASH),
    request: { ...request, tools: [{ google_search: {} }] },
    answer: {
      kind: 'sse',
      events: events(
        { candidates: [{ ...parts({ text: 'J' }), index: 0 }], modelVersion: FLASH },
        {
          candidates: [{ ...parts({ text: 'a.' }), finishReason: 'STOP', index: 0, groundingMetadata: GROUNDING }],
          usageMetadata: SEARCHED,
          modelVersion: FLASH,
        },
      ),
    },
    body: {
      candidates: [{ ...parts({ text: 'Ja.' }), finishReason: 'STOP', index: 0, groundingMetadata: GROUNDING }],
      usageMetadata: SEARCHED,
      modelVersion: FLASH,
    },
    record: {
      prompt_tokens: 8,
      completion_tokens: 20,
      usage_details: { web_searches: 1 },
      // 8 x 0.30 + 20 x 2.50 = 52.4 USD per million; one grounded prompt at 35 USD per thousand
      cost_usd: 0.0350524,
    },
  },
  {
    name: 'Gemini 3, grounded in two searches',
    source: 'https://ai.google.dev/gemini-api/docs/google-search#pricing',
    path: plain(PREVIEW),
    request: { ...request, tools: [{ google_search: {} }] },
    answer: {
      kind: 'json',
      body: {
        candidates: [
          {
            ...parts({ text: 'Ja.' }),
            finishReason: 'STOP',
            index: 0,
            groundingMetadata: { ...GROUNDING, webSearchQueries: ['', 'wer gewann', 'euro 2024', 'wer gewann'] },
          },
        ],
        usageMetadata: SEARCHED,
        modelVersion: PREVIEW,
      },
    },
    record: {
      usage_details: { web_searches: 2 },
      // 8 x 0.50 + 20 x 3 = 64 USD per million; 2 searches at 14 USD per thousand
      cost_usd: 0.028064,
    },
  },
  {
    name: 'Gemini, a blocked prompt, streamed',
    source: 'https://ai.google.dev/gemini-api/docs/safety-settings#safety-feedback',
    path: streamed(FLASH),
    request,
    answer: { kind: 'sse', events: events(BLOCKED) },
    body: BLOCKED,
    record: {
      outcome: 'upstream_error',
      error: 'prompt blocked: PROHIBITED_CONTENT',
      truncated: false,
      prompt_tokens: 8,
      completion_tokens: 0,
      // 8 x 0.30 = 2.4 USD per million
      cost_usd: 0.0000024,
    },
  },
  {
    name: 'Gemini, a prompt longer than 200 000 tokens, part of it cached',
    source: PRICING,
    path: plain(PRO),
    request,
    answer: {
      kind: 'json',
      body: {
        candidates: [{ ...parts({ text: 'Ja' }), finishReason: 'STOP', index: 0 }],
        usageMetadata: {
          promptTokenCount: 250_000,
          cachedContentTokenCount: 50_000,
          candidatesTokenCount: 40,
          thoughtsTokenCount: 60,
          totalTokenCount: 250_100,
          cacheTokensDetails: [texts(50_000)],
          promptTokensDetails: [texts(250_000)],
        },
        modelVersion: PRO,
      },
    },
    record: {
      prompt_tokens: 250_000,
      prompt_cache_read_tokens: 50_000,
      completion_tokens: 100,
      reasoning_tokens: 60,
      // 200000 x 2.50 + 50000 x 0.25 + 100 x 15 = 514000 USD per million
      cost_usd: 0.514,
    },
  },
  {
    name: 'Gemini, at the flex tier',
    source: 'https://ai.google.dev/gemini-api/docs/flex-inference',
    path: plain(FLASH),
    request: { ...request, service_tier: 'flex' },
    headers: { 'x-gemini-service-tier': 'flex' },
    answer: {
      kind: 'json',
      body: {
        candidates: [{ ...parts({ text: 'Ja' }), finishReason: 'STOP', index: 0 }],
        usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 10, totalTokenCount: 110 },
        modelVersion: FLASH,
      },
    },
    record: {
      service_tier: 'flex',
      prompt_tokens: 100,
      completion_tokens: 10,
      // 100 x 0.15 + 10 x 1.25 = 27.5 USD per million
      cost_usd: 0.0000275,
    },
  },
];

goldenCases(CASES);
