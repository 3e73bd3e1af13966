// The frames are made by AWS's own encoder. Models are those of the paths: no answer names Bedrock's own id.
import { EventStreamCodec } from '@smithy/eventstream-codec';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const CONVERSE = 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html';
const CONVERSE_STREAM = 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html';
const INVOKE = 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html';
const PARAMETERS = 'https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

function frame(headers: Record<string, string>, payload: object): Uint8Array {
  const typed = Object.entries({ ...headers, ':content-type': 'application/json' }).map(
    ([name, value]) => [name, { type: 'string' as const, value }] as const,
  );
  return codec.encode({ headers: Object.fromEntries(typed), body: Buffer.from(JSON.stringify(payload)) });
}

/** Padding that each event has, of a length of its own. */
const PADDING = 'ab';

function event(name: string, payload: object): Uint8Array {
  return frame({ ':event-type': name, ':message-type': 'event' }, { ...payload, p: PADDING });
}

function exception(name: string, message: string): Uint8Array {
  return frame({ ':exception-type': name, ':message-type': 'exception' }, { message });
}

/** A model's own chunk. */
function chunk(said: object): Uint8Array {
  return event('chunk', { bytes: Buffer.from(JSON.stringify(said)).toString('base64') });
}

const delta = (index: number, members: object): Uint8Array =>
  event('contentBlockDelta', { contentBlockIndex: index, delta: members });
const stop = (index: number): Uint8Array => event('contentBlockStop', { contentBlockIndex: index });
const METRICS = 'amazon-bedrock-invocationMetrics';

const SONNET_35 = 'anthropic.claude-3-5-sonnet-20240620-v1:0';
const HAIKU_45 = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const SONNET_37 = 'us.anthropic.claude-3-7-sonnet-20250219-v1:0';
const LLAMA = 'meta.llama3-8b-instruct-v1:0';
const NOVA = 'us.amazon.nova-lite-v1:0';
const TITAN = 'amazon.titan-embed-text-v1';
const MISTRAL = 'mistral.mistral-large-2402-v1:0';

const at = (model: string, action: string): string => `bedrock/model/${encodeURIComponent(model)}/${action}`;

const MESSAGES = { messages: [{ role: 'user', content: [{ text: 'Which animal?' }] }] };
const CLAUDE_REQUEST = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Which animal?' }],
};

const CONVERSED = {
  output: { message: { role: 'assistant', content: [{ text: 'Zoë 🦊' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 125, outputTokens: 60, totalTokens: 185 },
  metrics: { latencyMs: 1175 },
};

const CLAUDE_HEAD = { id: 'msg_bdrk_01', type: 'message', role: 'assistant', model: 'claude-3-5-sonnet-20240620' };
const CLAUDE_ANSWER = {
  ...CLAUDE_HEAD,
  content: [{ type: 'text', text: 'Zoë 🦊' }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 12, output_tokens: 20 },
};

const CASES: GoldenCase[] = [
  {
    name: 'Converse, plain',
    source: CONVERSE,
    path: at(SONNET_35, 'converse'),
    request: MESSAGES,
    answer: { kind: 'json', body: CONVERSED },
    record: {
      model: SONNET_35,
      finish_reason: 'end_turn',
      outcome: 'success',
      stream: false,
      truncated: false,
      prompt_tokens: 125,
      completion_tokens: 60,
      // 125 x 3 + 60 x 15 = 1275 USD per million
      cost_usd: 0.001275,
    },
  },
  {
    name: 'Converse, streamed',
    source: CONVERSE_STREAM,
    path: at(SONNET_35, 'converse-stream'),
    request: MESSAGES,
    answer: {
      kind: 'frames',
      frames: [
        event('messageStart', { role: 'assistant' }),
        delta(0, { text: 'Zoë ' }),
        delta(0, { text: '🦊' }),
        stop(0),
        event('messageStop', { stopReason: 'end_turn' }),
        event('metadata', { usage: CONVERSED.usage, metrics: CONVERSED.metrics }),
      ],
    },
    body: CONVERSED,
    record: {
      model: SONNET_35,
      finish_reason: 'end_turn',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 125,
      completion_tokens: 60,
      // 125 x 3 + 60 x 15 = 1275 USD per million
      cost_usd: 0.001275,
    },
  },
  {
    name: 'Converse, streamed, two tools, in a region that costs 10 % more',
    source: CONVERSE_STREAM,
    path: at(HAIKU_45, 'converse-stream'),
    request: MESSAGES,
    answer: {
      kind: 'frames',
      frames: [
        event('messageStart', { role: 'assistant' }),
        event('contentBlockStart', {
          contentBlockIndex: 0,
          start: { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } },
        }),
        delta(0, { toolUse: { input: '{"city": "Zürich"}' } }),
        stop(0),
        event('contentBlockStart', {
          contentBlockIndex: 1,
          start: { toolUse: { toolUseId: 'tooluse_2', name: 'now' } },
        }),
        stop(1),
        event('messageStop', { stopReason: 'tool_use' }),
        event('metadata', {
          usage: { inputTokens: 400, outputTokens: 90, totalTokens: 490 },
          metrics: { latencyMs: 700 },
        }),
      ],
    },
    body: {
      output: {
        message: {
          role: 'assistant',
          content: [
            { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Zürich' } } },
            { toolUse: { toolUseId: 'tooluse_2', name: 'now', input: {} } },
          ],
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 400, outputTokens: 90, totalTokens: 490 },
      metrics: { latencyMs: 700 },
    },
    record: {
      model: HAIKU_45,
      finish_reason: 'tool_use',
      outcome: 'success',
      prompt_tokens: 400,
      completion_tokens: 90,
      // 400 x 1.10 + 90 x 5.50 = 935 USD per million
      cost_usd: 0.000935,
    },
  },
  {
    name: 'Converse, streamed, reasoning, cache read and written for 5 minutes',
    source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html',
    path: at(SONNET_37, 'converse-stream'),
    request: MESSAGES,
    answer: {
      kind: 'frames',
      frames: [
        event('messageStart', { role: 'assistant' }),
        delta(0, { reasoningContent: { text: 'Hm' } }),
        delta(0, { reasoningContent: { signature: 'EqQB' } }),
        stop(0),
        delta(1, { text: '🦊' }),
        stop(1),
        event('messageStop', { stopReason: 'end_turn' }),
        event('metadata', {
          usage: {
            inputTokens: 10,
            outputTokens: 50,
            totalTokens: 3060,
            cacheReadInputTokens: 2000,
            cacheWriteInputTokens: 1000,
            cacheDetails: [{ ttl: '5m', inputTokens: 1000 }],
          },
          metrics: { latencyMs: 800 },
        }),
      ],
    },
    body: {
      output: {
        message: {
          role: 'assistant',
          content: [{ reasoningContent: { reasoningText: { text: 'Hm', signature: 'EqQB' } } }, { text: '🦊' }],
        },
      },
      stopReason: 'end_turn',
      usage: {
        inputTokens: 10,
        outputTokens: 50,
        totalTokens: 3060,
        cacheReadInputTokens: 2000,
        cacheWriteInputTokens: 1000,
        cacheDetails: [{ ttl: '5m', inputTokens: 1000 }],
      },
      metrics: { latencyMs: 800 },
    },
    record: {
      model: SONNET_37,
      outcome: 'success',
      prompt_tokens: 3010, // 10 + 2000 + 1000
      completion_tokens: 50,
      prompt_cache_read_tokens: 2000,
      prompt_cache_write_tokens: 1000,
      // 10 x 3 + 2000 x 0.30 + 1000 x 3.75 + 50 x 15 = 5130 USD per million
      cost_usd: 0.00513,
    },
  },
  {
    name: 'Converse, an exception in a 200',
    source: CONVERSE_STREAM,
    path: at(SONNET_35, 'converse-stream'),
    request: MESSAGES,
    answer: {
      kind: 'frames',
      frames: [
        event('messageStart', { role: 'assistant' }),
        delta(0, { text: 'Zoë' }),
        exception('throttlingException', 'Too many tokens, please wait before trying again.'),
      ],
    },
    body: {
      output: { message: { role: 'assistant', content: [{ text: 'Zoë' }] } },
      throttlingException: { message: 'Too many tokens, please wait before trying again.' },
    },
    record: {
      model: SONNET_35,
      outcome: 'upstream_error',
      error: 'Too many tokens, please wait before trying again.',
      truncated: true,
      finish_reason: null,
      prompt_tokens: null,
      completion_tokens: null,
      cost_usd: null,
    },
  },
  {
    name: 'InvokeModel, Claude, plain',
    source: `${PARAMETERS}-anthropic-claude-messages.html`,
    path: at(SONNET_35, 'invoke'),
    request: CLAUDE_REQUEST,
    headers: { 'x-amzn-bedrock-input-token-count': '12', 'x-amzn-bedrock-output-token-count': '20' },
    answer: { kind: 'json', body: CLAUDE_ANSWER },
    record: {
      model: SONNET_35,
      finish_reason: 'end_turn',
      outcome: 'success',
      prompt_tokens: 12,
      completion_tokens: 20,
      // 12 x 3 + 20 x 15 = 336 USD per million
      cost_usd: 0.000336,
    },
  },
  {
    name: 'InvokeModel, Claude, streamed',
    source: `${PARAMETERS}-anthropic-claude-messages.html`,
    path: at(SONNET_35, 'invoke-with-response-stream'),
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
    record: {
      model: SONNET_35,
      finish_reason: 'end_turn',
      outcome: 'success',
      stream: true,
      truncated: false,
      prompt_tokens: 12,
      completion_tokens: 20,
      // 12 x 3 + 20 x 15 = 336 USD per million
      cost_usd: 0.000336,
    },
  },
  {
    name: 'InvokeModel, Llama, streamed',
    source: `${PARAMETERS}-meta.html`,
    path: at(LLAMA, 'invoke-with-response-stream'),
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
    path: at(NOVA, 'invoke-with-response-stream'),
    request: { schemaVersion: 'messages-v1', ...MESSAGES },
    answer: {
      kind: 'frames',
      frames: [
        chunk({ messageStart: { role: 'assistant' } }),
        chunk({ contentBlockDelta: { delta: { text: 'Zoë 🦊' }, contentBlockIndex: 0 } }),
        chunk({ contentBlockStop: { contentBlockIndex: 0 } }),
        chunk({ messageStop: { stopReason: 'end_turn' } }),
        chunk({
          metadata: { usage: { inputTokens: 10, outputTokens: 5, cacheReadInputTokenCount: 200 } },
          [METRICS]: { inputTokenCount: 10, outputTokenCount: 5, cacheReadInputTokenCount: 200 },
        }),
      ],
    },
    body: {
      output: { message: { role: 'assistant', content: [{ text: 'Zoë 🦊' }] } },
      stopReason: 'end_turn',
      usage: { inputTokens: 10, outputTokens: 5, cacheReadInputTokenCount: 200 },
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
    path: at(TITAN, 'invoke'),
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
    path: at(MISTRAL, 'invoke'),
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
