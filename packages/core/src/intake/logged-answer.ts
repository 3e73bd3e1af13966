import type { WireFormat } from '../providers/wire.js';
import { asArray, asObject, asText } from '../providers/wires/json-read.js';
import { wireOf } from '../providers/wires.js';
import { scanSse } from '../stream/sse-scanner.js';
import type { LoggedBody } from './logged-call.js';
import { MAX_PARSED_TEXT, parseText } from './parse-bounded-json.js';
import { isChunk, isGoogleAnswer, isOllamaAnswer, wireOfAnswer } from './wire-of-shape.js';

/** An answer as a log tells it, brought into the shape in which a provider would have sent it. */
export interface LoggedAnswer {
  body: LoggedBody;
  /** It came in pieces. */
  stream: boolean;
  /** What it looks like. */
  wire: WireFormat | null;
  /** It is kept, and read no further. */
  opaque?: boolean;
}

const EVENTS = 'text/event-stream';
const LINES = 'application/x-ndjson';
const JSON_TYPE = 'application/json';
const PLAIN = 'text/plain; charset=utf-8';

/** Chunks of a stream that are looked at to find out whose they are; the first ones may be of no account. */
const LOOKED_AT = 5;
const LOOKED_AT_CHARACTERS = 64 * 1024;

/**
 * Reads the text of an answer: an event stream, chunks of a stream one a line (as Helicone's log builder writes them) or in an
 * array, JSON, or any other text, which is kept as it is.
 */
export function answerOfText(text: string): LoggedAnswer {
  const events = /^\s*(?:data|event|id|retry|):/.test(text) ? eventStream(text) : null;
  if (events !== null) return events;
  if (text.length > MAX_PARSED_TEXT) return { body: textBody(text, PLAIN), stream: false, wire: null, opaque: true };
  const value = parseText(text);
  if (value !== undefined) return answerOfValue(value, text);
  const lines = jsonLines(text);
  if (lines !== null) return chunks(lines) ?? { body: textBody(text, LINES), stream: true, wire: null };
  return { body: textBody(text, PLAIN), stream: false, wire: null };
}

/** Reads the JSON of an answer. */
export function answerOfJson(value: unknown): LoggedAnswer {
  const streamed = asObject(value)?.streamed_data;
  if (typeof streamed === 'string' && streamed !== '') return answerOfText(streamed);
  const pieces = asArray(streamed);
  if (pieces !== null && pieces.length > 0) {
    // A piece that is text may be JSON, or whatever came in one read.
    if (pieces.every((piece) => typeof piece === 'string')) return answerOfPieces(pieces as string[]);
    return chunks(pieces.map((piece) => JSON.stringify(piece))) ?? plainJson(value);
  }
  return answerOfValue(value, JSON.stringify(value));
}

function answerOfPieces(pieces: string[]): LoggedAnswer {
  const whole = pieces.every((piece) => asObject(parseText(piece)) !== null);
  return (whole ? chunks(pieces) : null) ?? answerOfText(pieces.join(''));
}

function answerOfValue(value: unknown, text: string): LoggedAnswer {
  const list = asArray(value);
  // Without `alt=sse` Google streams one array.
  const isStream =
    list === null
      ? isChunk(value)
      : list.length > 0 && list.every((one) => isChunk(one) || isGoogleAnswer(one) || isOllamaAnswer(one));
  const streamed = isStream ? chunks((list ?? [value]).map((one) => JSON.stringify(one))) : null;
  if (streamed !== null) return streamed;
  return { body: textBody(text, JSON_TYPE), stream: false, wire: wireOfAnswer(value) };
}

function plainJson(value: unknown): LoggedAnswer {
  return { body: textBody(JSON.stringify(value), JSON_TYPE), stream: true, wire: null };
}

/** Chunks in a framing that their format streams in; null when they look like nobody's, who would not read them either. */
function chunks(texts: readonly string[]): LoggedAnswer | null {
  let wire: WireFormat | null = null;
  for (const text of texts.slice(0, LOOKED_AT)) wire ??= wireOfAnswer(parseText(text));
  if (wire === null) return null;
  const { framings = ['sse'] } = wireOf(wire);
  const body = framings.includes('sse')
    ? textBody(texts.map((text) => `data: ${text.trim()}\n\n`).join(''), EVENTS)
    : textBody(texts.map((text) => `${text.trim()}\n`).join(''), LINES);
  return { body, stream: true, wire };
}

/** Null when the text only looks like events: prose may begin with `data:`, too. */
function eventStream(given: string): LoggedAnswer | null {
  const text = given.trimStart();
  let wire: WireFormat | null = null;
  let isEvents = false;
  scanSse(`${text.slice(0, LOOKED_AT_CHARACTERS)}\n\n`, ({ data }) => {
    const value = parseText(data);
    // Of an event that is longer than what is looked at, only the beginning can be judged.
    const isCut = text.length > LOOKED_AT_CHARACTERS && /^\s*\{\s*"/.test(data);
    isEvents ||= value !== undefined || isCut || data.startsWith('[DONE]');
    wire ??= wireOfAnswer(value);
  });
  if (!isEvents) return null;
  // Whoever collects lines may have lost the blank one at the end.
  return { body: textBody(/(?:\n\n|\r\n\r\n)$/.test(text) ? text : `${text}\n\n`, EVENTS), stream: true, wire };
}

/** The lines of a text that has several and is nothing but JSON objects, one a line; else null. */
function jsonLines(text: string): string[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0 || asObject(parseText(lines[0] as string)) === null) return null;
  // The last one may be cut.
  return lines.slice(0, -1).every((line) => /^\s*\{.*\}\s*$/.test(line)) ? lines : null;
}

function textBody(text: string, type: string): LoggedBody {
  return { bytes: Buffer.from(text), type };
}

/** The first line of a text, as a message of what went wrong. */
export function firstLine(text: string): string | null {
  return asText(/^\s*(.*)/.exec(text)?.[1]?.trim().slice(0, MAX_MESSAGE));
}

const MAX_MESSAGE = 1024;
