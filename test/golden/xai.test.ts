import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const REFERENCE = 'https://docs.x.ai/docs/api-reference#chat-completions';

const FAST = { id: 'x1', created: 1764000000, model: 'grok-4-fast-reasoning', system_fingerprint: 'fp_x' };

const FAST_USAGE = {
  prompt_tokens: 200,
  completion_tokens: 9,
  total_tokens: 400,
  prompt_tokens_details: { text_tokens: 200, audio_tokens: 0, image_tokens: 0, cached_tokens: 100 },
  completion_tokens_details: {
    reasoning_tokens: 191,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
  num_sources_used: 0,
  cost_in_usd_ticks: 1_250_000,
};

const MINI = {
  id: 'x2',
  object: 'chat.completion',
  created: 1764000000,
  model: 'grok-3-mini',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: '101 × 3 = 303', reasoning_content: 'Let me see', refusal: null },
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 32,
    completion_tokens: 9,
    total_tokens: 241,
    prompt_tokens_details: { text_tokens: 32, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 200, audio_tokens: 0 },
    num_sources_used: 0,
  },
  system_fingerprint: 'fp_y',
};

const CASES: GoldenCase[] = [
  {
    name: 'xAI, streamed, reasoning beside the completion, the cost in ticks',
    source: 'https://docs.x.ai/developers/cost-tracking',
    path: 'xai/v1/chat/completions',
    request: { model: 'grok-4-fast-reasoning', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: chatEvents({ object: 'chat.completion.chunk', ...FAST }, [
        delta({ role: 'assistant', reasoning_content: 'Hm' }),
        delta({ reasoning_content: 'm…' }),
        delta({ content: 'Grüß dich 🛰' }),
        delta({}, { finish_reason: 'stop' }),
        { choices: [], usage: FAST_USAGE },
      ]),
    },
    body: {
      ...FAST,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Grüß dich 🛰', reasoning_content: 'Hmm…' },
          finish_reason: 'stop',
        },
      ],
      usage: FAST_USAGE,
    },
    record: {
      provider: 'xai',
      prompt_tokens: 200,
      prompt_cache_read_tokens: 100,
      // 200 + 9 + 191 = 400, so that the 191 are not among the 9
      completion_tokens: 200,
      reasoning_tokens: 191,
      usage_details: {
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
        prompt_image_tokens: 0,
        web_searches: 0,
        told_cost_nano_usd: 125_000,
      },
      // 1 250 000 x 1e-10 USD; the same by the list: 100 x 0.20 + 100 x 0.05 + 200 x 0.50 = 125 USD per million
      cost_usd: 0.000125,
      price_source: 'provider',
    },
  },
  {
    name: 'xAI, reasoning beside the completion, no cost told',
    source: REFERENCE,
    path: 'xai/v1/chat/completions',
    request: { model: 'grok-3-mini', messages: [{ role: 'user', content: '101*3?' }] },
    answer: { kind: 'json', body: MINI },
    record: {
      prompt_tokens: 32,
      completion_tokens: 209,
      reasoning_tokens: 200,
      // 32 x 0.30 + 209 x 0.50 = 9.6 + 104.5 = 114.1 USD per million
      cost_usd: 0.0001141,
      price_source: 'genai-prices',
    },
  },
];

goldenCases(CASES);
