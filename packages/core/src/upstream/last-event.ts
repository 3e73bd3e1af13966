import type { Headers } from '../contract.js';
import type { ProxyError } from '../errors.js';
import type { WireFormat } from '../providers/wire.js';
import { wireOf } from '../providers/wires.js';

/** What a client's parser still understands after a broken stream; nothing when the bytes are encoded or no event stream. */
export function lastEvent(wire: WireFormat | null, error: ProxyError, answer: Headers): Uint8Array | null {
  if (wire === null || answer['content-encoding'] !== undefined || answer['content-length'] !== undefined) return null;
  const type = answer['content-type'];
  if (typeof type !== 'string' || !type.startsWith('text/event-stream')) return null;
  return Buffer.from(wireOf(wire).errorEvent(error.code, error.message));
}
