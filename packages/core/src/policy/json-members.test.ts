import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementsOf, membersOf, skipSpace, stringEnd } from './json-members.js';

/** Names and value texts as found. */
function found(text: string, at = 0): [string, string][] | null {
  const members = membersOf(text, at);
  return members === null ? null : [...members].map(([name, { start, end }]) => [name, text.slice(start, end)]);
}

/** JSON white space that a printer may put anywhere. */
const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 3 });

describe('the members of an object', () => {
  test.each<[string, [string, string][] | null]>([
    ['{}', []],
    [' \n{ }\t', []],
    ['{"a":1}', [['a', '1']]],
    [
      '{ "a" : [1, {"b": "}"}] , "c":"\\"," }',
      [
        ['a', '[1, {"b": "}"}]'],
        ['c', '"\\","'],
      ],
    ],
    ['{"mod\\u0065l":"x"}', [['model', '"x"']]],
    [
      '{"__proto__":1,"constructor":2}',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
      ],
    ],
    [
      '{"a":1,"b":2,"a":3}',
      [
        ['a', '3'],
        ['b', '2'],
      ],
    ],
    ['{"\\\\":1}', [['\\', '1']]],
    ['', null],
    ['[]', null],
    ['"{}"', null],
    ['{', null],
    ['{"a"', null],
    ['{"a":', null],
    ['{"a":}', null],
    ['{"a":1', null],
    ['{"a":1,}', null],
    ['{"a":1}x', null],
    ['{"a":1}{}', null],
    ['{"a":"', null],
    ['{"a":"\\"', null],
    ['{"a":[1}', null],
    ['{a:1}', null],
    ['{"a" 1}', null],
    ['\ufeff{"a":1}', null],
  ])('%j', (text, members) => {
    expect(found(text)).toEqual(members);
  });

  test('of an inner object: what stands behind it does not matter', () => {
    expect(found('[{"a":1}, 2]', 1)).toEqual([['a', '1']]);
    expect(found('[{"a":1', 1)).toBeNull();
  });

  test('an earlier one of the same name is kept in sight', () => {
    const text = '{"a":1,"b":0,"a":2,"a":3}';
    const last = membersOf(text)?.get('a');
    expect(text.slice(last?.start, last?.end)).toBe('3');
    expect(text.slice(last?.earlier?.start, last?.earlier?.end)).toBe('2');
    expect(last?.earlier?.earlier?.start).toBe(5);
    expect(last?.earlier?.earlier?.earlier).toBeNull();
    expect(membersOf(text)?.get('b')?.earlier).toBeNull();
  });

  test('they are what JSON.parse finds, however the text is printed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), space, fc.nat(3), (value, padding, indent) => {
        const text = padding + JSON.stringify(value, null, indent) + padding;
        const members = membersOf(text);
        const parsed: Record<string, unknown> = JSON.parse(text);
        expect([...(members as Map<string, unknown>).keys()].sort()).toEqual(Object.keys(parsed).sort());
        for (const [name, { start, end, nameStart, nameEnd }] of members ?? []) {
          expect(JSON.parse(text.slice(start, end))).toEqual(parsed[name]);
          expect(JSON.parse(text.slice(nameStart, nameEnd))).toBe(name);
        }
      }),
    );
  });

  test('no text makes it throw, or find a member outside the text', () => {
    const mark = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ':',
      ',',
      'a',
      '1',
      ' ',
      '\n',
      '\\u0',
      '\u2028',
      '{"a":',
    );
    fc.assert(
      fc.property(fc.array(mark, { maxLength: 40 }), fc.nat(5), (marks, at) => {
        const text = marks.join('');
        for (const { start, end } of membersOf(text, at)?.values() ?? []) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThan(text.length);
        }
        for (const { start, end } of elementsOf(text, at) ?? []) expect(end).toBeGreaterThan(start);
      }),
      { numRuns: 2000 },
    );
  });

  test('nesting of any depth is passed over', () => {
    const deep = '['.repeat(500_000) + ']'.repeat(500_000);
    expect(membersOf(`{"a":${deep},"b":1}`)?.size).toBe(2);
    expect(membersOf(`{"a":${'{"a":'.repeat(500_000)}`)).toBeNull();
  });

  test('a text of nothing but backslashes and quotes is read in one pass', () => {
    expect(membersOf(`{"a":"${'\\"'.repeat(1_000_000)}"}`)?.size).toBe(1);
    expect(membersOf(`{"a":"${'\\'.repeat(2_000_000)}"}`)?.size).toBe(1);
    expect(membersOf(`{"a":"${'\\'.repeat(2_000_001)}"}`)).toBeNull();
  });

  test('an object of ten thousand members is the largest', () => {
    const members = (count: number): string => `{${Array.from({ length: count }, (_, at) => `"${at}":0`).join(',')}}`;
    expect(membersOf(members(10_000))?.size).toBe(10_000);
    expect(membersOf(members(10_001))).toBeNull();
  });
});

describe('the elements of an array', () => {
  test.each<[string, string[] | null]>([
    ['[]', []],
    [' [ ] ', []],
    ['[1, "a,]" ,{"b":[2]},[3],null]', ['1', '"a,]"', '{"b":[2]}', '[3]', 'null']],
    ['[1,]', null],
    ['[1', null],
    ['[', null],
    ['[,]', null],
    ['{}', null],
    ['', null],
  ])('%j', (text, elements) => {
    expect(elementsOf(text, 0)?.map(({ start, end }) => text.slice(start, end)) ?? null).toEqual(elements);
  });

  test('they are what JSON.parse finds', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const elements = elementsOf(text, 0)?.map(({ start, end }) => JSON.parse(text.slice(start, end)));
        expect(elements).toEqual(JSON.parse(text));
      }),
    );
  });

  test('an array of twenty thousand elements is the largest', () => {
    expect(elementsOf(`[${'1,'.repeat(19_998)}1]`, 0)).toHaveLength(19_999);
    expect(elementsOf(`[${'1,'.repeat(20_000)}1]`, 0)).toBeNull();
  });
});

test('a string ends at the first quote that is not escaped', () => {
  expect(stringEnd('"a"b', 0)).toBe(3);
  expect(stringEnd('"\\\\"b', 0)).toBe(4);
  expect(stringEnd('"\\"b"', 0)).toBe(5);
  expect(stringEnd('"a', 0)).toBe(-1);
  expect(skipSpace('  \t\r\n', 0)).toBe(5);
});
