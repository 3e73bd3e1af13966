import { expect, test } from 'vitest';
import { KeyMemo } from './key-memo.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);

test('a call with the same head and bytes gets its key again, any other none', () => {
  const memo = new KeyMemo();
  memo.remember({ head: 'h', body: bytes('{"a":1}'), ignoreKeys: [], key: 'k' });
  expect(memo.find('h', bytes('{"a":1}'), [])).toBe('k');
  expect(memo.find('other', bytes('{"a":1}'), [])).toBeUndefined();
  expect(memo.find('h', bytes('{"a":2}'), [])).toBeUndefined();
  expect(memo.find('h', bytes('{"a":1} '), [])).toBeUndefined();
  expect(memo.find('h', null, [])).toBeUndefined();
});

test('bodies that differ in any one byte are told apart, whatever place they get', () => {
  const memo = new KeyMemo();
  const body = Buffer.alloc(1000, 'a');
  memo.remember({ head: 'h', body, ignoreKeys: [], key: 'k' });
  for (let at = 0; at < body.length; at += 1) {
    const other = Buffer.from(body);
    other[at] = 98;
    expect(memo.find('h', other, [])).toBeUndefined();
  }
  expect(memo.find('h', Buffer.from(body), [])).toBe('k');
});

test('calls that ignore body keys, and long bodies, are not remembered', () => {
  const memo = new KeyMemo();
  memo.remember({ head: 'h', body: bytes('{}'), ignoreKeys: [['a']], key: 'k' });
  expect(memo.find('h', bytes('{}'), [])).toBeUndefined();
  const long = Buffer.alloc(8 * 1024 + 1);
  memo.remember({ head: 'h', body: long, ignoreKeys: [], key: 'k' });
  expect(memo.find('h', long, [])).toBeUndefined();
});

test('what is remembered shares no memory with the call', () => {
  const memo = new KeyMemo();
  const body = bytes('{"a":1}');
  memo.remember({ head: 'h', body, ignoreKeys: [], key: 'k' });
  body.fill(32);
  expect(memo.find('h', bytes('{"a":1}'), [])).toBe('k');
});

test('it never holds more than its places', () => {
  const memo = new KeyMemo();
  const bodies = Array.from({ length: 5000 }, (_, index) => bytes(String(index)));
  for (const [index, body] of bodies.entries()) memo.remember({ head: 'h', body, ignoreKeys: [], key: `k${index}` });
  const found = bodies.filter((body) => memo.find('h', body, []) !== undefined);
  expect(found.length).toBeLessThanOrEqual(1024);
});
