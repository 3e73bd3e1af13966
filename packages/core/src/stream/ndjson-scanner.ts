import type { StreamEvent } from '../providers/wire.js';

const LF = 10;
const CR = 13;
const BOM = 0xfeff;

/**
 * Reads a whole captured stream of JSON documents, one a line (https://github.com/ndjson/ndjson-spec): LF, CRLF and CR end a line,
 * also mixed; blank lines and a BOM at the start are passed over. A last line without its line end is handed out when it is a
 * whole JSON object or array, for servers end so; else it was cut, and is not.
 *
 * Events have no name. `endOffset` is where the line ended: the offset in `text` (UTF-16 units, not bytes) behind its line end.
 * Linear in the length of `text`. What `onEvent` throws goes through.
 */
export function scanLines(text: string, onEvent: (event: StreamEvent, endOffset: number) => void): void {
  const length = text.length;
  let at = text.charCodeAt(0) === BOM ? 1 : 0;
  // Next line ends at or behind `at`; each is searched again only once it was passed, which keeps a text without any CR linear.
  let lf = at - 1;
  let cr = at - 1;
  while (at < length) {
    if (lf < at) lf = find(text, '\n', at);
    if (cr < at) cr = find(text, '\r', at);
    const end = Math.min(lf, cr);
    const data = text.slice(at, end);
    const next = text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
    if (end === length) {
      if (isWhole(data)) onEvent({ event: '', data }, length);
      return;
    }
    if (data.trim() !== '') onEvent({ event: '', data }, next);
    at = next;
  }
}

function find(text: string, terminator: string, from: number): number {
  const found = text.indexOf(terminator, from);
  return found < 0 ? text.length : found;
}

/** A number that was cut is a number, too: only objects and arrays show that they are whole. */
function isWhole(line: string): boolean {
  if (!/^\s*[{[]/.test(line)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
