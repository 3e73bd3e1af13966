import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody as decode } from './decode.js';

const MAX_BYTES = 1024 * 1024;
const decodeBody = (bytes: Buffer, encoding: string): Buffer | null => decode(bytes, encoding, MAX_BYTES);

// Hardly compressible, so that a cut leaves a good part readable.
const TEXT = Array.from({ length: 40_000 }, (_, i) => Math.imul(i + 1, 2654435761) >>> 0).join(' ');

const CODINGS: [string, (bytes: Buffer) => Buffer][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
];

test.each(CODINGS)('%s', (coding, encode) => {
  expect(decodeBody(encode(Buffer.from(TEXT)), coding)?.toString()).toBe(TEXT);
  expect(decodeBody(encode(Buffer.from('')), coding)?.toString()).toBe('');
});

test('deflate without its zlib header, as some servers send it', () => {
  expect(decodeBody(deflateRawSync(Buffer.from(TEXT)), 'deflate')?.toString()).toBe(TEXT);
});

test.each(CODINGS)('%s whose end is missing gives what can be read', (coding, encode) => {
  const encoded = encode(Buffer.from(TEXT));
  const decoded = decodeBody(encoded.subarray(0, Math.floor(encoded.length * 0.7)), coding)?.toString();
  expect(decoded?.length).toBeGreaterThan(TEXT.length * 0.3);
  expect(TEXT.startsWith(decoded as string)).toBe(true);
});

test.each(CODINGS)('%s cut at any byte of a short body does not throw', (coding, encode) => {
  const encoded = encode(Buffer.from('{"a":1}'));
  for (let end = 0; end < encoded.length; end++) {
    const decoded = decodeBody(encoded.subarray(0, end), coding);
    if (decoded !== null) expect('{"a":1}'.startsWith(decoded.toString())).toBe(true);
  }
});

test.each(CODINGS)('what is no %s cannot be decoded', (coding) => {
  expect(decodeBody(Buffer.from('{"plain": "json, sent under a wrong name"}'), coding)).toBeNull();
});

describe('the header', () => {
  test('no coding', () => {
    const body = Buffer.from('x');
    for (const encoding of ['', 'identity', ' Identity , ', ',']) expect(decodeBody(body, encoding)).toBe(body);
  });

  test('any case, and spaces', () => {
    expect(decodeBody(gzipSync(TEXT), ' GZip ')?.toString()).toBe(TEXT);
  });

  test('several codings, the last one outermost', () => {
    const twice = brotliCompressSync(gzipSync(TEXT));
    expect(decodeBody(twice, 'gzip, br')?.toString()).toBe(TEXT);
    expect(decodeBody(twice, 'gzip, identity, br')?.toString()).toBe(TEXT);
    expect(decodeBody(twice, 'br, gzip')).toBeNull();
  });

  test('a coding that is not known', () => {
    expect(decodeBody(Buffer.from('x'), 'aws-chunked')).toBeNull();
    expect(decodeBody(Buffer.from(''), 'aws-chunked')).toHaveLength(0);
  });
});

test('a bomb is not unpacked', () => {
  const bomb = gzipSync(Buffer.alloc(MAX_BYTES + 1));
  expect(bomb.length).toBeLessThan(100_000);
  expect(decodeBody(bomb, 'gzip')).toBeNull();
  expect(decode(bomb, 'gzip', MAX_BYTES + 1)).toHaveLength(MAX_BYTES + 1);
});
