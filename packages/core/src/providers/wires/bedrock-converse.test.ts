import { EventStreamCodec } from '@smithy/eventstream-codec';
import { expect, test } from 'vitest';
import { scanFrames } from '../../stream/aws-frames.js';
import type { StreamEvent } from '../wire.js';
import { bedrockConverse } from './bedrock-converse.js';

// Shapes: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and ..._ConverseStream.html. Content is
// made up.

type Event = readonly [name: string, payload: object];

function stream(events: readonly Event[]) {
  const rebuilder = bedrockConverse.rebuild();
  const content = events.map(([event, payload]) =>
    rebuilder.push({ event, data: JSON.stringify({ ...payload, p: 'abcdefghijkl' }) }),
  );
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const START: Event = ['messageStart', { role: 'assistant' }];
const start = (contentBlockIndex: number, members: object): Event => [
  'contentBlockStart',
  { contentBlockIndex, start: members },
];
const delta = (contentBlockIndex: number, members: object): Event => [
  'contentBlockDelta',
  { contentBlockIndex, delta: members },
];
const stop = (contentBlockIndex: number): Event => ['contentBlockStop', { contentBlockIndex }];
const end = (usage: object, more: object = {}, stopReason = 'end_turn'): Event[] => [
  ['messageStop', { stopReason, additionalModelResponseFields: { stop_sequence: null } }],
  ['metadata', { usage, metrics: { latencyMs: 900 }, ...more }],
];

const USAGE = {
  inputTokens: 30,
  outputTokens: 60,
  totalTokens: 1490,
  cacheReadInputTokens: 1000,
  cacheWriteInputTokens: 400,
  cacheDetails: [
    { ttl: '1h', inputTokens: 300 },
    { ttl: '5m', inputTokens: 100 },
  ],
};

const STREAM: Event[] = [
  START,
  delta(0, { reasoningContent: { text: 'Let ' } }),
  delta(0, { reasoningContent: { text: 'me' } }),
  delta(0, { reasoningContent: { signature: 'EqQB' } }),
  stop(0),
  delta(1, { reasoningContent: { redactedContent: Buffer.from('hid').toString('base64') } }),
  stop(1),
  delta(2, { text: 'Zoë ' }),
  delta(2, { text: '🦊' }),
  stop(2),
  start(3, { toolUse: { toolUseId: 'tooluse_1', name: 'weather' } }),
  delta(3, { toolUse: { input: '' } }),
  delta(3, { toolUse: { input: '{"city": "Par' } }),
  delta(3, { toolUse: { input: 'is"}' } }),
  stop(3),
  start(4, { toolUse: { toolUseId: 'tooluse_2', name: 'now' } }),
  stop(4),
  ...end(
    USAGE,
    { performanceConfig: { latency: 'optimized' }, serviceTier: { type: 'priority' }, trace: { guardrail: {} } },
    'tool_use',
  ),
];

const PLAIN = {
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Let me', signature: 'EqQB' } } },
        { reasoningContent: { redactedContent: 'aGlk' } },
        { text: 'Zoë 🦊' },
        { toolUse: { toolUseId: 'tooluse_1', name: 'weather', input: { city: 'Paris' } } },
        { toolUse: { toolUseId: 'tooluse_2', name: 'now', input: {} } },
      ],
    },
  },
  stopReason: 'tool_use',
  additionalModelResponseFields: { stop_sequence: null },
  usage: USAGE,
  metrics: { latencyMs: 900 },
  performanceConfig: { latency: 'optimized' },
  serviceTier: { type: 'priority' },
  trace: { guardrail: {} },
};

test('a stream rebuilds to the plain answer, facts included', () => {
  const { body, facts, complete } = stream(STREAM);
  expect(body).toEqual(PLAIN);
  expect(complete).toBe(true);
  expect(facts).toEqual({
    model: null,
    usage: {
      inputTokens: 1430, // 30 + 1000 read + 400 written; with 60 of output the 1490 that Bedrock says in all
      outputTokens: 60,
      cacheReadTokens: 1000,
      cacheWriteTokens: 400,
      cacheWrite5mTokens: 100,
      cacheWrite1hTokens: 300,
      reasoningTokens: null,
      inputAudioTokens: null,
      outputAudioTokens: null,
      webSearches: null,
    },
    finishReason: 'tool_use',
    error: null,
    usageObject: USAGE,
    serviceTier: 'priority+optimized',
  });
  expect(bedrockConverse.facts(PLAIN)).toEqual(facts);
});

test('content: deltas, and starts of tool calls; not the frame, nor pieces that are empty', () => {
  const { content } = stream(STREAM);
  const carrying = STREAM.flatMap(([name], at) => (content[at] ? [`${at} ${name.slice(12)}`] : []));
  expect(carrying).toEqual([
    ...['1 Delta', '2 Delta', '3 Delta', '5 Delta', '7 Delta', '8 Delta'],
    ...['10 Start', '12 Delta', '13 Delta', '15 Start'],
  ]);
});

test('blocks that are interleaved stay apart, and stand in their order', () => {
  const { body } = stream([START, delta(1, { text: 'b' }), delta(0, { text: 'a' }), delta(1, { text: 'B' })]);
  expect(body).toMatchObject({ output: { message: { content: [{ text: 'a' }, { text: 'bB' }] } } });
});

test('citations, images, audio, results of tools that Bedrock runs', () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const cited = { title: 'T', location: { documentChar: { documentIndex: 0, start: 1, end: 2 } } };
  const { body } = stream([
    START,
    delta(0, { text: 'As ' }),
    delta(0, { citation: cited }),
    delta(0, { text: 'said' }),
    start(1, { image: { format: 'png' } }),
    delta(1, { image: { source: { bytes: base64('12') } } }),
    delta(1, { image: { source: { bytes: base64('345') } } }),
    start(2, { audio: { format: 'mp3' } }),
    delta(2, { audio: { source: { bytes: base64('a') } } }),
    start(3, { toolUse: { toolUseId: 't', name: 'nova_grounding', type: 'server_tool_use' } }),
    delta(3, { toolUse: { input: '{"query":"x"}' } }),
    start(4, { toolResult: { toolUseId: 't', type: 'nova_grounding_result', status: 'success' } }),
    delta(4, { toolResult: [{ text: 'fo' }] }),
    delta(4, { toolResult: [{ text: 'und' }, { json: { a: 1 } }] }),
    ...end(USAGE),
  ]);
  expect(body).toMatchObject({
    output: {
      message: {
        content: [
          { citationsContent: { content: [{ text: 'As said' }], citations: [cited] } },
          { image: { format: 'png', source: { bytes: base64('12345') } } },
          { audio: { format: 'mp3', source: { bytes: base64('a') } } },
          {
            toolUse: { toolUseId: 't', name: 'nova_grounding', type: 'server_tool_use', input: { query: 'x' } },
          },
          {
            toolResult: {
              toolUseId: 't',
              type: 'nova_grounding_result',
              status: 'success',
              content: [{ text: 'found' }, { json: { a: 1 } }],
            },
          },
        ],
      },
    },
  });
});

test('what is not known yet survives: members of events, kinds of blocks, events', () => {
  const { body } = stream([
    ['messageStart', { role: 'assistant', mood: 'good' }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { poem: { lines: ['a'], text: 'x' } }, note: 1 }],
    delta(0, { poem: { lines: ['b'], text: 'y' } }),
    ['heartbeat', { at: 1 }],
    ['heartbeat', { at: 2 }],
    ...end(USAGE, { colour: 'red' }),
  ]);
  expect(body).toMatchObject({
    output: { message: { mood: 'good', content: [{ poem: { lines: ['a', 'b'], text: 'xy' }, note: 1 }] } },
    heartbeat: [{ at: 1 }, { at: 2 }],
    colour: 'red',
  });
});

test('a stream that is cut keeps what arrived, and is not complete; without its last event usage is not known', () => {
  const early = stream(STREAM.slice(0, 13));
  expect(early.complete).toBe(false);
  expect(early.body).toMatchObject({
    output: { message: { content: [{}, {}, { text: 'Zoë 🦊' }, { toolUse: { input: '{"city": "Par' } }] } },
  });
  const late = stream(STREAM.slice(0, -1));
  expect(late.complete).toBe(false);
  expect(late.facts).toMatchObject({ usage: null, finishReason: 'tool_use' });
  expect(stream([]).body).toBe(null);
});

test('exceptions: behind content, and alone', () => {
  const exception: StreamEvent = { event: 'exception:throttlingException', data: '{"message":"Too many tokens"}' };
  const rebuilder = bedrockConverse.rebuild();
  for (const [event, payload] of STREAM) rebuilder.push({ event, data: JSON.stringify(payload) });
  expect(rebuilder.push(exception)).toBe(false);
  expect(rebuilder.body()).toEqual({ ...PLAIN, throttlingException: { message: 'Too many tokens' } });
  expect(rebuilder.facts()).toMatchObject({ error: 'Too many tokens', usage: { outputTokens: 60 } });
  expect(rebuilder.complete()).toBe(false);

  const alone = bedrockConverse.rebuild();
  alone.push(exception);
  expect(alone.body()).toEqual({ message: 'Too many tokens' });
  const nameless = bedrockConverse.rebuild();
  nameless.push({ event: 'exception:modelStreamErrorException', data: '' });
  expect(nameless.facts().error).toBe('modelStreamErrorException');
});

test('plain errors, and the model that a prompt router chose', () => {
  expect(bedrockConverse.facts({ message: 'The security token is expired' }).error).toBe(
    'The security token is expired',
  );
  expect(bedrockConverse.facts({ Message: 'Forbidden' }).error).toBe('Forbidden');
  const arn = 'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-3-5-haiku-20241022-v1:0';
  expect(bedrockConverse.facts({ ...PLAIN, trace: { promptRouter: { invokedModelId: arn } } }).model).toBe(
    'us.anthropic.claude-3-5-haiku-20241022-v1:0',
  );
});

test.each<[string, object, object | null]>([
  ['no cache', { inputTokens: 5, outputTokens: 2 }, { inputTokens: 5, cacheReadTokens: null, cacheWriteTokens: null }],
  [
    'a told zero',
    { inputTokens: 5, outputTokens: 0, cacheReadInputTokens: 0 },
    { outputTokens: 0, cacheReadTokens: 0 },
  ],
  [
    'only the lifetimes',
    { inputTokens: 5, outputTokens: 2, cacheDetails: [{ ttl: '5m', inputTokens: 7 }] },
    { inputTokens: 12, cacheWriteTokens: 7, cacheWrite5mTokens: 7, cacheWrite1hTokens: null },
  ],
  [
    'no lifetimes',
    { inputTokens: 5, outputTokens: 2, cacheWriteInputTokens: 7, cacheDetails: [] },
    { inputTokens: 12, cacheWriteTokens: 7, cacheWrite5mTokens: null, cacheWrite1hTokens: null },
  ],
  ['nothing', { totalTokens: 3 }, null],
])('usage: %s', (_what, usage, expected) => {
  const read = bedrockConverse.facts({ output: {}, usage }).usage;
  if (expected === null) expect(read).toBe(null);
  else expect(read).toMatchObject(expected);
});

test('standard tiers are none', () => {
  const tier = (type: string, latency: string) =>
    bedrockConverse.facts({ serviceTier: { type }, performanceConfig: { latency } }).serviceTier;
  expect([tier('default', 'standard'), tier('flex', 'standard'), tier('default', 'optimized')]).toEqual([
    null,
    'flex',
    'optimized',
  ]);
});

test('a clean end', () => {
  const event = (name: string): StreamEvent => ({ event: name, data: '{}' });
  const { endsWhole } = bedrockConverse;
  expect(endsWhole(['contentBlockStop', 'messageStop', 'metadata'].map(event))).toBe(true);
  expect(endsWhole(['contentBlockStop', 'messageStop'].map(event))).toBe(false);
  expect(endsWhole(['messageStop', 'metadata', 'exception:internalServerException'].map(event))).toBe(false);
  expect(endsWhole([])).toBe(false);
});

test('the error event: an exception to AWS and to ourselves', () => {
  const bytes = bedrockConverse.errorEvent('upstream_reset', 'Cut "off"', 'aws-frames') as Uint8Array;
  const codec = new EventStreamCodec(
    (text) => Buffer.from(text as Uint8Array).toString(),
    (text) => Buffer.from(text),
  );
  const { headers, body } = codec.decode(bytes);
  expect(headers[':message-type']?.value).toBe('exception');
  expect(headers[':exception-type']?.value).toBe('modelStreamErrorException');
  expect(JSON.parse(Buffer.from(body).toString())).toEqual({ message: 'Cut "off"' });
  const rebuilder = bedrockConverse.rebuild();
  scanFrames(Buffer.from(bytes), (event) => rebuilder.push(event));
  expect(rebuilder.facts().error).toBe('Cut "off"');
  expect(rebuilder.complete()).toBe(false);
});
