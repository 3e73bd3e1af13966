import { describe, expect, test } from 'vitest';
import { imageSize } from './image-size.js';

const base64 = (...parts: (string | number[])[]): string =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  ).toString('base64');
const REST = new Array<number>(40).fill(0);

const PNG = base64('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 3, 32, 0, 0, 2, 88], REST);
const GIF = base64('GIF89a', [64, 1, 240, 0], REST);
const LOSSY = base64('RIFF', [0, 0, 0, 0], 'WEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x26, 2, 0x70, 1], REST);
// 14 bits of width - 1, then of height - 1: 399 and 300.
const bits = 399 | (300 << 14);
const LOSSLESS = base64(
  'RIFF',
  [0, 0, 0, 0],
  'WEBPVP8L',
  [0, 0, 0, 0, 0x2f],
  [bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, bits >>> 24],
  REST,
);
const EXTENDED = base64('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 0x7f, 7, 0, 0x37, 4, 0], REST);
const jpeg = (metadata: number): string => {
  const segment = [0xff, 0xe1, (metadata + 2) >> 8, (metadata + 2) & 255];
  const table = [0xff, 0xc4, 0, 4, 1, 2];
  return base64(
    [0xff, 0xd8],
    segment,
    new Array<number>(metadata).fill(1),
    table,
    [0xff, 0xff, 0xc2, 0, 17, 8, 4, 56, 7, 128],
    REST,
  );
};

test.each([
  ['PNG', PNG, 800, 600],
  ['PNG as a URL', `data:image/png;base64,${PNG}`, 800, 600],
  ['GIF', GIF, 320, 240],
  ['lossy WebP', LOSSY, 550, 368],
  ['lossless WebP', LOSSLESS, 400, 301],
  ['extended WebP', EXTENDED, 1920, 1080],
  ['JPEG', jpeg(10), 1920, 1080],
  ['JPEG with much metadata', jpeg(60_000), 1920, 1080],
])('%s', (_name, data, width, height) => {
  expect(imageSize(data)).toEqual({ width, height });
});

describe('what is no picture, or damaged, has no size', () => {
  test.each([
    ['nothing', ''],
    ['text', 'hello world, this is no picture at all, but long enough'],
    ['a link', 'https://example.com/picture.png'],
    ['a cut PNG', PNG.slice(0, 24)],
    ['a PNG of no width', base64('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 0, 0, 0, 0, 2, 88], REST)],
    ['a PNG of two million', base64('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 32, 0, 0, 0, 0, 2, 88], REST)],
    ['a JPEG without a frame', base64([0xff, 0xd8], [0xff, 0xe0, 0, 2], [0xff, 0xd9], REST)],
    ['a JPEG whose segments have no length', base64([0xff, 0xd8], [0xff, 0xe0, 0, 0], REST)],
    ['a WebP of another kind', base64('RIFF', [0, 0, 0, 0], 'WEBPXXXX', REST)],
    ['a PDF', base64('%PDF-1.7', REST)],
  ])('%s', (_name, data) => {
    expect(imageSize(data)).toBeNull();
  });
});
