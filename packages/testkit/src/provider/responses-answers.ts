import { type Answer, type AnswerTokens, jsonAnswer, streamAnswer, typedEvent } from './answer.js';

const MODEL = 'gpt-5-2025-08-07';
const PATH = '/v1/responses';
const ID = 'resp_68af4030592c81938ec0a5fbab4a3e9f05438e46b5f69a3b';

const HEADERS: Answer['headers'] = [
  ['openai-processing-ms', '2817'],
  ['openai-version', '2020-10-01'],
  ['x-request-id', 'req_0d5f1f7c3a6b4e8d9c2a1b0f9e8d7c6b'],
];

const TOKENS: AnswerTokens = {
  prompt_tokens: 2081,
  completion_tokens: 1035,
  prompt_cache_read_tokens: 1920,
  prompt_cache_write_tokens: null,
  reasoning_tokens: 832,
};

const USAGE = {
  input_tokens: TOKENS.prompt_tokens,
  input_tokens_details: { cached_tokens: TOKENS.prompt_cache_read_tokens },
  output_tokens: TOKENS.completion_tokens,
  output_tokens_details: { reasoning_tokens: TOKENS.reasoning_tokens },
  total_tokens: TOKENS.prompt_tokens + TOKENS.completion_tokens,
};

const TEXT = 'Ça va — 好 👋';
const REASONING = { id: 'rs_1', type: 'reasoning', summary: [] };
const PART = { type: 'output_text', annotations: [], logprobs: [], text: TEXT };
const MESSAGE = { id: 'msg_1', type: 'message', status: 'completed', content: [PART], role: 'assistant' };

function response(status: 'in_progress' | 'completed'): object {
  const done = status === 'completed';
  return {
    id: ID,
    object: 'response',
    created_at: 1756315696,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    model: MODEL,
    output: done ? [REASONING, MESSAGE] : [],
    parallel_tool_calls: true,
    reasoning: { effort: 'medium', summary: null },
    store: false,
    temperature: 1.0,
    tools: [],
    usage: done ? USAGE : null,
    metadata: {},
  };
}

export const RESPONSES: Answer = jsonAnswer({
  name: 'responses',
  provider: 'openai',
  path: PATH,
  request: { model: 'gpt-5', input: 'How are you?', store: false },
  headers: [['content-type', 'application/json'], ...HEADERS],
  text: `${JSON.stringify(response('completed'), null, 2)}\n`,
  model: MODEL,
  finishReason: 'completed',
  tokens: TOKENS,
});

function events(): string[] {
  const inText = { item_id: 'msg_1', output_index: 1, content_index: 0 };
  const list: ({ type: string } & Record<string, unknown>)[] = [
    { type: 'response.created', response: response('in_progress') },
    { type: 'response.in_progress', response: response('in_progress') },
    { type: 'response.output_item.added', output_index: 0, item: REASONING },
    { type: 'response.output_item.done', output_index: 0, item: REASONING },
    { type: 'response.output_item.added', output_index: 1, item: { ...MESSAGE, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...inText, part: { ...PART, text: '' } },
    { type: 'response.output_text.delta', ...inText, delta: 'Ça va', logprobs: [], obfuscation: 'x7Kq' },
    { type: 'response.output_text.delta', ...inText, delta: ' — 好 👋', logprobs: [], obfuscation: 'a' },
    { type: 'response.output_text.done', ...inText, text: TEXT, logprobs: [] },
    { type: 'response.content_part.done', ...inText, part: PART },
    { type: 'response.output_item.done', output_index: 1, item: MESSAGE },
    { type: 'response.completed', response: response('completed') },
  ];
  return list.map((event, index) => typedEvent({ ...event, sequence_number: index }));
}

export const RESPONSES_STREAM: Answer = streamAnswer({
  name: 'responses stream',
  provider: 'openai',
  path: PATH,
  request: { model: 'gpt-5', input: 'How are you?', store: false, stream: true },
  headers: [['content-type', 'text/event-stream; charset=utf-8'], ...HEADERS],
  texts: events(),
  model: MODEL,
  finishReason: 'completed',
  tokens: TOKENS,
});
