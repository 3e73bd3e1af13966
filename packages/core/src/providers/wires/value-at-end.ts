import { valueAt } from './value-at.js';

/**
 * The object or array that is the last member of this name in a JSON text of which a part is missing; null when it is none. Linear;
 * never throws.
 */
export function valueAtEnd(text: string, name: string): unknown {
  const member = `"${name}"`;
  // The name may also be a text, such as a tag.
  let at = text.lastIndexOf(member);
  for (let tries = 0; at >= 0 && tries < MAX_TRIES; tries++) {
    COLON.lastIndex = at + member.length;
    if (COLON.test(text)) return valueAt(text, COLON.lastIndex);
    at = at === 0 ? -1 : text.lastIndexOf(member, at - 1);
  }
  return null;
}

const MAX_TRIES = 16;
const COLON = /\s{0,64}:\s{0,64}/y;
