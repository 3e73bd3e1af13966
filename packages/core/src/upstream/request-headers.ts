import type { Headers } from '../contract.js';
import type { Caller } from '../identity.js';
import { hasCredential, withoutOwnKeys } from '../policy/credentials.js';
import { firstValue, nominated, stopsHere } from '../policy/headers.js';
import type { Target } from '../policy/target.js';
import type { CredentialHeader } from '../providers/registry.js';

/** What goes upstream besides the body. */
export interface UpstreamHead {
  /** Path and query. */
  path: string;
  /** Names and values in turn, as undici takes them without another pass. */
  headers: string[];
}

export interface UpstreamHeadSource {
  headers: Headers;
  query: string;
  caller: Caller;
  target: Target;
  /** The server-held key of the target; null when there is none. */
  apiKey: string | null;
}

/** Builds the head of the upstream request: the client's, less what stops here, with the server's key where it is due. */
export function upstreamHead({ headers, query, caller, target, apiKey }: UpstreamHeadSource): UpstreamHead {
  const own = caller.isOurs === null ? { headers, query } : withoutOwnKeys(headers, query, caller.isOurs);
  const gone = nominated(headers.connection);
  const list: string[] = [];
  for (const name in own.headers) {
    const value = own.headers[name];
    if (value === undefined || stopsHere(name) || gone?.has(name) || target.headers[name] !== undefined) continue;
    if (typeof value === 'string') list.push(name, value);
    else for (const each of value) list.push(name, each);
  }
  for (const name in target.headers) list.push(name, target.headers[name] as string);
  if (apiKey !== null && caller.authenticated && !hasCredential(own.headers, own.query)) {
    list.push(target.credential, credentialValue(target.credential, apiKey));
  }
  return { path: own.query === '' ? target.path : `${target.path}?${own.query}`, headers: list };
}

function credentialValue(header: CredentialHeader, key: string): string {
  return header === 'authorization' ? `Bearer ${key}` : key;
}

/** Declared length of a request body in bytes; null when it is chunked or not a number. */
export function declaredLength(headers: Headers): number | null {
  const text = firstValue(headers['content-length']);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
