/** Width and height of a picture, pixels. */
export interface ImageSize {
  width: number;
  height: number;
}

/** A JPEG's size stands behind its metadata, which is rarely longer: so much of the base64 is decoded. A multiple of four. */
const MAX_BASE64 = 88 * 1024;
/** Larger ones are none that a provider takes. */
const MAX_SIDE = 65_535;

/**
 * The size that a picture's own header tells: PNG, JPEG, GIF or WebP, as base64 or as a `data:` URL with it. Null when it is none of
 * them, or damaged. Looks at the first 66 KiB only.
 */
export function imageSize(base64: string): ImageSize | null {
  const start = base64.startsWith('data:') ? base64.slice(0, 256).indexOf(',') + 1 : 0;
  const bytes = Buffer.from(base64.slice(start, start + MAX_BASE64), 'base64');
  const size = bytes.length < 30 ? null : sizeIn(bytes);
  return size === null || !isSide(size.width) || !isSide(size.height) ? null : size;
}

function isSide(pixels: number): boolean {
  return pixels > 0 && pixels <= MAX_SIDE;
}

function sizeIn(bytes: Buffer): ImageSize | null {
  const magic = bytes.toString('latin1', 0, 4);
  // https://www.w3.org/TR/png-3/#11IHDR: the first chunk's data begins at 16.
  if (magic === '\x89PNG') return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  // https://www.w3.org/Graphics/GIF/spec-gif89a.txt, section 18.
  if (magic === 'GIF8') return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (magic === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return webpSize(bytes);
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegSize(bytes) : null;
}

/** https://developers.google.com/speed/webp/docs/riff_container: lossy, lossless, or extended. */
function webpSize(bytes: Buffer): ImageSize | null {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff };
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 'VP8X':
      return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 };
    default:
      return null;
  }
}

/** https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.2: segments of `FF <marker> <length>` up to a start of frame. */
function jpegSize(bytes: Buffer): ImageSize | null {
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // C4, C8 and CC among the frames are tables.
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}
