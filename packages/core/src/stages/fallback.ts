import { type Call, jsonOf, label, type Route } from '../call.js';
import type { EngineResponse, Headers, Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Caller } from '../identity.js';
import { bedrockRegion } from '../policy/aws-region.js';
import { overrideBody } from '../policy/body-override.js';
import { withoutCredentials } from '../policy/credentials.js';
import type { Fallback, Policy } from '../policy/policy.js';
import { secretsIn } from '../policy/secrets.js';
import type { Target } from '../policy/target.js';
import type { AwsAccess } from '../providers/aws-options.js';
import { inRegion } from '../providers/in-region.js';
import type { Provider, Secret } from '../providers/registry.js';
import { wireForPath } from '../providers/wire-for-path.js';
import { abandon } from '../upstream/failure.js';

/** What a fallback list is worked off with. */
export interface FallbackParts {
  registry: ReadonlyMap<string, Provider>;
  /** For the whole call, over all entries; ms. */
  totalMs: number;
}

const HEADER = 'helicone-fallbacks';
const NOT_REPLAYABLE = `${HEADER}: the request body is too long to be sent again; only the first target is tried`;
const NOT_MERGED = `${HEADER}: bodyKeyOverride needs a JSON object as body; sent unchanged`;

/** Tries the targets of the call's list in turn. Whether they may be called was decided with the policy. */
export function createFallback(parts: FallbackParts): Stage {
  return function fallback(call, next) {
    const entries = (call.policy as Policy).fallbacks;
    if (entries === null || entries.length === 0) return next();
    return inTurn(entries, call, { ...parts, next });
  };
}

/** The call as it came here: every entry starts from it. */
interface Original {
  origin: string | null;
  headers: Headers;
  query: string;
  body: Call['body'];
}

async function inTurn(
  entries: readonly Fallback[],
  call: Call,
  { next, ...parts }: FallbackParts & { next: () => Promise<EngineResponse> },
): Promise<EngineResponse> {
  const { headers, query, body } = call;
  const original: Original = { origin: call.target?.origin ?? null, headers, query, body };
  const last = body === null || body instanceof Uint8Array ? entries.length - 1 : 0;
  if (last < entries.length - 1) call.warnings.push(NOT_REPLAYABLE);
  for (let index = 0; ; index += 1) {
    const entry = entries[index] as Fallback;
    aim(call, entry, { ...parts, original });
    call.hasOtherOrigin = index < last && entries.slice(index + 1).some((later) => later.origin !== entry.origin);
    label(call, 'helicone-fallback-index', String(index));
    let answer: EngineResponse | null = null;
    let error: ProxyError | null = null;
    try {
      answer = await next();
    } catch (thrown) {
      if (!(thrown instanceof ProxyError)) throw thrown;
      error = thrown;
    }
    const moves = answer === null ? movesOnError(error as ProxyError, entry) : isAmong(answer.status, entry);
    const over = call.life.ended !== null || performance.now() - call.startedAt >= parts.totalMs;
    if (index === last || !moves || over) {
      if (answer === null) throw error;
      return answer;
    }
    if (answer !== null) abandon(answer);
  }
}

/** Of our own errors only those that are this target's doing; an open circuit is there to send calls elsewhere. */
function movesOnError({ code, status }: ProxyError, entry: Fallback): boolean {
  return code === 'circuit_open' || ((status === 502 || status === 504) && isAmong(status, entry));
}

/** A session that has begun is an answer, whatever the list says. */
function isAmong(status: number, { onCodes }: Fallback): boolean {
  return status !== 101 && onCodes.some(({ from, to }) => status >= from && status <= to);
}

function aim(call: Call, entry: Fallback, { original, registry }: FallbackParts & { original: Original }): void {
  const { origin, headers, query, body } = original;
  const path = entry.basePath + (call.route as Route).rest;
  call.target = targetOf(entry, path, { registry, caller: call.caller as Caller });
  // For the record, which knows the last target alone.
  call.serverKeys = [...secretsIn({ headers: [call.target.headers], queries: [], serverKeys: call.serverKeys })];
  const own = entry.origin === origin ? { headers, query } : withoutCredentials(headers, query);
  call.headers = { ...own.headers, ...headersOf(entry, call.caller as Caller) };
  call.query = own.query;
  call.body = body;
  if (entry.bodyKeyOverride !== null) override(call, entry.bodyKeyOverride);
}

/** A credential of the options is the server's own: it is for callers that somebody vouches for. */
function headersOf({ headers, trusted }: Fallback, { authenticated }: Caller): Headers {
  return trusted && !authenticated ? withoutCredentials(headers, '').headers : headers;
}

function override(call: Call, values: Readonly<Record<string, unknown>>): void {
  const json = jsonOf(call);
  const body = json === null ? null : overrideBody(json, values);
  if (body !== null) call.body = body;
  else if (!call.warnings.includes(NOT_MERGED)) call.warnings.push(NOT_MERGED);
}

interface Among {
  registry: ReadonlyMap<string, Provider>;
  caller: Caller;
}

function targetOf({ origin, headers, trusted }: Fallback, path: string, among: Among): Target {
  const provider = providerAt(origin, path, among.registry);
  // A server-held key goes where the options point, never where a caller does.
  const ours = trusted && provider !== null && mayUse(provider, among) ? provider : null;
  const name = provider?.name ?? new URL(origin).hostname;
  return {
    provider: name,
    origin,
    path,
    wire: provider?.wire ?? wireForPath(path, { name, origin }),
    credential: provider?.credential ?? 'authorization',
    apiKey: ours === null ? null : keyAt(ours, origin, path),
    headers: ours === null ? {} : without(ours.headers, headers),
    trusted,
    aws: ours === null ? undefined : awsAt(ours, origin, path),
  };
}

/** What the options set for the provider; what they set for the entry says more. */
function without(headers: Target['headers'], others: Fallback['headers']): Target['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !Object.hasOwn(others, name)));
}

/** The provider that this URL belongs to; of several on one origin the one whose base path says most. */
function providerAt(origin: string, path: string, registry: ReadonlyMap<string, Provider>): Provider | null {
  let found: Provider | null = null;
  let length = -1;
  for (const provider of registry.values()) {
    for (const { basePath } of [provider, ...provider.targets].filter((each) => each.origin === origin)) {
      if (basePath.length <= length || !isBelow(path, basePath)) continue;
      found = provider;
      length = basePath.length;
    }
  }
  return found ?? bedrockAt(origin, registry);
}

/** Bedrock's own hosts are Bedrock, also in a region that the options name nowhere else. */
function bedrockAt(origin: string, registry: ReadonlyMap<string, Provider>): Provider | null {
  const region = bedrockRegion(origin);
  const provider = region === null ? undefined : [...registry.values()].find((each) => each.aws?.bedrock);
  return provider === undefined ? null : { ...inRegion(provider, region as string), origin, basePath: '' };
}

function keyAt(provider: Provider, origin: string, path: string): Secret | null {
  if (provider.origin === origin && isBelow(path, provider.basePath) && provider.apiKey !== null) {
    return provider.apiKey;
  }
  return provider.targets.find((each) => each.origin === origin && isBelow(path, each.basePath))?.apiKey ?? null;
}

function awsAt(provider: Provider, origin: string, path: string): AwsAccess | undefined {
  const isHome = provider.origin === origin && isBelow(path, provider.basePath);
  if (isHome && provider.aws !== undefined && provider.aws.credentials !== null) return provider.aws;
  const target = provider.targets.find((each) => each.origin === origin && isBelow(path, each.basePath));
  return target?.aws ?? (isHome ? provider.aws : undefined);
}

function isBelow(path: string, basePath: string): boolean {
  return path.startsWith(`${basePath}/`);
}

/** A key for some providers alone gets no other provider's credential by way of a fallback. */
function mayUse(provider: Provider, { registry, caller }: Among): boolean {
  return caller.providers === null || [...caller.providers].some((name) => registry.get(name)?.name === provider.name);
}
