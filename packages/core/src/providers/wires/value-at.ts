/** Longer values are not read. Characters. */
const MAX_LENGTH = 256 * 1024;

/**
 * The object or array that opens at `open` in a JSON text of which more follows, parsed; null when none does, it does not close, or
 * is longer than 256 Ki characters. Linear; never throws.
 */
export function valueAt(text: string, open: number): unknown {
  if (text[open] !== '{' && text[open] !== '[') return null;
  const limit = Math.min(text.length, open + MAX_LENGTH);
  let depth = 0;
  let isText = false;
  for (let at = open; at < limit; at++) {
    const character = text[at];
    if (isText) {
      if (character === '\\') at += 1;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return parsed(text.slice(open, at + 1));
    }
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
