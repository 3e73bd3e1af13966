import { expectKeys } from '../option-values.js';
import type { AwsAccess, AwsSecret } from './aws-options.js';
import { type AwsPlace, providerPlace, targetPlace } from './aws-place.js';
import { type CredentialHeader, PROVIDERS, type ProviderRow } from './provider-rows.js';
import type { WireFormat } from './wire.js';

/** A provider as the user's options leave it. */
export interface Provider {
  name: string;
  /** Null when neither the table nor the options give an address. */
  origin: string | null;
  /** Path that goes before every call's own path; empty or starting with `/`, without a slash at its end. */
  basePath: string;
  credential: CredentialHeader;
  /** Key that the server holds; a function is asked on each call. */
  apiKey: Secret | null;
  /** Headers to set on every call, lower-case. */
  headers: Readonly<Record<string, string>>;
  /** Forces the wire format that is otherwise told by the path. */
  wire: WireFormat | null;
  /** Where calls go instead, by weight; empty: to the provider's own address. */
  targets: readonly ProviderTarget[];
  /** How calls are signed; absent: they are not. */
  aws?: AwsAccess | undefined;
}

/** One of several addresses or keys of a provider. */
export interface ProviderTarget {
  origin: string;
  basePath: string;
  apiKey: Secret | null;
  weight: number;
  /** How calls are signed; absent: they are not. */
  aws?: AwsAccess | undefined;
}

/** A secret value, or where to get it (a vault, a rotating token). */
export type Secret = string | (() => string | Promise<string>);

/** What a user may say of a provider, built-in or their own. */
export interface ProviderOptions {
  /** Origin, and path if every call starts with one. Trusted as it is: private addresses and http are allowed here. */
  baseUrl?: string;
  /** Provider key held by the server. Attached only to authenticated callers who bring none of their own. */
  apiKey?: Secret;
  /** Headers to set on every call to this provider. */
  headers?: Record<string, string>;
  /** Wire format of all answers; by default told by each call's path. */
  wire?: WireFormat;
  /** Several addresses or keys, among which each attempt picks by weight. */
  targets?: ProviderTargetOptions[];
  /**
   * AWS credentials held by the server, in place of `apiKey`: calls of authenticated callers who bring no credential of their own
   * are signed with them (Signature Version 4), each attempt anew.
   */
  aws?: AwsSecret;
  /**
   * Region of AWS that calls are signed for. For `bedrock` also the host that they go to when there is no `baseUrl`; a path
   * `/v1/<region>/…` names another. Default: the one that the host in `baseUrl` names.
   */
  region?: string;
  /** Name of the AWS service in signatures. Default `bedrock`. */
  service?: string;
}

/** One of several addresses or keys of a provider; what is not given is the provider's. */
export interface ProviderTargetOptions {
  /** Origin, and path if every call starts with one. Trusted as it is. */
  baseUrl?: string;
  /** Provider key held by the server. */
  apiKey?: Secret;
  /** AWS credentials held by the server, in place of a key. */
  aws?: AwsSecret;
  /** Region of AWS; for `bedrock` without a `baseUrl` also the host. */
  region?: string;
  /** Part of the calls that go here, relative to the other targets. Default 1. */
  weight?: number;
}

/** The providers by their names and aliases, the user's options applied. Throws a `TypeError` that names a wrong key. */
export function createRegistry(options: Record<string, ProviderOptions>): ReadonlyMap<string, Provider> {
  const registry = new Map<string, Provider>();
  const configured = new Map(Object.entries(options));
  for (const row of PROVIDERS) {
    const names = [row.name, ...(row.aliases ?? [])];
    const given = names.map((name) => configured.get(name)).find((found) => found !== undefined);
    const provider = toProvider(row, given);
    for (const name of names) {
      registry.set(name, provider);
      configured.delete(name);
    }
  }
  for (const [name, given] of configured) {
    if (!/^[a-z0-9][a-z0-9._-]*$/.test(name) || RESERVED_NAMES.has(name)) {
      throw new TypeError(`providers.${name}: a provider's name is a lower-case path segment, and not one of ours`);
    }
    if (given.baseUrl === undefined && given.targets === undefined) {
      throw new TypeError(`providers.${name}.baseUrl: needed, since it is no built-in`);
    }
    registry.set(name, toProvider({ name, baseUrl: null, credential: 'authorization', prices: null }, given));
  }
  return registry;
}

/** First path segments that are routes of ours. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['gateway', 'api', 'dashboard', 'healthz', 'metrics']);

function toProvider(row: ProviderRow, given: ProviderOptions | undefined): Provider {
  const key = `providers.${row.name}`;
  const address = given?.baseUrl ?? row.baseUrl;
  const apiKey = toSecret(given?.apiKey ?? null, `${key}.apiKey`);
  const bedrock = row.bedrock === true;
  const place = { url: address === null ? null : parseBaseUrl(address, `${key}.baseUrl`), bedrock, key };
  const own: Own = { ...providerPlace(given ?? {}, place), apiKey, bedrock };
  const { url } = own;
  refuseBoth(given, key);
  const headers = toHeaders(given?.headers, `${key}.headers`);
  const wire = given?.wire ?? null;
  if (wire !== null && !Object.hasOwn(WIRE_FORMATS, wire)) {
    throw new TypeError(`${key}.wire: must be one of ${Object.keys(WIRE_FORMATS).join(', ')}`);
  }
  const targets = toTargets(given?.targets, own, `${key}.targets`);
  if (headers.authorization !== undefined && [own, ...targets].some(({ aws }) => aws?.credentials)) {
    throw new TypeError(`${key}.headers: authorization is where the signature of aws goes`);
  }
  // A provider that is nothing but its targets is at home at the first.
  const home = url === null ? (targets[0] ?? null) : addressOf(url);
  return {
    name: row.name,
    origin: home?.origin ?? null,
    basePath: home?.basePath ?? '',
    credential: row.credential,
    apiKey: own.apiKey,
    headers,
    wire,
    targets,
    aws: url === null ? (targets[0]?.aws ?? own.aws) : own.aws,
  };
}

/** What a provider has for itself, and its targets inherit. */
interface Own extends AwsPlace {
  apiKey: Secret | null;
  bedrock: boolean;
}

const WIRE_FORMATS: Record<WireFormat, true> = {
  'openai-chat': true,
  'openai-responses': true,
  'openai-realtime': true,
  'openai-embeddings': true,
  'openai-images': true,
  'openai-transcription': true,
  'openai-speech': true,
  'anthropic-messages': true,
  'google-generate-content': true,
  'google-predict': true,
  'bedrock-converse': true,
  'bedrock-invoke': true,
  'cohere-chat': true,
  'cohere-embed': true,
  'mistral-ocr': true,
  ollama: true,
  rerank: true,
};

/** Headers that tell where a message ends or what becomes of its connection: one of these would break every call. */
const FRAMING = /^(connection|content-length|expect|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/;

function toHeaders(given: Record<string, string> | undefined, key: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    const at = `${key}[${JSON.stringify(name)}]`;
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower)) throw new TypeError(`${at}: not a header name`);
    if (FRAMING.test(lower)) throw new TypeError(`${at}: belongs to the connection and cannot be set`);
    if (typeof value !== 'string' || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new TypeError(`${at}: must be text of printable ASCII characters`);
    }
    headers[lower] = value;
  }
  return headers;
}

function toSecret(given: Secret | null, key: string): Secret | null {
  if (given === null || typeof given === 'function' || (typeof given === 'string' && given !== '')) return given;
  throw new TypeError(`${key}: must be text or a function`);
}

function toTargets(given: ProviderTargetOptions[] | undefined, own: Own, key: string): ProviderTarget[] {
  if (given === undefined) return [];
  if (!Array.isArray(given) || given.length === 0) throw new TypeError(`${key}: must be a list of at least one target`);
  return given.map((target, i) => {
    const at = `${key}[${i}]`;
    expectKeys(at, target, ['baseUrl', 'apiKey', 'weight', 'aws', 'region']);
    refuseBoth(target, at);
    const { baseUrl, weight = 1 } = target;
    const apiKey = toSecret(target.apiKey ?? (target.aws === undefined ? own.apiKey : null), `${at}.apiKey`);
    const address = baseUrl === undefined ? null : parseBaseUrl(baseUrl, `${at}.baseUrl`);
    const { url, aws } = targetPlace(target, { url: address, bedrock: own.bedrock, own, key: at });
    if (url === null) throw new TypeError(`${at}.baseUrl: needed, since the provider has none`);
    if (typeof weight !== 'number' || !(weight > 0) || weight === Number.POSITIVE_INFINITY) {
      throw new RangeError(`${at}.weight: must be a number above 0`);
    }
    return { ...addressOf(url), apiKey, weight, aws };
  });
}

function refuseBoth(given: { apiKey?: unknown; aws?: unknown } | undefined, key: string): void {
  if (given?.apiKey !== undefined && given.aws !== undefined) throw new TypeError(`${key}: apiKey or aws, not both`);
}

function addressOf(url: URL): { origin: string; basePath: string } {
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}

function parseBaseUrl(text: string, key: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TypeError(`${key}: ${JSON.stringify(text)} is not an http(s) URL`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError(`${key}: only origin and path are allowed, no credentials, query or fragment`);
  }
  return url;
}
