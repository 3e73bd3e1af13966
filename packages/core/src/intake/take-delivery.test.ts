import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPricer } from '../cost/price.js';
import { createPolicyReader } from '../policy/policy-reader.js';
import { digest } from '../records/worker/digest.js';
import type { IntakeFormat } from './intake.js';
import type { IntakeAnswer, IntakeJob, IntakeRows } from './intake-job.js';
import { takeDelivery } from './take-delivery.js';

const NOW = Date.UTC(2026, 5, 1, 12);
const pricer = createPricer();
const makeRow: Parameters<typeof takeDelivery>[1] = (facts, bytes, add) =>
  add(digest(facts, bytes, { pricer, recordBodyBytes: 1024 }));

function take(body: string | Buffer, given: Partial<IntakeJob> = {}): Promise<IntakeAnswer<IntakeRows>> {
  const job: IntakeJob = {
    format: 'log',
    bytes: new Uint8Array(Buffer.from(body as string)),
    encoding: '',
    provider: null,
    headers: {},
    tenant: 'acme',
    userId: null,
    layers: createPolicyReader().layers({ policy: null }),
    bodies: true,
    secrets: [],
    receivedAt: NOW,
    ...given,
  };
  return takeDelivery(job, makeRow);
}

async function rowsOf(body: unknown, given: Partial<IntakeJob> = {}): Promise<IntakeRows> {
  const answer = await take(JSON.stringify(body), given);
  if (!('taken' in answer)) throw new Error(answer.invalid);
  return answer.taken;
}

const LOG = {
  providerRequest: { url: 'x', json: { model: 'gpt-4o-mini' } },
  providerResponse: { status: 200, json: { model: 'gpt-4o-mini', choices: [] } },
};

describe('whatever comes', () => {
  const formats: IntakeFormat[] = ['log', 'log-typed', 'otlp-json', 'otlp-protobuf'];

  test.each(formats)('%s: any bytes, under any coding', async (format) => {
    const coding = fc.constantFrom('', 'gzip', 'br', 'zstd', 'deflate', 'gzip, br', '__proto__');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), coding, async (bytes, encoding) => {
        await take(Buffer.from(bytes), { format, encoding });
      }),
      { numRuns: 200 },
    );
  });

  test.each(formats.slice(0, 3))('%s: any JSON', async (format) => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (value) => {
        await take(JSON.stringify(value), { format });
      }),
      { numRuns: 300 },
    );
  });

  test('a log with anything in any place is a row or a fault that names a place', async () => {
    const any = fc.jsonValue({ maxDepth: 4 });
    const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('data: {}\n\n', '{"choices":[]}\n{"choices":[', '[{"candidates":1}]', 'data: [DONE]\n\n'),
    );
    const log = fc.record({
      providerRequest: fc.oneof(
        any,
        fc.record({ url: maybe(fc.oneof(any, fc.webUrl())), json: fc.oneof(any, fc.constant({})), meta: maybe(any) }),
      ),
      providerResponse: fc.oneof(
        any,
        fc.record({
          status: fc.oneof(any, fc.constant(200)),
          json: maybe(any),
          textBody: maybe(fc.oneof(any, text)),
          cost: maybe(any),
        }),
      ),
      timing: maybe(any),
      provider: maybe(any),
      id: maybe(any),
    });
    await fc.assert(
      fc.asyncProperty(log, async (given) => {
        const { rows, result } = await rowsOf([given]);
        expect(rows.length + result.errors.length).toBe(1);
        for (const { message } of result.errors) expect(message).toMatch(/^(body|id|provider\w*|timing)[.\w[\]"]*: /);
      }),
      { numRuns: 1000 },
    );
  });

  test('spans of calls with anything in any attribute', async () => {
    const names = [
      'gen_ai.request.model',
      'gen_ai.response.model',
      'gen_ai.provider.name',
      'gen_ai.usage.input_tokens',
      'gen_ai.input.messages',
      'gen_ai.output.messages',
      'gen_ai.system_instructions',
      'gen_ai.response.finish_reasons',
      'gen_ai.prompt.0.content',
      'gen_ai.prompt.1.tool_calls.0.name',
      'gen_ai.completion.0.content',
      'gen_ai.prompt',
      'gen_ai.tool.definitions',
      'gen_ai.tool.call.arguments',
      'gen_ai.retrieval.documents',
      'ai.prompt.messages',
      'ai.response.toolCalls',
      'ai.values',
      'error.type',
      'url.full',
      'gen_ai.conversation.id',
      'http.response.status_code',
      'traceloop.association.properties.x',
      'traceloop.association.properties.__proto__',
      'gen_ai.response.time_to_first_chunk',
    ];
    const value = fc.oneof(
      fc.string().map((stringValue) => ({ stringValue })),
      fc.jsonValue({ maxDepth: 4 }).map((json) => ({ stringValue: JSON.stringify(json) })),
      fc.double().map((doubleValue) => ({ doubleValue })),
      fc.boolean().map((boolValue) => ({ boolValue })),
      fc.array(fc.string()).map((texts) => ({ arrayValue: { values: texts.map((stringValue) => ({ stringValue })) } })),
    );
    const attributes = fc.array(fc.record({ key: fc.constantFrom(...names), value }), { maxLength: 12 });
    const operation = fc.constantFrom('chat', 'text_completion', 'embeddings', 'execute_tool', 'retrieval');
    const event = fc.record({
      name: fc.constantFrom(
        'exception',
        'gen_ai.choice',
        'gen_ai.user.message',
        'gen_ai.content.prompt',
        'gen_ai.client.inference.operation.details',
      ),
      attributes,
    });
    await fc.assert(
      fc.asyncProperty(operation, attributes, fc.array(event, { maxLength: 3 }), async (name, given, events) => {
        const named = { key: 'gen_ai.operation.name', value: { stringValue: name } };
        const span = {
          traceId: '0af7651916cd43dd8448eb211c80319c',
          spanId: 'b7ad6b7169203331',
          startTimeUnixNano: String(BigInt(NOW) * 1_000_000n),
          endTimeUnixNano: String(BigInt(NOW + 1) * 1_000_000n),
          attributes: [...given, named],
          events,
        };
        const { rows, result } = await rowsOf(
          { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] },
          { format: 'otlp-json' },
        );
        expect([rows.length, result.errors]).toEqual([1, []]);
        expect(rows[0]).toMatchObject({ spanId: 'b7ad6b7169203331', delayMs: 1, createdAt: NOW });
      }),
      { numRuns: 1000 },
    );
  });

  test('texts inside of a body that hold JSON without end', async () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const { result } = await rowsOf([{ ...LOG, providerResponse: { status: 200, textBody: deep } }, LOG]);
    expect(result.requestIds[1]).toEqual(expect.any(String));
    const attribute = { key: 'gen_ai.input.messages', value: { stringValue: deep } };
    const span = {
      attributes: [attribute, { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }],
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      startTimeUnixNano: `${NOW}000000`,
      endTimeUnixNano: `${NOW}000000`,
    };
    await rowsOf({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }, { format: 'otlp-json' });
  });
});

describe('ids', () => {
  const id = '018f0000-0000-7000-8000-00000000000A';
  const timing = { startTime: { seconds: NOW / 1000, milliseconds: 5 } };
  const one = async (log: object, given: Partial<IntakeJob> = {}): Promise<string> =>
    (await rowsOf(log, given)).rows[0]?.id ?? '';

  test('of a log with an id depend on the tenant, the id and the start, and on nothing else', async () => {
    const first = await one({ ...LOG, id, timing });
    expect(await one({ ...LOG, id: id.toLowerCase(), timing, provider: 'openai' }, { receivedAt: NOW + 9 })).toBe(
      first,
    );
    expect(await one({ ...LOG, id, timing }, { tenant: 'other' })).not.toBe(first);
    expect(await one({ ...LOG, id: id.replace('A', 'B'), timing })).not.toBe(first);
    expect(await one({ ...LOG, id, timing: { startTime: { seconds: NOW / 1000, milliseconds: 6 } } })).not.toBe(first);
    expect(Number.parseInt(first.replace('-', '').slice(0, 12), 16)).toBe(NOW + 5);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('without a start take the time in the id, where there is one', async () => {
    expect(await one({ ...LOG, id })).toBe(await one({ ...LOG, id }, { receivedAt: NOW + 1 }));
    // Its time is none at which a model could be called.
    expect((await one({ ...LOG, id: '00000000-0000-7000-8000-000000000000' })).slice(0, 13)).toBe(
      (await one(LOG)).slice(0, 13),
    );
    const v4 = 'c0ffee00-1111-4222-8333-444455556666';
    expect((await one({ ...LOG, id: v4 })).slice(0, 13)).toBe((await one(LOG)).slice(0, 13));
  });
});

test('a gzipped list in its order, with what is wrong in between', async () => {
  const body = gzipSync(JSON.stringify([LOG, {}, { ...LOG, providerRequest: { json: { model: 'b' } } }]));
  const answer = await take(body, { encoding: 'gzip' });
  expect(answer).toMatchObject({
    taken: {
      rows: [{ requestModel: 'gpt-4o-mini' }, { requestModel: 'b' }],
      result: { list: true, errors: [{ index: 1, message: 'providerRequest: must be an object' }] },
    },
  });
});

test('the delivery’s own headers win over those of a log, and policy over both', async () => {
  const reader = createPolicyReader({
    policy: { enforce: { 'Helicone-Property-Team': 'blue' }, defaults: { 'Helicone-Property-Tier': 'free' } },
  });
  const meta = { 'Helicone-Property-App': 'log', 'Helicone-Property-Team': 'red', 'Helicone-User-Id': 'log' };
  const log = { ...LOG, providerRequest: { ...LOG.providerRequest, meta } };
  const headers = { 'helicone-property-app': 'delivery' };
  const { rows } = await rowsOf(log, { headers, layers: reader.layers({ policy: null }), userId: 'of-the-key' });
  expect(rows).toMatchObject([{ userId: 'of-the-key', properties: { app: 'delivery', team: 'blue', tier: 'free' } }]);
});

test('a body that is small only as it comes', async () => {
  const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024, 0x20));
  expect(await take(bomb, { encoding: 'gzip' })).toEqual({
    invalid: 'body: longer than 16777216 bytes when decoded',
    tooLarge: true,
  });
});
