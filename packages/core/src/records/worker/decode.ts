import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

/** A decoded body larger than this is a bomb, or at least nothing to keep. Bytes. */
const MAX_DECODED_BYTES = 64 * 1024 * 1024;

/**
 * A captured body without its content codings, outermost last in `encoding` (RFC 9110 section 8.4). A body whose end is
 * missing gives what can be read of it; null when it cannot be decoded at all.
 */
export function decodeBody(bytes: Buffer, encoding: string): Buffer | null {
  const codings = encoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let decoded = bytes;
  for (const coding of codings.reverse()) {
    try {
      decoded = decodeOne(decoded, coding);
    } catch {
      return null;
    }
  }
  return decoded;
}

function decodeOne(bytes: Buffer, coding: string): Buffer {
  // An empty body is legal under any coding.
  if (bytes.length === 0) return bytes;
  // Flushing at the end instead of finishing: a cut body gives what there is.
  const partial = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_DECODED_BYTES };
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(bytes, partial);
    case 'deflate':
      // Some servers send raw deflate under this name; the zlib header's low bits tell (RFC 1950).
      return ((bytes[0] as number) & 0x0f) === 8 ? inflateSync(bytes, partial) : inflateRawSync(bytes, partial);
    case 'br':
      return brotliDecompressSync(bytes, {
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
        maxOutputLength: MAX_DECODED_BYTES,
      });
    case 'zstd':
      return zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush, maxOutputLength: MAX_DECODED_BYTES });
    default:
      throw new Error(`unknown content coding ${coding}`);
  }
}
