import type { EngineRequest, Headers } from './contract.js';
import { ProxyError } from './errors.js';
import { expectKeys } from './option-values.js';
import type { EngineOptions } from './options.js';
import { CREDENTIAL_HEADERS, createKeyTable, keysIn, protocolKeys, queryKeys } from './policy/credentials.js';
import { isLocal } from './policy/loopback.js';
import { compileLayer, type LayerOptions, type PolicyLayer } from './policy/policy-layers.js';

/** What a key may do. */
export interface KeyOptions {
  /** Partition of records that the key's calls go to. Default `default`. */
  tenant?: string;
  /** User of every call with this key; wins over `Helicone-User-Id`. */
  userId?: string;
  /** Whether the key may read records over REST. Default true, unless the key starts with `pk-`. */
  canRead?: boolean;
  /** Names of the providers that may be called. Default all. */
  providers?: string[];
  /**
   * Policy for the key's calls, over that of the options. Read once: a function that decides on callers does best to return
   * the same object each time, and changes to one that was returned have no effect.
   */
  policy?: LayerOptions;
}

/** Who is calling, as a user's own function decides it. */
export interface Identity extends KeyOptions {
  /**
   * Set when the request's own credential is one of yours: it is then removed and the server-held key of the provider goes
   * in its place. Default false: the credential is the provider's and is forwarded.
   */
  replaceCredential?: boolean;
}

/** Decides who is calling. Null refuses (401); throwing means that it cannot be decided now (503). */
export type Authenticate = (question: {
  headers: Headers;
  method: string;
  path: string;
  remoteAddress: string | undefined;
  /** Node's request. */
  raw: unknown;
  /** The framework's own: Express's `req`, Koa's `ctx`, Fastify's request. */
  host: unknown;
}) => Identity | null | Promise<Identity | null>;

/** Who is calling, decided. */
export interface Caller {
  readonly tenant: string;
  readonly userId: string | null;
  readonly canRead: boolean;
  /** Null: all. */
  readonly providers: ReadonlySet<string> | null;
  /** Whether a key or the user's function vouches for the caller; only then are server-held keys attached. */
  readonly authenticated: boolean;
  /** Tells which credentials in the request are ours and must not go to a provider; null when none can be. */
  readonly isOurs: ((key: string) => boolean) | null;
  /** Policy of the caller's key or identity, checked; null when it has none. */
  readonly policy: PolicyLayer | null;
}

/** Tells who sent a request. Throws `unauthorized` or `auth_unavailable`. */
export interface Authenticator {
  caller(request: EngineRequest): Caller | Promise<Caller>;
  /** For REST: without keys takes only callers from this machine. Whether the caller may read stands in `canRead`. */
  restCaller(request: EngineRequest): Promise<Caller>;
}

const ANYONE: Caller = {
  tenant: 'default',
  userId: null,
  canRead: false,
  providers: null,
  authenticated: false,
  isOurs: null,
  policy: null,
};

/** Builds the authenticator once. Throws a `TypeError` or `RangeError` that names a wrong key of `auth`. */
export function createAuthenticator(auth: EngineOptions['auth'] | null): Authenticator {
  if (auth === null || auth === undefined) return { caller: () => ANYONE, restCaller: localCaller };
  const caller = typeof auth === 'function' ? byFunction(auth) : byKeys(auth.keys);
  return { caller, restCaller: async (request) => caller(request) };
}

async function localCaller(request: EngineRequest): Promise<Caller> {
  if (isLocal(request)) return { ...ANYONE, canRead: true };
  throw new ProxyError('unauthorized', 'no keys are configured, so records are shown to this machine only');
}

function byKeys(keys: Record<string, KeyOptions>): Authenticator['caller'] {
  if (typeof keys !== 'object' || keys === null) throw new TypeError('auth.keys: must be an object of keys');
  const table = createKeyTable(
    Object.entries(keys).map(([key, options]): [string, Caller] => {
      if (key.trim() === '' || /[\s,]/.test(key))
        throw new TypeError('auth.keys: a key is text without spaces or commas');
      const where = `auth.keys["${key.slice(0, 4)}…"]`;
      expectKeys(where, options, ['tenant', 'userId', 'canRead', 'providers', 'policy']);
      const policy = options.policy === undefined ? null : compileLayer(`${where}.policy`, options.policy);
      return [key, toCaller({ ...options, canRead: options.canRead ?? !key.startsWith('pk-') }, policy)];
    }),
  );
  const isOurs = (key: string): boolean => table.find(key) !== undefined;
  return (request) => {
    const found = candidates(request)
      .map(table.find)
      .find((caller) => caller !== undefined);
    if (found === undefined)
      throw new ProxyError('unauthorized', 'no valid key: send one as "Helicone-Auth: Bearer <key>"');
    return { ...found, isOurs };
  };
}

/** Keys that a request shows. `helicone-auth`, when there, is the only one asked: a wrong one is not saved by another. */
function candidates(request: EngineRequest): string[] {
  const own = request.headers['helicone-auth'];
  if (own !== undefined) return keysIn(own);
  const shown = CREDENTIAL_HEADERS.flatMap((name) => keysIn(request.headers[name]));
  return [...shown, ...queryKeys(request.query), ...protocolKeys(request.headers)];
}

function byFunction(authenticate: Authenticate): Authenticator['caller'] {
  const layerOf = createLayerTable();
  return async (request) => {
    const { headers, method, path, remoteAddress, raw, host } = request;
    let identity: Identity | null | undefined;
    try {
      identity = await authenticate({ headers, method, path, remoteAddress, raw, host });
    } catch (cause) {
      throw new ProxyError('auth_unavailable', 'callers cannot be authenticated right now', cause);
    }
    // A function that forgets to answer lets nobody in.
    if (identity === null || identity === undefined)
      throw new ProxyError('unauthorized', 'the caller was not accepted');
    const caller = toCaller(identity, layerOf(identity.policy));
    return identity.replaceCredential === true ? { ...caller, isOurs: shownBy(request) } : caller;
  };
}

/** Which credentials a request shows: those that a fallback brings are others. */
function shownBy({ headers, query }: EngineRequest): (key: string) => boolean {
  const inHeaders = CREDENTIAL_HEADERS.flatMap((name) => keysIn(headers[name]));
  const shown = new Set([...inHeaders, ...queryKeys(query), ...protocolKeys(headers)]);
  return (key) => shown.has(key);
}

/** Reads each policy object of a user's function once. What is wrong with one is the function's fault, not the caller's. */
function createLayerTable(): (policy: LayerOptions | undefined) => PolicyLayer | null {
  const layers = new WeakMap<LayerOptions, PolicyLayer>();
  return (policy) => {
    if (policy === undefined) return null;
    const known = layers.get(policy);
    if (known !== undefined) return known;
    let layer: PolicyLayer;
    try {
      layer = compileLayer('identity.policy', policy);
    } catch (cause) {
      throw new ProxyError('auth_unavailable', 'callers cannot be authenticated right now', cause);
    }
    layers.set(policy, layer);
    return layer;
  };
}

function toCaller(options: KeyOptions, policy: PolicyLayer | null): Caller {
  return {
    tenant: options.tenant ?? 'default',
    userId: options.userId ?? null,
    canRead: options.canRead ?? true,
    providers: options.providers === undefined ? null : new Set(options.providers),
    authenticated: true,
    isOurs: null,
    policy,
  };
}
