import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventEnds } from './event-ends.js';

/** Ends found when `text` comes in these pieces. */
function endsOf(...pieces: string[]): number[] {
  const ends = new EventEnds();
  for (const piece of pieces) ends.add(Buffer.from(piece));
  ends.finish();
  return ends.offsets;
}

/** The same by looking at all of it at once: an event is lines, then a blank one. */
function byHand(text: string): number[] {
  const ends: number[] = [];
  let inEvent = false;
  for (const { 0: line, index } of text.matchAll(/([^\r\n]*)(?:\r\n|\r|\n)/g)) {
    if (!/^[\r\n]/.test(line)) inEvent = true;
    else if (inEvent) {
      ends.push(Buffer.byteLength(text.slice(0, index)) + line.length);
      inEvent = false;
    }
  }
  return ends;
}

describe('where events end', () => {
  test.each([
    ['LF', 'data: a\n\ndata: b\n\n', [9, 18]],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', [11, 22]],
    ['CR', 'data: a\r\rdata: b\r\r', [9, 18]],
    ['mixed', 'data: a\n\r\ndata: b\r\n\rdata: c\r\n', [10, 20]],
    ['several lines', 'event: a\ndata: b\ndata: c\n\n', [26]],
    ['a block of comments', ': ping\n\ndata: a\n\n', [8, 17]],
    ['blank lines before and between', '\n\ndata: a\n\n\n\ndata: b\n\n', [11, 22]],
    ['an event that never ends', 'data: a\n\ndata: b\n', [9]],
    ['bytes, not characters', 'data: é😀\n\n', [14]],
    ['nothing', '', []],
  ])('%s', (_name, text, ends) => {
    expect(endsOf(text)).toEqual(ends);
    expect(byHand(text)).toEqual(ends);
  });

  test('a CR at the end of a chunk may be half of a line end, and the next byte tells', () => {
    expect(endsOf('data: a\r\n\r', '\ndata: b\r\n\r\n')).toEqual([11, 22]);
    expect(endsOf('data: a\r', '\n\r', '\n')).toEqual([11]);
    expect(endsOf('data: a\r', '\rdata: b\r\r')).toEqual([9, 18]);
  });

  test('a CR at the very end is a line end', () => {
    expect(endsOf('data: a\r\r')).toEqual([9]);
  });

  test('an end is not told before it is certain', () => {
    const ends = new EventEnds();
    ends.add(Buffer.from('data: a\r\n\r'));
    expect(ends.offsets).toEqual([]);
    ends.add(Buffer.from(''));
    expect(ends.offsets).toEqual([]);
    ends.add(Buffer.from('\n'));
    expect(ends.offsets).toEqual([11]);
  });

  test('every split of a stream gives the same ends', () => {
    const text = ': hi\r\n\r\nevent: a\ndata: é😀\r\ndata: x\r\r\n\ndata: y\r\rdata: z\n\r\n\r\n';
    const bytes = Buffer.from(text);
    const expected = byHand(text);
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const ends = new EventEnds();
        for (const piece of [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]) {
          ends.add(piece);
        }
        ends.finish();
        expect(ends.offsets).toEqual(expected);
      }
    }
  });

  test('property: any lines in any pieces', () => {
    const piece = fc.array(fc.constantFrom('\n', '\r', 'a', ': ', 'data:', '\r\n', '€'), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const texts = pieces.map((parts) => parts.join(''));
        expect(endsOf(...texts)).toEqual(byHand(texts.join('')));
      }),
      { numRuns: 1000 },
    );
  });
});
