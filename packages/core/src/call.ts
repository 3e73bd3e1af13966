import { CallLife } from './call-life.js';
import type { EngineRequest, Headers } from './contract.js';
import type { ProxyError } from './errors.js';
import type { Caller } from './identity.js';
import { JsonBody } from './policy/json-body.js';
import type { Policy } from './policy/policy.js';
import type { Target } from './policy/target.js';
import { uuidv7 } from './policy/uuid.js';
import type { Provider } from './providers/registry.js';
import type { AskedFacts, Attempt, SessionFacts } from './records/facts.js';
import { Capture } from './stream/capture.js';
import type { CallSpan } from './telemetry/call-telemetry.js';
import type { ByteBudget } from './upstream/byte-budget.js';

/** Where a call's path leads: a provider, or null for the gateway, whose target a header names. */
export interface Route {
  provider: Provider | null;
  /** Path without the route's own segment. */
  rest: string;
}

/** The one mutable object of a call. Each stage fills in what it found out; nothing outside a call is changed by one. */
export interface Call {
  /** Record id, UUIDv7. */
  readonly id: string;
  /** The caller's UUID when it sent one, else `id`. */
  requestId: string;
  readonly request: EngineRequest;
  /** A call of our own for a guard: it goes where it is sent, and counts in no limit of the caller's. */
  readonly isCheck: boolean;
  /** Unix ms. */
  readonly createdAt: number;
  /** `performance.now()` at the start: what durations are counted from. */
  readonly startedAt: number;
  /** What `Helicone-Warning` will say. */
  readonly warnings: string[];

  caller: Caller | null;
  route: Route | null;
  /** Set when the call got as far as its policy: from there on it is recorded. */
  recorded: boolean;
  policy: Policy | null;
  target: Target | null;
  /** The client's headers as they go on to the target; a fallback changes them. */
  headers: Headers;
  /** The client's query as it goes on, raw, without `?`; a fallback changes it. */
  query: string;
  /** Another origin can be tried when the target's fails: its breaker is on. */
  hasOtherOrigin: boolean;
  /** The target would not take the call, and another one of its provider's is free: no need to wait for this one. */
  otherTargetReady: boolean;
  /** Asks the provider not to compress: a policy has to read the answer, or to hand it to clients that take no compression. */
  identityEncoding: boolean;
  /** What is sent upstream: whole when it is held, else a stream that can be read once. */
  body: Uint8Array | AsyncIterable<Uint8Array> | null;
  /** Bytes of the in-flight budget that this call holds. */
  heldBytes: number;
  readonly requestCapture: Capture;
  readonly responseCapture: Capture;
  readonly attempts: Attempt[];
  /** The error that we answered, if we did. */
  error: ProxyError | null;
  /** What ends the call early. Replaced behind a shared answer, which lives as long as anybody reads it. */
  life: CallLife;
  /** Headers of ours that the answer will carry whatever it is, lower-case; see `label`. */
  labels: Record<string, string> | null;
  /** How the cache took part; null when it did not. */
  cached: CacheUse | null;
  /** The true cost and tokens are waited for by a reservation: the records worker sends them back. */
  settles: boolean;
  /** Set where the host has OpenTelemetry. */
  span: CallSpan | null;
  /** What is known of the WebSocket session that the call has become; null when it became none. */
  session: SessionFacts | null;
  /** Keys of the server's that went along, for the record to leave them out; null: none. */
  serverKeys: string[] | null;
  /** What a request body that is not kept for the record asked for; null: nothing was read, or it is kept. */
  asked: AskedFacts | null;
  /** See `jsonOf`. */
  json: { bytes: Uint8Array; body: JsonBody | null } | null;
}

/** How the cache took part in a call that asked for it. */
export interface CacheUse {
  /** Request id of the call whose answer this one got; null on a miss. */
  referenceId: string | null;
  /** The client had left when the rest of the answer came, which went on for others. */
  leftEarly?: boolean;
}

/** Puts a header of ours on the call's answer, whatever that will be. `name` is lower-case. */
export function label(call: Call, name: string, value: string): void {
  call.labels ??= {};
  call.labels[name] = value;
}

/** The call's body as a JSON object, read once for all policies that ask; null when it is none, or not held whole. */
export function jsonOf(call: Call): JsonBody | null {
  const bytes = call.body;
  if (!(bytes instanceof Uint8Array)) return null;
  if (call.json?.bytes !== bytes) call.json = { bytes, body: JsonBody.read(bytes) };
  return call.json.body;
}

/** A call that has just arrived. `captureBudget` bounds what all calls keep for their records. */
export function createCall(request: EngineRequest, captureBudget: ByteBudget, isCheck = false): Call {
  const createdAt = Date.now();
  const id = uuidv7(createdAt);
  const startedAt = performance.now();
  return {
    id,
    requestId: id,
    request,
    isCheck,
    createdAt,
    startedAt,
    warnings: request.warnings ?? [],
    caller: null,
    route: null,
    recorded: false,
    policy: null,
    target: null,
    headers: request.headers,
    query: request.query,
    hasOtherOrigin: false,
    otherTargetReady: false,
    identityEncoding: false,
    body: null,
    heldBytes: 0,
    requestCapture: new Capture(captureBudget),
    responseCapture: new Capture(captureBudget),
    attempts: [],
    error: null,
    life: new CallLife(),
    labels: null,
    cached: null,
    settles: false,
    span: null,
    session: null,
    serverKeys: null,
    asked: null,
    json: null,
  };
}
