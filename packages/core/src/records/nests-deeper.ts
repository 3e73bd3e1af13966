const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * Whether lists and objects of a JSON text lie deeper in each other than so many levels. JSON of any depth can be parsed, but what
 * comes of it can neither be written again nor go to another thread when it is deeper than the stack: some 4000 levels.
 */
export function nestsDeeper(json: string, levels: number): boolean {
  // Each level takes a character to open and one to close it, so nearly all texts need no look.
  if (json.length <= levels * 2) return false;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(json, at);
      if (at < 0) return false;
    } else if (OPENING.has(code)) {
      depth += 1;
      if (depth > levels) return true;
    } else if (CLOSING.has(code)) depth -= 1;
  }
  return false;
}

/** Where the string ends that begins at `from`; -1 when it does not. */
function endOfString(json: string, from: number): number {
  let end = json.indexOf('"', from + 1);
  while (end > 0 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

function isEscaped(json: string, at: number): boolean {
  let before = at - 1;
  while (json.charCodeAt(before) === BACKSLASH) before -= 1;
  return (at - before) % 2 === 0;
}
