import type { Headers } from '../contract.js';
import { accessKeyIdIn, isAwsSignature } from './aws-authorization.js';
import { isCredential, isQueryCredential } from './credentials.js';
import { subprotocolKeys } from './subprotocol-keys.js';

/** Where a call carries credentials. */
export interface Carried {
  /** The client's headers, and those that went on in their place where a fallback changed them. */
  headers: readonly Headers[];
  /** Raw queries without `?`, likewise. */
  queries: readonly string[];
  /** Keys that the server attached. */
  serverKeys: readonly string[] | null;
}

/** Shorter values are too common as a part of other text to be taken out of it. Characters. */
const MIN_SECRET = 8;
/** More than anybody carries; each is looked for in everything that is kept. The server's own come first. */
const MAX_SECRETS = 128;

/** What stands in the place of a key where none is needed, or where a program has none: no secrets, and ordinary words. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '[object Object]',
  'anything',
  'dummy-key',
  'lm-studio',
  'no-api-key',
  'no-key-required',
  'not-needed',
  'placeholder',
  'sk-no-key-required',
  'undefined',
]);

/**
 * Names of cookies that give access (`connect.sid`, `PHPSESSID`, `next-auth.session-token`). Values of the others are languages,
 * themes and ids of users, which a record may well say.
 */
const COOKIE_CREDENTIAL =
  /sess|sid$|sid[._-]|auth|token|jwt|secret|csrf|xsrf|key|passw|credential|login|logged|remember/i;

/** Reads one value of a header into the secrets. */
type Read = (text: string, found: string[]) => void;

const NONE: readonly string[] = Object.freeze([]);

/** The values of all credentials that a call carried, each once: at most 128, of at least 8 characters. */
export function secretsIn({ headers, queries, serverKeys }: Carried): readonly string[] {
  const found: string[] = [];
  for (const key of serverKeys ?? NONE) add(key, found);
  for (let i = 0; i < headers.length; i += 1) {
    const given = headers[i] as Headers;
    // Mostly what went on is what came.
    if (headers.indexOf(given) === i) addFromHeaders(given, found);
  }
  for (const query of queries) if (query !== '') addFromQuery(query, found);
  return found.length === 0 ? NONE : found;
}

function add(text: string, found: string[]): void {
  if (text.length >= MIN_SECRET && found.length < MAX_SECRETS && !found.includes(text)) found.push(text);
}

function addFromHeaders(headers: Headers, found: string[]): void {
  for (const name in headers) {
    const read = readerOf(name);
    if (read === null) continue;
    const value = headers[name];
    if (typeof value === 'string') read(value, found);
    else for (const text of value ?? NONE) read(text, found);
  }
}

/** How headers are read, by name: callers mostly send the same ones, and this is done for every call. */
const readers = new Map<string, Read | null>();
const MAX_READERS = 512;

function readerOf(name: string): Read | null {
  const known = readers.get(name);
  if (known !== undefined) return known;
  const read = readerFor(name);
  if (readers.size < MAX_READERS) readers.set(name, read);
  return read;
}

function readerFor(name: string): Read | null {
  switch (name) {
    case 'cookie':
      return addCookies;
    case 'sec-websocket-protocol':
      return addProtocols;
    // Their value may be an address, or hold some, with a user and a password in it.
    case 'helicone-target-url':
    case 'helicone-openai-api-base':
    case 'helicone-fallbacks':
      return addUserinfo;
    default:
      return isCredential(name) ? addCredentials : null;
  }
}

/** `Bearer a`, plain `a`, Helicone's `Bearer a, Bearer b`, and the parameters of a scheme that has some (AWS, Digest). */
function addCredentials(value: string, found: string[]): void {
  // The access key id may be a key of ours.
  if (isAwsSignature(value.trimStart())) add(accessKeyIdIn(value) ?? '', found);
  for (const piece of value.split(',', MAX_SECRETS)) {
    const credential = piece.trim();
    const space = credential.search(/\s/);
    const text = credential.slice(space + 1).trim();
    if (PLACEHOLDERS.has(text)) continue;
    add(text, found);
    const parameter = text.includes('=') ? /^[\w-]+="?([^"=]+)"?$/.exec(text)?.[1] : undefined;
    if (parameter !== undefined) add(parameter, found);
    if (space === BASIC.length && credential.slice(0, space).toLowerCase() === BASIC) addBasic(text, found);
  }
}

const BASIC = 'basic';

function addProtocols(value: string, found: string[]): void {
  for (const key of subprotocolKeys(value)) add(key, found);
}

function addBasic(token: string, found: string[]): void {
  const pair = Buffer.from(token, 'base64').toString();
  add(pair.slice(pair.indexOf(':') + 1), found);
}

function addCookies(value: string, found: string[]): void {
  for (const pair of value.split(';')) {
    const at = pair.indexOf('=');
    // One without a name could be anything.
    if (at >= 0 && !COOKIE_CREDENTIAL.test(pair.slice(0, at).trim())) continue;
    const text = pair.slice(at + 1).trim();
    add(text, found);
    add(decoded(text), found);
  }
}

/** `https://user:password@host`; also one of several in a list. */
function addUserinfo(value: string, found: string[]): void {
  if (!value.includes('@')) return;
  for (const [, userinfo = ''] of value.matchAll(/\/\/([^/@"\s]+)@/g)) {
    for (const part of userinfo.split(':')) {
      add(part, found);
      add(decoded(part), found);
    }
  }
}

function addFromQuery(query: string, found: string[]): void {
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    if (at < 0 || !isQueryCredential(decoded(pair.slice(0, at)))) continue;
    add(pair.slice(at + 1), found);
    add(decoded(pair.slice(at + 1)), found);
  }
}

function decoded(text: string): string {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
