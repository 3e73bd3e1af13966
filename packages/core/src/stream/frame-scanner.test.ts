import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FrameListener, FrameScanner } from './frame-scanner.js';

const MASK = [0xa1, 0x02, 0xf3, 0x44];

interface Frame {
  opcode: number;
  payload: Uint8Array;
  final?: boolean;
  masked?: boolean;
  /** Length spelled in that many bytes, though fewer would do. */
  lengthBytes?: 2 | 8;
  reserved?: number;
}

/** A frame spelled by hand. */
function frame({ opcode, payload, final = true, masked = false, lengthBytes, reserved = 0 }: Frame): Buffer {
  const length = payload.length;
  const wide = lengthBytes ?? (length < 126 ? 0 : length < 65_536 ? 2 : 8);
  const head = [(final ? 0x80 : 0) | reserved | opcode];
  head.push((masked ? 0x80 : 0) | (wide === 0 ? length : wide === 2 ? 126 : 127));
  for (let i = wide - 1; i >= 0; i--) head.push(i > 3 ? 0 : (length >>> (8 * i)) & 255);
  if (masked) head.push(...MASK);
  const body = masked ? payload.map((byte, i) => byte ^ (MASK[i & 3] as number)) : payload;
  return Buffer.concat([Buffer.from(head), body]);
}

const text = (value: string, more: Partial<Frame> = {}): Buffer =>
  frame({ opcode: 1, payload: Buffer.from(value), ...more });

/** Notes everything that it is told, and wants the first `limit` bytes of each message. */
function noting(limit = Number.POSITIVE_INFINITY) {
  const notes: string[] = [];
  let kept: Buffer[] = [];
  let space = Buffer.alloc(0);
  let taken = 0;
  const listener: FrameListener = {
    begin(isText) {
      notes.push(isText ? 'text' : 'binary');
      kept = [];
      taken = 0;
    },
    space(available) {
      space = Buffer.alloc(Math.max(0, Math.min(available, limit - taken)));
      return space;
    },
    filled(count) {
      kept.push(space.subarray(0, count));
      taken += count;
    },
    end: (length) => notes.push(`${length} ${Buffer.concat(kept).toString('latin1')}`),
    close: (payload) => notes.push(`close ${Buffer.from(payload).toString('latin1')}`),
    lost: () => notes.push('lost'),
  };
  return { notes, scanner: new FrameScanner(listener) };
}

function notesOf(pieces: Uint8Array[], limit?: number): string[] {
  const { notes, scanner } = noting(limit);
  for (const piece of pieces) scanner.push(piece);
  return notes;
}

const STREAM = Buffer.concat([
  text('hello', { masked: true }),
  text('one', { final: false, masked: true }),
  frame({ opcode: 9, payload: Buffer.from('ping'), masked: true }),
  frame({ opcode: 0, payload: Buffer.from(' two'), final: false, lengthBytes: 2 }),
  frame({ opcode: 0, payload: new Uint8Array(0), final: true }),
  frame({ opcode: 2, payload: Buffer.from([0, 1]), lengthBytes: 8, masked: true }),
  text(''),
  text('z'.repeat(126)),
  frame({ opcode: 10, payload: new Uint8Array(0) }),
  frame({ opcode: 8, payload: Buffer.from('\x03\xe8bye', 'latin1'), masked: true }),
]);
const NOTES = ['text', '5 hello', 'text', '7 one two', 'binary', '2 \x00\x01', 'text', '0 ', 'text']
  .concat(`126 ${'z'.repeat(126)}`)
  .concat('close \x03\xe8bye');

describe('FrameScanner', () => {
  test('reads frames of every kind', () => {
    expect(notesOf([STREAM])).toEqual(NOTES);
  });

  test('reads the same whichever two pieces it gets, and byte by byte', () => {
    for (let at = 0; at <= STREAM.length; at++) {
      expect(notesOf([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(NOTES);
    }
    expect(notesOf([...STREAM].map((byte) => Uint8Array.of(byte)))).toEqual(NOTES);
  });

  test('tells when a frame of ours may follow: between frames only', () => {
    const { scanner } = noting();
    const bytes = Buffer.concat([text('ab', { masked: true }), text('c', { final: false })]);
    const between = [...bytes].map((byte) => {
      scanner.push(Uint8Array.of(byte));
      return scanner.betweenFrames;
    });
    expect(between.flatMap((is, i) => (is ? [i + 1] : []))).toEqual([8, 11]);
  });

  test('hands on no more of a message than is wanted, unmasked where it goes on', () => {
    expect(notesOf([text('abcdefgh', { masked: true })], 3)).toEqual(['text', '8 abc']);
    expect(notesOf([text('abc', { masked: true }), text('d')], 0)).toEqual(['text', '3 ', 'text', '1 ']);
  });

  test('does not hold a message: 8 GB of it cost no memory', () => {
    const { notes, scanner } = noting(2);
    const length = 2 ** 33;
    const head = Buffer.from([0x82, 127, 0, 0, 0, 2, 0, 0, 0, 0]);
    scanner.push(head);
    const piece = Buffer.alloc(2 ** 26, 'x');
    for (let sent = 0; sent < length; sent += piece.length) scanner.push(piece);
    expect(notes).toEqual(['binary', `${length} xx`]);
    expect(scanner.betweenFrames).toBe(true);
  });

  test.each([
    ['a reserved bit', text('a', { reserved: 0x40 })],
    ['a reserved opcode', frame({ opcode: 3, payload: Buffer.from('a') })],
    ['a reserved control opcode', frame({ opcode: 11, payload: new Uint8Array(0) })],
    ['a continuation of nothing', frame({ opcode: 0, payload: Buffer.from('a') })],
    ['a message inside of another', Buffer.concat([text('a', { final: false }), text('b')]).subarray(3)],
    ['a control frame in fragments', frame({ opcode: 9, payload: Buffer.from('a'), final: false })],
    ['a long control frame', frame({ opcode: 8, payload: Buffer.alloc(126) })],
    ['a length beyond counting', Buffer.from([0x81, 127, 255, 255, 255, 255, 255, 255, 255, 255])],
  ])('%s: nothing is told any more', (name, bytes) => {
    const before = name === 'a message inside of another' ? [text('a', { final: false })] : [];
    const notes = notesOf([...before, bytes, text('more')]);
    expect(notes.at(-1)).toBe('lost');
    expect(notes.filter((note) => note.includes('more'))).toEqual([]);
    const { scanner } = noting();
    for (const each of [...before, bytes]) scanner.push(each);
    expect(scanner.betweenFrames).toBe(false);
  });

  test('whatever is said, however it is cut into frames and pieces, is read', () => {
    const message = fc.record({
      parts: fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }),
      text: fc.boolean(),
      masked: fc.boolean(),
      ping: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(400), { maxLength: 40 }), (said, cuts) => {
        const bytes = Buffer.concat(
          said.flatMap(({ parts, text: isText, masked, ping }) =>
            parts.flatMap((payload, i) => {
              const opcode = i > 0 ? 0 : isText ? 1 : 2;
              const part = frame({ opcode, payload, masked, final: i === parts.length - 1 });
              return ping ? [part, frame({ opcode: 9, payload: Buffer.from('p') })] : [part];
            }),
          ),
        );
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const length of cuts) {
          pieces.push(bytes.subarray(at, at + length));
          at += length;
        }
        pieces.push(bytes.subarray(at));
        const expected = said.flatMap(({ parts, text: isText }) => {
          const whole = Buffer.concat(parts);
          return [isText ? 'text' : 'binary', `${whole.length} ${whole.toString('latin1')}`];
        });
        expect(notesOf(pieces)).toEqual(expected);
      }),
    );
  });

  test('never throws on bytes that are no frames', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (pieces) => {
        notesOf(pieces, 100);
      }),
    );
  });
});
