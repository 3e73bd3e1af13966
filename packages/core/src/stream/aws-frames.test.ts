import { crc32 } from 'node:zlib';
import { EventStreamCodec, Int64 } from '@smithy/eventstream-codec';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamEvent } from '../providers/wire.js';
import { scanFrames, scanFramesFromMiddle } from './aws-frames.js';
import { encodeFrame } from './encode-frame.js';

// AWS's own encoder and decoder, to be held against.
const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

function frame(event: string, data: string): Buffer {
  const headers = { ':event-type': event, ':content-type': 'application/json', ':message-type': 'event' };
  const typed = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, { type: 'string' as const, value }]),
  );
  return Buffer.from(codec.encode({ headers: typed, body: Buffer.from(data) }));
}

function scan(bytes: Buffer): { events: StreamEvent[]; ends: number[]; whole: boolean } {
  const events: StreamEvent[] = [];
  const ends: number[] = [];
  const whole = scanFrames(bytes, (event, end) => {
    events.push(event);
    ends.push(end);
  });
  return { events, ends, whole };
}

function scanMiddle(bytes: Buffer): { names: string[]; whole: boolean } {
  const names: string[] = [];
  const whole = scanFramesFromMiddle(bytes, ({ event }) => names.push(event));
  return { names, whole };
}

const FIRST = frame('messageStart', '{"role":"assistant"}');
const SECOND = frame('contentBlockDelta', '{"delta":{"text":"Zoë 🦊"}}');
const EMPTY = Buffer.from(codec.encode({ headers: {}, body: new Uint8Array(0) }));

test('frames that AWS encoded, and where they end', () => {
  const { events, ends, whole } = scan(Buffer.concat([FIRST, SECOND, EMPTY]));
  expect(events).toEqual([
    { event: 'messageStart', data: '{"role":"assistant"}' },
    { event: 'contentBlockDelta', data: '{"delta":{"text":"Zoë 🦊"}}' },
    { event: '', data: '' },
  ]);
  expect(ends).toEqual([FIRST.length, FIRST.length + SECOND.length, FIRST.length + SECOND.length + 16]);
  expect(EMPTY.length).toBe(16);
  expect(whole).toBe(true);
});

test('header values of all ten types are passed over or read', () => {
  const bytes = codec.encode({
    headers: {
      yes: { type: 'boolean', value: true },
      no: { type: 'boolean', value: false },
      byte: { type: 'byte', value: -1 },
      short: { type: 'short', value: -2 },
      integer: { type: 'integer', value: -3 },
      long: { type: 'long', value: Int64.fromNumber(-4) },
      binary: { type: 'binary', value: Uint8Array.of(1, 2, 3) },
      time: { type: 'timestamp', value: new Date(5) },
      uuid: { type: 'uuid', value: '00000000-1111-2222-3333-444444444444' },
      ':event-type': { type: 'string', value: 'behind all others' },
    },
    body: Buffer.from('x'),
  });
  expect(scan(Buffer.from(bytes)).events).toEqual([{ event: 'behind all others', data: 'x' }]);
});

test('exceptions and errors are no events', () => {
  const exception = encodeFrame(
    { ':message-type': 'exception', ':exception-type': 'throttlingException' },
    Buffer.from('{"message":"slow down"}'),
  );
  const error = encodeFrame(
    { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'it "broke"' },
    new Uint8Array(0),
  );
  expect(scan(Buffer.concat([exception, error])).events).toEqual([
    { event: 'exception:throttlingException', data: '{"message":"slow down"}' },
    { event: 'exception:InternalFailure', data: '{"message":"it \\"broke\\""}' },
  ]);
});

test('what is encoded here, AWS decodes', () => {
  const bytes = encodeFrame({ ':event-type': 'ë', b: '' }, Buffer.from('🦊'));
  const { headers, body } = codec.decode(bytes);
  expect(headers).toEqual({ ':event-type': { type: 'string', value: 'ë' }, b: { type: 'string', value: '' } });
  expect(Buffer.from(body).toString()).toBe('🦊');
  expect(() => encodeFrame({ ['x'.repeat(256)]: '' }, body)).toThrow(RangeError);
  expect(() => encodeFrame({ x: 'y'.repeat(32_768) }, body)).toThrow(RangeError);
  expect(() => encodeFrame({}, Buffer.alloc(16 * 1024 * 1024))).toThrow(RangeError);
});

test('a frame that is cut anywhere is missing, and not damaged', () => {
  for (let length = 0; length < SECOND.length; length++) {
    const { events, whole } = scan(Buffer.concat([FIRST, SECOND.subarray(0, length)]));
    expect([events.length, whole]).toEqual([1, true]);
  }
});

test('a wrong byte anywhere: what was before it counts, nothing behind it', () => {
  for (let at = 0; at < SECOND.length; at++) {
    const damaged = Buffer.from(SECOND);
    damaged[at] = (damaged[at] as number) ^ 1;
    const { events, whole } = scan(Buffer.concat([FIRST, damaged, FIRST]));
    expect([at, events.length, whole]).toEqual([at, 1, false]);
  }
});

/** A frame whose sums are right, whatever its lengths say. */
function forged(total: number, headersLength: number): Buffer {
  const bytes = encodeFrame({}, Buffer.alloc(64));
  bytes.writeUInt32BE(total, 0);
  bytes.writeUInt32BE(headersLength, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 76)), 76);
  return bytes;
}

test.each([
  ['shorter than a frame', 15, 0],
  ['longer than 16 MiB', 16 * 1024 * 1024 + 1, 0],
  ['headers longer than the frame', 80, 65],
])('lengths that cannot be, under a right sum: %s', (_what, total, headersLength) => {
  expect(scan(forged(total, headersLength))).toEqual({ events: [], ends: [], whole: false });
});

test('headers that end in the middle of one, under a right sum', () => {
  for (const headersLength of [1, 2, 3, 20, 64]) {
    expect(scan(forged(80, headersLength)).events).toHaveLength(1);
  }
});

test('from the middle of a frame: the next whole one', () => {
  for (let at = 1; at < FIRST.length; at++) {
    expect(scanMiddle(Buffer.concat([FIRST.subarray(at), SECOND, EMPTY]))).toEqual({
      names: ['contentBlockDelta', ''],
      whole: true,
    });
  }
  expect(scanMiddle(SECOND.subarray(1))).toEqual({ names: [], whole: true });
  expect(scanMiddle(Buffer.concat([SECOND, FIRST.subarray(0, 30)]))).toEqual({
    names: ['contentBlockDelta'],
    whole: true,
  });
});

test('from the middle: a frame whose prelude is right and whose end is not is not taken for one', () => {
  const damaged = Buffer.from(FIRST);
  damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
  expect(scanMiddle(Buffer.concat([damaged, SECOND])).names).toEqual(['contentBlockDelta']);
});

/** Time of the process in `run`, ms. */
function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('bytes that look like frames at every turn take linear time', () => {
  // Each 16 bytes say that they begin a frame which reaches to the end.
  const trap = (frames: number): Buffer => {
    const bytes = Buffer.alloc(frames * 16);
    for (let at = 0; at < bytes.length; at += 16) {
      bytes.writeUInt32BE(Math.min(bytes.length - at, 16 * 1024 * 1024), at);
      bytes.writeUInt32BE(crc32(bytes.subarray(at, at + 8)), at + 8);
    }
    return bytes;
  };
  const [short, long] = [trap(4_000), trap(64_000)];
  scanMiddle(short);
  const few = cpuMs(() => scanMiddle(short));
  const many = cpuMs(() => scanMiddle(long));
  expect(scanMiddle(long)).toEqual({ names: [], whole: false });
  // 16 times the bytes: about 16 times the time, 256 times if each had been summed to the end.
  expect(many).toBeLessThan(80 * few + 100);
});

test('whatever the bytes, nothing throws', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constant(new Uint8Array(FIRST)),
      fc.constant(new Uint8Array(20)),
      fc.tuple(fc.nat(200), fc.nat(200)).map(([total, headers]) => new Uint8Array(forged(total, headers))),
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(pieces, fc.nat(50), (parts, from) => {
      const bytes = Buffer.concat(parts).subarray(from);
      expect(scan(bytes).whole).toBeTypeOf('boolean');
      expect(scanMiddle(bytes).whole).toBeTypeOf('boolean');
    }),
    { numRuns: 300 },
  );
});
