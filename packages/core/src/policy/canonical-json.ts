import { isUtf8 } from 'node:buffer';
import { skipSpace, stringEnd } from './json-members.js';

/** Names to leave out at one level, in canonical form: null ends a path, a tree goes on below the member. */
type IgnoreTree = Map<string, IgnoreTree | null>;

/** One run over a text. */
interface Reader {
  readonly text: string;
  /** Offset behind what was read. */
  at: number;
  /** First backslash, and first control character, at or behind a place that was asked for; both only go forward. */
  backslash: number;
  control: number;
}

/** Deeper documents are none that a provider takes; the limit keeps the recursion short. */
const MAX_DEPTH = 200;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** What is below a space. */
const CONTROL = /[^ -\uffff]/g;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Escapes that `JSON.stringify` writes too: a string that has no others is in its canonical form already. */
const KEPT_ESCAPES = 'nrtbf"\\';

/**
 * A JSON text in the one form that all texts of the same value share: members sorted by name (of one name in their order),
 * no white space, strings by value. Numbers keep their source text, since `1.0` and `1` may mean different things to whoever
 * parses them. Null when the text is no JSON, or nested deeper than 200 levels.
 *
 * `text` has one character per byte of UTF-8, and so has the result. `ignore` lists paths of members to leave out; a path
 * that leads through an array goes on in each of its elements. Linear in the text, but for the sorting of each object's names.
 */
export function canonicalJson(text: string, ignore: readonly (readonly string[])[]): string | null {
  const reader: Reader = { text, at: skipSpace(text, 0), backslash: -1, control: -1 };
  const value = readValue(reader, ignoreTree(ignore), 0);
  return value !== null && skipSpace(text, reader.at) === text.length ? value : null;
}

/** Reads the value that begins at the reader's place. */
function readValue(reader: Reader, ignored: IgnoreTree | null, depth: number): string | null {
  switch (reader.text.charCodeAt(reader.at)) {
    case QUOTE:
      return readString(reader);
    case OPEN_BRACE:
      return depth < MAX_DEPTH ? readObject(reader, ignored, depth + 1) : null;
    case OPEN_BRACKET:
      return depth < MAX_DEPTH ? readArray(reader, ignored, depth + 1) : null;
    default:
      return readScalar(reader);
  }
}

function readObject(reader: Reader, ignored: IgnoreTree | null, depth: number): string | null {
  const { text } = reader;
  const names: string[] = [];
  const values: string[] = [];
  let sorted = true;
  reader.at = skipSpace(text, reader.at + 1);
  if (text.charCodeAt(reader.at) === CLOSE_BRACE) {
    reader.at += 1;
    return '{}';
  }
  for (;;) {
    if (text.charCodeAt(reader.at) !== QUOTE) return null;
    const name = readString(reader);
    if (name === null) return null;
    reader.at = skipSpace(text, reader.at);
    if (text.charCodeAt(reader.at) !== COLON) return null;
    reader.at = skipSpace(text, reader.at + 1);
    const below = ignored?.get(name);
    const value = readValue(reader, below ?? null, depth);
    if (value === null) return null;
    if (below !== null) {
      if (names.length > 0 && (names[names.length - 1] as string) > name) sorted = false;
      names.push(name);
      values.push(value);
    }
    reader.at = skipSpace(text, reader.at);
    const mark = text.charCodeAt(reader.at);
    if (mark === CLOSE_BRACE) break;
    if (mark !== COMMA) return null;
    reader.at = skipSpace(text, reader.at + 1);
  }
  reader.at += 1;
  return sorted ? inOrder(names, values) : inOrderOf(sortedPlaces(names), names, values);
}

function readArray(reader: Reader, ignored: IgnoreTree | null, depth: number): string | null {
  const { text } = reader;
  let canonical = '[';
  reader.at = skipSpace(text, reader.at + 1);
  if (text.charCodeAt(reader.at) === CLOSE_BRACKET) {
    reader.at += 1;
    return '[]';
  }
  for (;;) {
    const value = readValue(reader, ignored, depth);
    if (value === null) return null;
    canonical += value;
    reader.at = skipSpace(text, reader.at);
    const mark = text.charCodeAt(reader.at);
    reader.at += 1;
    if (mark === CLOSE_BRACKET) return `${canonical}]`;
    if (mark !== COMMA) return null;
    canonical += ',';
    reader.at = skipSpace(text, reader.at);
  }
}

function inOrder(names: string[], values: string[]): string {
  let canonical = '{';
  for (let i = 0; i < names.length; i += 1) {
    if (i > 0) canonical += ',';
    canonical += `${names[i]}:${values[i]}`;
  }
  return `${canonical}}`;
}

function inOrderOf(places: number[], names: string[], values: string[]): string {
  let canonical = '{';
  for (let i = 0; i < places.length; i += 1) {
    if (i > 0) canonical += ',';
    const place = places[i] as number;
    canonical += `${names[place]}:${values[place]}`;
  }
  return `${canonical}}`;
}

/** Places of the names in ascending order; equal names stay in theirs, since it is the last one that counts. */
function sortedPlaces(names: string[]): number[] {
  const places = names.map((_, place) => place);
  return places.sort((a, b) => {
    const one = names[a] as string;
    const other = names[b] as string;
    if (one === other) return a - b;
    return one < other ? -1 : 1;
  });
}

function readScalar(reader: Reader): string | null {
  const { text, at } = reader;
  const word = WORDS.get(text.charCodeAt(at));
  if (word !== undefined) {
    if (!text.startsWith(word, at)) return null;
    reader.at = at + word.length;
    return word;
  }
  NUMBER.lastIndex = at;
  if (!NUMBER.test(text)) return null;
  reader.at = NUMBER.lastIndex;
  return text.slice(at, reader.at);
}

const WORDS: ReadonlyMap<number, string> = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), word]));

/** Reads the string that begins at the reader's place, its quotes included. */
function readString(reader: Reader): string | null {
  const { text, at } = reader;
  const end = stringEnd(text, at);
  if (end < 0) return null;
  reader.at = end;
  if (nextControl(reader, at) < end) return null;
  const backslash = nextBackslash(reader, at);
  return backslash >= end || keepsEscapes(text, backslash, end) ? text.slice(at, end) : decoded(text.slice(at, end));
}

function nextBackslash(reader: Reader, from: number): number {
  if (reader.backslash < from) {
    const next = reader.text.indexOf('\\', from);
    reader.backslash = next < 0 ? Number.POSITIVE_INFINITY : next;
  }
  return reader.backslash;
}

function nextControl(reader: Reader, from: number): number {
  if (reader.control < from) {
    CONTROL.lastIndex = from;
    reader.control = CONTROL.test(reader.text) ? CONTROL.lastIndex - 1 : Number.POSITIVE_INFINITY;
  }
  return reader.control;
}

function keepsEscapes(text: string, firstBackslash: number, end: number): boolean {
  let backslash = firstBackslash;
  while (backslash >= 0 && backslash < end) {
    if (!KEPT_ESCAPES.includes(text.charAt(backslash + 1))) return false;
    backslash = text.indexOf('\\', backslash + 2);
  }
  return true;
}

/** Bytes that are no UTF-8 would all be read as the same replacement character. */
function decoded(source: string): string | null {
  const bytes = Buffer.from(source, 'latin1');
  if (!isUtf8(bytes)) return null;
  try {
    return canonicalString(JSON.parse(bytes.toString()) as string);
  } catch {
    return null;
  }
}

function canonicalString(value: string): string {
  return Buffer.from(JSON.stringify(value)).toString('latin1');
}

function ignoreTree(paths: readonly (readonly string[])[]): IgnoreTree | null {
  if (paths.length === 0) return null;
  const root: IgnoreTree = new Map();
  for (const path of paths) {
    let level = root;
    for (let i = 0; i < path.length; i += 1) {
      const name = canonicalString(path[i] as string);
      const below = level.get(name);
      // A shorter path leaves out all that a longer one names.
      if (below === null) break;
      if (i === path.length - 1) level.set(name, null);
      else if (below !== undefined) level = below;
      else {
        const fresh: IgnoreTree = new Map();
        level.set(name, fresh);
        level = fresh;
      }
    }
  }
  return root;
}
