import { expect, test } from 'vitest';
import type { AnswerContext, StreamEvent } from '../wire.js';
import { bedrockInvoke } from './bedrock-invoke.js';

// Shapes: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html and the makers' own references. Content is
// made up.

function contextOf(model: string, more: Partial<AnswerContext> = {}): AnswerContext {
  const path = `/model/${encodeURIComponent(model)}/invoke`;
  return { provider: 'bedrock', path, requestModel: model, headers: {}, ...more };
}

const chunk = (model: unknown): StreamEvent => ({
  event: 'chunk',
  data: JSON.stringify({ bytes: Buffer.from(JSON.stringify(model)).toString('base64'), p: 'abcd' }),
});

function stream(chunks: readonly unknown[], context?: AnswerContext) {
  const rebuilder = bedrockInvoke.rebuild(context);
  const content = chunks.map((one) => rebuilder.push(chunk(one)));
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const metrics = (inputTokenCount: number, outputTokenCount: number, more: object = {}) => ({
  'amazon-bedrock-invocationMetrics': {
    inputTokenCount,
    outputTokenCount,
    invocationLatency: 800,
    firstByteLatency: 300,
    ...more,
  },
});

const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const CLAUDE_USAGE = {
  input_tokens: 12,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 100,
  output_tokens: 1,
};
const CLAUDE_HEAD = {
  id: 'msg_bdrk_01',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
};
const CLAUDE_CHUNKS = [
  {
    type: 'message_start',
    message: { ...CLAUDE_HEAD, content: [], stop_reason: null, stop_sequence: null, usage: CLAUDE_USAGE },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Zoë ' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: '🦊' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 9 } },
  { type: 'message_stop', ...metrics(12, 9, { cacheReadInputTokenCount: 100, cacheWriteInputTokenCount: 0 }) },
];
const CLAUDE_PLAIN = {
  ...CLAUDE_HEAD,
  content: [{ type: 'text', text: 'Zoë 🦊' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { ...CLAUDE_USAGE, output_tokens: 9 },
};

test('Claude: a stream rebuilds to the plain answer, facts included', () => {
  const { body, facts, complete, content } = stream(CLAUDE_CHUNKS, contextOf(CLAUDE));
  expect(body).toEqual(CLAUDE_PLAIN);
  expect(facts).toMatchObject({
    model: null, // the path's id has the region, which has a price of its own
    usage: { inputTokens: 112, outputTokens: 9, cacheReadTokens: 100, cacheWriteTokens: 0 },
    finishReason: 'end_turn',
    error: null,
  });
  expect(bedrockInvoke.facts(CLAUDE_PLAIN, contextOf(CLAUDE))).toEqual(facts);
  expect(complete).toBe(true);
  expect(content).toEqual([false, false, true, true, false, false, false]);
});

test('Claude, cut before its last chunk', () => {
  const { body, facts, complete } = stream(CLAUDE_CHUNKS.slice(0, 3));
  expect(body).toMatchObject({ content: [{ text: 'Zoë ' }], stop_reason: null });
  expect(complete).toBe(false);
  expect(facts).toMatchObject({ finishReason: null, usage: { outputTokens: 1 } });
});

test('Llama: a stream rebuilds to the plain answer, facts included', () => {
  const part = (generation: string, generation_token_count: number, more: object = {}) => ({
    generation,
    prompt_token_count: null,
    generation_token_count,
    stop_reason: null,
    ...more,
  });
  const chunks = [
    part('', 1, { prompt_token_count: 25 }),
    part('Zoë ', 2),
    part('🦊', 3),
    part('', 4, { stop_reason: 'stop', ...metrics(25, 4) }),
  ];
  const plain = { generation: 'Zoë 🦊', prompt_token_count: 25, generation_token_count: 4, stop_reason: 'stop' };
  const { body, facts, complete, content } = stream(chunks);
  expect(body).toEqual(plain);
  expect(complete).toBe(true);
  expect(content).toEqual([false, true, true, false]);
  const read = { model: null, finishReason: 'stop', error: null, usage: { inputTokens: 25, outputTokens: 4 } };
  expect(facts).toMatchObject(read);
  expect(facts.usageObject).toEqual(metrics(25, 4)['amazon-bedrock-invocationMetrics']);
  expect(bedrockInvoke.facts(plain)).toMatchObject(read);
});

test('Nova: as Converse, with names of its own for the cache', () => {
  const usage = {
    inputTokens: 10,
    outputTokens: 4,
    totalTokens: 34,
    cacheReadInputTokenCount: 20,
    cacheWriteInputTokenCount: 0,
  };
  const { body, facts, complete } = stream([
    { messageStart: { role: 'assistant' } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Zoë ' } } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: '🦊' } } },
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
    { metadata: { usage }, ...metrics(10, 4, { cacheReadInputTokenCount: 20 }) },
  ]);
  const plain = {
    output: { message: { role: 'assistant', content: [{ text: 'Zoë 🦊' }] } },
    stopReason: 'end_turn',
    usage,
  };
  expect(body).toEqual(plain);
  expect(complete).toBe(true);
  expect(facts).toMatchObject({
    usage: { inputTokens: 30, outputTokens: 4, cacheReadTokens: 20, cacheWriteTokens: 0 },
    usageObject: usage,
  });
  expect(bedrockInvoke.facts(plain)).toEqual(facts);
});

test('Titan text', () => {
  const part = (outputText: string, more: object = {}) => ({
    outputText,
    index: 0,
    totalOutputTextTokenCount: null,
    completionReason: null,
    inputTextTokenCount: null,
    ...more,
  });
  const { body, facts, complete } = stream([
    part('Zoë ', { inputTextTokenCount: 6 }),
    part('🦊', { totalOutputTextTokenCount: 3, completionReason: 'FINISH', ...metrics(6, 3) }),
  ]);
  const plain = {
    inputTextTokenCount: 6,
    results: [{ tokenCount: 3, outputText: 'Zoë 🦊', completionReason: 'FINISH' }],
  };
  expect(body).toEqual(plain);
  expect(complete).toBe(true);
  expect(facts).toMatchObject({ usage: { inputTokens: 6, outputTokens: 3 }, finishReason: 'FINISH' });
});

test('OpenAI-like chunks: gpt-oss, Qwen, Jamba', () => {
  const part = (delta: object, finish_reason: string | null, more: object = {}) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 5,
    model: 'openai.gpt-oss-20b-1:0',
    choices: [{ index: 0, delta, finish_reason }],
    ...more,
  });
  const usage = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
  const { body, facts, complete } = stream([
    part({ role: 'assistant', content: 'Zoë ' }, null),
    part({ content: '🦊' }, 'stop', { usage, ...metrics(7, 2) }),
  ]);
  expect(body).toEqual({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 5,
    model: 'openai.gpt-oss-20b-1:0',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Zoë 🦊' }, finish_reason: 'stop' }],
    usage,
  });
  expect(complete).toBe(true);
  expect(facts).toMatchObject({ usage: { inputTokens: 7, outputTokens: 2 }, finishReason: 'stop' });
});

test.each<[string, unknown[], unknown]>([
  [
    'Mistral, text',
    [
      { outputs: [{ text: 'Zoë ', stop_reason: null }] },
      { outputs: [{ text: '🦊', stop_reason: 'stop' }], ...metrics(8, 2) },
    ],
    { outputs: [{ text: 'Zoë 🦊', stop_reason: 'stop' }] },
  ],
  [
    'Mistral Large, messages',
    [
      { choices: [{ index: 0, message: { role: 'assistant', content: 'Zoë ' }, stop_reason: null }] },
      {
        choices: [{ index: 0, message: { role: 'assistant', content: '🦊' }, stop_reason: 'stop' }],
        ...metrics(8, 2),
      },
    ],
    { choices: [{ index: 0, message: { role: 'assistant', content: 'Zoë 🦊' }, stop_reason: 'stop' }] },
  ],
  [
    'DeepSeek',
    [
      { choices: [{ text: 'Zoë ', stop_reason: null }] },
      { choices: [{ text: '🦊', stop_reason: 'stop' }], ...metrics(8, 2) },
    ],
    { choices: [{ text: 'Zoë 🦊', stop_reason: 'stop' }] },
  ],
  [
    'Cohere Command R',
    [
      { event_type: 'text-generation', text: 'Zoë ', is_finished: false },
      { event_type: 'text-generation', text: '🦊', is_finished: false },
      {
        event_type: 'stream-end',
        finish_reason: 'stop',
        is_finished: true,
        response: { response_id: 'r', generation_id: 'g', text: 'Zoë 🦊', chat_history: [], finish_reason: 'stop' },
        ...metrics(8, 2),
      },
    ],
    { response_id: 'r', generation_id: 'g', text: 'Zoë 🦊', chat_history: [], finish_reason: 'stop' },
  ],
])('%s: usage from what Bedrock counted', (_what, chunks, plain) => {
  const { body, facts, complete } = stream(chunks);
  expect(body).toEqual(plain);
  expect(complete).toBe(true);
  const read = { usage: { inputTokens: 8, outputTokens: 2, cacheReadTokens: null }, finishReason: 'stop' };
  expect(facts).toMatchObject(read);
  const headers = { 'x-amzn-bedrock-input-token-count': '8', 'x-amzn-bedrock-output-token-count': '2' };
  expect(bedrockInvoke.facts(plain, contextOf('m', { headers }))).toMatchObject(read);
  expect(bedrockInvoke.facts(plain).usage).toBe(null);
});

test('what Bedrock adds stands in the answer, less the metrics', () => {
  const guarded = { 'amazon-bedrock-guardrailAction': 'INTERVENED', 'amazon-bedrock-trace': { guardrail: {} } };
  const { body } = stream([
    { generation: 'No', stop_reason: null },
    { generation: '.', stop_reason: 'stop', ...guarded, ...metrics(1, 2) },
  ]);
  expect(body).toEqual({ generation: 'No.', stop_reason: 'stop', ...guarded });
});

test('errors: plain, in a stream, alone', () => {
  expect(bedrockInvoke.facts({ message: 'Malformed input request' }).error).toBe('Malformed input request');
  const exception: StreamEvent = { event: 'exception:modelTimeoutException', data: '{"message":"took too long"}' };
  const rebuilder = bedrockInvoke.rebuild();
  rebuilder.push(exception);
  expect(rebuilder.body()).toEqual({ message: 'took too long' });
  const cut = bedrockInvoke.rebuild();
  for (const one of CLAUDE_CHUNKS) cut.push(chunk(one));
  cut.push(exception);
  expect(cut.body()).toEqual({ ...CLAUDE_PLAIN, modelTimeoutException: { message: 'took too long' } });
  expect(cut.facts().error).toBe('took too long');
  expect(cut.complete()).toBe(false);
});

test('counts of which the model tells only a part', () => {
  const told = { input_tokens: 3, output_tokens: 2 };
  const start = { type: 'message_start', message: { ...CLAUDE_HEAD, content: [], usage: told } };
  const last = {
    type: 'message_stop',
    ...metrics(3, 2, { cacheReadInputTokenCount: 50, cacheWriteInputTokenCount: 7 }),
  };
  expect(stream([start, last]).facts.usage).toMatchObject({
    inputTokens: 60,
    outputTokens: 2,
    cacheReadTokens: 50,
    cacheWriteTokens: 7,
  });
});

test('a clean end', () => {
  const { endsWhole } = bedrockInvoke;
  expect(endsWhole(CLAUDE_CHUNKS.slice(-3).map(chunk))).toBe(true);
  expect(endsWhole(CLAUDE_CHUNKS.slice(-4, -1).map(chunk))).toBe(false);
  expect(endsWhole([chunk({ generation: 'x', ...metrics(1, 1) }), { event: 'exception:x', data: '{}' }])).toBe(false);
  expect(endsWhole([])).toBe(false);
});

test('damaged chunks are passed over', () => {
  const rebuilder = bedrockInvoke.rebuild();
  for (const data of ['', '{', '{}', '{"bytes":1}', '{"bytes":"e30"}', '{"bytes":"!!"}', '{"bytes":"bnVsbA=="}']) {
    expect(rebuilder.push({ event: 'chunk', data })).toBe(false);
  }
  const deep = `{"choices":[{"message":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}]}`;
  expect(rebuilder.push({ event: 'chunk', data: `{"bytes":"${Buffer.from(deep).toString('base64')}"}` })).toBe(false);
  expect(rebuilder.facts().usage).toBe(null);
});
