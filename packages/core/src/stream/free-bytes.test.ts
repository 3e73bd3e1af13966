import { expect, test } from 'vitest';
import { freeBytes } from './free-bytes.js';

test('bytes with a buffer of their own are empty then', () => {
  const bytes = new Uint8Array(100);
  freeBytes(bytes);
  expect([bytes.byteLength, bytes.buffer.detached]).toEqual([0, true]);
  freeBytes(bytes);
});

test('bytes that share a buffer stay', () => {
  const both = new Uint8Array(100);
  freeBytes(both.subarray(0, 50));
  freeBytes(Buffer.from('pooled'));
  freeBytes(new Uint8Array(new SharedArrayBuffer(8)));
  expect(both.byteLength).toBe(100);
});
