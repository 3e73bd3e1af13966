import { isUtf8 } from 'node:buffer';
import { InvalidIntake } from './intake.js';

/** Deepest nesting: beyond it, code that walks the value could run out of stack. */
const MAX_DEPTH = 200;
/** Objects and arrays in one body: parsed, each takes far more room than its text. */
const MAX_CONTAINERS = 500_000;

const QUOTE = 34;
const BACKSLASH = 92;

/** Parses JSON that came from outside. @throws {InvalidIntake} when it is none, or is nested or divided beyond measure. */
export function parseBoundedJson(bytes: Buffer): unknown {
  checkBounds(bytes);
  if (!isUtf8(bytes)) throw new InvalidIntake('body: is not UTF-8');
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw new InvalidIntake('body: is not JSON');
  }
}

/** Longest text inside of a body that is parsed as JSON itself, characters: nobody has counted what it consists of. */
export const MAX_PARSED_TEXT = 4 * 1024 * 1024;

/** The JSON object or list that a text is; undefined when it is none, or is too long to be read. */
export function parseText(text: string): unknown {
  if (text.length > MAX_PARSED_TEXT || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One pass over the bytes. Text that is not JSON may be counted wrong, and is refused by the parser. */
function checkBounds(bytes: Buffer): void {
  let depth = 0;
  let containers = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      at = endOfText(bytes, at);
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      containers += 1;
      if (depth > MAX_DEPTH) throw new InvalidIntake(`body: nested deeper than ${MAX_DEPTH}`);
      if (containers > MAX_CONTAINERS) {
        throw new InvalidIntake(`body: more than ${MAX_CONTAINERS} objects and arrays`, { tooLarge: true });
      }
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
}

/** Where the text that opens at `open` closes. */
function endOfText(bytes: Buffer, open: number): number {
  for (let at = bytes.indexOf(QUOTE, open + 1); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (bytes[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return bytes.length;
}
