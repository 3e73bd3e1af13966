// OTLP over HTTP, as the protocol has it: what a delivery is answered with, in its own encoding.
import { gzipSync } from 'node:zlib';
import { get, type Received } from '@helicone-proxy/testkit';
import { describe, expect, test } from 'vitest';
import type { ProxyRig } from '../rig/proxy-rig.js';
import { startedHere } from '../rig/started.js';

const started = startedHere();
const PATHS = ['/v1/traces', '/v1/trace/log', '/v1/trace/log-python'];

interface Sending {
  path?: string;
  type?: string | null;
  headers?: Record<string, string>;
}

function send(
  rig: ProxyRig,
  body: unknown,
  { path = '/v1/traces', type = 'application/json', headers = {} }: Sending = {},
): Promise<Received> {
  const sent = type === null ? headers : { 'content-type': type, ...headers };
  const bytes = body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body);
  return get(`${rig.url}/api${path}`, { method: 'POST', headers: sent, body: bytes });
}

const CHAT = [{ key: 'gen_ai.operation.name', value: { stringValue: 'chat' } }];

/** A span of a call, the nth. */
function span(n: number, rest: object = {}): object {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: n.toString(16).padStart(16, '0'),
    name: `chat ${n}`,
    startTimeUnixNano: '1780000000000000000',
    endTimeUnixNano: '1780000001000000000',
    attributes: CHAT,
    ...rest,
  };
}

function delivery(...spans: object[]): object {
  return { resourceSpans: [{ scopeSpans: [{ spans }] }] };
}

/** Protobuf by hand: fields of bytes, and of 64 bits. */
function field(number: number, bytes: Buffer | string): Buffer {
  const body = Buffer.from(bytes as string);
  const lengths: number[] = [];
  let rest = body.length;
  for (; rest > 127; rest >>>= 7) lengths.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...lengths, rest]), body]);
}

function fixed(number: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(9, (number << 3) | 1);
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
}

/** The same as `span` in protobuf; `end` is nanoseconds since its start. */
function protobufSpan(n: number, end = 1_000_000_000n): Buffer {
  const start = 1_780_000_000_000_000_000n;
  return field(
    2,
    Buffer.concat([
      field(1, Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex')),
      field(2, Buffer.from(n.toString(16).padStart(16, '0'), 'hex')),
      field(5, `chat ${n}`),
      fixed(7, start),
      fixed(8, start + end),
      field(9, Buffer.concat([field(1, 'gen_ai.operation.name'), field(2, field(1, 'chat'))])),
    ]),
  );
}

function protobufDelivery(...spans: Buffer[]): Buffer {
  return field(1, field(2, Buffer.concat(spans)));
}

describe('JSON', () => {
  test.each(PATHS)('%s', async (path) => {
    const rig = await started.rig();
    const answer = await send(rig, delivery(span(1)), { path });
    expect([answer.status, answer.body.toString(), answer.header('content-type')]).toEqual([
      200,
      '{}',
      'application/json',
    ]);
    expect(await rig.records()).toMatchObject([
      { span_id: '0000000000000001', delay_ms: 1000, request_path: 'chat 1' },
    ]);
  });

  test('spans that cannot be taken are counted, and the first is told', async () => {
    const rig = await started.rig();
    const bad = span(2, { endTimeUnixNano: '1' });
    const answer = await send(rig, delivery(span(1), bad, span(3), span(0), { name: 'no call', traceId: 'x' }));
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([
      200,
      { partialSuccess: { rejectedSpans: '2', errorMessage: 'spans[1].endTimeUnixNano: is before startTimeUnixNano' } },
    ]);
    expect((await rig.records()).map((record) => record.span_id).sort()).toEqual([
      '0000000000000001',
      '0000000000000003',
    ]);
  });

  test('a span that is sent again is the same record', async () => {
    const rig = await started.rig();
    for (let i = 0; i < 3; i++) expect((await send(rig, delivery(span(1), span(2)))).status).toBe(200);
    expect(await rig.records()).toHaveLength(2);
  });

  test.each([
    ['{', 400, 3, 'body: is not JSON'],
    ['[]', 400, 3, 'body: must be an object'],
    [
      JSON.stringify(delivery(...Array.from({ length: 5001 }, (_, n) => ({ name: `${n}` })))),
      413,
      3,
      'body: more than 5000 spans in one delivery',
    ],
  ])('%#: a delivery that cannot be read', async (body, status, code, message) => {
    const rig = await started.rig();
    const answer = await send(rig, body);
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([status, { code, message }]);
    expect(answer.header('content-type')).toBe('application/json');
    expect(await rig.records()).toEqual([]);
  });
});

describe('protobuf', () => {
  const type = 'application/x-protobuf';

  test.each(PATHS)('%s', async (path) => {
    const rig = await started.rig();
    const body = gzipSync(protobufDelivery(protobufSpan(1)));
    const answer = await send(rig, body, { path, type, headers: { 'content-encoding': 'gzip' } });
    expect([answer.status, answer.body.length, answer.header('content-type')]).toEqual([200, 0, type]);
    expect(await rig.records()).toMatchObject([
      { span_id: '0000000000000001', delay_ms: 1000, request_path: 'chat 1' },
    ]);
  });

  test('spans that cannot be taken are counted, and the first is told', async () => {
    const rig = await started.rig();
    const refused = Array.from({ length: 300 }, (_, n) => protobufSpan(n + 2, -1n));
    const answer = await send(rig, protobufDelivery(protobufSpan(1), ...refused), { type });
    const message = 'spans[1].endTimeUnixNano: is before startTimeUnixNano';
    // rejected_spans = 300 as a number of two bytes, error_message.
    const expected = field(1, Buffer.concat([Buffer.from([0x08, 0xac, 0x02]), field(2, message)]));
    expect([answer.status, answer.body]).toEqual([200, expected]);
    expect(await rig.records()).toHaveLength(1);
  });

  test('a delivery that cannot be read', async () => {
    const rig = await started.rig();
    const answer = await send(rig, Buffer.from([0x0a, 0xff]), { type });
    const expected = Buffer.concat([Buffer.from([0x08, 3]), field(2, 'body: is not protobuf')]);
    expect([answer.status, answer.header('content-type'), answer.body]).toEqual([400, type, expected]);
  });

  test('both encodings of a span are the same record', async () => {
    const rig = await started.rig();
    await send(rig, delivery(span(1)));
    await send(rig, protobufDelivery(protobufSpan(1)), { type: 'application/protobuf' });
    expect(await rig.records()).toHaveLength(1);
  });
});

test('other types are refused; without one it is what Helicone takes there', async () => {
  const rig = await started.rig();
  expect((await send(rig, 'x', { type: 'text/plain' })).status).toBe(415);
  expect((await send(rig, delivery(span(1)), { type: null })).status).toBe(200);
  expect(
    (await send(rig, protobufDelivery(protobufSpan(2)), { type: null, path: '/v1/trace/log-python' })).status,
  ).toBe(200);
  expect(await rig.records()).toHaveLength(2);
});
