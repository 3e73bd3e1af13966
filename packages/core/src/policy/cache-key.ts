import { hash } from 'node:crypto';
import type { Headers } from '../contract.js';
import { canonicalJson } from './canonical-json.js';
import { nominated, stopsHere } from './headers.js';
import type { JsonBody } from './json-body.js';
import type { Fallback } from './policy.js';

/** What makes two calls equal. */
export interface CacheKeyInput {
  tenant: string;
  /** All credentials that are forwarded, joined; for one that the server holds, something that stands for it. Only a digest is kept. */
  credentials: string;
  /** Origin that the call goes to. */
  origin: string;
  /** Provider as the options name it: two of one origin may have different keys. */
  provider: string;
  /** Headers that the options set on every call of this provider. */
  providerHeaders: Readonly<Record<string, string>>;
  /** Targets that are tried in place of that origin, whoever asked for them. */
  fallbacks: readonly Fallback[] | null;
  /** Providers whose keys may go to those targets; null: all. */
  rights: readonly string[] | null;
  method: string;
  /** Path on that origin, without query. */
  path: string;
  /** Raw query without its `?`. */
  query: string;
  /** The client's headers; those that change the answer count. */
  headers: Headers;
  /** Null and empty are the same: no seed. */
  seed: string | null;
  /** Paths of body members that do not count. */
  ignoreKeys: readonly (readonly string[])[];
  /** As it is sent, after all rewriting. */
  body: Uint8Array | null;
}

/** Stands at the front of each key: another way of making keys must not find the entries of this one. */
const KEY_VERSION = 'v1:';

/** Longer bodies are hashed as they are: to bring 1 MiB into canonical form takes some milliseconds. Bytes. */
const MAX_CANONICAL_BYTES = 1024 * 1024;

/** Request headers that change the answer. */
const COUNTING_HEADERS = [
  'anthropic-version',
  'anthropic-beta',
  'openai-beta',
  'openai-organization',
  'openai-project',
  // Google: which parts of the answer come.
  'x-goog-fieldmask',
  // Azure: which deployment answers, and what becomes of parameters that its model does not know.
  'azureml-model-deployment',
  'extra-parameters',
  // Bedrock, with OpenAI's format too: what a guardrail would have stopped is no answer for those who asked for it.
  'x-amzn-bedrock-guardrailidentifier',
  'x-amzn-bedrock-guardrailversion',
  'x-amzn-bedrock-trace',
] as const;

/** The key of a call: equal calls of one tenant with the same credentials have the same. Short, and safe in any store. */
export function cacheKey(input: CacheKeyInput): string {
  return keyOfBody(keyHead(input), input);
}

/** Digest of all that makes a key besides the body: nothing in it can be read. */
export function keyHead(input: Omit<CacheKeyInput, 'body' | 'ignoreKeys'>): string {
  const { tenant, credentials, origin, method, path, query, headers, seed } = input;
  const { provider, providerHeaders, fallbacks, rights } = input;
  let text =
    part(tenant) + part(credentials) + part(origin) + part(method) + part(path) + part(query) + part(seed ?? '');
  text += part(provider) + part(options({ providerHeaders, fallbacks, rights })) + part(stopped(headers));
  for (const name of COUNTING_HEADERS) text += headerPart(headers[name]);
  return hash('sha256', text, 'base64url');
}

/** The key of a call with this head. */
export function keyOfBody(head: string, { body, ignoreKeys }: Pick<CacheKeyInput, 'body' | 'ignoreKeys'>): string {
  return KEY_VERSION + hash('sha256', head + bodyPart(body, ignoreKeys), 'base64url');
}

/** The key of one of several answers kept for the same call. The first one's is the key itself, so that another number of buckets loses nothing. */
export function bucketKey(key: string, index: number): string {
  return index === 0 ? key : `${key}.${index}`;
}

/** What the options add; nothing for most calls. */
function options(set: Pick<CacheKeyInput, 'providerHeaders' | 'fallbacks' | 'rights'>): string {
  for (const _ in set.providerHeaders) return JSON.stringify(set);
  return set.fallbacks === null && set.rights === null ? '' : JSON.stringify(set);
}

/** Names that `Connection` keeps from the provider: its answer is none for calls that send it the same headers. */
function stopped(headers: Headers): string {
  const gone = nominated(headers.connection);
  if (gone === null) return '';
  return [...gone]
    .filter((name) => headers[name] !== undefined && !stopsHere(name))
    .sort()
    .join();
}

/** With its length before it, no text can run over into its neighbours. */
function part(text: string): string {
  return `${text.length}:${text}`;
}

/** Absent and empty differ. */
function headerPart(value: string | string[] | undefined): string {
  if (value === undefined) return '-';
  // A line feed cannot stand in a header.
  return part(typeof value === 'string' ? value : value.join('\n'));
}

function bodyPart(body: Uint8Array | null, ignoreKeys: CacheKeyInput['ignoreKeys']): string {
  if (body === null) return 'none';
  if (body.length <= MAX_CANONICAL_BYTES) {
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
    const canonical = canonicalJson(text, ignoreKeys);
    if (canonical !== null) return `json:${canonical}`;
  }
  return `raw:${hash('sha256', body, 'base64url')}`;
}

/** How paths end whose answers are a function of the call. */
const CACHEABLE_ENDINGS = [
  '/completions',
  '/responses',
  '/embeddings',
  '/messages',
  '/messages/count_tokens',
  '/moderations',
  '/rerank',
] as const;

const CACHEABLE_GOOGLE_METHOD =
  /(?::|%3a)(?:generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents)$/i;

/** OpenAI's stored messages: making one is no question that has an answer. */
const STORED_MESSAGES = /\/(?:threads|completions)\/[^/]*\/messages$/;

/** Whether answers of this route may be kept, whatever prefix the path has. `path` is without query. */
export function isCacheable(method: string, path: string): boolean {
  if (method !== 'POST') return false;
  const whole = path.endsWith('/') ? path.slice(0, -1) : path;
  if (CACHEABLE_GOOGLE_METHOD.test(whole)) return true;
  return CACHEABLE_ENDINGS.some((ending) => whole.endsWith(ending)) && !STORED_MESSAGES.test(whole);
}

/**
 * Whether the answer depends on nothing but the call: OpenAI's Responses may run in the background, or go on with what the
 * provider keeps. `json` is null for a body that is no JSON object, or that is too long to look into.
 */
export function isCacheableBody(json: JsonBody | null, path: string): boolean {
  if (!/\/responses\/?$/.test(path)) return true;
  if (json === null) return false;
  return json.raw('background') !== 'true' && isUnset(json, 'conversation') && isUnset(json, 'previous_response_id');
}

function isUnset(json: JsonBody, name: string): boolean {
  const raw = json.raw(name);
  return raw === undefined || raw === 'null';
}
