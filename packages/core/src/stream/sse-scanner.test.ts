import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamEvent } from '../providers/wire.js';
import { scanSse } from './sse-scanner.js';

function scan(text: string): { events: StreamEvent[]; ends: number[]; rest: number } {
  const events: StreamEvent[] = [];
  const ends: number[] = [];
  const rest = scanSse(text, (event, endOffset) => {
    events.push(event);
    ends.push(endOffset);
  });
  return { events, ends, rest };
}

/** Two events and an unfinished one; `|` stands for a line's end. */
const LINES = ': comment|event: a|data: 1|data: 2||id: 7|data:x||retry|data|';
const LINE_ENDS = [...LINES].filter((c) => c === '|').length;
const EXPECTED: StreamEvent[] = [
  { event: 'a', data: '1\n2' },
  { event: '', data: 'x' },
];

test('LF: events, end offsets and the rest', () => {
  const text = 'event: a\ndata: 1\n\ndata: 2\n\ndata: 3';
  expect(scan(text)).toEqual({
    events: [
      { event: 'a', data: '1' },
      { event: '', data: '2' },
    ],
    ends: [18, 27],
    rest: 27,
  });
});

test('LF, CRLF and CR read alike', () => {
  for (const end of ['\n', '\r\n', '\r']) expect(scan(LINES.replaceAll('|', end)).events).toEqual(EXPECTED);
});

test('any one line may end in its own way', () => {
  for (const base of ['\n', '\r\n', '\r']) {
    for (const other of ['\n', '\r\n', '\r']) {
      for (let line = 0; line < LINE_ENDS; line++) {
        let at = 0;
        const text = LINES.replaceAll('|', () => (at++ === line ? other : base));
        expect(scan(text).events).toEqual(byTheStandard(text));
        // A CR before a blank line's LF is one CRLF, so that only other mixtures still have all the lines.
        if (text.split(/\r\n|\r|\n/).length === LINE_ENDS + 1) expect(scan(text).events).toEqual(EXPECTED);
      }
    }
  }
});

test('the end offset lies behind the whole blank line', () => {
  expect(scan('data: 1\r\n\r\ndata: 2\r\n\r\n').ends).toEqual([11, 22]);
  expect(scan('data: 1\r\rdata: 2\r\r').ends).toEqual([9, 18]);
  expect(scan('data: 1\n\r\ndata: 2\n\r').ends).toEqual([10, 19]);
});

test('a BOM counts at the start only', () => {
  expect(scan('\uFEFFdata: 1\n\n').events).toEqual([{ event: '', data: '1' }]);
  expect(scan('data: 1\n\n\uFEFFdata: 2\n\n').events).toEqual([{ event: '', data: '1' }]);
});

test('fields without a space, without a colon, with more spaces, with colons in the value', () => {
  expect(scan('data\n\n').events).toEqual([{ event: '', data: '' }]);
  expect(scan('data:\n\n').events).toEqual([{ event: '', data: '' }]);
  expect(scan('data:a:b\n\n').events).toEqual([{ event: '', data: 'a:b' }]);
  expect(scan('data:  a\n\n').events).toEqual([{ event: '', data: ' a' }]);
  expect(scan('data\ndata\n\n').events).toEqual([{ event: '', data: '\n' }]);
  expect(scan('database: 1\ndata : 2\n Data: 3\n\n').events).toEqual([]);
});

test('an event without data is not handed out and its name is forgotten', () => {
  expect(scan('event: a\n\ndata: 1\n\n').events).toEqual([{ event: '', data: '1' }]);
});

test('the rest: nothing between events, comments at the end left aside, an unfinished event kept', () => {
  expect(scan('').rest).toBe(0);
  expect(scan('data: 1\n\n').rest).toBe(9);
  expect(scan('data: 1\n\n: ping\n').rest).toBe(16);
  expect(scan('data: 1\n\n: pi').rest).toBe(9);
  expect(scan('data: 1\n\ndata: 2\n').rest).toBe(9);
  expect(scan('data: 1\n\n: ping\ndata: 2\n: ping\n').rest).toBe(16);
});

test('any text: no throw, offsets rise, and cutting at the rest changes nothing', () => {
  const piece = fc.constantFrom(
    'data',
    'data:',
    'data: ',
    'event: e',
    ':',
    ' ',
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    'x',
    '\uFEFF',
    '😀',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const { events, ends, rest } = scan(text);
      expect(ends).toEqual([...ends].sort((a, b) => a - b));
      expect(rest).toBeGreaterThanOrEqual(ends.at(-1) ?? 0);
      expect(rest).toBeLessThanOrEqual(text.length);
      expect(scan(text.slice(0, rest)).events).toEqual(events);
    }),
  );
});

test('agrees with a plain reading of the standard', () => {
  const piece = fc.constantFrom(
    'data',
    'data:',
    'data: x',
    'event: e',
    'event',
    ': c',
    'id: 1',
    '\n',
    '\n',
    '\r',
    '\r\n',
    'y',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(scan(pieces.join('')).events).toEqual(byTheStandard(pieces.join('')));
    }),
  );
});

/** Section 9.2.6 word for word, with no thought of speed. */
function byTheStandard(text: string): StreamEvent[] {
  const lines = text.split(/\r\n|\r|\n/);
  lines.pop();
  const events: StreamEvent[] = [];
  let event = '';
  let data = '';
  for (const line of lines) {
    const [, field = line, value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (line === '') {
      if (data !== '') events.push({ event, data: data.slice(0, -1) });
      event = '';
      data = '';
    } else if (field === 'data') data += `${value}\n`;
    else if (field === 'event') event = value;
  }
  return events;
}

test.each([
  ['lines', 'data: x\n'],
  ['events', 'data: x\r\n\r\n'],
  ['one line', 'x'],
  ['far CR', 'data: x\n\n'],
])('linear: %s', (_name, piece) => {
  const text = `${piece.repeat(400_000)}\r`;
  const started = performance.now();
  scan(text);
  // About 20 ms; a quadratic scan would take minutes.
  expect(performance.now() - started).toBeLessThan(10_000);
});
