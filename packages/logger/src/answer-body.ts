import type { CapturedBody } from './body-capture.js';
import { isRecord } from './is-record.js';

/** An answer's body as log intake takes it. */
export interface AnswerBody {
  json?: Record<string, unknown>;
  textBody?: string;
}

/** Makes the body of a log of what was captured of an answer. `streamed`: it is an event stream. */
export function answerBody({ head, tail, missing }: CapturedBody, streamed: boolean): AnswerBody {
  if (tail !== null) {
    return streamed ? { textBody: joinEvents(head, tail, missing) } : { json: shortAnswer(head, tail, missing) };
  }
  // As text also where it is JSON: read and written again, its numbers would not be the same.
  return head === '' ? {} : { textBody: head };
}

/** The object that a JSON text is; null when it is none. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whole events of both ends: what the text says in between is lost, its usage is not. */
function joinEvents(head: string, tail: string, missing: number): string {
  const first = /^[\s\S]*(\r\n\r\n|\n\n|\r\r)/.exec(head)?.[0] ?? '';
  const start = /\r\n\r\n|\n\n|\r\r/.exec(tail);
  const last = start === null ? '' : tail.slice(start.index + start[0].length);
  return `${first}: ${missing} bytes are not recorded\n\n${last}`;
}

/** A document with a hole can be read by nobody: what counts of it is picked out. */
function shortAnswer(head: string, tail: string, missing: number): Record<string, unknown> {
  const short: Record<string, unknown> = { truncated_bytes: missing };
  for (const name of ['id', 'object', 'type', 'model', 'modelVersion']) {
    const value = new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,200})"`).exec(head)?.[1];
    if (value !== undefined) short[name] = value;
  }
  for (const name of ['usage', 'usageMetadata']) {
    const value = lastObject(tail, name);
    if (value !== null) short[name] = value;
  }
  return short;
}

/** The last object of that name in a text that begins anywhere. */
function lastObject(text: string, name: string): unknown {
  const open = text.indexOf('{', text.lastIndexOf(`"${name}"`));
  if (!text.includes(`"${name}"`) || open < 0) return null;
  // The object ends at one of the closing braces behind it; there are only a few.
  for (let end = text.indexOf('}', open); end >= 0; end = text.indexOf('}', end + 1)) {
    try {
      return JSON.parse(text.slice(open, end + 1));
    } catch {
      // A brace of an inner object.
    }
  }
  return null;
}
