import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const PLACE = 'vertex/v1/projects/p/locations/us-central1';

/** Other makers' models, each of which answers in its own format. */
const CASES: GoldenCase[] = [
  {
    name: 'Vertex AI, Mistral',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/mistral',
    path: `${PLACE}/publishers/mistralai/models/mistral-medium-3:rawPredict`,
    request: { model: 'mistral-medium-3', messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'json',
      body: {
        id: 'm1',
        object: 'chat.completion',
        created: 1_767_225_600,
        model: 'mistral-medium-3',
        choices: [
          { index: 0, message: { role: 'assistant', content: 'Zoë', tool_calls: null }, finish_reason: 'stop' },
        ],
        usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
      },
    },
    record: {
      model: 'mistral-medium-3',
      prompt_tokens: 20,
      completion_tokens: 10,
      // 20 x 0.40 + 10 x 2 = 28 USD per million
      cost_usd: 0.000028,
    },
  },
  {
    name: 'Vertex AI, Jamba',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/ai21',
    path: `${PLACE}/publishers/ai21/models/jamba-1.5-mini:rawPredict`,
    request: { model: 'jamba-1.5-mini', messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'json',
      body: {
        id: 'j1',
        model: 'jamba-1.5-mini',
        choices: [{ index: 0, message: { role: 'assistant', content: 'Zoë' }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
      },
    },
    record: {
      model: 'jamba-1.5-mini',
      finish_reason: 'stop',
      prompt_tokens: 20,
      completion_tokens: 10,
      // Nobody lists it.
      cost_usd: null,
    },
  },
  {
    name: 'Vertex AI, counting Claude’s tokens, which uses none',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens',
    path: `${PLACE}/publishers/anthropic/models/count-tokens:rawPredict`,
    request: {
      model: 'claude-sonnet-4',
      messages: [{ role: 'user', content: 'how many tokens are in this request?' }],
    },
    answer: { kind: 'json', body: { input_tokens: 14 } },
    record: {
      model: 'claude-sonnet-4',
      outcome: 'success',
      prompt_tokens: null,
      completion_tokens: null,
      usage_source: 'none',
      cost_usd: null,
    },
  },
  {
    name: 'Vertex AI, Mistral OCR',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/mistral',
    path: `${PLACE}/publishers/mistralai/models/mistral-ocr-2505:rawPredict`,
    request: {
      model: 'mistral-ocr-2505',
      document: { type: 'document_url', document_url: 'data:application/pdf;base64,' },
    },
    answer: {
      kind: 'json',
      body: {
        pages: [{ index: 0, markdown: '# Zoë', images: [], dimensions: { dpi: 200, height: 2200, width: 1700 } }],
        model: 'mistral-ocr-2505',
        document_annotation: null,
        usage_info: { pages_processed: 2, doc_size_bytes: 3002 },
      },
    },
    record: {
      model: 'mistral-ocr-2505',
      prompt_tokens: null,
      completion_tokens: null,
      usage_details: { pages: 2 },
      cost_usd: null,
    },
  },
];

goldenCases(CASES);
