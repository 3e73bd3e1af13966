import { hash } from 'node:crypto';

/**
 * A UUIDv7 (RFC 9562 section 5.7) that is the same each time: its time is the call's start, the rest comes from a SHA-256 of
 * tenant and key. A delivery that is sent twice so gives one row, and no tenant can hit upon the id of another one's.
 */
export function derivedId(tenant: string, key: string, startedAt: number): string {
  const digest = hash('sha256', JSON.stringify([tenant, key]), 'hex');
  const time = Math.floor(startedAt).toString(16).padStart(12, '0');
  // The variant takes the two high bits of its byte.
  const variant = (0x80 | (Number.parseInt(digest.slice(3, 5), 16) & 0x3f)).toString(16);
  const head = `${time.slice(0, 8)}-${time.slice(8)}-7${digest.slice(0, 3)}`;
  return `${head}-${variant}${digest.slice(5, 7)}-${digest.slice(7, 19)}`;
}

/** The time in a UUIDv7, unix ms; null for other versions. */
export function timeInId(uuid: string): number | null {
  return uuid[14] === '7' ? Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16) : null;
}
