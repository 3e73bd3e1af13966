import { randomFillSync } from 'node:crypto';

/** The other side is a server that goes away (RFC 6455 section 7.4.1). */
const GOING_AWAY = 1001;
const FINAL_CLOSE = 0x88;
const MASKED = 0x80;

/** A close frame of our own: masked where it goes to a server, as what clients send must be. `reason` is short ASCII. */
export function goingAway(reason: string, masked: boolean): Uint8Array {
  const payload = Buffer.alloc(2 + reason.length);
  payload.writeUInt16BE(GOING_AWAY);
  payload.write(reason, 2, 'latin1');
  if (!masked) return Buffer.concat([Buffer.from([FINAL_CLOSE, payload.length]), payload]);
  const mask = randomFillSync(Buffer.alloc(4));
  for (let i = 0; i < payload.length; i++) (payload[i] as number) ^= mask[i & 3] as number;
  return Buffer.concat([Buffer.from([FINAL_CLOSE, MASKED | payload.length]), mask, payload]);
}
