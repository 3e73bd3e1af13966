import { createHmac, hash } from 'node:crypto';
import type { AwsCredentials } from '../providers/aws-options.js';

/** What a signature covers. Texts are as they are sent, one byte a character. */
export interface Signable {
  method: string;
  /** Where it goes: the host is signed, as undici will send it. */
  origin: string;
  /** Path and query. */
  path: string;
  /** Names and values in turn; names are lower-case. */
  headers: readonly string[];
  /** SHA-256 of the body, hex. */
  bodyHash: string;
}

/** In whose name, for what and when. */
export interface Signature {
  credentials: AwsCredentials;
  region: string;
  service: string;
  /** Unix ms. */
  now: number;
}

/** Makes the headers of signatures. */
export type Signer = (request: Signable, signature: Signature) => string[];

/** Keys kept at one time: a key is good for one secret, day, region and service. */
const MAX_KEYS = 64;

/**
 * A signer by AWS Signature Version 4, with a bounded memory for the keys that it derives. It gives the headers to add, names and
 * values in turn: a date, the body's hash, the session token if there is one, and the authorization, which covers those, `host`,
 * `content-type` and whatever begins with `x-amz-`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner(): Signer {
  const keys = new Map<string, Buffer>();
  return (request, { credentials, region, service, now }) => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const time = amzDate(now);
    const added = ['x-amz-date', time, 'x-amz-content-sha256', request.bodyHash];
    if (sessionToken !== undefined) added.push('x-amz-security-token', sessionToken);
    const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
    const { names, text } = canonicalRequest(request, added);
    const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', Buffer.from(text, 'latin1'))}`;
    const signature = createHmac('sha256', keyOf(keys, secretAccessKey, scope))
      .update(toSign)
      .digest('hex');
    added.push(
      'authorization',
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    );
    return added;
  };
}

/** `20150830T123600Z`. */
function amzDate(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
}

function keyOf(keys: Map<string, Buffer>, secret: string, scope: string): Buffer {
  // Secrets are not kept longer than who gave them does.
  const id = hash('sha256', `${scope}\n${secret}`);
  const known = keys.get(id);
  if (known !== undefined) return known;
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  if (keys.size >= MAX_KEYS) keys.delete(keys.keys().next().value as string);
  keys.set(id, key);
  return key;
}

function canonicalRequest(
  { method, origin, path, headers, bodyHash }: Signable,
  added: readonly string[],
): { names: string; text: string } {
  const signed = signedHeaders(new URL(origin).host, headers, added);
  const names = [...signed.keys()].sort();
  const lines = names.map((name) => `${name}:${(signed.get(name) as string[]).join(',')}\n`).join('');
  const joined = names.join(';');
  const at = path.indexOf('?');
  const uri = canonicalPath(at < 0 ? path : path.slice(0, at));
  const query = at < 0 ? '' : canonicalQuery(path.slice(at + 1));
  return { names: joined, text: `${method}\n${uri}\n${query}\n${lines}\n${joined}\n${bodyHash}` };
}

/** Values by name; others need not be signed, and some are changed on their way. */
function signedHeaders(host: string, ...lists: (readonly string[])[]): Map<string, string[]> {
  const signed = new Map<string, string[]>();
  for (const list of lists) {
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i] as string;
      if (name !== 'host' && name !== 'content-type' && !name.startsWith('x-amz-')) continue;
      const value = (list[i + 1] as string).replace(/[ \t]+/g, ' ').trim();
      const values = signed.get(name);
      if (values === undefined) signed.set(name, [value]);
      else values.push(value);
    }
  }
  // The options may set another one.
  if (!signed.has('host')) signed.set('host', [host]);
  return signed;
}

/** Each segment encoded once more than it is sent, as every service but S3 has it; dot segments and empty ones taken out. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encoded(segment));
  }
  if (segments.length === 0) return '/';
  return `/${segments.join('/')}${path.endsWith('/') ? '/' : ''}`;
}

/** Pairs sorted by name, then by value, both encoded; the sent text may be encoded in another way. */
function canonicalQuery(query: string): string {
  const pairs: [name: string, value: string][] = [];
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    pairs.push([encoded(bytesOf(name)), at < 0 ? '' : encoded(bytesOf(pair.slice(at + 1)))]);
  }
  return pairs
    .sort((one, other) => order(one[0], other[0]) || order(one[1], other[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** The bytes that a text with percent signs stands for, one a character; a percent sign that begins nothing is itself. */
function bytesOf(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** All but the unreserved characters of RFC 3986, upper-case. */
function encoded(bytes: string): string {
  return bytes.replace(/[^A-Za-z0-9\-._~]/g, (byte) => {
    return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}
