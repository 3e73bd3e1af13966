import { expect, test } from 'vitest';
import { boundaryOf } from './boundary.js';
import { encodeFrame } from './encode-frame.js';

const FRAMES = [
  encodeFrame({ ':event-type': 'a' }, Buffer.from('{"p":"ab"}')),
  encodeFrame({}, new Uint8Array(0)),
  encodeFrame({ ':event-type': 'b' }, Buffer.alloc(300)),
];
const BYTES = Buffer.concat(FRAMES);
const EVENTS = 'application/vnd.amazon.eventstream';

/** Whether the bytes up to an offset end between two frames. */
function isEnd(at: number): boolean {
  const ends = FRAMES.map((_, i) => Buffer.concat(FRAMES.slice(0, i + 1)).length);
  return at === 0 || ends.includes(at);
}

test('frames: every split into two', () => {
  for (let at = 0; at <= BYTES.length; at++) {
    const boundary = boundaryOf(EVENTS);
    boundary?.add(BYTES.subarray(0, at));
    expect([at, boundary?.between]).toEqual([at, isEnd(at)]);
    boundary?.add(BYTES.subarray(at));
    expect(boundary?.between).toBe(true);
  }
});

test('frames: byte by byte', () => {
  const boundary = boundaryOf(`${EVENTS}; charset=utf-8`);
  expect(boundary?.between).toBe(true);
  for (let at = 0; at < BYTES.length; at++) {
    boundary?.add(BYTES.subarray(at, at + 1));
    expect([at, boundary?.between]).toEqual([at, isEnd(at + 1)]);
  }
});

test.each([
  ['too short', Buffer.of(0, 0, 0, 15)],
  ['too long', Buffer.of(1, 0, 0, 1)],
])('frames: behind a length that is %s nothing is known', (_what, bytes) => {
  const boundary = boundaryOf(EVENTS);
  boundary?.add(bytes);
  boundary?.add(BYTES);
  expect(boundary?.between).toBe(false);
});

test('lines: behind a line feed', () => {
  const boundary = boundaryOf('application/x-ndjson');
  const between = (text: string): boolean | undefined => {
    boundary?.add(Buffer.from(text));
    return boundary?.between;
  };
  expect(boundary?.between).toBe(true);
  expect(['{"a":1}', '\r', '\n', '', '{}\n', '{}\n{'].map(between)).toEqual([false, false, true, true, true, false]);
});

test('server-sent events and documents are not watched', () => {
  for (const type of ['text/event-stream', 'application/json', '']) expect(boundaryOf(type)).toBe(null);
});
