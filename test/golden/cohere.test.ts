import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

/** A server-sent event of v2, named as its data's type. */
function event(type: string, rest: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}`;
}

/** An event whose delta says something of the message. */
function said(type: string, index: number, message: object): string {
  return event(type, { index, delta: { message } });
}

/** `message-start` of a call, as Cohere sends it: with everything that may come, and empty. */
function start(id: string): string {
  const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  return event('message-start', { id, delta: { message } });
}

const BILLED = {
  billed_units: { input_tokens: 5, output_tokens: 418 },
  tokens: { input_tokens: 71, output_tokens: 420 },
};

/** Example of the chat reference, v2. */
const PLAIN = {
  id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4',
  finish_reason: 'COMPLETE',
  message: { role: 'assistant', content: [{ type: 'text', text: 'Zoë says LLMs 🦊' }] },
  usage: BILLED,
};

const TOOL_CALLS = [
  { id: 'query_1', type: 'function', function: { name: 'query_sales', arguments: '{"day":"2023-09-29"}' } },
  { id: 'query_2', type: 'function', function: { name: 'query_catalog', arguments: '{"c":"Café"}' } },
];

const CITATION = {
  start: 0,
  end: 9,
  text: 'Emperor 🐧',
  sources: [{ type: 'document', id: 'doc:0', document: { id: 'doc:0', snippet: 'The tallest' } }],
  type: 'TEXT_CONTENT',
};

const V1_META = {
  api_version: { version: '1' },
  billed_units: { input_tokens: 1000, output_tokens: 200 },
  tokens: { input_tokens: 1066, output_tokens: 201 },
};
const V1_RESPONSE = {
  response_id: 'r1',
  text: 'Spain won 🏆',
  generation_id: 'g1',
  chat_history: [
    { role: 'USER', message: 'Who?' },
    { role: 'CHATBOT', message: 'Spain won 🏆' },
  ],
  finish_reason: 'COMPLETE',
  meta: V1_META,
};

const EMBEDDED_IMAGE = {
  id: 'i1',
  embeddings: { float: [[0.0071, -0.0085]] },
  texts: [],
  images: [{ width: 1, height: 1, format: 'png', bit_depth: 8 }],
  meta: { api_version: { version: '2' }, billed_units: { images: 1, input_tokens: 10, image_tokens: 1000 } },
  response_type: 'embeddings_by_type',
};

const CHAT: GoldenCase[] = [
  {
    name: 'Cohere chat v2, plain',
    source: 'https://docs.cohere.com/reference/chat',
    path: 'cohere/v2/chat',
    request: { model: 'command-a-03-2025', messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: PLAIN },
    record: {
      model: 'command-a-03-2025',
      finish_reason: 'COMPLETE',
      outcome: 'success',
      stream: false,
      prompt_tokens: 5,
      completion_tokens: 418,
      // 5 x 2.50 + 418 x 10 = 4192.5 USD per million; the 71 and 420 tokens in all are not what is charged
      cost_usd: 0.0041925,
    },
  },
  {
    name: 'Cohere chat v2, streamed',
    source: 'https://docs.cohere.com/docs/streaming',
    path: 'cohere/v2/chat',
    request: { model: 'command-a-03-2025', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: [
        start(PLAIN.id),
        said('content-start', 0, { content: { type: 'text', text: '' } }),
        said('content-delta', 0, { content: { text: 'Zoë says' } }),
        said('content-delta', 0, { content: { text: ' LLMs 🦊' } }),
        event('content-end', { index: 0 }),
        event('message-end', { delta: { finish_reason: 'COMPLETE', usage: BILLED } }),
      ],
    },
    body: PLAIN,
    record: {
      model: 'command-a-03-2025',
      finish_reason: 'COMPLETE',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 5,
      completion_tokens: 418,
      // As above: 5 x 2.50 + 418 x 10
      cost_usd: 0.0041925,
    },
  },
  {
    name: 'Cohere chat v2, two tool calls streamed',
    source: 'https://docs.cohere.com/docs/tool-use-streaming',
    path: 'cohere/v2/chat',
    request: { model: 'command-r-08-2024', stream: true, messages: [{ role: 'user', content: 'Sales?' }], tools: [] },
    answer: {
      kind: 'sse',
      events: [
        start('t1'),
        event('tool-plan-delta', { delta: { message: { tool_plan: 'I will' } } }),
        event('tool-plan-delta', { delta: { message: { tool_plan: ' look.' } } }),
        said('tool-call-start', 0, {
          tool_calls: { id: 'query_1', type: 'function', function: { name: 'query_sales', arguments: '' } },
        }),
        said('tool-call-delta', 0, { tool_calls: { function: { arguments: '{"day":"2023' } } }),
        said('tool-call-delta', 0, { tool_calls: { function: { arguments: '-09-29"}' } } }),
        event('tool-call-end', { index: 0 }),
        said('tool-call-start', 1, {
          tool_calls: { id: 'query_2', type: 'function', function: { name: 'query_catalog', arguments: '' } },
        }),
        said('tool-call-delta', 1, { tool_calls: { function: { arguments: '{"c":"Café"}' } } }),
        event('tool-call-end', { index: 1 }),
        event('message-end', {
          delta: {
            finish_reason: 'TOOL_CALL',
            usage: {
              billed_units: { input_tokens: 127, output_tokens: 69 },
              tokens: { input_tokens: 1032, output_tokens: 124 },
            },
          },
        }),
      ],
    },
    body: {
      id: 't1',
      finish_reason: 'TOOL_CALL',
      message: { role: 'assistant', tool_plan: 'I will look.', tool_calls: TOOL_CALLS },
      usage: {
        billed_units: { input_tokens: 127, output_tokens: 69 },
        tokens: { input_tokens: 1032, output_tokens: 124 },
      },
    },
    record: {
      model: 'command-r-08-2024',
      finish_reason: 'TOOL_CALL',
      outcome: 'success',
      prompt_tokens: 127,
      completion_tokens: 69,
      // 127 x 0.15 + 69 x 0.60 = 60.45 USD per million
      cost_usd: 0.00006045,
    },
  },
  {
    name: 'Cohere chat v2, thinking and a citation streamed',
    source: 'https://docs.cohere.com/docs/rag-streaming and https://docs.cohere.com/docs/reasoning',
    path: 'cohere/v2/chat',
    request: { model: 'command-a-03-2025', stream: true, messages: [{ role: 'user', content: 'Tallest?' }] },
    answer: {
      kind: 'sse',
      events: [
        start('c1'),
        said('content-start', 0, { content: { type: 'thinking', thinking: '' } }),
        said('content-delta', 0, { content: { thinking: 'Pinguine?' } }),
        event('content-end', { index: 0 }),
        said('content-start', 1, { content: { type: 'text', text: '' } }),
        said('content-delta', 1, { content: { text: 'Emperor 🐧' } }),
        said('citation-start', 0, { citations: CITATION }),
        event('citation-end', { index: 0 }),
        event('content-end', { index: 1 }),
        event('message-end', {
          delta: {
            finish_reason: 'COMPLETE',
            usage: {
              billed_units: { input_tokens: 32, output_tokens: 11 },
              tokens: { input_tokens: 696, output_tokens: 43 },
              cached_tokens: 16,
            },
          },
        }),
      ],
    },
    body: {
      id: 'c1',
      finish_reason: 'COMPLETE',
      message: {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Pinguine?' },
          { type: 'text', text: 'Emperor 🐧' },
        ],
        citations: [CITATION],
      },
      usage: {
        billed_units: { input_tokens: 32, output_tokens: 11 },
        tokens: { input_tokens: 696, output_tokens: 43 },
        cached_tokens: 16,
      },
    },
    record: {
      model: 'command-a-03-2025',
      prompt_tokens: 32,
      prompt_cache_read_tokens: 16,
      completion_tokens: 11,
      // 32 x 2.50 + 11 x 10 = 190 USD per million; the table has no rate of its own for cached tokens
      cost_usd: 0.00019,
    },
  },
  {
    name: 'Cohere chat v2, a generation that failed inside a 200',
    source: 'https://docs.cohere.com/reference/chat-stream',
    path: 'cohere/v2/chat',
    request: { model: 'command-a-03-2025', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: [
        start('f1'),
        said('content-start', 0, { content: { type: 'text', text: '' } }),
        said('content-delta', 0, { content: { text: 'Zo' } }),
        event('message-end', { delta: { error: 'generation failed', finish_reason: 'ERROR' } }),
      ],
    },
    body: {
      id: 'f1',
      finish_reason: 'ERROR',
      error: 'generation failed',
      message: { role: 'assistant', content: [{ type: 'text', text: 'Zo' }] },
    },
    // No usage was told, and a failed call is not estimated.
    record: { outcome: 'upstream_error', finish_reason: 'ERROR', prompt_tokens: null, cost_usd: null },
  },
];

const V1_AND_EMBED: GoldenCase[] = [
  {
    name: 'Cohere chat v1, streamed a document a line',
    source: 'https://docs.cohere.com/v1/reference/chat-stream',
    path: 'cohere/v1/chat',
    request: { model: 'command-r-08-2024', stream: true, message: 'Who?' },
    answer: {
      kind: 'ndjson',
      type: 'application/stream+json',
      lines: [
        JSON.stringify({ is_finished: false, event_type: 'stream-start', generation_id: 'g1' }),
        JSON.stringify({ is_finished: false, event_type: 'text-generation', text: 'Spain' }),
        JSON.stringify({ is_finished: false, event_type: 'text-generation', text: ' won 🏆' }),
        JSON.stringify({
          is_finished: true,
          event_type: 'stream-end',
          response: V1_RESPONSE,
          finish_reason: 'COMPLETE',
        }),
      ],
    },
    body: V1_RESPONSE,
    record: {
      model: 'command-r-08-2024',
      finish_reason: 'COMPLETE',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 1000,
      completion_tokens: 200,
      // 1000 x 0.15 + 200 x 0.60 = 270 USD per million
      cost_usd: 0.00027,
    },
  },
  {
    name: 'Cohere chat v1, tool calls streamed as server-sent events',
    source: 'https://docs.cohere.com/v1/docs/streaming',
    path: 'cohere/v1/chat',
    request: { model: 'command-r-08-2024', stream: true, message: 'Time?' },
    answer: {
      kind: 'sse',
      events: [
        'event: stream-start\ndata: {"is_finished":false,"event_type":"stream-start","generation_id":"g2"}',
        'event: tool-calls-chunk\ndata: {"is_finished":false,"event_type":"tool-calls-chunk","text":"I will."}',
        'event: tool-calls-generation\ndata: {"is_finished":false,"event_type":"tool-calls-generation","text":"I will.","tool_calls":[{"name":"now","parameters":{"tz":"Zürich"}}]}',
        'event: stream-end\ndata: {"is_finished":true,"event_type":"stream-end","finish_reason":"COMPLETE","response":{"text":"I will.","generation_id":"g2","finish_reason":"COMPLETE","tool_calls":[{"name":"now","parameters":{"tz":"Zürich"}}],"meta":{"billed_units":{"input_tokens":40,"output_tokens":10}}}}',
      ],
    },
    body: {
      text: 'I will.',
      generation_id: 'g2',
      finish_reason: 'COMPLETE',
      tool_calls: [{ name: 'now', parameters: { tz: 'Zürich' } }],
      meta: { billed_units: { input_tokens: 40, output_tokens: 10 } },
    },
    record: {
      outcome: 'success',
      prompt_tokens: 40,
      completion_tokens: 10,
      // 40 x 0.15 + 10 x 0.60 = 12 USD per million
      cost_usd: 0.000012,
    },
  },
  {
    name: 'Cohere embed v2',
    source: 'https://docs.cohere.com/reference/embed',
    path: 'cohere/v2/embed',
    request: { model: 'embed-v4.0', texts: ['hello', 'goodbye'], input_type: 'classification' },
    answer: {
      kind: 'json',
      body: {
        id: 'da6e531f-54c5-4a73-bf92-f60566d8d753',
        embeddings: {
          float: [
            [0.016296387, -0.008354187],
            [0.04663086, -0.023239136],
          ],
        },
        texts: ['hello', 'goodbye'],
        meta: { api_version: { version: '2', is_experimental: true }, billed_units: { input_tokens: 2 } },
        response_type: 'embeddings_by_type',
      },
    },
    body: {
      id: 'da6e531f-54c5-4a73-bf92-f60566d8d753',
      embeddings: {
        float: [
          [0.016296387, -0.008354187],
          [0.04663086, -0.023239136],
        ],
      },
      texts: ['hello', 'goodbye'],
      meta: { api_version: { version: '2', is_experimental: true }, billed_units: { input_tokens: 2 } },
      response_type: 'embeddings_by_type',
    },
    record: {
      model: 'embed-v4.0',
      finish_reason: null,
      outcome: 'success',
      stream: false,
      prompt_tokens: 2,
      completion_tokens: 0,
      // 2 x 0.12 = 0.24 USD per million
      cost_usd: 0.00000024,
    },
  },
  {
    name: 'Cohere embed v2, a picture by its tokens',
    source: 'https://docs.cohere.com/reference/embed',
    path: 'cohere/v2/embed',
    request: { model: 'embed-v4.0', input_type: 'image', images: ['data:image/png;base64,AA=='] },
    answer: { kind: 'json', body: EMBEDDED_IMAGE },
    record: {
      model: 'embed-v4.0',
      prompt_tokens: 1010,
      completion_tokens: 0,
      usage_details: { prompt_image_tokens: 1000 },
      // 10 x 0.12 + 1000 x 0.47 = 471.2 USD per million
      cost_usd: 0.0004712,
    },
  },
];

goldenCases([...CHAT, ...V1_AND_EMBED]);
