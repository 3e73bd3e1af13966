import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBoundedJson } from './parse-bounded-json.js';

test('reads what JSON.parse reads, whatever stands in its texts', () => {
  const text = fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', '[', ']', 'a', '\n', 'é') });
  const value = fc.jsonValue({ maxDepth: 5 });
  fc.assert(
    fc.property(value, fc.dictionary(text, text), (any, texts) => {
      const given = [any, texts];
      expect(parseBoundedJson(Buffer.from(JSON.stringify(given)))).toEqual(JSON.parse(JSON.stringify(given)));
    }),
    { numRuns: 500 },
  );
});

test('brackets in texts nest nothing', () => {
  const texts = ['['.repeat(1000), '\\'.repeat(7), `\\"${'{'.repeat(300)}`];
  expect(parseBoundedJson(Buffer.from(JSON.stringify(texts)))).toEqual(texts);
});

test.each([
  ['['.repeat(201) + ']'.repeat(201), 'body: nested deeper than 200'],
  [`[${'[],'.repeat(500_000)}[]]`, 'body: more than 500000 objects and arrays'],
  ['{"a":', 'body: is not JSON'],
  ['"never ends', 'body: is not JSON'],
])('%#', (text, message) => {
  expect(() => parseBoundedJson(Buffer.from(text))).toThrow(message);
});
