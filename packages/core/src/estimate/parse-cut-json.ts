import { stringEnd } from '../policy/json-members.js';

/**
 * What can be read of a JSON text whose end is missing: a string that is not finished ends there, and all that is open is closed.
 * Undefined when that is nothing. Linear in the text; never throws.
 */
export function parseCutJson(text: string): unknown {
  const { closers, open, safe } = scan(text);
  const end = closers.reverse().join('');
  // Escapes are cut too: then they are left out.
  const unfinished = open ? [`${text}"`, `${withoutEscape(text)}"`] : [text];
  for (const candidate of [...unfinished, text.slice(0, safe)]) {
    const value = parsed(candidate + end);
    if (value !== undefined) return value;
  }
  return undefined;
}

interface Scanned {
  /** What closes all that is open, outermost first. */
  closers: string[];
  /** The text ends inside a string. */
  open: boolean;
  /** Up to here everything is whole: whatever follows can be left out. */
  safe: number;
}

function scan(text: string): Scanned {
  const closers: string[] = [];
  let safe = 0;
  for (let at = 0; at < text.length; at += 1) {
    const mark = text[at];
    if (mark === '"') {
      const end = stringEnd(text, at);
      if (end < 0) return { closers, open: true, safe };
      at = end - 1;
    } else if (mark === '{' || mark === '[') {
      closers.push(mark === '{' ? '}' : ']');
      safe = at + 1;
    } else if (mark === '}' || mark === ']') {
      closers.pop();
      safe = at + 1;
    } else if (mark === ',') {
      safe = at;
    }
  }
  return { closers, open: false, safe };
}

/** `\` or `\u` with up to three digits, where the text ends. */
function withoutEscape(text: string): string {
  const at = text.lastIndexOf('\\');
  return at >= text.length - 5 ? text.slice(0, at) : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
