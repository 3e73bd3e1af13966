import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://docs.fireworks.ai/api-reference/post-chatcompletions';
const DEEPSEEK = 'accounts/fireworks/models/deepseek-v3p2';

const USAGE = {
  prompt_tokens: 500,
  total_tokens: 540,
  completion_tokens: 40,
  prompt_tokens_details: { cached_tokens: 100 },
};

const GPT_OSS = {
  id: 'f2',
  object: 'chat.completion',
  created: 1764000000,
  model: 'accounts/fireworks/models/gpt-oss-120b',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Sí 🌶', reasoning_content: 'The user asks.' },
      finish_reason: 'stop',
      token_ids: null,
    },
  ],
  usage: { prompt_tokens: 80, total_tokens: 110, completion_tokens: 30, prompt_tokens_details: null },
};

const CASES: GoldenCase[] = [
  {
    name: 'Fireworks, streamed, usage with the last choice, performance metrics',
    source: REFERENCE,
    path: 'fireworks/inference/v1/chat/completions',
    request: { model: DEEPSEEK, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: chatEvents({ id: 'f1', object: 'chat.completion.chunk', created: 1764000000, model: DEEPSEEK }, [
        { ...delta({ role: 'assistant' }), usage: null },
        { ...delta({ reasoning_content: 'Hmm' }), usage: null },
        { ...delta({ content: 'Hallå 🎆' }), usage: null },
        {
          ...delta({}, { finish_reason: 'stop' }),
          usage: USAGE,
          perf_metrics: { 'server-time-to-first-token': '0.1' },
        },
      ]),
    },
    body: {
      id: 'f1',
      object: 'chat.completion',
      created: 1764000000,
      model: DEEPSEEK,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hallå 🎆', reasoning_content: 'Hmm' },
          finish_reason: 'stop',
        },
      ],
      usage: USAGE,
      perf_metrics: { 'server-time-to-first-token': '0.1' },
    },
    record: {
      provider: 'fireworks',
      model: DEEPSEEK,
      prompt_tokens: 500,
      prompt_cache_read_tokens: 100,
      completion_tokens: 40,
      // 400 x 0.56 + 100 x 0.28 + 40 x 1.68 = 224 + 28 + 67.2 = 319.2 USD per million
      cost_usd: 0.0003192,
    },
  },
  {
    name: 'Fireworks, reasoning that is not counted apart',
    source: 'https://docs.fireworks.ai/guides/reasoning',
    path: 'fireworks/inference/v1/chat/completions',
    request: { model: GPT_OSS.model, messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: GPT_OSS },
    record: {
      prompt_tokens: 80,
      prompt_cache_read_tokens: null,
      completion_tokens: 30,
      reasoning_tokens: null,
      // 80 x 0.15 + 30 x 0.60 = 12 + 18 = 30 USD per million
      cost_usd: 0.00003,
    },
  },
];

goldenCases(CASES);
