import type { EngineRequest } from './contract.js';
import type { ProxyError } from './errors.js';
import type { Caller } from './identity.js';
import type { Policy } from './policy/policy.js';
import type { Target } from './policy/target.js';
import { uuidv7 } from './policy/uuid.js';
import type { Provider } from './providers/registry.js';
import type { Attempt } from './records/facts.js';
import { Capture } from './stream/capture.js';
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
  /** What is sent upstream: whole when it is held, else a stream that can be read once. */
  body: Uint8Array | AsyncIterable<Uint8Array> | null;
  /** Bytes of the in-flight budget that this call holds. */
  heldBytes: number;
  readonly requestCapture: Capture;
  readonly responseCapture: Capture;
  readonly attempts: Attempt[];
  /** The error that we answered, if we did. */
  error: ProxyError | null;
  /** The upstream call that is under way, to end it. */
  exchange: { cancel(reason: Error): void } | null;
}

/** A call that has just arrived. `captureBudget` bounds what all calls keep for their records. */
export function createCall(request: EngineRequest, captureBudget: ByteBudget): Call {
  const createdAt = Date.now();
  const id = uuidv7(createdAt);
  const startedAt = performance.now();
  return {
    id,
    requestId: id,
    request,
    createdAt,
    startedAt,
    warnings: request.warnings ?? [],
    caller: null,
    route: null,
    recorded: false,
    policy: null,
    target: null,
    body: null,
    heldBytes: 0,
    requestCapture: new Capture(captureBudget),
    responseCapture: new Capture(captureBudget),
    attempts: [],
    error: null,
    exchange: null,
  };
}
