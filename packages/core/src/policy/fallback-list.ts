import type { HeaderType, Read } from './header-types.js';
import { stopsHere } from './headers.js';
import type { Fallback } from './policy.js';

/** One target of a fallback list, as `Helicone-Fallbacks` and the options spell it. */
export interface FallbackOption {
  /** Origin to call, and path if every call there starts with one. */
  'target-url': string;
  /** Headers of this entry, its credential among them; they go over the client's. */
  headers: Record<string, string>;
  /** Statuses that lead to the next entry: single ones, or ranges with both ends. Of our own: 502 and 504. */
  onCodes: (number | { from: number; to: number })[];
  /** Merged deeply into a JSON body. */
  bodyKeyOverride?: Record<string, unknown>;
}

const MAX_ENTRIES = 10;
const MAX_URL_LENGTH = 2048;
/** Levels of a `bodyKeyOverride`, so that whoever merges it may do so recursively. */
const MAX_DEPTH = 32;
const ENTRY_KEYS = ['target-url', 'headers', 'onCodes', 'bodyKeyOverride'];
/** RFC 9110 section 5.6.2, lower-case. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** `Helicone-Fallbacks`. */
export const FALLBACKS: HeaderType<readonly Fallback[]> = {
  takes: 'JSON array of `{ "target-url", "headers", "onCodes", "bodyKeyOverride"? }`',
  read(text) {
    let list: unknown;
    try {
      list = JSON.parse(text);
    } catch {
      return { fault: 'not JSON' };
    }
    const read = readEntries(list, false);
    // A path into the list, or what is said of all of it.
    return 'fault' in read ? { fault: read.fault.replace(/^: /, '') } : read;
  },
};

/** Checks the fallbacks of the options, which are trusted. Throws a `TypeError` that names the wrong one. */
export function readFallbackOptions(list: readonly FallbackOption[]): readonly Fallback[] {
  const read = readEntries(list, true);
  if ('fault' in read) throw new TypeError(`fallbacks${read.fault}`);
  return read.value;
}

/** A fault begins with the path to what is wrong: `[0].target-url: …`. */
function readEntries(list: unknown, trusted: boolean): Read<readonly Fallback[]> {
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_ENTRIES)
    return { fault: `: must be an array of 1 to ${MAX_ENTRIES} entries` };
  const entries: Fallback[] = [];
  for (let i = 0; i < list.length; i += 1) {
    const read = readEntry(list[i], trusted);
    if ('fault' in read) return { fault: `[${i}]${read.fault}` };
    entries.push(read.value);
  }
  return { value: entries };
}

function readEntry(entry: unknown, trusted: boolean): Read<Fallback> {
  if (!isObject(entry)) return { fault: ': must be an object' };
  const unknown = Object.keys(entry).find((key) => !ENTRY_KEYS.includes(key));
  if (unknown !== undefined) return { fault: `: unknown key ${quoted(unknown)}; known are ${ENTRY_KEYS.join(', ')}` };
  const url = readUrl(own(entry, 'target-url'));
  if ('fault' in url) return { fault: `.target-url: ${url.fault}` };
  const headers = readEntryHeaders(own(entry, 'headers'));
  if ('fault' in headers) return { fault: `.headers${headers.fault}` };
  const onCodes = readCodes(own(entry, 'onCodes'));
  if ('fault' in onCodes) return { fault: `.onCodes${onCodes.fault}` };
  const override = readOverride(own(entry, 'bodyKeyOverride'));
  if ('fault' in override) return { fault: `.bodyKeyOverride: ${override.fault}` };
  return {
    value: Object.freeze({
      origin: url.value.origin,
      basePath: url.value.pathname.replace(/\/+$/, ''),
      headers: headers.value,
      onCodes: onCodes.value,
      bodyKeyOverride: override.value,
      trusted,
    }),
  };
}

function readUrl(text: unknown): Read<URL> {
  if (typeof text !== 'string') return { fault: 'must be text' };
  if (text.length > MAX_URL_LENGTH) return { fault: `longer than ${MAX_URL_LENGTH} characters` };
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return { fault: 'not an http(s) URL' };
  if (url.username !== '' || url.password !== '') return { fault: 'must not carry a user name or password' };
  if (/[?#]/.test(text)) return { fault: 'must have no query and no fragment' };
  return { value: url };
}

function readEntryHeaders(given: unknown): Read<Readonly<Record<string, string>>> {
  if (!isObject(given)) return { fault: ': must be an object' };
  const headers = new Map<string, string>();
  for (const [key, value] of Object.entries(given)) {
    const name = key.toLowerCase();
    const where = `[${quoted(key)}]`;
    if (!TOKEN.test(name)) return { fault: `${where}: not a header name` };
    if (stopsHere(name)) return { fault: `${where}: never sent to a provider` };
    if (headers.has(name)) return { fault: `${where}: given twice` };
    // What else JSON text can hold would fail only when it is sent, or end the header and begin another one.
    if (typeof value !== 'string' || !/^[\t\x20-\x7e]*$/.test(value))
      return { fault: `${where}: must be text of printable ASCII characters` };
    headers.set(name, value);
  }
  // Not by assignment: a header may be called __proto__.
  return { value: Object.freeze(Object.fromEntries(headers)) };
}

function readCodes(given: unknown): Read<Fallback['onCodes']> {
  if (!Array.isArray(given)) return { fault: ': must be an array' };
  const ranges: { from: number; to: number }[] = [];
  for (let i = 0; i < given.length; i += 1) {
    const each: unknown = given[i];
    const range = isObject(each) ? { from: own(each, 'from'), to: own(each, 'to') } : { from: each, to: each };
    if (isObject(each) && Object.keys(each).length !== 2) return { fault: `[${i}]: must have from and to, no more` };
    if (!isStatus(range.from) || !isStatus(range.to))
      return { fault: `[${i}]: must be a status from 100 to 599, or { from, to }` };
    if (range.from > range.to) return { fault: `[${i}]: from must not be above to` };
    ranges.push({ from: range.from, to: range.to });
  }
  return { value: ranges };
}

function readOverride(given: unknown): Read<Fallback['bodyKeyOverride']> {
  if (given === undefined) return { value: null };
  if (!isObject(given)) return { fault: 'must be an object' };
  const fault = mergeFault(given, MAX_DEPTH);
  if (fault !== null) return { fault };
  // A copy, so that what the options' owner does to the object later changes nothing. A key __proto__ stays a key in it.
  return { value: JSON.parse(JSON.stringify(given)) as Record<string, unknown> };
}

/** Why a value cannot be merged into a body; null when it can. */
function mergeFault(value: unknown, levels: number): string | null {
  if (typeof value !== 'object' || value === null) {
    return isJson(value) ? null : 'must be JSON all through';
  }
  if (levels === 0) return `nested deeper than ${MAX_DEPTH} levels`;
  for (const each of Object.values(value)) {
    const fault = mergeFault(each, levels - 1);
    if (fault !== null) return fault;
  }
  return null;
}

function isJson(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function isStatus(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 100 && (value as number) <= 599;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A key of the object itself: what comes from its prototype was not written there. */
function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
