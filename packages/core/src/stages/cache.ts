import type { CacheStore } from '../cache/cache-store.js';
import { Flight } from '../cache/flight.js';
import type { FlightOptions } from '../cache/flight-options.js';
import { hitAnswer } from '../cache/hit-answer.js';
import { KeyMemo } from '../cache/key-memo.js';
import { type LookUp, lookUp, type Place } from '../cache/look-up.js';
import { type SavePlace, saveAnswer } from '../cache/save-answer.js';
import { type Call, jsonOf, label } from '../call.js';
import type { EngineResponse, Headers, Stage } from '../contract.js';
import type { Caller } from '../identity.js';
import { callersAwsKeys } from '../policy/aws-authorization.js';
import { isCacheable, isCacheableBody, keyHead, keyOfBody } from '../policy/cache-key.js';
import { isCredential } from '../policy/credentials.js';
import { stopsHere } from '../policy/headers.js';
import type { CachePolicy, Policy } from '../policy/policy.js';
import type { Target } from '../policy/target.js';
import { createByteBudget } from '../upstream/byte-budget.js';
import { type ForwardedHead, forwardedHead, needsServerKey } from '../upstream/request-headers.js';

export interface CacheOptions {
  /** Longest answer that is stored, bytes. */
  maxEntryBytes: number;
  /** A client that takes nothing of a shared stream for this long is dropped when others wait for it, ms. */
  idleMs: number;
  /** 0 up to 1: which of several stored answers is a hit. */
  random: () => number;
}

/** What all answers that stream by may keep for the cache at one time; beyond it they go on, and are not stored. */
const TAPES_BYTES = 64 * 1024 * 1024;

type Next = () => Promise<EngineResponse>;

/**
 * Answers from the cache, and stores what may be answered again. Calls that both read and save share one call upstream with all
 * equal ones that come before its answer is stored.
 */
export function createCache(store: CacheStore, options: CacheOptions): Stage {
  const flights = new Map<string, Flight>();
  const memo = new KeyMemo();
  const budget = createByteBudget(TAPES_BYTES);
  return function cache(call, next) {
    const policy = (call.policy as Policy).cache;
    if (policy === null || !takesPart(call, policy)) return next();
    call.identityEncoding = true;
    call.cached = { referenceId: null };
    const { body } = call as { body: Uint8Array | null };
    const head = headOf(call as TargetedCall, policy);
    const known = memo.find(head, body, policy.ignoreKeys);
    const key = known ?? keyOfBody(head, { body, ignoreKeys: policy.ignoreKeys });
    const place: Place = { store, key, policy };
    if (!policy.read) return saveOnly(call, next, { place, maxBytes: options.maxEntryBytes, budget });
    if (!policy.save) return readOnly(call, next, { place, random: options.random });
    const id = flightId(place);
    const running = flights.get(id);
    if (running !== undefined) return running.join(call, next);
    const looked = lookUp(place);
    if (!(looked instanceof Promise) && looked.entries.length > 0) {
      if (known === undefined) memo.remember({ head, body, ignoreKeys: policy.ignoreKeys, key });
      return Promise.resolve(hit(call, looked, options));
    }
    return takeOff({ call, next, looked, flight: { id, flights, place, budget, ...options } });
  };
}

type TargetedCall = Call & { target: Target };

function takesPart(call: Call, { read, save }: CachePolicy): boolean {
  const { target, request, body } = call;
  if (!(read || save)) return false;
  if (target === null) {
    call.warnings.push(
      'helicone-cache-enabled: with fallbacks alone, without helicone-target-url, calls are not cached',
    );
    return false;
  }
  if (!isCacheable(request.method, target.path)) return false;
  if (body !== null && !(body instanceof Uint8Array)) {
    call.warnings.push('helicone-cache-enabled: the request body is too long to be cached');
    return false;
  }
  // Only routes whose bodies decide it have theirs read.
  return isCacheableBody(null, target.path) || isCacheableBody(jsonOf(call), target.path);
}

function headOf(call: TargetedCall, { seed }: CachePolicy): string {
  const { target, request } = call;
  const caller = call.caller as Caller;
  const { fallbacks = null } = call.policy as Policy;
  const forwarded = forwardedHead({ headers: call.headers, query: request.query }, caller, target);
  return keyHead({
    tenant: caller.tenant,
    credentials:
      (needsServerKey(forwarded, caller, target) ? serverKey(target) : '') + credentialsOf(forwarded) + signerOf(call),
    origin: target.origin,
    provider: target.provider,
    providerHeaders: target.headers,
    fallbacks,
    // Which of the keys that the server holds go to a fallback.
    rights: fallbacks === null || caller.providers === null ? null : [...caller.providers].sort(),
    method: request.method,
    path: target.path,
    query: forwarded.query,
    headers: forwarded.headers,
    seed,
  });
}

/** Every credential that goes on, each under its place, so that no two sets of them read alike. Those in the query count there. */
function credentialsOf({ headers }: ForwardedHead): string {
  const shown: [name: string, value: Headers[string]][] = [];
  for (const name in headers) {
    if (headers[name] !== undefined && isCredential(name) && !stopsHere(name)) shown.push([name, headers[name]]);
  }
  return shown.length === 0 ? '' : JSON.stringify(shown.sort(byName));
}

/** Stands for the server's own key: another one is another account, except where a function gives a key that changes by itself. */
function serverKey({ apiKey, aws }: Target): string {
  if (typeof aws?.credentials === 'object' && aws.credentials !== null) return `aws ${aws.credentials.accessKeyId} `;
  return typeof apiKey === 'string' ? `server ${apiKey} ` : 'server ';
}

/** For an address that signs: in which region, and with what if the caller gives that, which goes on in no header. */
function signerOf({ target, headers }: TargetedCall): string {
  if (target.aws === undefined) return '';
  const own = target.aws.bedrock ? callersAwsKeys(headers) : null;
  return JSON.stringify([target.aws.region, own]);
}

function byName([one]: readonly unknown[], [other]: readonly unknown[]): number {
  return (one as string) < (other as string) ? -1 : 1;
}

/** What decides whether an entry is a hit must be the same for all who share a look at the store. */
function flightId({ key, policy: { buckets, maxAgeMs } }: Place): string {
  return buckets === 1 && maxAgeMs === null ? key : `${key} ${buckets} ${maxAgeMs}`;
}

/** `looked` has entries. */
function hit(call: Call, { entries }: LookUp, { random }: { random: () => number }): EngineResponse {
  const bucket = entries.length === 1 ? 0 : Math.floor(random() * entries.length);
  return hitAnswer(call, entries[bucket] as (typeof entries)[number], bucket);
}

interface FirstCall {
  call: Call;
  next: Next;
  looked: LookUp | Promise<LookUp>;
  flight: FlightOptions;
}

function takeOff({ call, next, looked, flight: options }: FirstCall): Promise<EngineResponse> {
  const flight = new Flight(options);
  options.flights.set(options.id, flight);
  const answer = flight.join(call, next);
  void flight.run(looked);
  return answer;
}

async function readOnly(
  call: Call,
  next: Next,
  { place, random }: { place: Place; random: () => number },
): Promise<EngineResponse> {
  const found = lookUp(place);
  const looked = found instanceof Promise ? await found : found;
  if (looked.entries.length > 0) return hit(call, looked, { random });
  label(call, 'helicone-cache', 'MISS');
  return next();
}

async function saveOnly(call: Call, next: Next, where: SavePlace): Promise<EngineResponse> {
  const response = await next();
  saveAnswer(call, response, where);
  return response;
}
