import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readKeyPaths } from './key-paths.js';

test.each<[string, string[][]]>([
  ['request_id,timestamp', [['request_id'], ['timestamp']]],
  [' request_id , metadata.trace_id ', [['request_id'], ['metadata', 'trace_id']]],
  ['"request_id","metadata.trace id"', [['request_id'], ['metadata', 'trace id']]],
  ['"a,b", c', [['a,b'], ['c']]],
  ['"say \\"hi\\"",b', [['say "hi"'], ['b']]],
  ['["request_id", "metadata.trace_id"]', [['request_id'], ['metadata', 'trace_id']]],
  ['["a,b"]', [['a,b']]],
  ['__proto__.constructor', [['__proto__', 'constructor']]],
  ['messages.0.content', [['messages', '0', 'content']]],
])('%s', (text, paths) => {
  expect(readKeyPaths(text)).toEqual({ value: paths });
});

test.each([
  ['', 'key 1: empty'],
  ['a,', 'key 2: empty'],
  ['a,,b', 'key 2: empty'],
  ['""', 'key 1: empty'],
  ['a..b', 'key 1: a part of its path is empty'],
  ['.a', 'key 1: a part of its path is empty'],
  ['a.', 'key 1: a part of its path is empty'],
  ['[]', 'empty'],
  ['[""]', 'key 1: empty'],
  ['[a,b]', 'begins with "[", but is no JSON array of texts'],
  ['["a",1]', 'begins with "[", but is no JSON array of texts'],
  ['["a"', 'begins with "[", but is no JSON array of texts'],
  ['["a"],b', 'begins with "[", but is no JSON array of texts'],
  ['"a', 'key 1: its quotes are not those of a JSON text'],
  ['a"b"', 'key 1: its quotes are not those of a JSON text'],
  ['a,"b\\x"', 'key 2: its quotes are not those of a JSON text'],
  [Array.from({ length: 51 }, (_, i) => `k${i}`).join(), 'more than 50 keys'],
  [Array.from({ length: 17 }, () => 'a').join('.'), 'key 1: more than 16 parts'],
])('refused: %s', (text, fault) => {
  expect(readKeyPaths(text)).toEqual({ fault });
});

test('property: the three ways to write the same keys read alike', () => {
  const key = fc.stringMatching(/^[a-z_][a-z0-9_ -]{0,8}[a-z0-9]$/);
  const paths = fc.array(fc.array(key, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(paths, (value) => {
      const texts = value.map((path) => path.join('.'));
      expect(readKeyPaths(texts.join(', '))).toEqual({ value });
      expect(readKeyPaths(texts.map((text) => JSON.stringify(text)).join())).toEqual({ value });
      expect(readKeyPaths(JSON.stringify(texts))).toEqual({ value });
    }),
  );
});

test('property: any text at all ends as paths without empty parts, or as a fault', () => {
  const parts = fc.constantFrom('a', 'b', '.', ',', '"', '[', ']', '\\', ' ', '{', 'null', '1');
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(parts).map((each) => each.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const read = readKeyPaths(text);
      if ('fault' in read) {
        expect(read.fault).not.toBe('');
        return;
      }
      expect(read.value.length).toBeGreaterThan(0);
      expect(read.value.flat()).not.toContain('');
      expect(readKeyPaths(JSON.stringify(read.value.map((path) => path.join('.'))))).toEqual(read);
    }),
    { numRuns: 2000 },
  );
});
