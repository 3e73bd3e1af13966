import { expect, test } from 'vitest';
import { parseCutJson } from './parse-cut-json.js';

test.each([
  ['{"a":{"b":"hel', { a: { b: 'hel' } }],
  ['{"a":{"b":"hel\\', { a: { b: 'hel' } }],
  ['{"a":{"b":"hel\\u00', { a: { b: 'hel' } }],
  ['{"a":{"b":"hel\\\\', { a: { b: 'hel\\' } }],
  ['{"a":["x","y', { a: ['x', 'y'] }],
  ['{"a":["x",', { a: ['x'] }],
  ['{"a":[{"b":1},{"c"', { a: [{ b: 1 }, {}] }],
  ['{"a":[{"b":1},{"c', { a: [{ b: 1 }, {}] }],
  ['{"a":"x","b":', { a: 'x' }],
  ['{"a":"x","b":tru', { a: 'x' }],
  ['{"a":"x","b":12', { a: 'x', b: 12 }],
  ['{"a":"}]{[,"', { a: '}]{[,' }],
  ['{', {}],
  ['{"a":1}', { a: 1 }],
])('%s', (text, value) => {
  expect(parseCutJson(text)).toEqual(value);
});

test.each(['', 'hello', '<html>', '}{', '--b\r\ncontent-disposition: form-data'])('nothing of %s', (text) => {
  expect(parseCutJson(text)).toBeUndefined();
});

test('every cut of a body gives what came before it', () => {
  const body = JSON.stringify({
    model: 'm',
    messages: [{ role: 'user', content: 'a "b" \\ ü \u0001 {[' }],
    n: -1.5e3,
    ok: true,
  });
  for (let end = 1; end < body.length; end += 1) {
    expect([end, typeof parseCutJson(body.slice(0, end))]).toEqual([end, 'object']);
  }
});

test('a million brackets', () => {
  expect(parseCutJson('['.repeat(1_000_000))).toBeDefined();
});
