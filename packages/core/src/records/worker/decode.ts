import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import type { CapturedBytes } from '../facts.js';

/**
 * A captured body without its content codings, outermost last in `encoding` (RFC 9110 section 8.4). A body whose end is
 * missing gives what can be read of it; null when it cannot be decoded, or is longer than `maxBytes` when it is.
 */
export function decodeBody(bytes: Buffer, encoding: string, maxBytes: number): Buffer | null {
  const codings = encoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let decoded = bytes;
  for (const coding of codings.reverse()) {
    try {
      decoded = decodeOne(decoded, coding, maxBytes);
    } catch {
      return null;
    }
  }
  return decoded;
}

/** A captured body, decoded. */
export interface DecodedCapture {
  /** Head and tail, where bytes between them are missing. */
  readable: Buffer;
  /** Whether bytes are missing. */
  cut: boolean;
  /** Where the tail begins. */
  headLength: number;
}

/**
 * Decodes what was captured of a body; null when it cannot be, or would be longer than `maxBytes`. A cut body that is encoded
 * has no tail: nothing could read it.
 */
export function decodeCaptured(at: CapturedBytes, bytes: Buffer, maxBytes: number): DecodedCapture | null {
  const cut = at.length < at.total;
  const encoded = at.encoding !== '' && at.encoding !== 'identity';
  const readable = decodeBody(cut && encoded ? bytes.subarray(0, at.headLength) : bytes, at.encoding, maxBytes);
  return readable === null ? null : { readable, cut, headLength: cut && !encoded ? at.headLength : readable.length };
}

function decodeOne(bytes: Buffer, coding: string, maxOutputLength: number): Buffer {
  // An empty body is legal under any coding.
  if (bytes.length === 0) return bytes;
  // Flushing at the end instead of finishing: a cut body gives what there is.
  const partial = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength };
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
        maxOutputLength,
      });
    case 'zstd':
      return zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush, maxOutputLength });
    default:
      throw new Error(`unknown content coding ${coding}`);
  }
}
