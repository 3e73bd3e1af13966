import type { Headers } from '../contract.js';
import { ProxyError } from '../errors.js';
import { type HeaderRow, headerRow } from './header-table.js';
import { firstValue } from './headers.js';
import { isUuid } from './uuid.js';

/** The Helicone headers of one request, read by the table: those that can be used, and why others cannot. */
export interface HeaderValues {
  /** Lower-case name -> value; flags as `true` or `false`, origins as the URL parser writes them. */
  values: Map<string, string>;
  /** What `Helicone-Warning` says of the rest. */
  warnings: string[];
  /** The first header that governs the call and cannot be used: `invalid_header`, naming it and what is wrong. */
  fault: ProxyError | null;
}

/** Reads every `helicone-*` header. */
export function readHeaders(headers: Headers): HeaderValues {
  const values = new Map<string, string>();
  const warnings: string[] = [];
  let fault: ProxyError | null = null;
  for (const name in headers) {
    // Most headers of a request are not ours; the first letter settles that for nearly all of them.
    if (name.charCodeAt(0) !== LETTER_H || !name.startsWith('helicone-')) continue;
    const raw = firstValue(headers[name]);
    if (raw === undefined) continue;
    const row = headerRow(name);
    if (row === undefined) {
      warnings.push(`${name}: not a header that this proxy knows; it had no effect`);
      continue;
    }
    const read = readValue(row, raw);
    if ('value' in read) values.set(name, read.value);
    else if (row.role === 'governs') fault ??= new ProxyError('invalid_header', `${name}: ${read.fault}`);
    else warnings.push(`${name}: ${read.fault}; left out`);
  }
  return { values, warnings, fault };
}

const LETTER_H = 104;

type Read = { value: string } | { fault: string };

function readValue(row: HeaderRow, raw: string): Read {
  const text = decodeText(raw).trim();
  if (text.length > row.maxLength) return { fault: `longer than ${row.maxLength} characters` };
  switch (row.type) {
    case 'flag':
      return readFlag(text);
    case 'uuid':
      return isUuid(text) ? { value: text.toLowerCase() } : { fault: 'not a UUID' };
    case 'origin':
      return readOrigin(text);
    case 'text':
      return text === '' ? { fault: 'empty' } : { value: text };
  }
}

function readFlag(text: string): Read {
  const flag = text.toLowerCase();
  if (flag === 'true' || flag === '1') return { value: 'true' };
  if (flag === 'false' || flag === '0' || flag === '') return { value: 'false' };
  return { fault: 'must be true or false' };
}

function readOrigin(text: string): Read {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return { fault: 'not an http(s) URL' };
  if (url.username !== '' || url.password !== '') return { fault: 'must not carry a user name or password' };
  return { value: url.origin };
}

// Node hands header bytes over as Latin-1; SDKs put UTF-8 into them.
const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(raw: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is "anything beyond ASCII"
  if (!/[^\x00-\x7f]/.test(raw)) return raw;
  try {
    return utf8.decode(Buffer.from(raw, 'latin1'));
  } catch {
    return raw;
  }
}
