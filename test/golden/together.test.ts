import { chatEvents } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://docs.together.ai/reference/chat-completions-1';
const MODEL = 'meta-llama/Llama-3.3-70B-Instruct-Turbo';

const USAGE = { prompt_tokens: 100, completion_tokens: 4, total_tokens: 104, cached_tokens: 0 };

/** A chunk tells its text twice, and the token. */
function piece(text: string, token_id: number | null, finish_reason: string | null = null): { choices: object[] } {
  return {
    choices: [
      {
        index: 0,
        text,
        logprobs: null,
        finish_reason,
        seed: null,
        delta: { token_id, role: 'assistant', content: text, tool_calls: null },
      },
    ],
  };
}

const TOOLS = {
  id: 't2',
  object: 'chat.completion',
  created: 1764000000,
  model: MODEL,
  prompt: [],
  choices: [
    {
      finish_reason: 'tool_calls',
      seed: 15687224610,
      logprobs: null,
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            index: 0,
            id: 'call_1',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"München 🥨"}' },
          },
        ],
      },
    },
  ],
  usage: { prompt_tokens: 300, completion_tokens: 20, total_tokens: 320 },
};

const CASES: GoldenCase[] = [
  {
    name: 'Together, streamed, text beside each delta',
    source: REFERENCE,
    path: 'together/v1/chat/completions',
    request: { model: MODEL, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: chatEvents({ id: 't1', object: 'chat.completion.chunk', created: 1764000000, model: MODEL }, [
        { ...piece('Ah', 24187), usage: null },
        { ...piece('oj 🇨🇿', 73), usage: null },
        { ...piece('', 128009, 'stop'), usage: USAGE },
      ]),
    },
    body: {
      id: 't1',
      object: 'chat.completion',
      created: 1764000000,
      model: MODEL,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Ahoj 🇨🇿', token_id: 128009 },
          logprobs: null,
          finish_reason: 'stop',
          seed: null,
        },
      ],
      usage: USAGE,
    },
    record: {
      provider: 'together',
      model: MODEL,
      finish_reason: 'stop',
      prompt_tokens: 100,
      prompt_cache_read_tokens: 0,
      completion_tokens: 4,
      // 104 x 0.88 = 91.52 USD per million
      cost_usd: 0.00009152,
    },
  },
  {
    name: 'Together, a tool call',
    source: 'https://docs.together.ai/docs/function-calling',
    path: 'together/v1/chat/completions',
    request: { model: MODEL, messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: TOOLS },
    record: {
      finish_reason: 'tool_calls',
      prompt_tokens: 300,
      completion_tokens: 20,
      prompt_cache_read_tokens: null,
      // 320 x 0.88 = 281.6 USD per million
      cost_usd: 0.0002816,
    },
  },
];

goldenCases(CASES);
