import type { Headers } from '../contract.js';
import type { Caller } from '../identity.js';
import { showsAwsSignature, withoutSignature } from '../policy/aws-authorization.js';
import { hasCredential, withoutOwnKeys } from '../policy/credentials.js';
import { firstValue, nominated, stopsHere } from '../policy/headers.js';
import type { Target } from '../policy/target.js';
import type { CredentialHeader } from '../providers/provider-rows.js';

/** What goes upstream besides the body. */
export interface UpstreamHead {
  /** Path and query. */
  path: string;
  /** Names and values in turn, as undici takes them without another pass. */
  headers: string[];
}

/** A request's headers and query without the keys that are ours. */
export interface ForwardedHead {
  headers: Headers;
  query: string;
}

/**
 * What may go on of a request's head: a key of ours, wherever it was shown, stays here. So does a signature of AWS's where the
 * server has a credential to put in its place: it was made for our host, and no other one takes it.
 */
export function forwardedHead({ headers, query }: ForwardedHead, caller: Caller, target: Target): ForwardedHead {
  const own = caller.isOurs === null ? { headers, query } : withoutOwnKeys(headers, query, caller.isOurs);
  if (!caller.authenticated || !target.trusted || !holdsKey(target) || !showsAwsSignature(own.headers)) return own;
  return { headers: withoutSignature(own.headers), query: own.query };
}

/** Whether the server's own credential is due: for callers that are known and bring none of their own. */
export function needsServerKey({ headers, query }: ForwardedHead, caller: Caller, target: Target): boolean {
  if (!holdsKey(target) || !caller.authenticated || hasCredential(headers, query)) return false;
  return !(target.aws?.bedrock && headers['aws-access-key'] !== undefined);
}

/** Whether the server has a credential for a target, of whatever kind. */
export function holdsKey({ apiKey, aws }: Pick<Target, 'apiKey' | 'aws'>): boolean {
  return apiKey !== null || (aws !== undefined && aws.credentials !== null);
}

/** Builds the head of the upstream request: the client's, less what stops here, and the server's key where there is one. */
export function upstreamHead({ headers, query }: ForwardedHead, target: Target, apiKey: string | null): UpstreamHead {
  const gone = nominated(headers.connection);
  const list: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || stopsHere(name) || gone?.has(name) || Object.hasOwn(target.headers, name)) continue;
    if (typeof value === 'string') list.push(name, value);
    else for (const each of value) list.push(name, each);
  }
  for (const name in target.headers) list.push(name, target.headers[name] as string);
  if (apiKey !== null) list.push(target.credential, credentialValue(target.credential, apiKey));
  return { path: query === '' ? target.path : `${target.path}?${query}`, headers: list };
}

function credentialValue(header: CredentialHeader, key: string): string {
  return header === 'authorization' ? `Bearer ${key}` : key;
}

/** Declared length of a request body in bytes; null when it is chunked or not a number. */
export function declaredLength(headers: Headers): number | null {
  const text = firstValue(headers['content-length']);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
