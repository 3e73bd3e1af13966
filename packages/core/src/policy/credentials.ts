import { hash } from 'node:crypto';
import type { Headers } from '../contract.js';
import { accessKeyIdIn, isAwsSignature, joinSignatures, SIGNATURE_HEADERS } from './aws-authorization.js';
import { firstValue } from './headers.js';
import { subprotocolKeys, withoutSubprotocolKeys } from './subprotocol-keys.js';

/** Places where a caller may show a key, besides `helicone-auth`: those where providers expect theirs. */
export const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'] as const;

/** Looks a key up by its digest, so that finding it takes the same time for every wrong key. */
export interface KeyTable<T> {
  find(key: string): T | undefined;
}

/** Keys are kept as digests only. */
export function createKeyTable<T>(keys: Iterable<[key: string, value: T]>): KeyTable<T> {
  const table = new Map<string, T>();
  for (const [key, value] of keys) table.set(hash('sha256', key, 'base64'), value);
  return { find: (key) => table.get(hash('sha256', key, 'base64')) };
}

/**
 * The keys inside one credential header: `Bearer a`, plain `a`, or Helicone's documented `Bearer a, Bearer b`. Of a signature of
 * AWS's it is the access key id: an AWS SDK can show a key nowhere else.
 */
export function keysIn(value: string | string[] | undefined): string[] {
  return credentialsIn(value)
    .map(keyIn)
    .filter((key) => key !== '');
}

function credentialsIn(value: string | string[] | undefined): string[] {
  const text = firstValue(value);
  if (text === undefined) return [];
  const pieces = text.split(',').map((piece) => piece.trim());
  return pieces.length === 1 ? pieces : joinSignatures(pieces);
}

function keyIn(credential: string): string {
  return isAwsSignature(credential) ? (accessKeyIdIn(credential) ?? '') : withoutScheme(credential);
}

/** A credential value without its `Bearer `. */
export function withoutScheme(text: string): string {
  return text.trim().replace(/^bearer\s+/i, '');
}

/**
 * The request's credential headers and query without the keys that are ours: what may go on to a provider. A header that
 * carried only ours is gone; one that carried both keeps the other.
 */
export function withoutOwnKeys(
  headers: Headers,
  query: string,
  isOurs: (key: string) => boolean,
): { headers: Headers; query: string } {
  const kept = { ...headers };
  for (const name of CREDENTIAL_HEADERS) {
    if (!keysIn(headers[name]).some(isOurs)) continue;
    const shown = credentialsIn(headers[name]);
    const others = shown.filter((text) => !isOurs(keyIn(text)));
    if (shown.some((text) => isAwsSignature(text) && isOurs(keyIn(text)))) dropSignature(kept);
    if (others.length === 0) delete kept[name];
    else kept[name] = others.join(', ');
  }
  dropSubprotocolKeys(kept, isOurs);
  return { headers: kept, query: withoutOwnQueryKeys(query, isOurs) };
}

/** What came with a signature that was made with a key of ours; the header itself may hold more. */
function dropSignature(headers: Headers): void {
  for (const name of SIGNATURE_HEADERS) if (name !== 'authorization') delete headers[name];
}

/** Keys of a request's subprotocols; see `subprotocolKeys`. */
export function protocolKeys(headers: Headers): string[] {
  const value = headers['sec-websocket-protocol'];
  return value === undefined ? [] : subprotocolKeys(value);
}

function dropSubprotocolKeys(headers: Headers, isGone: (key: string) => boolean): void {
  const value = headers['sec-websocket-protocol'];
  if (value !== undefined) headers['sec-websocket-protocol'] = withoutSubprotocolKeys(value, isGone);
}

/** Values of the query's `key` parameters, which Google's API takes a credential from. */
export function queryKeys(query: string): string[] {
  return query === '' ? [] : new URLSearchParams(query).getAll('key');
}

function withoutOwnQueryKeys(query: string, isOurs: (key: string) => boolean): string {
  if (!queryKeys(query).some(isOurs)) return query;
  // Other parameters keep their bytes: re-encoding could change them.
  return query
    .split('&')
    .filter((pair) => !queryKeys(pair).some(isOurs))
    .join('&');
}

/**
 * Names of headers that give access, `CREDENTIAL_HEADERS` among them: gateways, clouds and servers of people's own have others
 * (`x-amz-security-token`, `ocp-apim-subscription-key`, `cf-aig-authorization`, `x-auth-token`).
 */
const HEADER_CREDENTIAL =
  /(^|[-_])(authorization|auth|token|jwt|assertion|secret|password|credentials?|(api|access|auth|secret|private|subscription|functions?)[-_]?key)$/;

/** Names of query parameters that give access, at one provider or another; signed URLs have several. */
const QUERY_CREDENTIAL =
  /^(key|sig|signature|password|(api|access|subscription|functions?)[-_]?key|((access|auth|bearer|security|session)[-_]?)?token|(client[-_]?)?secret|x-(amz|goog)-.*)$/i;

/** Whether a header of this lower-case name gives access. */
export function isCredential(name: string): boolean {
  return HEADER_CREDENTIAL.test(name);
}

/** Whether a query parameter of this name gives access. */
export function isQueryCredential(name: string): boolean {
  return QUERY_CREDENTIAL.test(name);
}

/** A request's headers and query without anything that gives access: what may go to another origin than the caller meant. */
export function withoutCredentials(headers: Headers, query: string): { headers: Headers; query: string } {
  const kept = { ...headers };
  for (const name in kept) if (isCredential(name)) delete kept[name];
  dropSubprotocolKeys(kept, () => true);
  return { headers: kept, query: query === '' ? '' : query.split('&').filter(givesNoAccess).join('&') };
}

function givesNoAccess(pair: string): boolean {
  for (const name of new URLSearchParams(pair).keys()) if (QUERY_CREDENTIAL.test(name)) return false;
  return true;
}

/** Whether the request shows any credential that a provider would take. */
export function hasCredential(headers: Headers, query: string): boolean {
  if (CREDENTIAL_HEADERS.some((name) => headers[name] !== undefined)) return true;
  return queryKeys(query).length > 0 || protocolKeys(headers).length > 0;
}
