import { randomBytes } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The id that was given, if it is a UUID: of no other would the log server take notice. Else `own`. */
export function uuidOr(given: string | undefined, own: string): string {
  return given !== undefined && UUID.test(given) ? given : own;
}

/** A UUIDv7 (RFC 9562 section 5.7). Written out here because Node 22 has no `crypto.randomUUIDv7`. */
export function uuidV7(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  const random = randomBytes(10);
  random[0] = 0x70 | ((random[0] as number) & 0x0f);
  random[2] = 0x80 | ((random[2] as number) & 0x3f);
  const hex = random.toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}`;
}
