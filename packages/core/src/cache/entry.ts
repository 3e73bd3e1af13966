import { isUint8Array } from 'node:util/types';
import { crc32 } from 'node:zlib';
import type { Headers } from '../contract.js';
import type { Target } from '../policy/target.js';

/** A stored answer; its status was 200. */
export interface CacheEntry {
  /** Unix ms. */
  storedAt: number;
  /** Unix ms; from then on it is none. */
  expiresAt: number;
  /** How long the original call took, ms. */
  latencyMs: number;
  /** Request id of that call. */
  requestId: string;
  /** Those that may be said again, see `keptHeaders`. */
  headers: Headers;
  /** Who answered, where a fallback may have led elsewhere than the route. */
  answeredBy?: AnsweredBy;
  /** Not compressed. */
  body: Uint8Array;
  /** For streams: where in the body each event ends, ascending; null for one document. */
  eventEnds: readonly number[] | null;
}

/** The part of a target that records tell. */
export type AnsweredBy = Pick<Target, 'provider' | 'origin' | 'path' | 'wire'>;

/** `HPC` and the version of the format: magic, length of the head (4 bytes), head as JSON, body, CRC-32 of all of it (4 bytes). */
const MAGIC = Buffer.from([0x48, 0x50, 0x43, 1]);
const HEAD_AT = MAGIC.length + 4;
const CRC_BYTES = 4;

/** The entry as bytes for a store. */
export function encodeEntry(entry: CacheEntry): Buffer {
  const { body, ...head } = entry;
  const headBytes = Buffer.from(JSON.stringify({ ...head, bodyBytes: body.length }));
  // Not of Buffer's pool, which a store that keeps references would hold on to.
  const bytes = Buffer.allocUnsafeSlow(HEAD_AT + headBytes.length + body.length + CRC_BYTES);
  bytes.set(MAGIC, 0);
  bytes.writeUInt32BE(headBytes.length, MAGIC.length);
  bytes.set(headBytes, HEAD_AT);
  bytes.set(body, HEAD_AT + headBytes.length);
  const crcAt = bytes.length - CRC_BYTES;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, crcAt)), crcAt);
  return bytes;
}

/**
 * The entry that a store gave back; null for anything that `encodeEntry` of this version did not write, or that was damaged or
 * cut since. Takes bytes, and what JSON makes of a `Buffer`. The entry's body shares memory with the value. Never throws.
 */
export function decodeEntry(value: unknown): CacheEntry | null {
  const bytes = bytesOf(value);
  if (bytes === null || bytes.length < HEAD_AT + CRC_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    return null;
  const crcAt = bytes.length - CRC_BYTES;
  const bodyAt = HEAD_AT + bytes.readUInt32BE(MAGIC.length);
  if (bodyAt > crcAt || crc32(bytes.subarray(0, crcAt)) !== bytes.readUInt32BE(crcAt)) return null;
  const head = parseHead(bytes.toString('utf8', HEAD_AT, bodyAt));
  const body = bytes.subarray(bodyAt, crcAt);
  if (head === null || head.bodyBytes !== body.length || !areEnds(head.eventEnds, body.length)) return null;
  const { bodyBytes: _length, ...rest } = head;
  return { ...rest, body };
}

function bytesOf(value: unknown): Buffer | null {
  if (isUint8Array(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value !== 'object' || value === null) return null;
  const { type, data } = value as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data) : null;
}

type Head = Omit<CacheEntry, 'body'> & { bodyBytes: number };

function parseHead(text: string): Head | null {
  let head: Partial<Record<keyof Head, unknown>> | null;
  try {
    head = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof head !== 'object' || head === null) return null;
  const { storedAt, expiresAt, latencyMs, requestId, headers, answeredBy } = head;
  const isHead = [storedAt, expiresAt, latencyMs].every(Number.isFinite) && typeof requestId === 'string';
  return isHead && areHeaders(headers) && (answeredBy === undefined || isAnsweredBy(answeredBy))
    ? (head as Head)
    : null;
}

function isAnsweredBy(value: unknown): value is AnsweredBy {
  const { provider, origin, path, wire } = (value ?? {}) as Partial<Record<keyof AnsweredBy, unknown>>;
  return (
    [provider, origin, path].every((each) => typeof each === 'string') && (wire === null || typeof wire === 'string')
  );
}

function areHeaders(headers: unknown): headers is Headers {
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) return false;
  return Object.values(headers).every((value) => typeof value === 'string' || isTexts(value));
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function areEnds(ends: unknown, bodyBytes: number): boolean {
  if (ends === null) return true;
  if (!Array.isArray(ends)) return false;
  let last = 0;
  for (const end of ends) {
    if (!Number.isInteger(end) || end < last || end > bodyBytes) return false;
    last = end;
  }
  return true;
}

/**
 * Answer headers that are as true for a hit as for the original. Not among them: what is said of one exchange (cookies, limits,
 * times), caching, and lengths and encodings, so an answer with a `content-encoding` must not be stored.
 */
const KEPT_HEADERS = [
  'content-type',
  'content-language',
  'openai-version',
  'openai-model',
  'anthropic-version',
  'x-request-id',
  'request-id',
] as const;

/** The headers of an answer that a hit may say again, in a fresh object. */
export function keptHeaders(headers: Headers): Headers {
  const kept: Headers = {};
  for (const name of KEPT_HEADERS) {
    const value = headers[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
