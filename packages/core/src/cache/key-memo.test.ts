import { crc32 } from 'node:zlib';
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

test('two bodies with one checksum are told apart', () => {
  const memo = new KeyMemo();
  expect(crc32('plumless')).toBe(crc32('buckeroo'));
  memo.remember({ head: 'h', body: bytes('plumless'), ignoreKeys: [], key: 'k' });
  expect(memo.find('h', bytes('buckeroo'), [])).toBeUndefined();
});

test('calls that ignore body keys, and long bodies, are not remembered', () => {
  const memo = new KeyMemo();
  memo.remember({ head: 'h', body: bytes('{}'), ignoreKeys: [['a']], key: 'k' });
  expect(memo.find('h', bytes('{}'), [])).toBeUndefined();
  const long = Buffer.alloc(16 * 1024 + 1);
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
  expect(found.length).toBeLessThanOrEqual(256);
});
