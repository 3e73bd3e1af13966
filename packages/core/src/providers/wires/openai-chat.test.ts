import { expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { openaiChat } from './openai-chat.js';

// Shapes: OpenAI's API reference (chat completion object, chat completion chunk object, completions), DeepSeek's and
// Groq's references where named. Content is made up.

const HEAD = {
  id: 'chatcmpl-B9MBs8',
  created: 1741569952,
  model: 'gpt-4o-mini-2024-07-18',
  system_fingerprint: 'fp_4',
  service_tier: 'default',
};

function chunk(choices: unknown[], more: object = {}): object {
  return { ...HEAD, object: 'chat.completion.chunk', choices, usage: null, ...more };
}

function piece(delta: object, more: object = {}): object {
  return chunk([{ index: 0, delta, logprobs: null, finish_reason: null, ...more }]);
}

function stream(chunks: (object | string)[]) {
  const rebuilder = openaiChat.rebuild();
  const content = chunks.map((data) =>
    rebuilder.push({ event: '', data: typeof data === 'string' ? data : JSON.stringify(data) }),
  );
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const USAGE = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 2,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

const PLAIN = {
  ...HEAD,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello! 😀', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: USAGE,
};

const FACTS = {
  model: 'gpt-4o-mini-2024-07-18',
  usage: {
    ...EMPTY_USAGE,
    inputTokens: 19,
    outputTokens: 10,
    cacheReadTokens: 4,
    reasoningTokens: 2,
    inputAudioTokens: 0,
    outputAudioTokens: 0,
    acceptedPredictionTokens: 0,
    rejectedPredictionTokens: 0,
  },
  finishReason: 'stop',
  error: null,
  usageObject: USAGE,
  serviceTier: null,
};

const STREAM = [
  piece({ role: 'assistant', content: '', refusal: null }),
  piece({ content: 'Hello' }),
  piece({ content: '! 😀' }),
  piece({}, { finish_reason: 'stop' }),
  chunk([], { usage: USAGE, obfuscation: 'x7' }),
];

test('a stream rebuilds to the plain answer, facts included', () => {
  const { body, facts, complete, content } = stream([...STREAM, '[DONE]']);
  expect(body).toEqual(PLAIN);
  expect(facts).toEqual(FACTS);
  expect(openaiChat.facts(PLAIN)).toEqual(FACTS);
  expect(complete).toBe(true);
  expect(content).toEqual([false, true, true, false, false, false]);
});

test('without [DONE] a finish reason on every choice completes; cut before, it does not', () => {
  expect(stream(STREAM).complete).toBe(true);
  expect(stream(STREAM.slice(0, 3)).complete).toBe(false);
  expect(stream([]).complete).toBe(false);
  expect(stream([]).body).toBe(null);
  const two = [chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]), chunk([{ index: 1, delta: { content: 'a' } }])];
  expect(stream(two).complete).toBe(false);
  expect(stream([...two, chunk([{ index: 1, delta: {}, finish_reason: 'length' }])]).complete).toBe(true);
});

test('a cut stream keeps what arrived', () => {
  const { body, facts } = stream(STREAM.slice(0, 2));
  expect(body).toMatchObject({ choices: [{ message: { content: 'Hello' }, finish_reason: null }] });
  expect(facts).toMatchObject({ usage: null, finishReason: null });
});

test('several choices interleaved, by their index', () => {
  const { body, facts } = stream([
    chunk([{ index: 1, delta: { role: 'assistant', content: 'B' }, finish_reason: null }]),
    chunk([{ index: 0, delta: { role: 'assistant', content: 'A' }, finish_reason: null }]),
    chunk([
      { index: 1, delta: { content: 'b' }, finish_reason: 'length' },
      { index: 0, delta: { content: 'a' }, finish_reason: 'stop' },
    ]),
  ]);
  expect(body).toMatchObject({
    choices: [
      { index: 0, message: { content: 'Aa' }, finish_reason: 'stop' },
      { index: 1, message: { content: 'Bb' }, finish_reason: 'length' },
    ],
  });
  expect(facts.finishReason).toBe('stop');
});

test('parallel tool calls by index, custom tools, content null', () => {
  const { body, content } = stream([
    piece({
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'get', arguments: '' } }],
    }),
    piece({ tool_calls: [{ index: 0, function: { arguments: '{"a"' } }] }),
    piece({ tool_calls: [{ index: 1, id: 'call_b', type: 'custom', custom: { name: 'run', input: 'x' } }] }),
    piece({
      tool_calls: [
        { index: 0, function: { arguments: ':1}' } },
        { index: 1, custom: { input: 'y' } },
      ],
    }),
    piece({}, { finish_reason: 'tool_calls' }),
  ]);
  expect(body).toMatchObject({ choices: [{ finish_reason: 'tool_calls' }] });
  expect((body as typeof PLAIN).choices[0]?.message).toEqual({
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'call_a', type: 'function', function: { name: 'get', arguments: '{"a":1}' } },
      { id: 'call_b', type: 'custom', custom: { name: 'run', input: 'xy' } },
    ],
  });
  expect(content).toEqual([true, true, true, true, false]);
});

test('tool calls of compatible servers: no index, one index for all, a name or an id repeated', () => {
  const call = (id: string | null, name: string | null, args: string, index?: number) =>
    piece({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }] });
  const two = [
    { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
    { id: 'b', type: 'function', function: { name: 'f', arguments: '{}' } },
  ];
  const calls = (chunks: object[]) =>
    (stream(chunks).body as { choices: [{ message: { tool_calls: unknown } }] }).choices[0].message.tool_calls;
  expect(calls([call('a', 'f', '{}'), call('b', 'f', '{}')])).toEqual(two);
  expect(calls([call('a', 'f', '{}', 0), call('b', 'f', '{}', 0)])).toEqual(two);
  expect(calls([call('a', 'f', '{', 0), call('z9', null, '}', 0)])).toEqual([two[0]]);
  expect(calls([call('a', 'f', '{', 0), call('a', 'f', '}', 0)])).toEqual([two[0]]);
});

test('log probabilities, refusals, function_call, annotations and audio are joined', () => {
  const token = (text: string) => ({ token: text, logprob: -0.1, bytes: null, top_logprobs: [] });
  const { body } = stream([
    piece({ role: 'assistant', refusal: 'No' }, { logprobs: { content: [token('a')], refusal: null } }),
    piece({ refusal: 'pe' }, { logprobs: { content: [token('b')], refusal: [token('c')] } }),
    piece({ function_call: { name: 'f', arguments: '{' }, annotations: [{ type: 'url_citation' }] }),
    piece({ function_call: { arguments: '}' }, annotations: [{ type: 'other' }] }),
    piece({ audio: { id: 'audio_1', data: 'AAAA', transcript: 'Hi ' } }),
    piece({ audio: { data: 'BBBB', transcript: 'you' } }),
    piece({ audio: { expires_at: 1741570000 } }),
  ]);
  expect((body as typeof PLAIN).choices[0]).toEqual({
    index: 0,
    message: {
      role: 'assistant',
      content: null,
      refusal: 'Nope',
      function_call: { name: 'f', arguments: '{}' },
      annotations: [{ type: 'url_citation' }, { type: 'other' }],
      audio: { id: 'audio_1', data: 'AAAABBBB', transcript: 'Hi you', expires_at: 1741570000 },
    },
    logprobs: { content: [token('a'), token('b')], refusal: [token('c')] },
    finish_reason: null,
  });
});

test('reasoning as DeepSeek and OpenRouter send it, and members that nobody knows', () => {
  const { body, content } = stream([
    piece({ role: 'assistant', content: null, reasoning_content: 'Let ' }),
    piece({ reasoning_content: 'me', reasoning: 'Let me', content: null }),
    piece({ reasoning_details: [{ type: 'reasoning.text', text: 'Let ', index: 0, format: 'x', signature: null }] }),
    piece({ reasoning_details: [{ type: 'reasoning.text', text: 'me', index: 0, format: 'x', signature: 'sig' }] }),
    piece({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'abc', index: 1 }], mood: 'go' }),
    piece(
      { mood: 'od', score: 1, tags: ['a'] },
      { native_finish_reason: 'STOP', content_filter_results: { hate: {} } },
    ),
    piece({ score: 2, tags: ['b'] }, { native_finish_reason: null, content_filter_results: {} }),
    chunk([], { provider: 'DeepInfra', citations: ['x'] }),
  ]);
  expect(body).toMatchObject({ provider: 'DeepInfra', citations: ['x'] });
  expect((body as typeof PLAIN).choices[0]).toEqual({
    index: 0,
    message: {
      role: 'assistant',
      content: null,
      reasoning_content: 'Let me',
      reasoning: 'Let me',
      reasoning_details: [
        { type: 'reasoning.text', text: 'Let me', index: 0, format: 'x', signature: 'sig' },
        { type: 'reasoning.encrypted', data: 'abc', index: 1 },
      ],
      mood: 'good',
      score: 2,
      tags: ['a', 'b'],
    },
    logprobs: null,
    finish_reason: null,
    native_finish_reason: 'STOP',
    content_filter_results: { hate: {} },
  });
  expect(content.slice(0, 5)).toEqual([true, true, true, true, true]);
});

test('legacy completions', () => {
  const text = (value: string, finish: string | null, more: object = {}) => ({
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: 'gpt-3.5-turbo-instruct',
    choices: [{ text: value, index: 0, logprobs: { tokens: [value], token_logprobs: [-1] }, finish_reason: finish }],
    ...more,
  });
  const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 };
  const { body, facts, complete, content } = stream([text('This', null), text(' is', 'length', { usage }), '[DONE]']);
  const plain = {
    id: 'cmpl-1',
    object: 'text_completion',
    created: 1,
    model: 'gpt-3.5-turbo-instruct',
    choices: [
      {
        text: 'This is',
        index: 0,
        logprobs: { tokens: ['This', ' is'], token_logprobs: [-1, -1] },
        finish_reason: 'length',
      },
    ],
    usage,
  };
  expect(body).toEqual(plain);
  expect(facts).toEqual(openaiChat.facts(plain));
  expect(facts).toMatchObject({
    usage: { inputTokens: 5, outputTokens: 2, cacheReadTokens: null },
    finishReason: 'length',
  });
  expect([complete, ...content]).toEqual([true, true, true, false]);
});
