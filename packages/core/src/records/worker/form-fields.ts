/**
 * The short text fields of a form that was uploaded (RFC 7578), by their names; the first of a name counts. What is missing from the
 * middle of `bytes` may be a file, so that fields on both sides of it are found. Null when `type` is no such form. Never throws.
 */
export function formFields(type: string, bytes: Buffer): ReadonlyMap<string, string> | null {
  const found = BOUNDARY.exec(type);
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) return null;
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const fields = new Map<string, string>();
  let at = bytes.indexOf(delimiter);
  for (let parts = 0; at >= 0 && parts < MAX_PARTS; parts++) {
    const start = at + delimiter.length;
    at = bytes.indexOf(delimiter, start);
    const field = fieldIn(bytes.subarray(start, at < 0 ? bytes.length : at));
    if (field !== null && !fields.has(field.name)) fields.set(field.name, field.value);
  }
  return fields;
}

/** At most 70 characters: RFC 2046 section 5.1.1. */
const BOUNDARY = /^multipart\/form-data\s*;(?:[^;]{0,100};)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70})(?![^\s;]))/i;
/** Bounds the work on a form of nothing but boundaries. Clients send a dozen. */
const MAX_PARTS = 256;
const MAX_HEADER_BYTES = 1024;
/** Longer ones are texts, which nothing asks for. */
const MAX_VALUE_BYTES = 256;

/** The field of a part: its header, an empty line, its value and a line end. Null when it is a file, too long or damaged. */
function fieldIn(part: Buffer): { name: string; value: string } | null {
  if (part.length > MAX_HEADER_BYTES + MAX_VALUE_BYTES) return null;
  const end = part.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const header = part.toString('latin1', 0, end);
  const name = /;\s*name="([^"]{1,64})"/i.exec(header)?.[1];
  if (name === undefined || /;\s*filename\*?=/i.test(header)) return null;
  const value = part.toString('utf8', end + 4).replace(/\r\n$/, '');
  return value.length > MAX_VALUE_BYTES ? null : { name, value };
}
