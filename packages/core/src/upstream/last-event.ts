import type { Headers } from '../contract.js';
import type { ProxyError } from '../errors.js';
import type { WireFormat } from '../providers/wire.js';
import { wireOf } from '../providers/wires.js';
import { framingOf } from '../stream/framing.js';

/** What a client's parser still understands after a broken stream; nothing when the bytes are encoded or no stream of this format's. */
export function lastEvent(wire: WireFormat | null, error: ProxyError, answer: Headers): Uint8Array | null {
  if (wire === null || answer['content-encoding'] !== undefined || answer['content-length'] !== undefined) return null;
  const type = answer['content-type'];
  const framing = typeof type === 'string' ? framingOf(type) : null;
  const { framings = ['sse'], errorEvent } = wireOf(wire);
  if (framing === null || !framings.includes(framing)) return null;
  const event = errorEvent(error.code, error.message, framing);
  return typeof event === 'string' ? Buffer.from(event) : event;
}
