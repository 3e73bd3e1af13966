import type { StreamEvent } from '../providers/wire.js';

const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;
const BOM = 0xfeff;

/**
 * Reads the events of a whole captured event stream, as the WHATWG HTML standard (9.2.6) does it: LF, CRLF and CR end
 * a line, also mixed; a BOM counts at the start only; comments, `id` and `retry` are passed over; several `data` lines
 * join with LF; an event without `data`, and the last one without its blank line, are not handed out.
 *
 * `endOffset` is where the event ended: the offset in `text` (UTF-16 units, not bytes) right behind its blank line.
 *
 * Returns the offset of the first line that no handed-out event and no blank line covers, whole comment lines at the
 * end left aside: `text.length` when the stream ended between events, less when an unfinished event is left over.
 * Linear in the length of `text`. What `onEvent` throws goes through.
 */
export function scanSse(text: string, onEvent: (event: StreamEvent, endOffset: number) => void): number {
  const length = text.length;
  let at = text.charCodeAt(0) === BOM ? 1 : 0;
  let rest = at;
  // Next terminators at or behind `at`; `length` means none. Each is searched again only once it was passed, which is
  // what keeps a text with few CRs (or none) linear.
  let lf = at - 1;
  let cr = at - 1;
  let event = '';
  let data = '';
  let hasData = false;
  while (at < length) {
    if (lf < at) lf = find(text, '\n', at);
    if (cr < at) cr = find(text, '\r', at);
    const end = Math.min(lf, cr);
    if (end === length) break;
    const next = text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
    if (end === at) {
      if (hasData) onEvent({ event, data }, next);
      event = '';
      data = '';
      hasData = false;
      rest = next;
    } else if (text.charCodeAt(at) === COLON) {
      if (rest === at) rest = next;
    } else if (isField(text, 'data', at)) {
      const value = fieldValue(text, at + 4, end);
      data = hasData ? `${data}\n${value}` : value;
      hasData = true;
    } else if (isField(text, 'event', at)) {
      event = fieldValue(text, at + 5, end);
    }
    at = next;
  }
  return rest;
}

function find(text: string, terminator: string, from: number): number {
  const found = text.indexOf(terminator, from);
  return found < 0 ? text.length : found;
}

/** The line at `at` has this field name, with a colon or nothing behind it. */
function isField(text: string, name: 'data' | 'event', at: number): boolean {
  if (!text.startsWith(name, at)) return false;
  const behind = text.charCodeAt(at + name.length);
  return behind === COLON || behind === LF || behind === CR;
}

/** Value behind the field name that ends at `at`: less its colon and one space; empty when there is no colon. */
function fieldValue(text: string, at: number, end: number): string {
  if (at >= end) return '';
  return text.slice(text.charCodeAt(at + 1) === SPACE ? at + 2 : at + 1, end);
}
