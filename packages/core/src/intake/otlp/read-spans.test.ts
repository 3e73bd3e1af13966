// Both encodings, as the real exporters of OpenTelemetry write them, and as nobody should.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Attributes, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidIntake } from '../intake.js';
import { readJsonSpans } from './read-json-spans.js';
import { readProtobufSpans } from './read-protobuf-spans.js';
import type { Span } from './span.js';

let server: Server;
let url: string;
let bodies: Buffer[] = [];
beforeAll(async () => {
  server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      res.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** The bytes that an exporter sends for these spans. */
async function exported(exporter: SpanExporter, spans: ReadableSpan[]): Promise<Buffer> {
  bodies = [];
  await new Promise((resolve) => exporter.export(spans, resolve));
  await exporter.shutdown();
  return bodies[0] as Buffer;
}

const START = Date.UTC(2026, 5, 1, 12);
const tracer = new BasicTracerProvider().getTracer('test');

function spanWith(name: string, attributes: Attributes): ReadableSpan {
  const parent = tracer.startSpan('parent', {}, ROOT_CONTEXT);
  const span = tracer.startSpan(name, { attributes, startTime: START }, trace.setSpan(ROOT_CONTEXT, parent));
  span.addEvent('an event', attributes, START + 5);
  span.setStatus({ code: SpanStatusCode.ERROR, message: name });
  span.end(START + 1000.125);
  return span as unknown as ReadableSpan;
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger());
const value = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.array(text, { maxLength: 5 }),
  fc.array(number, { maxLength: 5 }),
);
const attributes = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 20 }).filter((key) => key !== '__proto__'),
  value,
  {
    maxKeys: 10,
  },
);

test('both exporters say the same, and what was said', async () => {
  await fc.assert(
    fc.asyncProperty(text, attributes, async (name, given) => {
      const span = spanWith(name, given);
      const json = await exported(new JsonExporter({ url }) as unknown as SpanExporter, [span]);
      const protobuf = await exported(new ProtobufExporter({ url }) as unknown as SpanExporter, [span]);
      const [read] = readProtobufSpans(protobuf) as [Span];
      expect(readJsonSpans(JSON.parse(json.toString()))).toEqual([read]);
      const { traceId, spanId } = span.spanContext();
      expect(read).toMatchObject({
        traceId,
        spanId,
        parentSpanId: expect.stringMatching(/^[0-9a-f]{16}$/),
        name,
        startTime: START,
        endTime: START + 1000.125,
        statusCode: 2,
        statusMessage: name,
        events: [{ name: 'an event', time: START + 5 }],
      });
      // JSON knows no minus zero.
      const plain = (source: object): unknown => JSON.parse(JSON.stringify(source));
      expect(plain(Object.fromEntries(read.attributes))).toEqual(plain(span.attributes));
      expect(plain(Object.fromEntries(read.events[0]?.attributes ?? []))).toEqual(plain(span.attributes));
    }),
    { numRuns: 40 },
  );
});

/** Runs `read`; false when it says that this is no delivery. Anything else that it throws goes through. */
function reads(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof InvalidIntake) return false;
    throw error;
  }
}

describe('protobuf that nobody should send', () => {
  test('any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        (bytes) => void reads(() => readProtobufSpans(Buffer.from(bytes))),
      ),
      { numRuns: 2000 },
    );
  });

  test('a delivery that is damaged, or cut anywhere', async () => {
    const span = spanWith('chat', { a: 'text', b: [1, 2.5], c: true, d: ['x'], e: -5 });
    const whole = await exported(new ProtobufExporter({ url }) as unknown as SpanExporter, [span]);
    expect(readProtobufSpans(whole)).toHaveLength(1);
    for (let length = 1; length < whole.length; length++) {
      expect(
        reads(() => readProtobufSpans(whole.subarray(0, length))),
        `${length} bytes`,
      ).toBe(false);
    }
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Buffer.from(whole);
        damaged[at] = byte;
        reads(() => readProtobufSpans(damaged));
      }),
      { numRuns: 3000 },
    );
  });

  test('values inside of each other without end, and more of them than can be', () => {
    const field = (number: number, body: Buffer): Buffer => {
      const length: number[] = [];
      for (let rest = body.length; ; rest >>>= 7) {
        length.push(rest > 127 ? (rest & 127) | 128 : rest);
        if (rest <= 127) break;
      }
      return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), body]);
    };
    const spanOf = (attribute: Buffer): Buffer => field(1, field(2, field(2, field(9, attribute))));
    let nested = field(1, Buffer.from('x'));
    for (let depth = 0; depth < 20; depth++) nested = field(5, field(1, nested));
    expect(reads(() => readProtobufSpans(spanOf(field(2, nested))))).toBe(true);
    for (let depth = 0; depth < 20; depth++) nested = field(5, field(1, nested));
    expect(() => readProtobufSpans(spanOf(field(2, nested)))).toThrow('nested deeper than 32');
    const many = Buffer.alloc(2 * 200_001).fill(Buffer.from([9 * 8 + 2, 0]));
    expect(() => readProtobufSpans(field(1, field(2, field(2, many))))).toThrow('more than 200000 attributes');
    const spans = Buffer.alloc(2 * 5001).fill(Buffer.from([2 * 8 + 2, 0]));
    expect(() => readProtobufSpans(field(1, field(2, spans)))).toThrow('more than 5000 spans');
  });

  test('fields of other types, unknown ones, and old groups', () => {
    // Fields 1 as a number, 99 as 64 and 32 bits: passed over.
    expect(
      readProtobufSpans(Buffer.from([0x08, 0x96, 0x01, 0x99, 0x06, 0, 0, 0, 0, 0, 0, 0, 0, 0x9d, 0x06, 1, 2, 3, 4])),
    ).toEqual([]);
    expect(reads(() => readProtobufSpans(Buffer.from([0x0b, 0x0c])))).toBe(false);
    expect(reads(() => readProtobufSpans(Buffer.from([0x00])))).toBe(false);
    // A length far beyond the end, and a number that never ends.
    expect(
      reads(() => readProtobufSpans(Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]))),
    ).toBe(false);
    expect(reads(() => readProtobufSpans(Buffer.alloc(64, 0xff)))).toBe(false);
  });
});

describe('JSON', () => {
  test('that is anything at all', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (any) => {
        reads(() => readJsonSpans(any));
        reads(() => readJsonSpans({ resourceSpans: any }));
        reads(() =>
          readJsonSpans({
            resourceSpans: [{ scopeSpans: [{ spans: [any, { attributes: any, events: any, status: any }] }] }],
          }),
        );
        reads(() =>
          readJsonSpans({ resourceSpans: [{ scopeSpans: [{ spans: [{ attributes: [{ key: 'a', value: any }] }] }] }] }),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test('by the names of protobuf, with ids in base64 and numbers as numbers', () => {
    const span = {
      trace_id: Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex').toString('base64'),
      span_id: 'B7AD6B7169203331',
      parent_span_id: '',
      name: 'chat',
      start_time_unix_nano: 1_780_000_000_000_000_000,
      end_time_unix_nano: '1780000000500000000',
      attributes: [
        { key: 'a', value: { string_value: 'x' } },
        { key: 'b', value: { int_value: '9007199254740993' } },
        {
          key: 'c',
          value: {
            kvlist_value: { values: [{ key: 'd', value: { array_value: { values: [{ bool_value: true }] } } }] },
          },
        },
        { key: 'e', value: { doubleValue: 'Infinity' } },
        { key: 'f', value: {} },
      ],
      status: { code: 'STATUS_CODE_ERROR' },
    };
    const [read] = readJsonSpans({ resource_spans: [{ scope_spans: [{ spans: [span] }] }] });
    expect(read).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      startTime: 1_780_000_000_000,
      endTime: 1_780_000_000_500,
      statusCode: 2,
    });
    expect(Object.fromEntries(read?.attributes ?? [])).toEqual({
      a: 'x',
      b: 2 ** 53,
      c: { d: [true] },
      e: Number.POSITIVE_INFINITY,
      f: null,
    });
  });

  test.each([[null], [[]], ['x'], [{ resourceSpans: 1 }]])('%j is no delivery', (body) => {
    expect(() => readJsonSpans(body)).toThrow(InvalidIntake);
  });
});
