import { expect, test } from 'vitest';
import type { Rebuilder } from '../wire.js';
import { openaiChat } from './openai-chat.js';

// Streams as they come from those who speak like OpenAI, each rebuilt to what the same call would have got without streaming.

interface OddStream {
  provider: string;
  path: string;
  /** Data of its events; text is sent as it stands. */
  events: readonly (object | string)[];
  /** What the same call would have got without streaming. */
  plain: object;
}

const CHAT = '/v1/chat/completions';
const SAFE = { hate: { filtered: false, severity: 'safe' } };
const USAGE = { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 };
const head = { id: 'c1', created: 1741569952, model: 'm' };
const choice = (delta: object, more: object = {}) => ({ index: 0, delta, finish_reason: null, ...more });
const chunk = (choices: object[], more: object = {}) => ({
  ...head,
  object: 'chat.completion.chunk',
  choices,
  ...more,
});
const plainChat = (choices: object[], more: object = {}) => ({
  ...head,
  object: 'chat.completion',
  choices,
  usage: USAGE,
  ...more,
});
const message = (members: object) => ({ role: 'assistant', content: null, ...members });
const call = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const DONE = '[DONE]';

const STREAMS: Record<string, OddStream> = {
  'Azure: filters first, tools behind them': {
    provider: 'azure',
    path: '/openai/deployments/my-fox/chat/completions',
    events: [
      {
        id: '',
        object: '',
        created: 0,
        model: '',
        choices: [],
        prompt_filter_results: [{ prompt_index: 0, content_filter_results: SAFE }],
      },
      chunk([choice(message({ refusal: null }), { content_filter_results: {}, logprobs: null })]),
      chunk([choice({ tool_calls: [{ index: 0, ...call('a', 'f', '') }] }, { content_filter_results: {} })]),
      chunk([choice({ tool_calls: [{ index: 0, function: { arguments: '{"a":"Ö🦊"}' } }] })]),
      chunk([choice({}, { content_filter_results: SAFE, finish_reason: 'tool_calls' })]),
      chunk([], { usage: USAGE }),
      DONE,
    ],
    plain: plainChat(
      [
        {
          index: 0,
          message: message({ refusal: null, tool_calls: [call('a', 'f', '{"a":"Ö🦊"}')] }),
          logprobs: null,
          content_filter_results: SAFE,
          finish_reason: 'tool_calls',
        },
      ],
      { prompt_filter_results: [{ prompt_index: 0, content_filter_results: SAFE }] },
    ),
  },
  'three choices with tools, interleaved': {
    provider: 'openai',
    path: CHAT,
    events: [
      chunk([choice(message({}), { index: 2 }), choice(message({}), { index: 0 })]),
      chunk([choice({ role: 'assistant', content: '' }, { index: 1 })]),
      chunk([choice({ tool_calls: [{ index: 0, ...call('a', 'f', '') }] }, { index: 2 })]),
      chunk([choice({ tool_calls: [{ index: 0, ...call('b', 'g', '{') }] }), choice({ content: 'Hi' }, { index: 1 })]),
      chunk([choice({ tool_calls: [{ index: 1, ...call('c', 'f', '[') }] }, { index: 2 })]),
      chunk([choice({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }, { index: 2 })]),
      chunk([choice({ tool_calls: [{ index: 1, function: { arguments: ']' } }] }, { index: 2 })]),
      chunk([choice({ tool_calls: [{ index: 0, function: { arguments: '}' } }] })]),
      chunk([choice({}, { index: 1, finish_reason: 'length' }), choice({}, { index: 2, finish_reason: 'tool_calls' })]),
      chunk([choice({}, { finish_reason: 'tool_calls' })]),
      chunk([], { usage: USAGE }),
      DONE,
    ],
    plain: plainChat([
      { index: 0, message: message({ tool_calls: [call('b', 'g', '{}')] }), finish_reason: 'tool_calls' },
      { index: 1, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'length' },
      {
        index: 2,
        message: message({ tool_calls: [call('a', 'f', '{}'), call('c', 'f', '[]')] }),
        finish_reason: 'tool_calls',
      },
    ]),
  },
  'speech in pieces that are each padded': {
    provider: 'openai',
    path: CHAT,
    events: [
      chunk([choice(message({ refusal: null, audio: { id: 'audio_1', transcript: 'He' } }))]),
      chunk([choice({ audio: { data: 'YQ==' } })]),
      chunk([choice({ audio: { transcript: 'y', data: 'YmM=' } })]),
      chunk([choice({ audio: { data: 'ZGVm' } })]),
      chunk([choice({ audio: { expires_at: 1741573552 } })]),
      chunk([choice({}, { finish_reason: 'stop' })]),
      chunk([], { usage: USAGE }),
      DONE,
    ],
    plain: plainChat([
      {
        index: 0,
        message: message({
          refusal: null,
          audio: { id: 'audio_1', transcript: 'Hey', data: 'YWJjZGVm', expires_at: 1741573552 },
        }),
        finish_reason: 'stop',
      },
    ]),
  },
  'Groq: reasoning that names its channel in each piece': {
    provider: 'groq',
    path: '/openai/v1/chat/completions',
    events: [
      chunk([choice({ role: 'assistant', content: '' })], { x_groq: { id: 'req_1' } }),
      chunk([choice({ channel: 'analysis', reasoning: 'Let' })]),
      chunk([choice({ channel: 'analysis', reasoning: ' me' })]),
      chunk([choice({ content: 'Ja' })]),
      chunk([choice({}, { finish_reason: 'stop' })], { x_groq: { id: 'req_1', usage: USAGE } }),
      DONE,
    ],
    plain: plainChat(
      [
        {
          index: 0,
          message: { role: 'assistant', content: 'Ja', channel: 'analysis', reasoning: 'Let me' },
          finish_reason: 'stop',
        },
      ],
      { x_groq: { id: 'req_1' } },
    ),
  },
  'Mistral: whole tool calls, which have an index': {
    provider: 'mistral',
    path: CHAT,
    events: [
      chunk([choice({ role: 'assistant', content: '' })]),
      chunk(
        [
          choice(
            {
              tool_calls: [
                { id: 'D681PevKs', function: { name: 'f', arguments: '{}' }, index: 0 },
                { id: 'a12bcDEf3', function: { name: 'f', arguments: '{"a": 1}' }, index: 1 },
              ],
            },
            { finish_reason: 'tool_calls' },
          ),
        ],
        { usage: USAGE },
      ),
      DONE,
    ],
    plain: plainChat([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: '',
          tool_calls: [
            { id: 'D681PevKs', function: { name: 'f', arguments: '{}' }, index: 0 },
            { id: 'a12bcDEf3', function: { name: 'f', arguments: '{"a": 1}' }, index: 1 },
          ],
        },
        finish_reason: 'tool_calls',
      },
    ]),
  },
  'Together: a completion whose chunks look like those of a chat': {
    provider: 'together',
    path: '/v1/completions',
    events: [
      {
        ...head,
        object: 'completion.chunk',
        choices: [
          { index: 0, text: 'A', delta: { token_id: 1, role: 'assistant', content: 'A' }, finish_reason: null },
        ],
        usage: null,
      },
      {
        ...head,
        object: 'completion.chunk',
        choices: [
          { index: 0, text: 'h 🦊', delta: { token_id: 2, role: 'assistant', content: 'h 🦊' }, finish_reason: 'eos' },
        ],
        usage: USAGE,
      },
      DONE,
    ],
    plain: {
      ...head,
      object: 'text.completion',
      choices: [{ index: 0, text: 'Ah 🦊', finish_reason: 'eos' }],
      usage: USAGE,
    },
  },
  'legacy completions, two of them, with echo and log probabilities': {
    provider: 'openai',
    path: '/v1/completions',
    events: [
      legacy([{ index: 1, text: 'Z', logprobs: { tokens: ['Z'], top_logprobs: null, text_offset: [0] } }]),
      legacy([{ index: 0, text: 'A', logprobs: { tokens: ['A'], top_logprobs: [{ A: -1 }], text_offset: [0] } }]),
      legacy([{ index: 1, text: '', logprobs: null, finish_reason: 'length' }]),
      legacy([{ index: 0, text: 'b', logprobs: { tokens: ['b'], top_logprobs: [{ b: -1 }], text_offset: [1] } }]),
      legacy([{ index: 0, text: '', logprobs: null, finish_reason: 'stop' }]),
      { ...legacy([]), usage: USAGE },
      DONE,
    ],
    plain: {
      ...head,
      object: 'text_completion',
      choices: [
        {
          index: 0,
          text: 'Ab',
          logprobs: { tokens: ['A', 'b'], top_logprobs: [{ A: -1 }, { b: -1 }], text_offset: [0, 1] },
          finish_reason: 'stop',
        },
        {
          index: 1,
          text: 'Z',
          logprobs: { tokens: ['Z'], top_logprobs: null, text_offset: [0] },
          finish_reason: 'length',
        },
      ],
      usage: USAGE,
    },
  },
};

function legacy(choices: object[]): object {
  return { ...head, object: 'text_completion', choices: choices.map((each) => ({ finish_reason: null, ...each })) };
}

function rebuilt({ provider, path, events }: OddStream, count = events.length): Rebuilder {
  const rebuilder = openaiChat.rebuild({ provider, path, requestModel: 'm', headers: {} });
  for (const data of events.slice(0, count)) {
    rebuilder.push({ event: '', data: typeof data === 'string' ? data : JSON.stringify(data) });
  }
  return rebuilder;
}

test.each(Object.entries(STREAMS))('%s', (_name, stream) => {
  const rebuilder = rebuilt(stream);
  expect(rebuilder.body()).toEqual(stream.plain);
  expect(rebuilder.complete()).toBe(true);
  const { provider, path } = stream;
  expect(rebuilder.facts()).toEqual(openaiChat.facts(stream.plain, { provider, path, requestModel: 'm', headers: {} }));
});

test.each(Object.entries(STREAMS))('%s: cut anywhere, it is not whole', (_name, stream) => {
  for (let count = 0; count < stream.events.length; count++) {
    const rebuilder = rebuilt(stream, count);
    const facts = rebuilder.facts();
    const body = rebuilder.body() as { usage?: object } | null;
    expect(facts.usage === null).toBe(body?.usage === undefined);
    if (facts.usage === null) expect(body).not.toEqual(stream.plain);
  }
});
