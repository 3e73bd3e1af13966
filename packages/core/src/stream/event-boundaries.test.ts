import { describe, expect, test } from 'vitest';
import { EventBoundaries } from './event-boundaries.js';

/** Ends of events as offsets in the whole stream. */
function endsOf(...chunks: string[]): number[] {
  const boundaries = new EventBoundaries();
  const ends: number[] = [];
  let before = 0;
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    let at = 0;
    for (let end = boundaries.next(bytes, 0); end >= 0; end = boundaries.next(bytes, at)) {
      ends.push(before + end);
      at = end;
    }
    before += bytes.length;
  }
  return ends;
}

describe('where events end', () => {
  test.each<[string, number[]]>([
    ['', []],
    ['data: 1', []],
    ['data: 1\n', []],
    ['data: 1\n\n', [9]],
    ['data: 1\r\n\r\n', [11]],
    ['data: 1\r\r', [9]],
    ['data: 1\n\r\n', [10]],
    ['data: 1\r\n\n', [10]],
    ['event: a\ndata: 1\n\ndata: 2\n\n', [18, 27]],
    ['\n\ndata: 1\n\n', [1, 2, 11]],
    [': ping\n\ndata: 1\n\n', [7, 8, 17]],
    [': ping\r\n: pong\r\ndata: 1\n: inside\n\n', [8, 16, 34]],
    ['data: 1\n\n\n', [9, 10]],
  ])('%j', (text, ends) => {
    expect(endsOf(text)).toEqual(ends);
  });

  test('a CRLF that is split ends its event at the CR, and its LF is an end of its own', () => {
    expect(endsOf('data: 1\r\n\r', '\ndata: 2\r\n\r\n')).toEqual([10, 11, 22]);
    expect(endsOf('data: 1\r', '\n\r\n')).toEqual([11]);
    expect(endsOf('data: 1\r', '\rdata')).toEqual([9]);
  });

  test.each(['\n', '\r\n', '\r'])('are found across every split, line end %j', (end) => {
    const stream = `: hi${end}data: 1${end}${end}event: x${end}data: 2${end}${end}`;
    const whole = endsOf(stream);
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const split = endsOf(stream.slice(0, cut), stream.slice(cut));
      expect(split, `cut at ${cut}`).toEqual(expect.arrayContaining(whole.filter((at) => at !== cut + 1)));
    }
    if (end !== '\r\n') expect(endsOf(...stream)).toEqual(whole);
  });
});
