import { isUtf8 } from 'node:buffer';
import type { CapturedBytes } from '../facts.js';

/** Types whose bytes are text that a person can read. */
const TEXT_TYPE =
  /^(text\/|application\/(.*\+)?(json|xml|(x-)?ndjson|(x-)?jsonl|jsonlines|x-www-form-urlencoded|javascript))/i;

/**
 * A body as it is kept: text up to `maxBytes`, cut between characters. Of anything else (audio, images, uploads) only a note
 * of what it was.
 */
export function keptText(decoded: Buffer, at: CapturedBytes, maxBytes: number): Uint8Array {
  const readable = at.type === '' || TEXT_TYPE.test(at.type);
  const text = isUtf8(decoded) ? decoded : wholeCharacters(decoded);
  if (!readable || !isUtf8(text)) return Buffer.from(JSON.stringify({ content_type: at.type, bytes: at.total }));
  return text.length <= maxBytes ? text : wholeCharacters(text.subarray(0, maxBytes));
}

/** The bytes without a UTF-8 sequence that their end cuts. */
function wholeCharacters(bytes: Buffer): Buffer {
  let end = bytes.length;
  // A sequence is at most four bytes; its first byte has the two high bits set.
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      if (needed > back) end = bytes.length - back;
      break;
    }
  }
  return bytes.subarray(0, end);
}
