import type { Headers } from '../contract.js';
import { ProxyError } from '../errors.js';
import { ANY_PROPERTY, type HeaderRow, type HeaderValues, headerRow, PROPERTY_PREFIX } from './header-table.js';
import type { Read } from './header-types.js';
import { firstValue } from './headers.js';

/** The Helicone headers of one request, read by the table: those that can be used, and why others cannot. */
export interface HeaderReading {
  readonly values: HeaderValues;
  /** Lower-case names, without their prefix. */
  readonly properties: Readonly<Record<string, string>>;
  /** What `Helicone-Warning` says of the rest. */
  readonly warnings: readonly string[];
  /** The first header that governs the call and cannot be used: `invalid_header`, naming it and what is wrong. */
  readonly fault: ProxyError | null;
}

/** Which headers of a client count. */
export interface ReadRules {
  /** Lower-case names that are not read, `helicone-property-*` among them for all properties; null: every one is read. */
  readonly barred: ReadonlySet<string> | null;
  /** Those of them that are named in a warning. */
  readonly ignored: ReadonlySet<string>;
  /** Whether headers that only observe are refused too when they cannot be used, and those that we do not know. */
  readonly strict: boolean;
  /** Whether the cache may be on without a header of the client. */
  readonly cacheMayBeOn: boolean;
}

/** Every header counts. */
export const ALL_HEADERS: ReadRules = { barred: null, ignored: new Set(), strict: false, cacheMayBeOn: false };

/** A request without headers of ours. */
export const NOTHING: HeaderReading = Object.freeze({
  values: Object.freeze({}),
  properties: Object.freeze({}),
  warnings: Object.freeze([]) as readonly string[],
  fault: null,
});

/** Properties of one call; more are left out, since each can become a row in a roll-up. */
const MAX_PROPERTIES = 100;

/** Reads every `helicone-*` header, and `cache-control` where a cache was asked for. */
export function readHeaders(headers: Headers, rules: ReadRules = ALL_HEADERS): HeaderReading {
  let reading: Reading | null = null;
  for (const name in headers) {
    // Most headers of a request are not ours; the first letter settles that for nearly all of them.
    if (name.charCodeAt(0) !== LETTER_H || !name.startsWith('helicone-')) continue;
    const raw = firstValue(headers[name]);
    if (raw === undefined) continue;
    reading ??= new Reading(rules.strict);
    if (isBarred(name, rules)) tellIgnored(reading, name, rules);
    else take(reading, name, raw);
  }
  const plain = firstValue(headers['cache-control']);
  if (plain === undefined) return reading ?? NOTHING;
  if (!rules.cacheMayBeOn && (reading === null || !asksForCache(reading.values))) return reading ?? NOTHING;
  reading ??= new Reading(rules.strict);
  if (isBarred('cache-control', rules)) tellIgnored(reading, 'cache-control', rules);
  else take(reading, 'cache-control', plain);
  return reading;
}

/** Reads one value, given as text without the wrapping of a request. */
export function readValue(row: HeaderRow, given: string): Read<unknown> {
  const text = given.trim();
  if (text.length > row.maxLength) return { fault: `longer than ${row.maxLength} characters` };
  return row.type.read(text);
}

/** Sets a property; one called `__proto__` is a property like any other. */
export function setProperty(properties: Record<string, string>, name: string, value: string): void {
  if (name !== '__proto__') properties[name] = value;
  else Object.defineProperty(properties, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Whether these values ask for the cache. */
export function asksForCache(values: HeaderValues): boolean {
  return (
    values['helicone-cache-enabled'] === true ||
    values['helicone-cache-read'] === true ||
    values['helicone-cache-save'] === true
  );
}

const LETTER_H = 104;

/** A reading in the making. */
class Reading implements HeaderReading {
  readonly values: Record<string, unknown> = {};
  readonly properties: Record<string, string> = {};
  readonly warnings: string[] = [];
  readonly strict: boolean;
  fault: ProxyError | null = null;
  propertyCount = 0;

  constructor(strict: boolean) {
    this.strict = strict;
  }
}

function take(reading: Reading, name: string, raw: string): void {
  const row = headerRow(name);
  if (row === undefined) {
    complain(reading, `${name}: not a header that this proxy knows`, '; it had no effect');
    return;
  }
  const read = readValue(row, decodeText(raw));
  if ('fault' in read) {
    if (row.lenient === true) return;
    if (row.role === 'governs') refuse(reading, `${name}: ${read.fault}`);
    else complain(reading, `${name}: ${read.fault}`, '; left out');
  } else if (row.name === ANY_PROPERTY) {
    takeProperty(reading, name, read.value as string);
  } else if (row.standsFor === undefined) {
    reading.values[name] = read.value;
  } else {
    reading.values[row.standsFor] ??= read.value;
  }
}

function takeProperty(reading: Reading, name: string, value: string): void {
  reading.propertyCount += 1;
  if (reading.propertyCount <= MAX_PROPERTIES)
    setProperty(reading.properties, name.slice(PROPERTY_PREFIX.length), value);
  else complain(reading, `${name}: more than ${MAX_PROPERTIES} properties`, '; left out');
}

/** Says what is wrong with a header that can be done without. */
function complain(reading: Reading, what: string, consequence: string): void {
  if (reading.strict) refuse(reading, what);
  else reading.warnings.push(what + consequence);
}

function refuse(reading: Reading, what: string): void {
  reading.fault ??= new ProxyError('invalid_header', what);
}

/** Whether a header (lower-case) may not be used. */
export function isBarred(name: string, { barred }: Pick<ReadRules, 'barred'>): boolean {
  if (barred === null) return false;
  return barred.has(name) || (barred.has(ANY_PROPERTY) && name.startsWith(PROPERTY_PREFIX));
}

function tellIgnored(reading: Reading, name: string, { ignored }: ReadRules): void {
  if (ignored.has(name) || (ignored.has(ANY_PROPERTY) && name.startsWith(PROPERTY_PREFIX)))
    reading.warnings.push(`${name}: callers may not use this header here; it had no effect`);
}

// Node hands header bytes over as Latin-1; SDKs put UTF-8 into them.
const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(raw: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "anything beyond ASCII"
  if (!/[^\x00-\x7f]/.test(raw)) return raw;
  // Beyond Latin-1 it is text already, from another door than Node's; as bytes its characters would turn into others.
  if (/[\u0100-\uffff]/.test(raw)) return raw;
  try {
    return utf8.decode(Buffer.from(raw, 'latin1'));
  } catch {
    return raw;
  }
}
