// Functions of ours inside SQL, for what SQLite cannot do.
import type { DatabaseSync } from 'node:sqlite';
import type { BodyReader } from './blocks.js';

/** Lower case beyond ASCII, which SQLite's `lower` leaves as it is. */
export const LOWER = 'helicone_lower';
/** `(block, slot, which, needle)`: 1 when the body's text holds the needle, whatever its case. */
export const BODY_CONTAINS = 'helicone_body_contains';

export function registerFunctions(database: DatabaseSync, bodies: BodyReader): void {
  database.function(LOWER, { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : null));
  database.function(BODY_CONTAINS, (block, slot, which, needle) => {
    const texts = bodies.read(block as number | null, slot as number | null);
    const text = which === 'request' ? texts.request : texts.response;
    return text !== null && textContains(text, String(needle)) ? 1 : 0;
  });
}

/** Whether JSON text holds some words, as a person sees them: also where JSON escapes their quotes or letters. */
function textContains(json: string, needle: string): boolean {
  const text = json.toLowerCase();
  const wanted = needle.toLowerCase();
  if (text.includes(wanted)) return true;
  const escaped = JSON.stringify(wanted).slice(1, -1);
  if (escaped !== wanted && text.includes(escaped)) return true;
  if (/^[\0-\x7f]*$/.test(wanted) || !text.includes('\\u')) return false;
  // Some SDKs write letters beyond ASCII as \uXXXX.
  const plain = text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return plain.toLowerCase().includes(wanted);
}
