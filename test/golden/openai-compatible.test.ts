import { chatEvents, delta } from './chat-events.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const ASK = [{ role: 'user', content: 'Hi' }];

function head(model: string): object {
  return { id: 'o1', object: 'chat.completion.chunk', created: 1764000000, model };
}

/** A whole answer. `choice`: its message, and members beside the usual ones. */
function whole(model: string, choice: { message: object; [member: string]: unknown }, more: object): object {
  const message = { role: 'assistant', ...choice.message };
  return {
    ...head(model),
    object: 'chat.completion',
    choices: [{ index: 0, finish_reason: 'stop', ...choice, message }],
    ...more,
  };
}

const DEEPINFRA = 'meta-llama/Llama-3.3-70B-Instruct-Turbo';
const DEEPINFRA_USAGE = { prompt_tokens: 15, total_tokens: 31, completion_tokens: 16, estimated_cost: 0.00000687 };

const NEMOTRON = 'nvidia/llama-3.1-nemotron-ultra-253b-v1';
const NEMOTRON_ANSWER = whole(
  NEMOTRON,
  { message: { content: 'Olá 🦜', reasoning_content: 'Say hello.' } },
  { usage: { prompt_tokens: 21, total_tokens: 30, completion_tokens: 9 }, prompt_logprobs: null },
);

const QWEN = 'Qwen/Qwen3-235B-A22B';
const QWEN_USAGE = { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18, prompt_tokens_details: null };

const NOVITA = 'meta-llama/llama-3.3-70b-instruct';
const NOVITA_USAGE = { prompt_tokens: 50, completion_tokens: 8, total_tokens: 58 };

const HYPERBOLIC = 'deepseek-ai/DeepSeek-V3';
const HYPERBOLIC_ANSWER = whole(
  HYPERBOLIC,
  { message: { content: 'Xin chào 🌸', tool_calls: null } },
  { usage: { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 } },
);

const VLLM = 'Qwen/Qwen2.5-1.5B-Instruct';

function counted(completion_tokens: number): object {
  return { prompt_tokens: 33, total_tokens: 33 + completion_tokens, completion_tokens };
}

const KIMI = 'kimi-k2-0905-preview';
const KIMI_USAGE = { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24, cached_tokens: 16 };

const CASES: GoldenCase[] = [
  {
    name: 'DeepInfra, streamed, its own estimate of the cost',
    source: 'https://deepinfra.com/docs/openai_api',
    path: 'deepinfra/v1/openai/chat/completions',
    request: { model: DEEPINFRA, stream: true, messages: ASK },
    answer: {
      kind: 'sse',
      events: chatEvents(head(DEEPINFRA), [
        delta({ role: 'assistant', content: '' }),
        delta({ content: 'Hei 🦭' }),
        delta({}, { finish_reason: 'stop' }),
        { choices: [], usage: DEEPINFRA_USAGE },
      ]),
    },
    body: whole(DEEPINFRA, { message: { content: 'Hei 🦭' } }, { usage: DEEPINFRA_USAGE }),
    record: {
      provider: 'deepinfra',
      prompt_tokens: 15,
      completion_tokens: 16,
      usage_details: { told_cost_nano_usd: 6870 },
      // as told
      cost_usd: 0.00000687,
      price_source: 'provider',
    },
  },
  {
    name: 'NVIDIA, reasoning, no price known',
    source: 'https://docs.api.nvidia.com/nim/reference/nvidia-llama-3_1-nemotron-ultra-253b-v1-infer',
    path: 'nvidia/v1/chat/completions',
    request: { model: NEMOTRON, messages: ASK },
    answer: { kind: 'json', body: NEMOTRON_ANSWER },
    record: { provider: 'nvidia', prompt_tokens: 21, completion_tokens: 9, cost_usd: null, price_source: null },
  },
  {
    name: 'Nebius, streamed, no price known',
    source: 'https://docs.tokenfactory.nebius.com/api-reference/examples/chat-completion',
    path: 'nebius/v1/chat/completions',
    request: { model: QWEN, stream: true, messages: ASK },
    answer: {
      kind: 'sse',
      events: chatEvents(head(QWEN), [
        delta({ role: 'assistant', content: '', reasoning_content: null }),
        delta({ content: '你好 🐼' }),
        { ...delta({ content: '' }, { finish_reason: 'stop', stop_reason: 151645 }), usage: QWEN_USAGE },
      ]),
    },
    body: whole(
      QWEN,
      { message: { content: '你好 🐼', reasoning_content: null }, stop_reason: 151645 },
      { usage: QWEN_USAGE },
    ),
    record: { provider: 'nebius', prompt_tokens: 12, completion_tokens: 6, cost_usd: null },
  },
  {
    name: 'Novita, streamed',
    source: 'https://novita.ai/docs/api-reference/model-apis-llm-create-chat-completion',
    path: 'novita/v3/openai/chat/completions',
    request: { model: NOVITA, stream: true, messages: ASK },
    answer: {
      kind: 'sse',
      events: chatEvents(head(NOVITA), [
        delta({ role: 'assistant', content: 'Hé' }, { content_filter_results: { hate: { filtered: false } } }),
        delta({ content: ' 🧀' }, { content_filter_results: {} }),
        delta({ content: '' }, { finish_reason: 'stop' }),
        { choices: [], usage: NOVITA_USAGE },
      ]),
    },
    body: whole(
      NOVITA,
      { message: { content: 'Hé 🧀' }, content_filter_results: { hate: { filtered: false } } },
      { usage: NOVITA_USAGE },
    ),
    record: {
      provider: 'novita',
      prompt_tokens: 50,
      completion_tokens: 8,
      // 58 x 0.39 = 22.62 USD per million
      cost_usd: 0.00002262,
    },
  },
  {
    name: 'Hyperbolic, no price known',
    source: 'https://docs.hyperbolic.xyz/docs/rest-api',
    path: 'hyperbolic/v1/chat/completions',
    request: { model: HYPERBOLIC, messages: ASK },
    answer: { kind: 'json', body: HYPERBOLIC_ANSWER },
    record: { provider: 'hyperbolic', prompt_tokens: 7, completion_tokens: 5, cost_usd: null },
  },
  {
    name: "vLLM, streamed, usage with every chunk, the user's price",
    // `stream_options: {"include_usage": true, "continuous_usage_stats": true}`
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    path: 'vllm/v1/chat/completions',
    request: { model: VLLM, stream: true, messages: ASK },
    answer: {
      kind: 'sse',
      events: chatEvents(head(VLLM), [
        { ...delta({ role: 'assistant', content: '' }, { logprobs: null }), usage: counted(0) },
        { ...delta({ content: 'Γειά' }, { logprobs: null, token_ids: [1, 2] }), usage: counted(2) },
        { ...delta({ content: ' 🫒' }, { logprobs: null, token_ids: [3] }), usage: counted(3) },
        {
          ...delta({ content: '' }, { logprobs: null, finish_reason: 'stop', stop_reason: null, token_ids: [] }),
          usage: counted(4),
        },
        { choices: [], usage: counted(4) },
      ]),
    },
    body: whole(
      VLLM,
      { message: { content: 'Γειά 🫒' }, logprobs: null, stop_reason: null, token_ids: [1, 2, 3] },
      { usage: counted(4) },
    ),
    record: {
      provider: 'vllm',
      prompt_tokens: 33,
      completion_tokens: 4,
      // 33 x 0.01 + 4 x 0.02 = 0.41 USD per million
      cost_usd: 0.00000041,
      price_source: 'override',
    },
  },
  {
    name: 'a server that does not stream, but says that it does',
    source: 'https://platform.openai.com/docs/api-reference/chat/object',
    path: 'hyperbolic/v1/chat/completions',
    request: { model: HYPERBOLIC, stream: true, messages: ASK },
    answer: { kind: 'bytes', type: 'text/event-stream', bytes: Buffer.from(JSON.stringify(HYPERBOLIC_ANSWER)) },
    body: HYPERBOLIC_ANSWER,
    record: {
      outcome: 'success',
      truncated: false,
      finish_reason: 'stop',
      prompt_tokens: 7,
      completion_tokens: 5,
      cost_usd: null,
    },
  },
  {
    name: 'Moonshot, streamed, usage inside the choice',
    source: 'https://platform.moonshot.ai/docs/api/chat',
    path: 'moonshot/v1/chat/completions',
    request: { model: KIMI, stream: true, messages: ASK },
    answer: {
      kind: 'sse',
      events: chatEvents(head(KIMI), [
        delta({ role: 'assistant', content: '' }),
        delta({ content: '月亮 🌙' }),
        delta({}, { finish_reason: 'stop', usage: KIMI_USAGE }),
      ]),
    },
    body: whole(KIMI, { message: { content: '月亮 🌙' } }, { usage: KIMI_USAGE }),
    record: {
      provider: 'moonshot',
      prompt_tokens: 20,
      prompt_cache_read_tokens: 16,
      completion_tokens: 4,
      // 4 x 0.60 + 16 x 0.15 + 4 x 2.50 = 2.4 + 2.4 + 10 = 14.8 USD per million
      cost_usd: 0.0000148,
      price_source: 'override',
    },
  },
];

goldenCases(CASES, {
  cost: {
    prices: [
      { provider: 'vllm', model: VLLM, inputUsdPerMTok: 0.01, outputUsdPerMTok: 0.02 },
      // https://platform.moonshot.ai/docs/pricing/chat
      { provider: 'moonshot', model: KIMI, inputUsdPerMTok: 0.6, cacheReadUsdPerMTok: 0.15, outputUsdPerMTok: 2.5 },
    ],
  },
});
