import { expect, test } from 'vitest';
import { endOfPrefix } from './document-bounds.js';

test.each([
  ['a', 'b'],
  ['a/', 'a0'],
  ['', null],
  ['\ud7ff', '\ue000'],
  ['👋', '\u{1f44c}'],
  ['a\u{10ffff}', 'b'],
  ['\u{10ffff}\u{10ffff}', null],
])('what begins with %j ends before %j', (prefix, end) => {
  expect(endOfPrefix(prefix)).toBe(end);
});
