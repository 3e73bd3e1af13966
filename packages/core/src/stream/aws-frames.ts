import { crc32 } from 'node:zlib';
import type { StreamEvent } from '../providers/wire.js';
import { readFrameHeaders } from './aws-frame-headers.js';
import { FRAME_OVERHEAD_BYTES, isFrameLength, PRELUDE_BYTES } from './aws-frame-layout.js';

/** What stands before the type of an exception, or the code of an error, in the name of its event. */
export const EXCEPTION = 'exception:';

/**
 * Reads the frames of a stream of `application/vnd.amazon.eventstream`: total length, length of the headers, CRC32 of these two,
 * headers, payload, CRC32 of all that. Numbers are big-endian and of four bytes.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 * `endOffset` is where the frame ended, in bytes. Returns false at the first frame that is damaged: everything before it was
 * handed out, nothing behind it is. A last frame that is cut is not damaged, only missing. Linear in the bytes. What
 * `onEvent` throws goes through; nothing else throws.
 */
export function scanFrames(bytes: Buffer, onEvent: (event: StreamEvent, endOffset: number) => void): boolean {
  let at = 0;
  while (at + PRELUDE_BYTES <= bytes.length) {
    if (!isPrelude(bytes, at)) return false;
    const end = at + bytes.readUInt32BE(at);
    if (end > bytes.length) return true;
    if (!isWhole(bytes, at, end)) return false;
    onEvent(eventOf(bytes, at, end), end);
    at = end;
  }
  return true;
}

/**
 * The same for bytes that begin anywhere inside a frame: starts at the first offset at which both sums of a whole frame are
 * right. Still linear: bytes that are made to look like many frames are given up on, and nothing is handed out of them.
 */
export function scanFramesFromMiddle(bytes: Buffer, onEvent: (event: StreamEvent) => void): boolean {
  let checked = 0;
  for (let at = 0; at + FRAME_OVERHEAD_BYTES <= bytes.length; at++) {
    if (!isPrelude(bytes, at)) continue;
    const end = at + bytes.readUInt32BE(at);
    if (end > bytes.length) continue;
    if (isWhole(bytes, at, end)) return scanFrames(bytes.subarray(at), onEvent);
    checked += end - at;
    // By chance a prelude's sum is right at one of four thousand million offsets.
    if (checked > bytes.length) return false;
  }
  return true;
}

/** Whether a frame may begin at `at`: its lengths are possible, and their sum is right. */
function isPrelude(bytes: Buffer, at: number): boolean {
  const length = bytes.readUInt32BE(at);
  if (!isFrameLength(length) || bytes.readUInt32BE(at + 4) > length - FRAME_OVERHEAD_BYTES) return false;
  return crc32(bytes.subarray(at, at + 8)) === bytes.readUInt32BE(at + 8);
}

function isWhole(bytes: Buffer, at: number, end: number): boolean {
  return crc32(bytes.subarray(at, end - 4)) === bytes.readUInt32BE(end - 4);
}

function eventOf(bytes: Buffer, at: number, end: number): StreamEvent {
  const payloadAt = at + PRELUDE_BYTES + bytes.readUInt32BE(at + 4);
  const headers = readFrameHeaders(bytes.subarray(at + PRELUDE_BYTES, payloadAt));
  const data = bytes.toString('utf8', payloadAt, end - 4);
  switch (headers.get(':message-type')) {
    case 'exception':
      return { event: EXCEPTION + (headers.get(':exception-type') ?? ''), data };
    case 'error':
      // These have no payload; what went wrong stands in a header.
      return {
        event: EXCEPTION + (headers.get(':error-code') ?? ''),
        data: JSON.stringify({ message: headers.get(':error-message') ?? '' }),
      };
    default:
      return { event: headers.get(':event-type') ?? '', data };
  }
}
