import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REASONING = 'https://api-docs.deepseek.com/guides/reasoning_model';

const HEAD = { id: 'd1', created: 1764000000, model: 'deepseek-reasoner', system_fingerprint: 'fp_e' };

const USAGE = {
  prompt_tokens: 1000,
  completion_tokens: 50,
  total_tokens: 1050,
  prompt_tokens_details: { cached_tokens: 640 },
  completion_tokens_details: { reasoning_tokens: 30 },
  prompt_cache_hit_tokens: 640,
  prompt_cache_miss_tokens: 360,
};

const CHAT = {
  id: 'd2',
  object: 'chat.completion',
  created: 1764000000,
  model: 'deepseek-chat',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: '',
        tool_calls: [
          { index: 0, id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{"city": "杭州"}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: {
    prompt_tokens: 200,
    completion_tokens: 20,
    total_tokens: 220,
    prompt_cache_hit_tokens: 0,
    prompt_cache_miss_tokens: 200,
  },
  system_fingerprint: 'fp_e',
};

const CASES: GoldenCase[] = [
  {
    name: 'DeepSeek, streamed, reasoning, cache hit and miss',
    source: REASONING,
    path: 'deepseek/chat/completions',
    request: { model: 'deepseek-reasoner', stream: true, messages: [{ role: 'user', content: '9.11 > 9.8?' }] },
    answer: {
      kind: 'sse',
      events: chatEvents({ object: 'chat.completion.chunk', ...HEAD }, [
        delta({ role: 'assistant', content: null, reasoning_content: '先想' }),
        delta({ content: null, reasoning_content: '想。' }),
        delta({ content: '9.8 🙂', reasoning_content: null }),
        { ...delta({ content: '', reasoning_content: null }, { finish_reason: 'stop' }), usage: USAGE },
      ]),
    },
    body: {
      ...HEAD,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: '9.8 🙂', reasoning_content: '先想想。' },
          finish_reason: 'stop',
        },
      ],
      usage: USAGE,
    },
    record: {
      provider: 'deepseek',
      model: 'deepseek-reasoner',
      prompt_tokens: 1000,
      prompt_cache_read_tokens: 640,
      completion_tokens: 50,
      reasoning_tokens: 30,
      // 360 x 0.28 + 640 x 0.028 + 50 x 0.42 = 100.8 + 17.92 + 21 = 139.72 USD per million
      cost_usd: 0.00013972,
      price_source: 'override',
    },
  },
  {
    name: 'DeepSeek, a tool call, nothing cached',
    source: 'https://api-docs.deepseek.com/api/create-chat-completion',
    path: 'deepseek/chat/completions',
    request: { model: 'deepseek-chat', messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: CHAT },
    record: {
      finish_reason: 'tool_calls',
      prompt_tokens: 200,
      prompt_cache_read_tokens: 0,
      completion_tokens: 20,
      reasoning_tokens: null,
      // 200 x 0.28 + 20 x 0.42 = 64.4 USD per million
      cost_usd: 0.0000644,
    },
  },
];

// DeepSeek's own rates depend on the hour of the day (https://api-docs.deepseek.com/quick_start/pricing), so the user's stand in.
goldenCases(CASES, {
  cost: {
    prices: [
      {
        provider: 'deepseek',
        model: { prefix: 'deepseek-' },
        inputUsdPerMTok: 0.28,
        cacheReadUsdPerMTok: 0.028,
        outputUsdPerMTok: 0.42,
      },
    ],
  },
});
