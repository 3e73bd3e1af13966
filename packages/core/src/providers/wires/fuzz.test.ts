import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AnswerContext, Wire, WireFormat } from '../wire.js';
import { wireOf } from '../wires.js';
import { bedrockConverse } from './bedrock-converse.js';
import { bedrockInvoke } from './bedrock-invoke.js';

/** JSON of objects with these keys and these leaves. */
function jsonOf(keys: readonly string[], leaves: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...leaves),
      fc.array(tie('json'), { maxLength: 3 }),
      // Written as text, since only parsing makes `__proto__` an own key.
      fc
        .array(fc.tuple(fc.constantFrom(...keys), tie('json')), { maxLength: 5 })
        .map((members) =>
          JSON.parse(`{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`),
        ),
    ),
  })).json;
}

interface Nonsense {
  /** Names of events. */
  names: readonly string[];
  data: fc.Arbitrary<string>;
  /** Whole answers. */
  json: fc.Arbitrary<unknown>;
  context?: AnswerContext;
  numRuns: number;
}

function nothingThrows(wire: Wire, { names, data, json, context, numRuns }: Nonsense): void {
  const event = fc.record({ event: fc.constantFrom(...names), data });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), json, (events, body) => {
      const rebuilder = wire.rebuild(context);
      for (const one of events) expect(rebuilder.push(one)).toBeTypeOf('boolean');
      const rebuilt = JSON.stringify(rebuilder.body());
      expect(rebuilder.facts()).toHaveProperty('usage');
      expect(rebuilder.complete()).toBeTypeOf('boolean');
      expect(JSON.stringify(rebuilder.body())).toBe(rebuilt);
      expect(wire.endsWhole(events.slice(-3))).toBeTypeOf('boolean');
      expect(wire.facts(body, context)).toHaveProperty('usage');
      expect(wire.facts(body)).toHaveProperty('usage');
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as Record<string, unknown>).x).toBe(undefined);
    }),
    { numRuns },
  );
}

const LEAVES: readonly unknown[] = [null, true, 0, -1, 1.5, 2, 1e300, '', 'x', '__proto__', [], {}];

describe('by server-sent events', () => {
  /** Names and values that mean something somewhere, put where they do not belong. */
  const KEYS = [
    ...[
      'choices',
      'delta',
      'message',
      'index',
      'tool_calls',
      'function',
      'usage',
      'error',
      'x_groq',
      'logprobs',
      'content',
    ],
    ...[
      'text',
      'reasoning_details',
      'audio',
      'response',
      'item',
      'part',
      'output_index',
      'content_index',
      'content_block',
    ],
    ...['summary', 'action', 'annotations', 'cache_creation', 'prompt_tokens_details', 'type', 'id', 'role', 'model'],
    ...['candidates', 'parts', 'usageMetadata', 'promptFeedback', 'finishReason', 'logprobsResult', 'thought'],
    ...[
      '__proto__',
      'constructor',
      'toString',
      'finish_reason',
      'output',
      'status',
      'partial_json',
      'citation',
      'name',
    ],
  ];
  const TYPES = [
    ...[
      'message_start',
      'message_delta',
      'content_block_start',
      'content_block_delta',
      'message_stop',
      'error',
      'text_delta',
    ],
    ...[
      'response.created',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'text',
    ],
    ...[
      'response.output_text.annotation.added',
      'response.shell_call_command.delta',
      'response.completed',
      'citations_delta',
    ],
    ...[
      'response.reasoning_summary_part.added',
      'response.function_call_arguments.done',
      'input_json_delta',
      'tool_use',
    ],
  ];
  const json = jsonOf(KEYS, [...LEAVES, ...TYPES]);
  const data = fc.oneof(
    json.map((value) => JSON.stringify(value)),
    fc.tuple(fc.constantFrom(...TYPES), json).map(([type, value]) => JSON.stringify({ ...(value as object), type })),
    fc
      .tuple(fc.constantFrom('choices', 'delta', 'usage'), json)
      .map(([key, value]) => JSON.stringify({ choices: [{ [key]: value }] })),
    fc.constantFrom('', '[DONE]', '{', 'null', '[[', '"x"', '{"a":1'),
  );

  test.each<WireFormat>([
    'openai-chat',
    'openai-responses',
    'openai-embeddings',
    'anthropic-messages',
    'google-generate-content',
  ])('%s: whatever comes, nothing throws and no prototype changes', (format) => {
    nothingThrows(wireOf(format), { names: ['', 'error', 'ping', ...TYPES], data, json, numRuns: 500 });
  });
});

describe('by frames of Bedrock', () => {
  /** Names and values that mean something somewhere, put where they do not belong. */
  const KEYS = [
    ...[
      'output',
      'message',
      'content',
      'usage',
      'metadata',
      'messageStart',
      'messageStop',
      'contentBlockDelta',
      'delta',
    ],
    ...['contentBlockIndex', 'start', 'text', 'toolUse', 'input', 'reasoningContent', 'redactedContent', 'signature'],
    ...[
      'citation',
      'image',
      'source',
      'bytes',
      'toolResult',
      'cacheDetails',
      'ttl',
      'inputTokens',
      'p',
      'trace',
      'error',
    ],
    ...[
      'type',
      'choices',
      'outputs',
      'generation',
      'outputText',
      'inputTextTokenCount',
      'results',
      'event_type',
      'images',
    ],
    ...[
      'embeddings',
      'artifacts',
      'generations',
      'index',
      'response',
      'amazon-bedrock-invocationMetrics',
      'promptRouter',
    ],
    ...['__proto__', 'constructor', 'toString', 'stopReason', 'serviceTier', 'performanceConfig', 'invokedModelId'],
  ];
  const EVENTS = [
    ...['messageStart', 'contentBlockStart', 'contentBlockDelta', 'contentBlockStop', 'messageStop', 'metadata'],
    ...['chunk', 'exception:', 'exception:throttlingException', '', '__proto__', 'output', 'usage'],
  ];
  const json = jsonOf(KEYS, [
    ...LEAVES,
    ...[4e9, 'aGk=', '5m', 'message_start', 'content_block_delta', 'message', 'error', 'optimized'],
    ...EVENTS,
  ]);
  const data = fc.oneof(
    json.map((value) => JSON.stringify(value)),
    json.map((value) => JSON.stringify({ bytes: Buffer.from(JSON.stringify(value)).toString('base64') })),
    fc
      .tuple(fc.constantFrom('delta', 'start'), fc.nat(3), json)
      .map(([kind, contentBlockIndex, value]) => JSON.stringify({ contentBlockIndex, [kind]: value })),
    fc.constantFrom('', '{', 'null', '[[', '"x"'),
  );

  test.each([bedrockConverse, bedrockInvoke])(
    '$name: whatever comes, nothing throws and no prototype changes',
    (wire) => {
      const context = { provider: 'bedrock', path: '/model/m/invoke', requestModel: 'm', headers: {} };
      nothingThrows(wire, { names: EVENTS, data, json, context, numRuns: 1000 });
    },
  );
});
