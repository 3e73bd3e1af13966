import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compress, decompress } from './compression.js';

test.each([0, 1, 100, 70_000, 3_000_000])('%i bytes come back, whether they compress or not', (length) => {
  for (const bytes of [randomBytes(length), Buffer.alloc(length, 'abc')]) {
    const { codec, data } = compress(bytes);
    expect(Buffer.compare(decompress(codec, data, length), bytes)).toBe(0);
  }
});

test('blocks of a Node without zstd can be read', () => {
  expect(Buffer.from(decompress('deflate', deflateRawSync('text'), 4)).toString()).toBe('text');
});

test('an unknown codec is named', () => {
  expect(() => decompress('lzma', new Uint8Array(1), 1)).toThrow(/compressed with lzma/);
});
