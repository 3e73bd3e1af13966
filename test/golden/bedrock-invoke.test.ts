import { bedrockEvent, bedrockPath, MESSAGES, SONNET_35 } from './bedrock-calls.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const INVOKE = 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html';
const PARAMETERS = 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters';

/** A model's own chunk. */
function chunk(said: object): Uint8Array {
  return bedrockEvent('chunk', { bytes: Buffer.from(JSON.stringify(said)).toString('base64') });
}

const METRICS = 'amazon-bedrock-invocationMetrics';

const LLAMA = 'meta.llama3-8b-instruct-v1:0';
const NOVA = 'us.amazon.nova-lite-v1:0';
const TITAN = 'amazon.titan-embed-text-v1';
const MISTRAL = 'mistral.mistral-large-2402-v1:0';

const CLAUDE_REQUEST = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Which animal?' }],
};
const CLAUDE_HEAD = { id: 'msg_bdrk_01', type: 'message', role: 'assistant', model: 'claude-3-5-sonnet-20240620' };
const CLAUDE_ANSWER = {
  ...CLAUDE_HEAD,
  content: [{ type: 'text', text: 'Zoë 🦊' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 12, output_tokens: 20 },
};
const CLAUDE_RECORD: GoldenCase['record'] = {
  model: SONNET_35,
  finish_reason: 'end_turn',
  outcome: 'success',
  prompt_tokens: 12,
  completion_tokens: 20,
  // 12 x 3 + 20 x 15 = 336 USD per million
  cost_usd: 0.000336,
};

const NOVA_USAGE = { inputTokens: 10, outputTokens: 5, cacheReadInputTokenCount: 200 };

const CASES: GoldenCase[] = [
  {
    name: 'InvokeModel, Claude, plain',
    source: `${PARAMETERS}-anthropic-claude-messages.html`,
    path: bedrockPath(SONNET_35, 'invoke'),
    request: CLAUDE_REQUEST,
    headers: { 'x-amzn-bedrock-input-token-count': '12', 'x-amzn-bedrock-output-token-count': '20' },
    answer: { kind: 'json', body: CLAUDE_ANSWER },
    record: CLAUDE_RECORD,
  },
  {
    name: 'InvokeModel, Claude, streamed',
    source: `${PARAMETERS}-anthropic-claude-messages.html`,
    path: bedrockPath(SONNET_35, 'invoke-with-response-stream'),
    request: CLAUDE_REQUEST,
    answer: {
      kind: 'frames',
      frames: [
        chunk({
          type: 'message_start',
          message: {
            ...CLAUDE_HEAD,
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: { input_tokens: 12, output_tokens: 1 },
          },
        }),
        chunk({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
        chunk({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Zoë 🦊' } }),
        chunk({ type: 'content_block_stop', index: 0 }),
        chunk({
          type: 'message_delta',
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: 20 },
        }),
        chunk({ type: 'message_stop', [METRICS]: { inputTokenCount: 12, outputTokenCount: 20 } }),
      ],
    },
    body: CLAUDE_ANSWER,
    record: { ...CLAUDE_RECORD, stream: true, truncated: false },
  },
  {
    name: 'InvokeModel, Llama, streamed',
    source: `${PARAMETERS}-meta.html`,
    path: bedrockPath(LLAMA, 'invoke-with-response-stream'),
    request: { prompt: 'Which animal?', max_gen_len: 100 },
    answer: {
      kind: 'frames',
      frames: [
        chunk({ generation: 'Zoë ', prompt_token_count: 25, generation_token_count: 1, stop_reason: null }),
        chunk({ generation: '🦊', prompt_token_count: null, generation_token_count: 2, stop_reason: null }),
        chunk({
          generation: '',
          prompt_token_count: null,
          generation_token_count: 3,
          stop_reason: 'stop',
          [METRICS]: { inputTokenCount: 25, outputTokenCount: 3, invocationLatency: 500, firstByteLatency: 200 },
        }),
      ],
    },
    body: { generation: 'Zoë 🦊', prompt_token_count: 25, generation_token_count: 3, stop_reason: 'stop' },
    record: {
      model: LLAMA,
      finish_reason: 'stop',
      outcome: 'success',
      truncated: false,
      prompt_tokens: 25,
      completion_tokens: 3,
      // 25 x 0.30 + 3 x 0.60 = 9.3 USD per million
      cost_usd: 0.0000093,
    },
  },
  {
    name: 'InvokeModel, Nova, streamed',
    source: 'https://docs.aws.amazon.com/nova/latest/userguide/using-invoke-api.html',
    path: bedrockPath(NOVA, 'invoke-with-response-stream'),
    request: { schemaVersion: 'messages-v1', ...MESSAGES },
    answer: {
      kind: 'frames',
      frames: [
        chunk({ messageStart: { role: 'assistant' } }),
        chunk({ contentBlockDelta: { delta: { text: 'Zoë 🦊' }, contentBlockIndex: 0 } }),
        chunk({ contentBlockStop: { contentBlockIndex: 0 } }),
        chunk({ messageStop: { stopReason: 'end_turn' } }),
        chunk({
          metadata: { usage: NOVA_USAGE },
          [METRICS]: { inputTokenCount: 10, outputTokenCount: 5, cacheReadInputTokenCount: 200 },
        }),
      ],
    },
    body: {
      output: { message: { role: 'assistant', content: [{ text: 'Zoë 🦊' }] } },
      stopReason: 'end_turn',
      usage: NOVA_USAGE,
    },
    record: {
      model: NOVA,
      finish_reason: 'end_turn',
      outcome: 'success',
      prompt_tokens: 210,
      completion_tokens: 5,
      prompt_cache_read_tokens: 200,
      // 10 x 0.06 + 200 x 0.015 + 5 x 0.24 = 4.8 USD per million
      cost_usd: 0.0000048,
    },
  },
  {
    name: 'InvokeModel, Titan embeddings',
    source: `${PARAMETERS}-titan-embed-text.html`,
    path: bedrockPath(TITAN, 'invoke'),
    request: { inputText: 'Which animal?' },
    answer: { kind: 'json', body: { embedding: [0.25, -0.5], inputTextTokenCount: 40 } },
    record: {
      model: TITAN,
      outcome: 'success',
      prompt_tokens: 40,
      completion_tokens: 0,
      // 40 x 0.10 = 4 USD per million
      cost_usd: 0.000004,
    },
  },
  {
    name: 'InvokeModel, Mistral: usage from the headers',
    source: INVOKE,
    path: bedrockPath(MISTRAL, 'invoke'),
    request: { prompt: '<s>[INST] Which animal? [/INST]' },
    headers: { 'x-amzn-bedrock-input-token-count': '15', 'x-amzn-bedrock-output-token-count': '4' },
    answer: { kind: 'json', body: { outputs: [{ text: 'Zoë 🦊', stop_reason: 'stop' }] } },
    record: {
      model: MISTRAL,
      finish_reason: 'stop',
      outcome: 'success',
      prompt_tokens: 15,
      completion_tokens: 4,
      // 15 x 4 + 4 x 12 = 108 USD per million
      cost_usd: 0.000108,
    },
  },
];

goldenCases(CASES);
