import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { InvalidIntake } from './intake.js';

/** Longest body of a delivery once it is decoded. Bytes. */
const MAX_DECODED_BYTES = 16 * 1024 * 1024;

/**
 * A delivery's body without its content coding. Unlike a captured body it must be whole: half a delivery would be taken for all
 * of it. @throws {InvalidIntake}
 */
export function inflateBody(bytes: Uint8Array, encoding: string): Buffer {
  const coding = encoding.trim().toLowerCase();
  const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (coding === '' || coding === 'identity') return bounded(given);
  const inflate = INFLATERS.get(coding);
  if (inflate === undefined) throw new InvalidIntake(`content-encoding: ${JSON.stringify(coding)} is not known here`);
  try {
    return inflate(given, { maxOutputLength: MAX_DECODED_BYTES });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong();
    throw new InvalidIntake(`body: is not whole ${coding}`);
  }
}

type Inflate = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;

const INFLATERS: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
  ['zstd', zstdDecompressSync],
]);

function bounded(bytes: Buffer): Buffer {
  if (bytes.length > MAX_DECODED_BYTES) throw tooLong();
  return bytes;
}

function tooLong(): InvalidIntake {
  return new InvalidIntake(`body: longer than ${MAX_DECODED_BYTES} bytes when decoded`, { tooLarge: true });
}
