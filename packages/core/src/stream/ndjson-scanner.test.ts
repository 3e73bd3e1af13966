import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanLines } from './ndjson-scanner.js';

function scan(text: string): [data: string, endOffset: number][] {
  const found: [string, number][] = [];
  scanLines(text, ({ event, data }, endOffset) => {
    expect(event).toBe('');
    found.push([data, endOffset]);
  });
  return found;
}

test('a document a line, and where each line ends', () => {
  expect(scan('{"a":1}\n{"b":"🦊"}\n')).toEqual([
    ['{"a":1}', 8],
    ['{"b":"🦊"}', 19],
  ]);
});

test('LF, CRLF and CR end a line, also mixed; blank lines are passed over', () => {
  expect(scan('{}\r\n[]\r{}\n\r\n  \n\n1\n')).toEqual([
    ['{}', 4],
    ['[]', 7],
    ['{}', 10],
    ['1', 18],
  ]);
});

test('a BOM counts at the start only', () => {
  expect(scan('\uFEFF{}\n\uFEFF{}\n').map(([data]) => data)).toEqual(['{}', '\uFEFF{}']);
  expect(scan('\uFEFF')).toEqual([]);
});

test('a last line without its end is handed out when it is whole', () => {
  expect(scan('{}\n{"done":true}')).toEqual([
    ['{}', 3],
    ['{"done":true}', 16],
  ]);
  expect(scan('[1]')).toEqual([['[1]', 3]]);
  for (const cut of ['{"done":tr', '{"a":{}', '12', 'true', '"a"', '{}x'])
    expect(scan(`{}\n${cut}`)).toEqual([['{}', 3]]);
});

test('damaged lines are handed out as they are: whoever reads them passes them over', () => {
  expect(scan('{"a\nnonsense\n')).toEqual([
    ['{"a', 4],
    ['nonsense', 13],
  ]);
});

test('what is handed out is what stands in the text, in order and whole', () => {
  const line = fc.constantFrom('{"a":1}', '', ' ', '{"ä":"\\n"}', 'x', '\uFEFF');
  const end = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(fc.array(fc.tuple(line, end)), (lines) => {
      const text = lines.flat().join('');
      const expected = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
      const found = scan(text);
      expect(found.map(([data]) => data)).toEqual(expected.filter((data) => data.trim() !== ''));
      for (const [data, endOffset] of found)
        expect(text.slice(0, endOffset).trimEnd().endsWith(data.trim())).toBe(true);
    }),
  );
});

test('linear, with and without CRs', () => {
  const time = (lines: number, end: string): number => {
    const text = `{"a":1}${end}`.repeat(lines);
    const before = process.cpuUsage().user;
    scan0(text);
    return process.cpuUsage().user - before;
  };
  const scan0 = (text: string): void => scanLines(text, () => undefined);
  for (const end of ['\n', '\r\n', '\r']) {
    time(20_000, end);
    expect(time(400_000, end)).toBeLessThan(100 * Math.max(time(20_000, end), 2_000));
  }
});
