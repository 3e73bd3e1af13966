import { randomFillSync } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether the text is a UUID of any version. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

// Random bytes are drawn 4 KiB at a time: one call to the system for 400 ids.
const pool = new Uint8Array(4096);
let used = pool.length;
let lastMs = 0;
let sequence = 0;

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * A UUIDv7 (RFC 9562 section 5.7), in order of its making within this process: 48 bits of Unix ms, a 12-bit counter
 * (method 1 of section 6.2), 62 random bits. Written out here because Node 22 has no `crypto.randomUUIDv7`.
 */
export function uuidv7(nowMs: number): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = 0;
  } else {
    // Same millisecond, or the clock went back: count on, and borrow from the next millisecond when the counter is full.
    sequence += 1;
    if (sequence > 0xfff) {
      sequence = 0;
      lastMs += 1;
    }
  }
  if (used + 8 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const counter = (0x7000 | sequence).toString(16);
  let random = HEX[0x80 | ((pool[used] as number) & 0x3f)] as string;
  for (let i = 1; i < 8; i++) random += HEX[pool[used + i] as number];
  used += 8;
  return `${time.slice(0, 8)}-${time.slice(8)}-${counter}-${random.slice(0, 4)}-${random.slice(4)}`;
}
