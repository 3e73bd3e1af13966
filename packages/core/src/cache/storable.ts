import type { EngineResponse } from '../contract.js';
import { firstValue } from '../policy/headers.js';
import type { StreamEvent, WireFormat } from '../providers/wire.js';
import { asObject, asText, errorMessage } from '../providers/wires/json-read.js';
import { wireOf } from '../providers/wires.js';
import { framingOf } from '../stream/framing.js';
import { scanSse } from '../stream/sse-scanner.js';

/** Streams of servers that may send no `[DONE]` are read whole up to this size; longer ones need it. Bytes. */
const MAX_SCANNED_BYTES = 64 * 1024;

/** Events that are looked at behind a stream's end, unless they are comments, and then. */
const LAST_EVENTS = 3;
const LAST_BLOCKS = 16;

const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);

/** What is known of an answer when its head is here: `json` or `events` may yet be stored, null never. */
export type StorableKind = 'json' | 'events';

/** Whether an answer may be stored, as far as its head tells: status 200, not encoded, a kind that can be judged, not too long. */
export function storableKind(
  { status, headers }: EngineResponse,
  wire: WireFormat | null,
  maxBytes: number,
): StorableKind | null {
  const encoding = firstValue(headers['content-encoding'])?.trim().toLowerCase() ?? '';
  if (status !== 200 || (encoding !== '' && encoding !== 'identity')) return null;
  if (Number(firstValue(headers['content-length']) ?? 0) > maxBytes) return null;
  const type = firstValue(headers['content-type']) ?? '';
  // Whether a stream of a document a line is whole, its last bytes do not tell.
  if (framingOf(type) === null && /^application\/([a-z0-9.+-]*\+)?json\b/i.test(type)) return 'json';
  // How a stream of an unknown format ends cannot be told from one that was cut.
  return /^text\/event-stream\b/i.test(type) && wire !== null ? 'events' : null;
}

/**
 * Whether a document that came whole is an answer and no error. It is parsed only where it could hold an error; in the Responses
 * API that is always, since every answer names its `error`.
 */
export function isStorableDocument(bytes: Uint8Array, wire: WireFormat | null): boolean {
  if (!looksWhole(bytes)) return false;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const isResponse = wire === 'openai-responses';
  if (!isResponse && !buffer.includes('"error"')) return true;
  let answer: unknown;
  try {
    answer = JSON.parse(buffer.toString());
  } catch {
    return false;
  }
  const first = asObject(Array.isArray(answer) ? answer[0] : answer);
  const error = wire === null ? errorMessage(first?.error) : wireOf(wire).facts(answer).error;
  if (error !== null) return false;
  if (!isResponse) return true;
  const status = asText(first?.status);
  return status === 'completed' || status === 'incomplete';
}

/** Whether a stream that ended cleanly got to its terminal event and told of no error. `ends` says where its events end. */
export function isStorableStream(bytes: Uint8Array, ends: readonly number[], wire: WireFormat | null): boolean {
  if (wire === null) return false;
  const { endsWhole, rebuild } = wireOf(wire);
  if (endsWhole(lastEvents(bytes, ends))) return true;
  if (wire !== 'openai-chat' || bytes.length > MAX_SCANNED_BYTES) return false;
  const rebuilder = rebuild();
  scanSse(textOf(bytes, 0), (event) => rebuilder.push(event));
  return rebuilder.complete();
}

/** The last events that carry data. Only when the last blocks are comments, more of them are read. */
function lastEvents(bytes: Uint8Array, ends: readonly number[]): StreamEvent[] {
  const few = eventsOfLast(LAST_EVENTS, bytes, ends);
  return few.length === LAST_EVENTS ? few : eventsOfLast(LAST_BLOCKS, bytes, ends).slice(-LAST_EVENTS);
}

function eventsOfLast(blocks: number, bytes: Uint8Array, ends: readonly number[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  scanSse(textOf(bytes, ends[ends.length - 1 - blocks] ?? 0), (event) => events.push(event));
  return events;
}

function textOf(bytes: Uint8Array, from: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, bytes.length - from).toString();
}

/** Whether it begins and ends as a JSON object or array does: a server that ends its answers by closing may have been cut. */
function looksWhole(bytes: Uint8Array): boolean {
  let start = 0;
  let end = bytes.length - 1;
  while (start < end && isBlank(bytes[start] as number)) start += 1;
  while (end > start && isBlank(bytes[end] as number)) end -= 1;
  return end > start && OPEN.has(bytes[start] as number) && CLOSE.has(bytes[end] as number);
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
