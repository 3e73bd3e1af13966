import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const ACCOUNTING = 'https://openrouter.ai/docs/use-cases/usage-accounting';

const SONNET = { id: 'gen-1', provider: 'Anthropic', model: 'anthropic/claude-sonnet-4.5', created: 1764000000 };

const SONNET_USAGE = {
  prompt_tokens: 194,
  completion_tokens: 20,
  total_tokens: 214,
  cost: 0.000882,
  is_byok: false,
  prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 100, audio_tokens: 0 },
  cost_details: { upstream_inference_cost: 0.000882 },
  completion_tokens_details: { reasoning_tokens: 12, image_tokens: 0 },
};

function thought(more: object): object {
  return { type: 'reasoning.text', ...more, format: 'unknown', index: 0 };
}

const BYOK = {
  id: 'gen-2',
  provider: 'OpenAI',
  model: 'openai/gpt-4o-mini',
  object: 'chat.completion',
  created: 1764000000,
  choices: [
    {
      logprobs: null,
      finish_reason: 'stop',
      native_finish_reason: 'stop',
      index: 0,
      message: { role: 'assistant', content: 'Olá 🌞', refusal: null, reasoning: null },
    },
  ],
  usage: {
    prompt_tokens: 1000,
    completion_tokens: 10,
    total_tokens: 1010,
    cost: 0.0000078,
    is_byok: true,
    cost_details: { upstream_inference_cost: 0.000156 },
  },
};

const CASES: GoldenCase[] = [
  {
    name: 'OpenRouter, streamed, comments, reasoning details, its own cost',
    // Comments: https://openrouter.ai/docs/api-reference/streaming; details: https://openrouter.ai/docs/use-cases/reasoning-tokens
    source: ACCOUNTING,
    path: 'openrouter/api/v1/chat/completions',
    request: { model: SONNET.model, stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: [
        ': OPENROUTER PROCESSING',
        ...chatEvents({ ...SONNET, object: 'chat.completion.chunk' }, [
          delta({ role: 'assistant', content: '', reasoning: 'He', reasoning_details: [thought({ text: 'He' })] }),
          delta({ reasoning: 'llo?', reasoning_details: [thought({ text: 'llo?' }), thought({ signature: 'EqQB' })] }),
          delta({ content: 'Hej 🦌' }, { finish_reason: 'stop', native_finish_reason: 'end_turn' }),
          { choices: [], usage: SONNET_USAGE },
        ]),
      ],
    },
    body: {
      ...SONNET,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Hej 🦌',
            reasoning: 'Hello?',
            reasoning_details: [thought({ text: 'Hello?', signature: 'EqQB' })],
          },
          finish_reason: 'stop',
          native_finish_reason: 'end_turn',
        },
      ],
      usage: SONNET_USAGE,
    },
    record: {
      provider: 'openrouter',
      finish_reason: 'stop',
      prompt_tokens: 194,
      prompt_cache_write_tokens: 100,
      prompt_cache_read_tokens: 0,
      completion_tokens: 20,
      reasoning_tokens: 12,
      usage_details: { completion_image_tokens: 0, told_cost_nano_usd: 882_000 },
      // as told, whatever the list says (94 x 3 + 100 x 3.75 + 20 x 15 = 957 USD per million)
      cost_usd: 0.000882,
      price_source: 'provider',
    },
  },
  {
    name: "OpenRouter with a provider's own key: its fee, and what the provider takes",
    source: ACCOUNTING,
    path: 'openrouter/api/v1/chat/completions',
    request: { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hi' }] },
    answer: { kind: 'json', body: BYOK },
    record: {
      prompt_tokens: 1000,
      completion_tokens: 10,
      // 0.0000078 + 0.000156 USD
      cost_usd: 0.0001638,
      price_source: 'provider',
    },
  },
  {
    name: 'OpenRouter, streamed, the provider behind it breaks off',
    source: 'https://openrouter.ai/docs/api-reference/errors',
    path: 'openrouter/api/v1/chat/completions',
    request: { model: 'openai/gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Hi' }] },
    answer: {
      kind: 'sse',
      events: chatEvents({ id: 'gen-3', object: 'chat.completion.chunk', created: 1, model: 'openai/gpt-4o-mini' }, [
        delta({ role: 'assistant', content: 'Né' }),
        {
          error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
          ...delta({ content: '' }, { finish_reason: 'error' }),
        },
      ]),
    },
    body: {
      id: 'gen-3',
      object: 'chat.completion',
      created: 1,
      model: 'openai/gpt-4o-mini',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Né' }, finish_reason: 'error' }],
      error: { code: 'server_error', message: 'Provider disconnected unexpectedly' },
    },
    record: { outcome: 'upstream_error', finish_reason: 'error', prompt_tokens: null, cost_usd: null },
  },
];

goldenCases(CASES);
