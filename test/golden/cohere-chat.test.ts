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

const RECORD: GoldenCase['record'] = {
  model: 'command-a-03-2025',
  finish_reason: 'COMPLETE',
  outcome: 'success',
  prompt_tokens: 5,
  completion_tokens: 418,
  // 5 x 2.50 + 418 x 10 = 4192.5 USD per million; the 71 and 420 tokens in all are not what is charged
  cost_usd: 0.0041925,
};

const TOOL_CALLS = [
  { id: 'query_1', type: 'function', function: { name: 'query_sales', arguments: '{"day":"2023-09-29"}' } },
  { id: 'query_2', type: 'function', function: { name: 'query_catalog', arguments: '{"c":"Café"}' } },
];
const TOOLS_USAGE = {
  billed_units: { input_tokens: 127, output_tokens: 69 },
  tokens: { input_tokens: 1032, output_tokens: 124 },
};

const CITATION = {
  start: 0,
  end: 9,
  text: 'Emperor 🐧',
  sources: [{ type: 'document', id: 'doc:0', document: { id: 'doc:0', snippet: 'The tallest' } }],
  type: 'TEXT_CONTENT',
};
const CITED_USAGE = {
  billed_units: { input_tokens: 32, output_tokens: 11 },
  tokens: { input_tokens: 696, output_tokens: 43 },
  cached_tokens: 16,
};

const CASES: GoldenCase[] = [
  {
    name: 'Cohere chat v2, plain',
    source: 'https://docs.cohere.com/reference/chat',
    path: 'cohere/v2/chat',
    request: { model: 'command-a-03-2025', messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: PLAIN },
    record: { ...RECORD, stream: false },
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
    record: { ...RECORD, stream: true, truncated: false },
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
        event('message-end', { delta: { finish_reason: 'TOOL_CALL', usage: TOOLS_USAGE } }),
      ],
    },
    body: {
      id: 't1',
      finish_reason: 'TOOL_CALL',
      message: { role: 'assistant', tool_plan: 'I will look.', tool_calls: TOOL_CALLS },
      usage: TOOLS_USAGE,
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
        event('message-end', { delta: { finish_reason: 'COMPLETE', usage: CITED_USAGE } }),
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
      usage: CITED_USAGE,
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

goldenCases(CASES);
