/** Header values by their type's number: text alone is of use here. */
const TEXT = 7;

/** Bytes of the values of each type that has a fixed length: true, false, byte, short, integer, long, timestamp, UUID. */
const FIXED_BYTES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };

/** Types whose values have their length, of two bytes, before them: bytes and text. */
const BYTES = 6;

/**
 * The headers of a frame whose values are text; the other nine types are passed over. Ends where the bytes are no headers, with
 * those that were read until then. https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function readFrameHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] as number);
    const type = bytes[nameEnd];
    if (type === undefined) break;
    const sized = type === BYTES || type === TEXT;
    if (sized && nameEnd + 3 > bytes.length) break;
    const length = sized ? bytes.readUInt16BE(nameEnd + 1) : FIXED_BYTES[type];
    if (length === undefined) break;
    const valueAt = nameEnd + (sized ? 3 : 1);
    const end = valueAt + length;
    if (end > bytes.length) break;
    if (type === TEXT) headers.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', valueAt, end));
    at = end;
  }
  return headers;
}

/**
 * The bytes of headers with text values. At most 255 bytes for a name and 32 767 for a value, as the format has it.
 *
 * @throws {RangeError} when one is longer
 */
export function writeFrameHeaders(headers: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const key = Buffer.from(name);
    const text = Buffer.from(value);
    if (key.length > 255 || text.length > 32_767) throw new RangeError(`header ${name}: too long`);
    const size = Buffer.alloc(3);
    size[0] = TEXT;
    size.writeUInt16BE(text.length, 1);
    parts.push(Buffer.of(key.length), key, size, text);
  }
  return Buffer.concat(parts);
}
