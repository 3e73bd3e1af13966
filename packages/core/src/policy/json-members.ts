/** One member of a JSON object, as offsets into the text that it was found in. */
export interface Member {
  /** Start and end of the name, quotes included. */
  nameStart: number;
  nameEnd: number;
  /** Start and end of the value, without white space around it. */
  start: number;
  end: number;
  /** An earlier member of the same name, which most parsers pass over, but not all. Null for nearly every member. */
  earlier: Member | null;
}

/** A value in a JSON text: offsets of its start and behind its end. */
export interface Span {
  start: number;
  end: number;
}

/** An object with more members, or an array with more elements, is no request that anybody means: it is not looked into. */
const MAX_MEMBERS = 10_000;
const MAX_ELEMENTS = 20_000;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/**
 * Finds the members of the JSON object that begins at `at` (white space before it allowed), in the order of the text; of
 * members that share a name the last one stands, as in `JSON.parse`. Values are passed over, not checked: whoever needs one
 * parses it. Null when there is no object, or it does not end where the text ends (white space aside) or, for an inner object,
 * anywhere; also when it has more than 10 000 members.
 *
 * Linear in the text, whatever it nests; strings are skipped by `indexOf`. The text may be UTF-16 or one character per byte of
 * UTF-8: what JSON is built from is ASCII. Names are in the same form as the text.
 */
export function membersOf(text: string, at = 0): Map<string, Member> | null {
  let next = skipSpace(text, at);
  if (text.charCodeAt(next) !== OPEN_BRACE) return null;
  const members = new Map<string, Member>();
  next = skipSpace(text, next + 1);
  if (text.charCodeAt(next) === CLOSE_BRACE) return endsHere(text, next, at) ? members : null;
  for (let count = 0; count < MAX_MEMBERS; count += 1) {
    if (text.charCodeAt(next) !== QUOTE) return null;
    const nameStart = next;
    const nameEnd = stringEnd(text, next);
    next = skipSpace(text, nameEnd);
    if (nameEnd < 0 || text.charCodeAt(next) !== COLON) return null;
    const start = skipSpace(text, next + 1);
    const end = valueEnd(text, start);
    if (end <= start) return null;
    const name = nameOf(text, nameStart, nameEnd);
    members.set(name, { nameStart, nameEnd, start, end, earlier: members.get(name) ?? null });
    next = skipSpace(text, end);
    const mark = text.charCodeAt(next);
    if (mark === CLOSE_BRACE) return endsHere(text, next, at) ? members : null;
    if (mark !== COMMA) return null;
    next = skipSpace(text, next + 1);
  }
  return null;
}

/**
 * The elements of the JSON array that begins at `at`, passed over like an object's values. Null when there is no whole array,
 * or one of more than 20 000 elements.
 */
export function elementsOf(text: string, at: number): Span[] | null {
  let next = skipSpace(text, at);
  if (text.charCodeAt(next) !== OPEN_BRACKET) return null;
  const elements: Span[] = [];
  next = skipSpace(text, next + 1);
  if (text.charCodeAt(next) === CLOSE_BRACKET) return elements;
  while (elements.length < MAX_ELEMENTS) {
    const end = valueEnd(text, next);
    if (end <= next) return null;
    elements.push({ start: next, end });
    next = skipSpace(text, end);
    const mark = text.charCodeAt(next);
    if (mark === CLOSE_BRACKET) return elements;
    if (mark !== COMMA) return null;
    next = skipSpace(text, next + 1);
  }
  return null;
}

/** Offset of the first character at or behind `at` that is no JSON white space. */
export function skipSpace(text: string, at: number): number {
  let next = at;
  for (;;) {
    const code = text.charCodeAt(next);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return next;
    next += 1;
  }
}

/** Offset behind the closing quote of the string that begins at `at`; -1 when it does not end. */
export function stringEnd(text: string, at: number): number {
  let quote = text.indexOf('"', at + 1);
  while (quote > 0) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

/** The outermost object must be all of the text; one inside another may be followed by anything. */
function endsHere(text: string, brace: number, at: number): boolean {
  return at !== 0 || skipSpace(text, brace + 1) >= text.length;
}

/** Offset behind the value that begins at `at`; -1 when it does not end. */
function valueEnd(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return stringEnd(text, at);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return scalarEnd(text, at);
  let depth = 0;
  for (let next = at; next < text.length; ) {
    const code = text.charCodeAt(next);
    if (code === QUOTE) {
      next = stringEnd(text, next);
      if (next < 0) return -1;
      continue;
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) depth += 1;
    if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth -= 1;
    next += 1;
    if (depth === 0) return next;
  }
  return -1;
}

function scalarEnd(text: string, at: number): number {
  let next = at;
  for (; next < text.length; next += 1) {
    const code = text.charCodeAt(next);
    if (code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET || code <= 32) break;
  }
  return next;
}

function nameOf(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  try {
    return JSON.parse(text.slice(start, end)) as string;
  } catch {
    return inner;
  }
}
