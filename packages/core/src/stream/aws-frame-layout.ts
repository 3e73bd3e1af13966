/** Total length, length of the headers, and the sum of these two; bytes. */
export const PRELUDE_BYTES = 12;

/** What a frame is long without headers and payload, which is the shortest that there is; bytes. */
export const FRAME_OVERHEAD_BYTES = 16;

/** The longest frame: 16 MiB, https://smithy.io/2.0/aws/amazon-eventstream.html. Bytes. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Whether a frame of `application/vnd.amazon.eventstream` may have this total length, in bytes. */
export function isFrameLength(length: number): boolean {
  return length >= FRAME_OVERHEAD_BYTES && length <= MAX_FRAME_BYTES;
}
