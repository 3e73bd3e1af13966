import { type Answer, type AnswerTokens, dataEvent, jsonAnswer, streamAnswer } from './answer.js';

const MODEL = 'gpt-5-mini-2025-08-07';
const PATH = '/v1/chat/completions';

const HEADERS: Answer['headers'] = [
  ['openai-organization', 'org-Rt0qjVyDrBn'],
  ['openai-processing-ms', '412'],
  ['openai-version', '2020-10-01'],
  ['x-request-id', 'req_7c1d1b0f2b0c4b8f9e2b9c8a5e3f1a20'],
  ['x-ratelimit-limit-requests', '10000'],
  ['x-ratelimit-remaining-tokens', '199968'],
];

const TOKENS: AnswerTokens = {
  prompt_tokens: 1419,
  completion_tokens: 211,
  prompt_cache_read_tokens: 1152,
  prompt_cache_write_tokens: null,
  reasoning_tokens: 128,
};

function usage({ prompt_tokens, completion_tokens, prompt_cache_read_tokens, reasoning_tokens }: AnswerTokens): object {
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: { cached_tokens: prompt_cache_read_tokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

const MESSAGES = [{ role: 'user', content: 'Say “hé” and wave 👋' }];

/** Printed as OpenAI prints it, with an escape and a number that a parser would write in another way. */
export const CHAT: Answer = jsonAnswer({
  name: 'chat',
  provider: 'openai',
  path: PATH,
  request: { model: 'gpt-5-mini', messages: MESSAGES },
  headers: [['content-type', 'application/json'], ...HEADERS],
  text: String.raw`{
  "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
  "object": "chat.completion",
  "created": 1741569952,
  "model": "${MODEL}",
  "choices": [
    {
      "index": 0,
      "message": {
        "role": "assistant",
        "content": "h\u00e9 👋",
        "refusal": null,
        "annotations": []
      },
      "logprobs": { "content": [{ "token": "h", "logprob": -3.10e-07, "bytes": [104], "top_logprobs": [] }] },
      "finish_reason": "stop"
    }
  ],
  "usage": ${JSON.stringify(usage(TOKENS))},
  "service_tier": "default"
}
`,
  model: MODEL,
  finishReason: 'stop',
  tokens: TOKENS,
});

function chunk(delta: object | null, finishReason: string | null = null, tokens: AnswerTokens | null = null): string {
  return dataEvent({
    id: 'chatcmpl-C4MKdEoV7hq1wxQRKxTqlvpHMS3gb',
    object: 'chat.completion.chunk',
    created: 1757000000,
    model: MODEL,
    service_tier: 'default',
    system_fingerprint: null,
    choices: delta === null ? [] : [{ index: 0, delta, finish_reason: finishReason }],
    usage: tokens === null ? null : usage(tokens),
  });
}

/** With a heartbeat in front, a usage chunk behind the finish chunk, and bytes of all lengths that UTF-8 has. */
export const CHAT_STREAM: Answer = streamAnswer({
  name: 'chat stream',
  provider: 'openai',
  path: PATH,
  request: { model: 'gpt-5-mini', messages: MESSAGES, stream: true, stream_options: { include_usage: true } },
  headers: [['content-type', 'text/event-stream; charset=utf-8'], ...HEADERS],
  texts: [
    ': OPENROUTER PROCESSING\n\n',
    chunk({ role: 'assistant', content: '', refusal: null }),
    chunk({ content: 'h' }),
    chunk({ content: 'é €' }),
    chunk({ content: ' 👋' }),
    chunk({}, 'stop'),
    chunk(null, null, TOKENS),
    'data: [DONE]\n\n',
  ],
  model: MODEL,
  finishReason: 'stop',
  tokens: TOKENS,
});

const TOOL_TOKENS: AnswerTokens = { ...TOKENS, prompt_tokens: 87, completion_tokens: 41, prompt_cache_read_tokens: 0 };

function callDelta(index: number, call: object): object {
  return { tool_calls: [{ index, ...call }] };
}

/** Reasoning as DeepSeek and others stream it, then two tool calls in pieces. */
export const CHAT_TOOL_STREAM: Answer = streamAnswer({
  name: 'chat stream with tool calls',
  provider: 'openai',
  path: PATH,
  request: {
    model: 'gpt-5-mini',
    messages: MESSAGES,
    tools: [{ type: 'function', function: { name: 'wave', parameters: { type: 'object', properties: {} } } }],
    stream: true,
    stream_options: { include_usage: true },
  },
  headers: [['content-type', 'text/event-stream'], ...HEADERS],
  texts: [
    chunk({ role: 'assistant', content: null, reasoning_content: 'They want ' }),
    chunk({ reasoning_content: 'a wave.' }),
    chunk(callDelta(0, { id: 'call_0', type: 'function', function: { name: 'wave', arguments: '' } })),
    chunk(callDelta(0, { function: { arguments: '{"hand":' } })),
    chunk(callDelta(0, { function: { arguments: '"left"}' } })),
    chunk(callDelta(1, { id: 'call_1', type: 'function', function: { name: 'wave', arguments: '{}' } })),
    chunk({}, 'tool_calls'),
    chunk(null, null, { ...TOOL_TOKENS, reasoning_tokens: 6 }),
    'data: [DONE]\n\n',
  ],
  model: MODEL,
  finishReason: 'tool_calls',
  tokens: { ...TOOL_TOKENS, reasoning_tokens: 6 },
});
