import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://inference-docs.cerebras.ai/api-reference/chat-completions';

const HEAD = { id: 'chatcmpl-1', created: 1764000000, model: 'gpt-oss-120b', system_fingerprint: 'fp_c' };

const USAGE = {
  prompt_tokens: 90,
  completion_tokens: 60,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 0 },
  completion_tokens_details: { accepted_prediction_tokens: 0, rejected_prediction_tokens: 0, reasoning_tokens: 40 },
};

const TIMES = { queue_time: 0.0004, prompt_time: 0.002, completion_time: 0.03, total_time: 0.04, created: 1764000000 };

const LLAMA = {
  id: 'chatcmpl-2',
  choices: [{ finish_reason: 'stop', index: 0, message: { content: 'Ciao 🍝', role: 'assistant' } }],
  created: 1764000000,
  model: 'llama-3.3-70b',
  system_fingerprint: 'fp_d',
  object: 'chat.completion',
  usage: { prompt_tokens: 40, completion_tokens: 5, total_tokens: 45, prompt_tokens_details: { cached_tokens: 0 } },
  time_info: TIMES,
};

const CASES: GoldenCase[] = [
  {
    name: 'Cerebras, streamed, reasoning, usage and times with the finish reason',
    source: REFERENCE,
    path: 'cerebras/v1/chat/completions',
    request: { model: 'gpt-oss-120b', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: chatEvents({ ...HEAD, object: 'chat.completion.chunk' }, [
        delta({ role: 'assistant' }),
        delta({ reasoning: 'We greet.' }),
        delta({ content: 'Olé ' }),
        delta({ content: '🐂' }),
        { ...delta({}, { finish_reason: 'stop' }), usage: USAGE, time_info: TIMES },
      ]),
    },
    body: {
      ...HEAD,
      object: 'chat.completion',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Olé 🐂', reasoning: 'We greet.' }, finish_reason: 'stop' },
      ],
      usage: USAGE,
      time_info: TIMES,
    },
    record: {
      provider: 'cerebras',
      prompt_tokens: 90,
      prompt_cache_read_tokens: 0,
      completion_tokens: 60,
      reasoning_tokens: 40,
      // 90 x 0.35 + 60 x 0.75 = 31.5 + 45 = 76.5 USD per million
      cost_usd: 0.0000765,
    },
  },
  {
    name: 'Cerebras',
    source: REFERENCE,
    path: 'cerebras/v1/chat/completions',
    request: { model: 'llama-3.3-70b', messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: LLAMA },
    record: {
      finish_reason: 'stop',
      prompt_tokens: 40,
      completion_tokens: 5,
      // 40 x 0.85 + 5 x 1.20 = 34 + 6 = 40 USD per million
      cost_usd: 0.00004,
    },
  },
];

goldenCases(CASES);
