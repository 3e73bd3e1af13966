import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';
import { events, FLASH, PRO, parts, plain, request, streamed, texts } from './google-calls.js';

const PRICING = 'https://ai.google.dev/gemini-api/docs/pricing';

const PREVIEW = 'gemini-3-flash-preview';
const IMAGE = 'gemini-2.5-flash-image';

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

const CASES: GoldenCase[] = [
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
