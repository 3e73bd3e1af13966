import type { Headers } from '../contract.js';
import { ProxyError } from '../errors.js';
import { type AwsCredentials, isAwsCredentials } from '../providers/aws-options.js';
import { firstValue } from './headers.js';

/** How a signature of AWS's begins, version 4 and 4A: an `Authorization` header with a scheme and parameters. */
const SCHEME = /^AWS4-[A-Z0-9-]+\s/i;

/** Its parameters; commas stand between them. */
const PARAMETER = /^(?:Credential|SignedHeaders|Signature)=/i;

/** `<access key id>/<date>/<region>/<service>/aws4_request`; version 4A has no region. */
const SCOPED = /(?:^|[\s,])Credential=([^,\s]+)\/\d{8}\/(?:[^/,\s]+\/){1,2}aws4_request/i;

/** Headers that belong to a signature, all of them made for the host that the client calls. */
export const SIGNATURE_HEADERS = [
  'authorization',
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-region-set',
] as const;

/** Whether a credential is a signature of AWS's. */
export function isAwsSignature(credential: string): boolean {
  return SCHEME.test(credential);
}

/** The access key id that a signature names; null when it names none. */
export function accessKeyIdIn(credential: string): string | null {
  return SCOPED.exec(credential)?.[1] ?? null;
}

/** Puts the parameters of a signature, which a comma separates as it does credentials, together again. */
export function joinSignatures(pieces: readonly string[]): string[] {
  const joined: string[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last !== undefined && isAwsSignature(last) && PARAMETER.test(piece)) joined[joined.length - 1] += `, ${piece}`;
    else joined.push(piece);
  }
  return joined;
}

/** Whether what the request shows in its `Authorization` header is a signature of AWS's. */
export function showsAwsSignature(headers: Headers): boolean {
  const value = firstValue(headers.authorization);
  return value !== undefined && isAwsSignature(value.trimStart());
}

/** The headers without a signature and all that belongs to it. */
export function withoutSignature(headers: Headers): Headers {
  const kept = { ...headers };
  for (const name of SIGNATURE_HEADERS) delete kept[name];
  return kept;
}

/**
 * Credentials that a caller gives for its call to be signed with, in Helicone's headers `aws-access-key`, `aws-secret-key` and
 * `aws-session-token` (reference 1.1); null when there are none. Throws `invalid_header` when they cannot be used.
 */
export function callersAwsKeys(headers: Headers): AwsCredentials | null {
  const accessKeyId = firstValue(headers['aws-access-key']);
  const secretAccessKey = firstValue(headers['aws-secret-key']);
  if (accessKeyId === undefined && secretAccessKey === undefined) return null;
  const given = { accessKeyId, secretAccessKey, sessionToken: firstValue(headers['aws-session-token']) || undefined };
  if (isAwsCredentials(given)) return given;
  throw new ProxyError('invalid_header', 'aws-access-key, aws-secret-key: both are needed, as AWS gives them');
}
