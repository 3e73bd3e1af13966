import { awsFrame } from '../rig/aws-frame.js';
import { bedrockEvent, bedrockPath, MESSAGES, SONNET_35 } from './bedrock-calls.js';
import { goldenCases } from './golden.js';
import type { GoldenCase } from './golden-case.js';

const CONVERSE = 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html';
const CONVERSE_STREAM = 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html';

const delta = (index: number, members: object): Uint8Array =>
  bedrockEvent('contentBlockDelta', { contentBlockIndex: index, delta: members });
const stop = (index: number): Uint8Array => bedrockEvent('contentBlockStop', { contentBlockIndex: index });

const HAIKU_45 = 'us.anthropic.claude-haiku-4-5-20251001-v1:0';
const SONNET_37 = 'us.anthropic.claude-3-7-sonnet-20250219-v1:0';

const CONVERSED = {
  output: { message: { role: 'assistant', content: [{ text: 'Zoë 🦊' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 125, outputTokens: 60, totalTokens: 185 },
  metrics: { latencyMs: 1175 },
};
const CONVERSED_RECORD: GoldenCase['record'] = {
  model: SONNET_35,
  finish_reason: 'end_turn',
  outcome: 'success',
  truncated: false,
  prompt_tokens: 125,
  completion_tokens: 60,
  // 125 x 3 + 60 x 15 = 1275 USD per million
  cost_usd: 0.001275,
};

const OF_TOOLS = {
  usage: { inputTokens: 400, outputTokens: 90, totalTokens: 490 },
  metrics: { latencyMs: 700 },
};
const OF_CACHE = {
  usage: {
    inputTokens: 10,
    outputTokens: 50,
    totalTokens: 3060,
    cacheReadInputTokens: 2000,
    cacheWriteInputTokens: 1000,
    cacheDetails: [{ ttl: '5m', inputTokens: 1000 }],
  },
  metrics: { latencyMs: 800 },
};

const THROTTLED = 'Too many tokens, please wait before trying again.';

const CASES: GoldenCase[] = [
  {
    name: 'Converse, plain',
    source: CONVERSE,
    path: bedrockPath(SONNET_35, 'converse'),
    request: MESSAGES,
    answer: { kind: 'json', body: CONVERSED },
    record: { ...CONVERSED_RECORD, stream: false },
  },
  {
    name: 'Converse, streamed',
    source: CONVERSE_STREAM,
    path: bedrockPath(SONNET_35, 'converse-stream'),
    request: MESSAGES,
    answer: {
      kind: 'frames',
      frames: [
        bedrockEvent('messageStart', { role: 'assistant' }),
        delta(0, { text: 'Zoë ' }),
        delta(0, { text: '🦊' }),
        stop(0),
        bedrockEvent('messageStop', { stopReason: 'end_turn' }),
        bedrockEvent('metadata', { usage: CONVERSED.usage, metrics: CONVERSED.metrics }),
      ],
    },
    body: CONVERSED,
    record: { ...CONVERSED_RECORD, stream: true },
  },
  {
    name: 'Converse, streamed, two tools, in a region that costs 10 % more',
    source: CONVERSE_STREAM,
    path: bedrockPath(HAIKU_45, 'converse-stream'),
    request: MESSAGES,
    answer: {
      kind: 'frames',
      frames: [
        bedrockEvent('messageStart', { role: 'assistant' }),
        bedrockEvent('contentBlockStart', {
          contentBlockIndex: 0,
          start: { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } },
        }),
        delta(0, { toolUse: { input: '{"city": "Zürich"}' } }),
        stop(0),
        bedrockEvent('contentBlockStart', {
          contentBlockIndex: 1,
          start: { toolUse: { toolUseId: 'tooluse_2', name: 'now' } },
        }),
        stop(1),
        bedrockEvent('messageStop', { stopReason: 'tool_use' }),
        bedrockEvent('metadata', OF_TOOLS),
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
      ...OF_TOOLS,
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
    path: bedrockPath(SONNET_37, 'converse-stream'),
    request: MESSAGES,
    answer: {
      kind: 'frames',
      frames: [
        bedrockEvent('messageStart', { role: 'assistant' }),
        delta(0, { reasoningContent: { text: 'Hm' } }),
        delta(0, { reasoningContent: { signature: 'EqQB' } }),
        stop(0),
        delta(1, { text: '🦊' }),
        stop(1),
        bedrockEvent('messageStop', { stopReason: 'end_turn' }),
        bedrockEvent('metadata', OF_CACHE),
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
      ...OF_CACHE,
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
    path: bedrockPath(SONNET_35, 'converse-stream'),
    request: MESSAGES,
    answer: {
      kind: 'frames',
      frames: [
        bedrockEvent('messageStart', { role: 'assistant' }),
        delta(0, { text: 'Zoë' }),
        awsFrame({ ':exception-type': 'throttlingException', ':message-type': 'exception' }, { message: THROTTLED }),
      ],
    },
    body: {
      output: { message: { role: 'assistant', content: [{ text: 'Zoë' }] } },
      throttlingException: { message: THROTTLED },
    },
    record: {
      model: SONNET_35,
      outcome: 'upstream_error',
      error: THROTTLED,
      truncated: true,
      finish_reason: null,
      prompt_tokens: null,
      completion_tokens: null,
      cost_usd: null,
    },
  },
];

goldenCases(CASES);
