import { crc32 } from 'node:zlib';
import { writeFrameHeaders } from './aws-frame-headers.js';
import { FRAME_OVERHEAD_BYTES, isFrameLength, PRELUDE_BYTES } from './aws-frame-layout.js';

/**
 * The bytes of one frame of `application/vnd.amazon.eventstream`, with headers of text.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 *
 * @throws {RangeError} when a header or the frame is longer than the format allows
 */
export function encodeFrame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = writeFrameHeaders(headers);
  const length = FRAME_OVERHEAD_BYTES + head.length + payload.length;
  if (!isFrameLength(length)) throw new RangeError('frame: longer than 16 MiB');
  const frame = Buffer.alloc(length);
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(head.length, 4);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  frame.set(head, PRELUDE_BYTES);
  frame.set(payload, PRELUDE_BYTES + head.length);
  frame.writeUInt32BE(crc32(frame.subarray(0, length - 4)), length - 4);
  return frame;
}
