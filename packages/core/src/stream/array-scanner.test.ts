import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanArray } from './array-scanner.js';

function scan(text: string) {
  const elements: [data: string, endOffset: number][] = [];
  const whole = scanArray(text, ({ event, data }, endOffset) => {
    expect(event).toBe('');
    elements.push([data, endOffset]);
  });
  return { elements, whole, data: elements.map(([data]) => data) };
}

test.each([
  ['[{"a":1},\r\n{"b":[2,{"c":3}]}\n]', ['{"a":1}', '{"b":[2,{"c":3}]}'], true],
  ['\uFEFF \t\r\n[ {"a":1} , {"b":2} ] ', ['{"a":1}', '{"b":2}'], true],
  ['[{"a":"}],[{\\"\\\\"},{"b":"\\\\"}]', ['{"a":"}],[{\\"\\\\"}', '{"b":"\\\\"}'], true],
  ['[1, "a,b" ,true,[2,3]]', ['1', '"a,b"', 'true', '[2,3]'], true],
  ['[]', [], true],
  ['[]{"a":1}', [], true],
  ['[{"a":1}', ['{"a":1}'], false],
  ['[{"a":1},', ['{"a":1}'], false],
  ['[{"a":1},{"b":"x', ['{"a":1}'], false],
  ['[1', [], false],
  ['[,,{"a":1}{"b":2}]', ['{"a":1}', '{"b":2}'], true],
  ['[}},{"a":1}]', ['}}', '{"a":1}'], true],
  ['[}', [], false],
  [' {"error":{"code":503}}\n', ['{"error":{"code":503}}'], true],
  ['{"error":{"code":503}', [], false],
  ['"text"', [], false],
  ['<html>', [], false],
  ['', [], false],
])('%j', (text, data, whole) => {
  expect(scan(text)).toMatchObject({ data, whole });
});

test('an offset is the one right behind its element', () => {
  const text = '[ {"a":"🦊"} ,\r\n{"b":2}\r\n]';
  expect(scan(text).elements).toEqual([
    ['{"a":"🦊"}', text.indexOf('} ,') + 1],
    ['{"b":2}', text.lastIndexOf('}') + 1],
  ]);
});

const separator = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

test('whatever the elements and wherever the text is cut: those that are whole, as they came', () => {
  fc.assert(
    fc.property(fc.array(fc.json(), { maxLength: 5 }), separator, fc.nat(), (elements, space, seed) => {
      const parts = elements.map((element) => `${space}${element}${space}`);
      const text = `[${parts.join(',')}]`;
      expect(scan(text)).toMatchObject({ data: elements.map((element) => element.trim()), whole: true });
      const cut = seed % text.length;
      const { elements: arrived, whole } = scan(text.slice(0, cut));
      expect(whole).toBe(false);
      for (const [index, [data, endOffset]] of arrived.entries()) {
        expect(data).toBe(elements[index]?.trim());
        expect(text.slice(0, endOffset).endsWith(data)).toBe(true);
      }
    }),
  );
});

test('no text makes it throw or stand still', () => {
  const characters = fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ' ', '\n', 'a', '1');
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 60 }), (text) => {
      let before = 0;
      scanArray(`[${text}`, (_event, endOffset) => {
        expect(endOffset).toBeGreaterThan(before);
        before = endOffset;
      });
    }),
  );
});

test('linear: twice the text takes about twice the time', () => {
  const cpuMs = (text: string): number => {
    const before = process.cpuUsage();
    scanArray(text, () => {});
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  for (const make of [
    (n: number) => `[${'{"a":"x"},'.repeat(n)}`,
    (n: number) => `[{"a":"${'\\"'.repeat(n * 5)}`,
    (n: number) => '['.repeat(n * 10),
    (n: number) => `[${'}'.repeat(n * 10)}`,
    (n: number) => `[${','.repeat(n * 10)}`,
  ]) {
    cpuMs(make(50_000));
    const once = cpuMs(make(100_000));
    const eightTimes = cpuMs(make(800_000));
    expect(eightTimes).toBeLessThan(Math.max(once, 2) * 40);
  }
});
