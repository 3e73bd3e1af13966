import { expect, test } from 'vitest';
import { valueAtEnd } from './value-at-end.js';

test.each([
  ['{"a":{"b":1}}', { b: 1 }],
  ['x","a" :\n {"b":"}\\"{","c":[{}]},"d":{}}', { b: '}"{', c: [{}] }],
  ['{"a":[{"b":"]"}],"c":1}', [{ b: ']' }]],
  ['{"a":{"b":1},"tags":["a"],"a":{"b":2},"c":"a"}', { b: 2 }],
  ['{"a":{"b":1},"c":"\\"a\\":{}"}', { b: 1 }],
  ['{"a":null,"c":{}}', null],
  ['{"a":{"b":1', null],
  ['{"a":{"b"]}}', null],
  ['"a"', null],
  ['', null],
])('the last member named a of %s', (text, value) => {
  expect(valueAtEnd(text, 'a')).toEqual(value);
});
