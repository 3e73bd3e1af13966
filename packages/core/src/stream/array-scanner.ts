import type { StreamEvent } from '../providers/wire.js';

const BOM = 0xfeff;
const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * Reads the elements of the one JSON array that a stream is, in order, each as soon as it is whole: `data` is its JSON as it came.
 * A text that is one object and no array, as errors are, is handed out as that. What is unfinished is not handed out, nor is what
 * stands behind the array. An element that is no JSON comes as it is: who reads it passes it over.
 *
 * `endOffset` is where the element ended: the offset in `text` (UTF-16 units, not bytes) right behind it.
 *
 * Returns whether the array, or the object, was closed. Linear in the length of `text`. What `onEvent` throws goes through.
 */
export function scanArray(text: string, onEvent: (event: StreamEvent, endOffset: number) => void): boolean {
  let at = skipSpace(text, text.charCodeAt(0) === BOM ? 1 : 0);
  if (text.charCodeAt(at) === OPEN_BRACE) {
    const end = endOfElement(text, at);
    if (end !== null) onEvent({ event: '', data: text.slice(at, end) }, end);
    return end !== null;
  }
  if (text.charCodeAt(at) !== OPEN_BRACKET) return false;
  at = skipSpace(text, at + 1);
  while (at < text.length && text.charCodeAt(at) !== CLOSE_BRACKET) {
    const end = endOfElement(text, at);
    if (end === null) return false;
    const data = text.slice(at, end).trimEnd();
    if (data !== '') onEvent({ event: '', data }, at + data.length);
    at = skipSpace(text, text.charCodeAt(end) === COMMA ? end + 1 : end);
  }
  return at < text.length;
}

function skipSpace(text: string, from: number): number {
  for (let at = from; ; at++) {
    const code = text.charCodeAt(at);
    if (code !== SPACE && code !== LF && code !== CR && code !== TAB) return at;
  }
}

/**
 * Where the element that begins at `from` ends: right behind the bracket that closes it, else at the comma or the bracket behind
 * it. Null when the text ends before.
 */
function endOfElement(text: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
        if (depth > 0 && --depth === 0) return at + 1;
        break;
      case CLOSE_BRACKET:
        if (depth === 0) return at;
        if (--depth === 0) return at + 1;
        break;
      case COMMA:
        if (depth === 0) return at;
        break;
    }
  }
  return null;
}

/** Offset of the quote that closes the string which opens at `from`; the text's length when none does. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
