import { type Answer, type AnswerTokens, jsonAnswer, streamAnswer, typedEvent } from './answer.js';

const MODEL = 'claude-sonnet-4-5-20250929';
const PATH = '/v1/messages';

const HEADERS: Answer['headers'] = [
  ['anthropic-organization-id', '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9'],
  ['anthropic-ratelimit-requests-remaining', '3999'],
  ['request-id', 'req_011CSHoEeqs5C35K2UUqR7Fy'],
];

/** What the Messages API calls input leaves the cached part out. */
const FRESH = 21;
const CACHE_READ = 18_432;
const CACHE_WRITE = 512;

const TOKENS: AnswerTokens = {
  prompt_tokens: FRESH + CACHE_READ + CACHE_WRITE,
  completion_tokens: 187,
  prompt_cache_read_tokens: CACHE_READ,
  prompt_cache_write_tokens: CACHE_WRITE,
  reasoning_tokens: null,
};

function usage(outputTokens: number): object {
  return {
    input_tokens: FRESH,
    cache_creation_input_tokens: CACHE_WRITE,
    cache_read_input_tokens: CACHE_READ,
    cache_creation: { ephemeral_5m_input_tokens: CACHE_WRITE, ephemeral_1h_input_tokens: 0 },
    output_tokens: outputTokens,
    service_tier: 'standard',
  };
}

const REQUEST = {
  model: 'claude-sonnet-4-5',
  max_tokens: 4096,
  thinking: { type: 'enabled', budget_tokens: 2048 },
  tools: [{ name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }],
  messages: [{ role: 'user', content: 'What is the weather in 東京?' }],
};

const MESSAGE = { id: 'msg_01XFDUDYJgAACzvnptvVoYEL', type: 'message', role: 'assistant', model: MODEL };
const TOOL = { type: 'tool_use', id: 'toolu_01A09q90qw90lq917835lq9' };

/** One line, as Anthropic writes it. */
export const MESSAGES: Answer = jsonAnswer({
  name: 'messages',
  provider: 'anthropic',
  path: PATH,
  request: REQUEST,
  headers: [['content-type', 'application/json'], ...HEADERS],
  text: JSON.stringify({
    ...MESSAGE,
    content: [
      { type: 'thinking', thinking: 'The user asks for 東京.', signature: 'EqQBCgIYAhIkYzQ1' },
      { type: 'text', text: 'Let me look 🌤' },
      { ...TOOL, name: 'get_weather', input: { city: '東京' } },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: usage(TOKENS.completion_tokens),
  }),
  model: MODEL,
  finishReason: 'tool_use',
  tokens: TOKENS,
});

function start(index: number, block: object): string {
  return typedEvent({ type: 'content_block_start', index, content_block: block });
}

function delta(index: number, value: object): string {
  return typedEvent({ type: 'content_block_delta', index, delta: value });
}

function stop(index: number): string {
  return typedEvent({ type: 'content_block_stop', index });
}

function opening(): object {
  return { ...MESSAGE, content: [], stop_reason: null, stop_sequence: null, usage: usage(4) };
}

export const MESSAGES_STREAM: Answer = streamAnswer({
  name: 'messages stream',
  provider: 'anthropic',
  path: PATH,
  request: { ...REQUEST, stream: true },
  headers: [['content-type', 'text/event-stream; charset=utf-8'], ['cache-control', 'no-cache'], ...HEADERS],
  texts: [
    typedEvent({ type: 'message_start', message: opening() }),
    start(0, { type: 'thinking', thinking: '', signature: '' }),
    typedEvent({ type: 'ping' }),
    delta(0, { type: 'thinking_delta', thinking: 'The user asks for 東京.' }),
    delta(0, { type: 'signature_delta', signature: 'EqQBCgIYAhIkYzQ1' }),
    stop(0),
    start(1, { type: 'text', text: '' }),
    delta(1, { type: 'text_delta', text: 'Let me look 🌤' }),
    stop(1),
    start(2, { ...TOOL, name: 'get_weather', input: {} }),
    delta(2, { type: 'input_json_delta', partial_json: '' }),
    delta(2, { type: 'input_json_delta', partial_json: '{"city": "東' }),
    delta(2, { type: 'input_json_delta', partial_json: '京"}' }),
    stop(2),
    typedEvent({
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: usage(TOKENS.completion_tokens),
    }),
    typedEvent({ type: 'message_stop' }),
  ],
  model: MODEL,
  finishReason: 'tool_use',
  tokens: TOKENS,
});
