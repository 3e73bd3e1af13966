import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bedrockConverse } from './bedrock-converse.js';
import { bedrockInvoke } from './bedrock-invoke.js';

/** Names and values that mean something somewhere, put where they do not belong. */
const KEYS = [
  ...['output', 'message', 'content', 'usage', 'metadata', 'messageStart', 'messageStop', 'contentBlockDelta', 'delta'],
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
const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 2, 4e9, 1e300, '', 'x', 'aGk=', '5m', '__proto__', [], {}),
  fc.constantFrom<unknown>(...EVENTS, 'message_start', 'content_block_delta', 'message', 'error', 'optimized'),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('json'), { maxLength: 3 }),
    // Written as text, since only parsing makes `__proto__` an own key.
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie('json')), { maxLength: 5 })
      .map((members) =>
        JSON.parse(`{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`),
      ),
  ),
}));

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
    const event = fc.record({ event: fc.constantFrom(...EVENTS), data });
    const context = { provider: 'bedrock', path: '/model/m/invoke', requestModel: 'm', headers: {} };
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
      { numRuns: 1000 },
    );
  },
);

/** Time of the process in `run`, ms. */
function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const block = (contentBlockIndex: number, delta: object): string => JSON.stringify({ contentBlockIndex, delta });
const chunk = (said: object): string => JSON.stringify({ bytes: Buffer.from(JSON.stringify(said)).toString('base64') });

test.each<[string, typeof bedrockConverse, (i: number) => string]>([
  ['text', bedrockConverse, (i) => block(0, { text: `a${i}` })],
  ['blocks', bedrockConverse, (i) => block(i, { text: 'a' })],
  ['pieces of a blob', bedrockConverse, () => block(0, { image: { source: { bytes: 'aGk=' } } })],
  ['kinds of blobs', bedrockConverse, (i) => block(0, { [`k${i}`]: { source: { bytes: 'aGk=' } } })],
  ['results of tools', bedrockConverse, () => block(0, { toolResult: [{ text: 'a' }, { json: 1 }] })],
  ['chunks of Llama', bedrockInvoke, (i) => chunk({ generation: `a${i}` })],
  ['choices', bedrockInvoke, (i) => chunk({ choices: [{ index: i, text: 'a' }] })],
])('linear: 16 times as many %s', (_what, wire, dataOf) => {
  const rebuild = (count: number): number => {
    const events = Array.from({ length: count }, (_, i) => ({ event: 'contentBlockDelta', data: dataOf(i) }));
    return cpuMs(() => {
      const rebuilder = wire.rebuild();
      for (const event of events) rebuilder.push(event);
      JSON.stringify(rebuilder.body());
    });
  };
  rebuild(3_000);
  const few = rebuild(3_000);
  // 256 times the time if each looked at all that came before.
  expect(rebuild(48_000)).toBeLessThan(80 * few + 200);
});
