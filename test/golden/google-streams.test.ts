import { expect } from 'vitest';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';
import { events, FLASH, GENERATE, PRO, parts, request, streamed, texts } from './google-calls.js';

const asArray = (model: string) => `google/v1beta/models/${model}:streamGenerateContent`;
const elements = (...chunks: readonly object[]) => chunks.map((chunk) => JSON.stringify(chunk, null, 1));

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
const TWO = { promptTokenCount: 4, candidatesTokenCount: 4, totalTokenCount: 8 };
const BLOCKED = {
  promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
  usageMetadata: { promptTokenCount: 8, totalTokenCount: 8, promptTokensDetails: [texts(8)] },
  modelVersion: FLASH,
};
const OVERLOADED = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' };

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
          usageMetadata: TWO,
          modelVersion: FLASH,
        },
      ),
    },
    body: {
      candidates: [
        { ...parts({ text: 'aA' }), finishReason: 'STOP', index: 0 },
        { ...parts({ text: 'bB' }), finishReason: 'MAX_TOKENS', index: 1 },
      ],
      usageMetadata: TWO,
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
      body: { error: OVERLOADED },
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
        { error: OVERLOADED },
      ),
    },
    body: {
      candidates: [{ ...parts({ text: 'Hé' }), index: 0 }],
      modelVersion: FLASH,
      error: OVERLOADED,
    },
    record: { outcome: 'upstream_error', truncated: true, model: FLASH, cost_usd: null },
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
];

goldenCases(CASES);
