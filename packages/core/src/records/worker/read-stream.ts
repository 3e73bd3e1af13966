import type { Rebuilder, StreamEvent } from '../../providers/wire.js';
import { scanArray } from '../../stream/array-scanner.js';
import { scanFrames, scanFramesFromMiddle } from '../../stream/aws-frames.js';
import type { Framing } from '../../stream/framing.js';
import { scanLines } from '../../stream/ndjson-scanner.js';
import { scanSse } from '../../stream/sse-scanner.js';
import type { CallFacts, CapturedBytes } from '../facts.js';
import type { DecodedCapture } from './decode.js';
import { keptText } from './kept-text.js';
import type { ReadAnswer } from './read-answer.js';
import { PARSE_FACTOR } from './read-request.js';

export interface StreamToRead {
  facts: CallFacts;
  rebuilder: Rebuilder;
  framing: Framing;
  decoded: DecodedCapture;
  maxBytes: number;
}

/** Rebuilds a captured stream into a whole answer. Never throws. */
export function readStream({ facts, rebuilder, framing, decoded, maxBytes }: StreamToRead): ReadAnswer {
  const at = facts.response as CapturedBytes;
  const { readable, cut, headLength } = decoded;
  const head = readable.subarray(0, headLength);
  let firstToken: number | null = null;
  const take = (event: StreamEvent, endOffset: number): void => {
    if (event.data.length <= PARSE_FACTOR * maxBytes && rebuilder.push(event)) firstToken ??= endOffset;
  };
  const { whole: isHeadWhole, bytesUpTo } = scan(framing, head, take);
  // Events between head and tail are lost, but the usage stands in the last ones.
  const isTailWhole = headLength < readable.length ? scanTail(framing, readable.subarray(headLength), rebuilder) : null;
  // Where an array ends, only its end tells.
  const whole = framing === 'json-array' ? (isTailWhole ?? isHeadWhole) : isHeadWhole;
  const rebuilt = rebuilder.body();
  const text = rebuilt === null ? null : jsonOf(rebuilt);
  // Without a single event there is nothing to rebuild; what came is kept as it is.
  const body = text === null ? head : Buffer.from(text);
  const encoded = at.encoding !== '' && at.encoding !== 'identity';
  return {
    ...rebuilder.facts(),
    stream: true,
    complete: whole && rebuilder.complete(),
    timeToFirstTokenMs:
      firstToken === null ? null : encoded ? facts.firstByteMs : arrivalOf(facts, bytesUpTo(firstToken)),
    kept: keptText(body, { ...at, type: 'application/json' }, maxBytes),
    ...(text === null ? {} : { parsed: rebuilt }),
    cut: cut || body.length > maxBytes,
  };
}

/** Null when it nests deeper than the stack, which parsing does not mind. */
function jsonOf(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null;
  } catch {
    return null;
  }
}

interface Scanned {
  /** Nothing in it was damaged, and an array was closed. */
  whole: boolean;
  /** Bytes up to an offset that was handed out. */
  bytesUpTo(offset: number): number;
}

const TEXT_SCANNERS = { sse: scanSse, ndjson: scanLines, 'json-array': scanArray } as const;

function scan(framing: Framing, bytes: Buffer, onEvent: (event: StreamEvent, endOffset: number) => void): Scanned {
  if (framing === 'aws-frames') return { whole: scanFrames(bytes, onEvent), bytesUpTo: (offset) => offset };
  const text = bytes.toString();
  const whole = TEXT_SCANNERS[framing](text, onEvent) !== false;
  return { whole, bytesUpTo: (offset) => Buffer.byteLength(text.slice(0, offset)) };
}

/**
 * A safe place to start at, in bytes that begin anywhere inside an event: the first line end that could be a blank line's; in an
 * array the comma between two elements, which Google gives a line of its own.
 */
const SAFE_START: Record<Exclude<Framing, 'aws-frames'>, RegExp> = {
  sse: /\r?\n\r?\n|\r\r/,
  ndjson: /\n/,
  'json-array': /[\r\n],[\r\n]/,
};

/** Returns false where an array was not closed. */
function scanTail(framing: Framing, bytes: Buffer, rebuilder: Rebuilder): boolean {
  if (framing === 'aws-frames') return scanFramesFromMiddle(bytes, (event) => rebuilder.push(event));
  const text = bytes.toString();
  const start = SAFE_START[framing].exec(text);
  if (framing === 'sse') rebuilder.pushEnd?.(start === null ? text : text.slice(0, start.index));
  if (start === null) return framing !== 'json-array';
  const rest = text.slice(start.index + start[0].length);
  const events = framing === 'json-array' ? `[${rest}` : rest;
  return TEXT_SCANNERS[framing](events, (event) => rebuilder.push(event)) !== false;
}

/** When the byte at `offset` had arrived, ms after the start; the last time known where it came later than those kept. */
function arrivalOf({ arrivals, firstByteMs }: CallFacts, offset: number): number | null {
  if (arrivals === null || arrivals.length === 0) return firstByteMs;
  for (let i = 0; i < arrivals.length; i += 2) {
    if ((arrivals[i] as number) >= offset) return arrivals[i + 1] as number;
  }
  return arrivals.at(-1) as number;
}
