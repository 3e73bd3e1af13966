import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://docs.mistral.ai/api/#tag/chat';

const OCR = {
  pages: [
    {
      index: 0,
      markdown: '# Café ☕',
      images: [],
      dimensions: { dpi: 200, height: 2200, width: 1700 },
    },
  ],
  model: 'mistral-ocr-2505-completion',
  document_annotation: null,
  usage_info: { pages_processed: 8, doc_size_bytes: 3002783 },
};

const ANNOTATED = {
  pages: [{ index: 0, markdown: '…', images: [], dimensions: null }],
  model: 'mistral-ocr-2512',
  document_annotation: '{"language":"čeština"}',
  usage_info: { pages_processed: 5, doc_size_bytes: 100, pages_processed_annotation: 2 },
};

const CACHED = {
  id: 'm3',
  object: 'chat.completion',
  created: 1764000000,
  model: 'mistral-small-2603',
  choices: [{ index: 0, message: { role: 'assistant', tool_calls: null, content: 'Ça va 🥐' }, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 1000,
    total_tokens: 1010,
    completion_tokens: 10,
    prompt_tokens_details: { cached_tokens: 800 },
  },
};

const TOOL_CALLS = [
  { id: 'D681PevKs', function: { name: 'weather', arguments: '{"city": "Orléans"}' }, index: 0 },
  { id: 'a12bcDEf3', function: { name: 'mood', arguments: '{"as": "🥐"}' }, index: 1 },
];
const TOOLS_USAGE = { prompt_tokens: 94, total_tokens: 139, completion_tokens: 45 };
const THOUGHT_USAGE = { prompt_tokens: 10, total_tokens: 210, completion_tokens: 200 };

function thinking(text: string): object {
  return { type: 'thinking', thinking: [{ type: 'text', text }] };
}

const CASES: GoldenCase[] = [
  {
    name: 'Mistral, streamed, whole tool calls in one event',
    source: REFERENCE,
    path: 'mistral/v1/chat/completions',
    request: { model: 'mistral-medium-2508', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: chatEvents(
        { id: 'm1', object: 'chat.completion.chunk', created: 1764000000, model: 'mistral-medium-2508' },
        [
          delta({ role: 'assistant', content: '' }),
          { ...delta({ content: '', tool_calls: TOOL_CALLS }, { finish_reason: 'tool_calls' }), usage: TOOLS_USAGE },
        ],
      ),
    },
    body: {
      id: 'm1',
      object: 'chat.completion',
      created: 1764000000,
      model: 'mistral-medium-2508',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '', tool_calls: TOOL_CALLS },
          finish_reason: 'tool_calls',
        },
      ],
      usage: TOOLS_USAGE,
    },
    record: {
      provider: 'mistral',
      finish_reason: 'tool_calls',
      prompt_tokens: 94,
      completion_tokens: 45,
      // 94 x 0.40 + 45 x 2 = 37.6 + 90 = 127.6 USD per million
      cost_usd: 0.0001276,
    },
  },
  {
    name: 'Mistral, streamed, thinking in lists of parts, then text',
    source: 'https://docs.mistral.ai/capabilities/reasoning',
    path: 'mistral/v1/chat/completions',
    request: { model: 'magistral-medium-2509', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: chatEvents(
        { id: 'm2', object: 'chat.completion.chunk', created: 1764000000, model: 'magistral-medium-2509' },
        [
          delta({ role: 'assistant', content: '' }),
          delta({ content: [thinking('Hmm, ')] }),
          delta({ content: [thinking('ça.')] }),
          delta({ content: '4' }),
          delta({ content: '2 🤔' }),
          {
            ...delta({ content: '' }, { finish_reason: 'stop' }),
            usage: THOUGHT_USAGE,
          },
        ],
      ),
    },
    body: {
      id: 'm2',
      object: 'chat.completion',
      created: 1764000000,
      model: 'magistral-medium-2509',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: [thinking('Hmm, ça.'), { type: 'text', text: '42 🤔' }] },
          finish_reason: 'stop',
        },
      ],
      usage: THOUGHT_USAGE,
    },
    record: {
      finish_reason: 'stop',
      prompt_tokens: 10,
      completion_tokens: 200,
      reasoning_tokens: null,
      // 10 x 2 + 200 x 5 = 1020 USD per million
      cost_usd: 0.00102,
    },
  },
  {
    name: 'Mistral, a cached prompt',
    source: REFERENCE,
    path: 'mistral/v1/chat/completions',
    request: { model: 'mistral-small-2603', messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: CACHED },
    record: {
      prompt_tokens: 1000,
      prompt_cache_read_tokens: 800,
      completion_tokens: 10,
      // 200 x 0.15 + 800 x 0.015 + 10 x 0.60 = 30 + 12 + 6 = 48 USD per million
      cost_usd: 0.000048,
    },
  },
  {
    name: 'Mistral OCR, by the page',
    source: 'https://docs.mistral.ai/api/#tag/ocr',
    path: 'mistral/v1/ocr',
    request: { model: 'mistral-ocr-2505', document: { type: 'document_url', document_url: 'https://d.example/a.pdf' } },
    answer: { kind: 'json', body: OCR },
    record: {
      model: 'mistral-ocr-2505-completion',
      prompt_tokens: null,
      completion_tokens: null,
      usage_details: { pages: 8 },
      provider_usage: { pages_processed: 8, doc_size_bytes: 3002783 },
      // 8 x 1 USD per thousand
      cost_usd: 0.008,
    },
  },
  {
    name: 'Mistral OCR, some pages annotated',
    source: 'https://docs.mistral.ai/capabilities/document_ai/annotations',
    path: 'mistral/v1/ocr',
    request: { model: 'mistral-ocr-2512', document: { type: 'document_url', document_url: 'https://d.example/a.pdf' } },
    answer: { kind: 'json', body: ANNOTATED },
    record: {
      usage_details: { pages: 5, annotated_pages: 2 },
      // 3 x 2 + 2 x 3 = 12 USD per thousand
      cost_usd: 0.012,
    },
  },
];

goldenCases(CASES);
