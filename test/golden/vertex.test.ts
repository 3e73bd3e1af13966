import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';
import { blockEvents, messageEvents } from './message-events.js';

const PLACE = 'vertex/v1/projects/p/locations/us-central1';
const SONNET = 'claude-sonnet-4-20250514';
const FLASH = 'gemini-2.5-flash';

const CLAUDE = { id: 'msg_vrtx_1', type: 'message', role: 'assistant', model: SONNET };
const claudeBody = {
  anthropic_version: 'vertex-2023-10-16',
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Hi' }],
};

const USAGE = {
  promptTokenCount: 10,
  candidatesTokenCount: 4,
  totalTokenCount: 14,
  trafficType: 'ON_DEMAND',
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: 10 }],
  candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 4 }],
};
const HEAD = { modelVersion: FLASH, createTime: '2026-01-01T00:00:00.000000Z', responseId: 'r1' };
const parts = (text: string) => ({ content: { role: 'model', parts: [{ text }] } });

const CASES: GoldenCase[] = [
  {
    name: 'Vertex AI, Gemini, streamed as an array',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference#response',
    path: `${PLACE}/publishers/google/models/${FLASH}:streamGenerateContent`,
    request: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    answer: {
      kind: 'array',
      elements: [
        { candidates: [parts('Zoë ')], usageMetadata: { trafficType: 'ON_DEMAND' }, ...HEAD },
        { candidates: [parts('🦊')], usageMetadata: { trafficType: 'ON_DEMAND' }, ...HEAD },
        { candidates: [{ ...parts(''), finishReason: 'STOP' }], usageMetadata: USAGE, ...HEAD },
      ].map((chunk) => JSON.stringify(chunk)),
    },
    body: {
      candidates: [{ ...parts('Zoë 🦊'), finishReason: 'STOP', index: 0 }],
      usageMetadata: USAGE,
      ...HEAD,
    },
    record: {
      model: FLASH,
      request_model: FLASH,
      finish_reason: 'STOP',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 10,
      completion_tokens: 4,
      service_tier: null,
      // 10 x 0.30 + 4 x 2.50 = 13 USD per million
      cost_usd: 0.000013,
    },
  },
  {
    name: 'Vertex AI, Gemini at the priority tier',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/priority-paygo',
    path: `${PLACE}/publishers/google/models/${FLASH}:generateContent`,
    request: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    answer: {
      kind: 'json',
      body: {
        candidates: [{ ...parts('Ja'), finishReason: 'STOP' }],
        usageMetadata: { ...USAGE, trafficType: 'ON_DEMAND_PRIORITY' },
        ...HEAD,
      },
    },
    record: {
      service_tier: 'priority',
      // (10 x 0.30 + 4 x 2.50) x 1.8 = 23.4 USD per million
      cost_usd: 0.0000234,
    },
  },
  {
    name: 'Vertex AI, Claude, streamed',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/use-claude#sr',
    path: `${PLACE}/publishers/anthropic/models/claude-sonnet-4@20250514:streamRawPredict`,
    request: { ...claudeBody, stream: true },
    answer: {
      kind: 'sse',
      events: [
        ...messageEvents(
          {
            type: 'message_start',
            message: {
              ...CLAUDE,
              content: [],
              stop_reason: null,
              stop_sequence: null,
              usage: {
                input_tokens: 20,
                cache_creation_input_tokens: 0,
                cache_read_input_tokens: 100,
                output_tokens: 1,
              },
            },
          },
          { type: 'ping' },
        ),
        ...blockEvents(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Zoë 🦊' }),
        ...messageEvents(
          {
            type: 'message_delta',
            delta: { stop_reason: 'end_turn', stop_sequence: null },
            usage: { output_tokens: 9 },
          },
          { type: 'message_stop' },
        ),
      ],
    },
    body: {
      ...CLAUDE,
      content: [{ type: 'text', text: 'Zoë 🦊' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 20, cache_creation_input_tokens: 0, cache_read_input_tokens: 100, output_tokens: 9 },
    },
    record: {
      model: SONNET,
      request_model: 'claude-sonnet-4@20250514',
      response_model: SONNET,
      finish_reason: 'end_turn',
      stream: true,
      prompt_tokens: 120,
      prompt_cache_read_tokens: 100,
      completion_tokens: 9,
      // 20 x 3 + 100 x 0.30 + 9 x 15 = 225 USD per million
      cost_usd: 0.000225,
    },
  },
  {
    name: 'Vertex AI, Claude, whose colon a client encodes, with an hour of cache',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/prompt-caching',
    path: `${PLACE}/publishers/anthropic/models/claude-sonnet-4%4020250514%3ArawPredict`,
    request: claudeBody,
    answer: {
      kind: 'json',
      body: {
        ...CLAUDE,
        content: [{ type: 'text', text: 'ok' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: {
          input_tokens: 10,
          cache_creation_input_tokens: 300,
          cache_read_input_tokens: 0,
          cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
          output_tokens: 4,
        },
      },
    },
    record: {
      request_model: 'claude-sonnet-4@20250514',
      prompt_tokens: 310,
      prompt_cache_write_5m_tokens: 200,
      prompt_cache_write_1h_tokens: 100,
      completion_tokens: 4,
      // 10 x 3 + 200 x 3.75 + 100 x 6 + 4 x 15 = 1440 USD per million
      cost_usd: 0.00144,
    },
  },
  {
    name: 'Vertex AI, Claude at an endpoint of one region, which costs a tenth more',
    source: 'https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai',
    path: `${PLACE}/publishers/anthropic/models/claude-opus-4-8:rawPredict`,
    request: claudeBody,
    answer: {
      kind: 'json',
      body: {
        ...CLAUDE,
        model: 'claude-opus-4-8',
        content: [{ type: 'text', text: 'ok' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: 100, output_tokens: 20, service_tier: 'standard' },
      },
    },
    record: {
      model: 'claude-opus-4-8',
      service_tier: 'regional',
      // (100 x 5 + 20 x 25) x 1.1 = 1100 USD per million
      cost_usd: 0.0011,
    },
  },
  {
    name: 'Vertex AI, embeddings by tokens',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api#response_body',
    path: `${PLACE}/publishers/google/models/gemini-embedding-001:predict`,
    request: { instances: [{ content: 'Zoë' }] },
    answer: {
      kind: 'json',
      body: {
        predictions: [{ embeddings: { statistics: { truncated: false, token_count: 10 }, values: [0.25, -0.5] } }],
        metadata: { billableCharacterCount: 3 },
      },
    },
    record: {
      model: 'gemini-embedding-001',
      response_model: null,
      prompt_tokens: 10,
      completion_tokens: 0,
      usage_details: { characters: 3 },
      // 10 x 0.15 = 1.5 USD per million
      cost_usd: 0.0000015,
    },
  },
  {
    name: 'Vertex AI, pictures of Imagen',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/imagen-api#sample-response',
    path: `${PLACE}/publishers/google/models/imagen-4.0-generate-001:predict`,
    request: { instances: [{ prompt: 'a fox' }], parameters: { sampleCount: 3 } },
    answer: {
      kind: 'json',
      body: {
        predictions: [
          { mimeType: 'image/png', bytesBase64Encoded: 'iVBORw0KGgo=' },
          { mimeType: 'image/png', bytesBase64Encoded: 'iVBORw0KGgoA' },
          { raiFilteredReason: 'Held back.' },
        ],
      },
    },
    record: {
      model: 'imagen-4.0-generate-001',
      usage_details: { images: 2 },
      // 2 x 0.04 USD
      cost_usd: 0.08,
    },
  },
  {
    name: 'Vertex AI, Gemini through the chat that is like OpenAI’s',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/start/openai',
    path: `${PLACE}/endpoints/openapi/chat/completions`,
    request: { model: `google/${FLASH}`, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'json',
      body: {
        id: 'r1',
        object: 'chat.completion',
        created: 1_767_225_600,
        model: `google/${FLASH}`,
        choices: [
          { index: 0, message: { role: 'assistant', content: 'Zoë 🦊' }, finish_reason: 'stop', logprobs: null },
        ],
        usage: {
          prompt_tokens: 10,
          completion_tokens: 5,
          total_tokens: 15,
          extra_properties: { google: { traffic_type: 'ON_DEMAND' } },
        },
      },
    },
    record: {
      model: `google/${FLASH}`,
      finish_reason: 'stop',
      prompt_tokens: 10,
      completion_tokens: 5,
      // 10 x 0.30 + 5 x 2.50 = 15.5 USD per million
      cost_usd: 0.0000155,
    },
  },
];

goldenCases(CASES);
