import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const PATH = 'openai/v1/chat/completions';

function whole(model: string, choices: object[], more: object): object {
  return { id: 'c1', object: 'chat.completion', created: 1694268190, model, choices, ...more };
}

const REASONED = whole(
  'gpt-5-mini-2025-08-07',
  [{ index: 0, message: { role: 'assistant', content: '42 😀', refusal: null }, finish_reason: 'stop' }],
  {
    usage: {
      prompt_tokens: 2000,
      completion_tokens: 300,
      total_tokens: 2300,
      prompt_tokens_details: { cached_tokens: 1536, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 256,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: 'default',
  },
);

const PREDICTED = whole(
  'gpt-4o-2024-08-06',
  [{ index: 0, message: { role: 'assistant', content: 'class Usér {}' }, finish_reason: 'stop' }],
  {
    usage: {
      prompt_tokens: 200,
      completion_tokens: 40,
      total_tokens: 240,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        accepted_prediction_tokens: 25,
        rejected_prediction_tokens: 10,
      },
    },
  },
);

const CASES: GoldenCase[] = [
  {
    name: 'OpenAI chat, reasoning and a cached prompt',
    source: 'https://platform.openai.com/docs/api-reference/chat/object',
    path: PATH,
    request: { model: 'gpt-5-mini', messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'json',
      body: REASONED,
    },
    body: REASONED,
    record: {
      stream: false,
      prompt_tokens: 2000,
      prompt_cache_read_tokens: 1536,
      completion_tokens: 300,
      reasoning_tokens: 256,
      service_tier: null,
      // 464 x 0.25 + 1536 x 0.025 + 300 x 2 = 116 + 38.4 + 600 = 754.4 USD per million
      cost_usd: 0.0007544,
    },
  },
  {
    name: 'OpenAI chat, predicted outputs',
    // Rejected tokens are billed as output, and counted in it.
    source: 'https://platform.openai.com/docs/guides/predicted-outputs',
    path: PATH,
    request: { model: 'gpt-4o', messages: [], prediction: { type: 'content', content: 'class User {}' } },
    answer: {
      kind: 'json',
      body: PREDICTED,
    },
    body: PREDICTED,
    record: {
      completion_tokens: 40,
      reasoning_tokens: 0,
      usage_details: { accepted_prediction_tokens: 25, rejected_prediction_tokens: 10 },
      // 200 x 2.50 + 40 x 10 = 900 USD per million
      cost_usd: 0.0009,
    },
  },
];

goldenCases(CASES);
