import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://console.groq.com/docs/api-reference#chat-create';

const LLAMA = { id: 'chatcmpl-1', created: 1741569952, model: 'llama-3.3-70b-versatile', system_fingerprint: 'fp_1' };

const LLAMA_USAGE = {
  queue_time: 0.017,
  prompt_tokens: 20,
  prompt_time: 0.001,
  completion_tokens: 3,
  completion_time: 0.004,
  total_tokens: 23,
  total_time: 0.005,
};

const QWEN = {
  id: 'chatcmpl-2',
  object: 'chat.completion',
  created: 1741569952,
  model: 'qwen/qwen3-32b',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Drei „r“ 🍓', reasoning: 'Let me count the letters.' },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    queue_time: 0.05,
    prompt_tokens: 25,
    completion_tokens: 120,
    total_tokens: 145,
    completion_tokens_details: { reasoning_tokens: 90 },
  },
  usage_breakdown: null,
  system_fingerprint: 'fp_2',
  x_groq: { id: 'req_2' },
  service_tier: 'on_demand',
};

const GPT_OSS = {
  id: 'chatcmpl-3',
  object: 'chat.completion',
  created: 1741569952,
  model: 'openai/gpt-oss-120b',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Ja' }, logprobs: null, finish_reason: 'stop' }],
  usage: {
    prompt_tokens: 1000,
    completion_tokens: 50,
    total_tokens: 1050,
    prompt_tokens_details: { cached_tokens: 600 },
  },
  x_groq: { id: 'req_3' },
  service_tier: 'flex',
};

const CASES: GoldenCase[] = [
  {
    name: 'Groq, streamed, usage in x_groq',
    source: REFERENCE,
    path: 'groq/openai/v1/chat/completions',
    request: { model: 'llama-3.3-70b-versatile', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: chatEvents({ object: 'chat.completion.chunk', ...LLAMA }, [
        { ...delta({ role: 'assistant', content: '' }, { logprobs: null }), x_groq: { id: 'req_1' } },
        delta({ content: 'Schön' }, { logprobs: null }),
        delta({ content: ' 🚀' }, { logprobs: null }),
        {
          ...delta({}, { logprobs: null, finish_reason: 'stop' }),
          x_groq: { id: 'req_1', usage: LLAMA_USAGE },
        },
      ]),
    },
    body: {
      ...LLAMA,
      object: 'chat.completion',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Schön 🚀' }, logprobs: null, finish_reason: 'stop' },
      ],
      usage: LLAMA_USAGE,
      x_groq: { id: 'req_1' },
    },
    record: {
      provider: 'groq',
      model: 'llama-3.3-70b-versatile',
      finish_reason: 'stop',
      prompt_tokens: 20,
      completion_tokens: 3,
      provider_usage: LLAMA_USAGE,
      // 20 x 0.59 + 3 x 0.79 = 11.8 + 2.37 = 14.17 USD per million
      cost_usd: 0.00001417,
    },
  },
  {
    name: 'Groq, reasoning',
    source: 'https://console.groq.com/docs/reasoning',
    path: 'groq/openai/v1/chat/completions',
    request: { model: 'qwen/qwen3-32b', reasoning_format: 'parsed', messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: QWEN },
    record: {
      prompt_tokens: 25,
      completion_tokens: 120,
      reasoning_tokens: 90,
      service_tier: null,
      // 25 x 0.29 + 120 x 0.59 = 7.25 + 70.8 = 78.05 USD per million
      cost_usd: 0.00007805,
    },
  },
  {
    name: 'Groq, a cached prompt, flex tier at the price of on demand',
    // Cached tokens: https://console.groq.com/docs/prompt-caching
    source: 'https://console.groq.com/docs/flex-processing',
    path: 'groq/openai/v1/chat/completions',
    request: { model: 'openai/gpt-oss-120b', service_tier: 'flex', messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: GPT_OSS },
    record: {
      prompt_tokens: 1000,
      prompt_cache_read_tokens: 600,
      completion_tokens: 50,
      service_tier: 'flex',
      // 400 x 0.15 + 600 x 0.075 + 50 x 0.60 = 60 + 45 + 30 = 135 USD per million
      cost_usd: 0.000135,
    },
  },
];

goldenCases(CASES);
