import type { EventEmitter } from 'node:events';
import { labelAnswer } from './answer-labels.js';
import { type Call, createCall } from './call.js';
import { compose } from './compose.js';
import type { EngineRequest, EngineResponse, Stage } from './contract.js';
import { createParts, type EngineParts } from './engine-parts.js';
import { ProxyError, renderError, toProxyError } from './errors.js';
import type { ResolvedGuards } from './guards/guard-options.js';
import { createModeration } from './guards/moderation.js';
import { promptSecurity } from './guards/prompt-security.js';
import type { Caller } from './identity.js';
import type { Intake } from './intake/intake.js';
import { type EngineOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { createContextWindows } from './policy/context-window.js';
import type { Recorder } from './records/recorder.js';
import { createRunningCalls } from './running-calls.js';
import { createBalance } from './stages/balance.js';
import { createBreaker } from './stages/breaker.js';
import { createCache } from './stages/cache.js';
import { createFallback } from './stages/fallback.js';
import { createForward } from './stages/forward.js';
import { createGuard, type Guards } from './stages/guard.js';
import { createIdentify } from './stages/identify.js';
import { createLimit } from './stages/limit.js';
import { createNoCache } from './stages/no-cache.js';
import { createRecord } from './stages/record.js';
import { createRenderErrors } from './stages/render-errors.js';
import { createResolvePolicy } from './stages/resolve-policy.js';
import { createRetry } from './stages/retry.js';
import { createRewrite } from './stages/rewrite.js';
import { createRoute } from './stages/route.js';
import { createTakeBody } from './stages/take-body.js';
import { createTrace } from './stages/trace.js';
import { createEngineMetrics, type EngineMetrics } from './telemetry/engine-metrics.js';
import { createCooling } from './upstream/cooling.js';
import { createRetryBudget } from './upstream/retry-budget.js';
import type { Webhooks } from './webhooks/webhooks.js';

/** The proxy without a server: requests in, answers out. */
export interface Engine {
  /** Answers one request. Never rejects: whatever happens becomes an answer or, once its head is out, a body that fails. */
  handle(request: EngineRequest): Promise<EngineResponse>;
  /** Says who calls over REST. Rejects with `ProxyError`: `unauthorized`, `auth_unavailable`. */
  restCaller(request: EngineRequest): Promise<Caller>;
  /** Whether policy keeps a caller from saying by itself what a header (lower-case) says. */
  bars(caller: Pick<Caller, 'policy'>, header: string): boolean;
  readonly recorder: Recorder;
  /** Takes calls that were made elsewhere. */
  readonly intake: Intake;
  /** For `/metrics`; null: turned off. */
  readonly metrics: EngineMetrics | null;
  /** Webhooks of tenants. */
  readonly webhooks: Webhooks;
  readonly events: EventEmitter;
  /**
   * Takes no new calls, gives running ones up to `graceMs` (default 10 000), writes every record, closes what it opened.
   * Calling it again returns the same promise.
   */
  close(options?: { graceMs?: number }): Promise<void>;
}

/** Builds an engine. Throws a `TypeError` or `RangeError` that names the option that is wrong. */
export function createEngine(options: EngineOptions = {}): Engine {
  const resolved = resolveOptions(options);
  const { logger } = resolved;
  const parts = createParts(resolved);
  const { recorder, budget, events } = parts;
  const running = createRunningCalls();
  const metrics = resolved.telemetry.metrics ? createEngineMetrics({ ...parts, running: () => running.count }) : null;
  const check = (request: EngineRequest): Promise<EngineResponse> =>
    run(createCall(request, recorder.captureBudget, true));
  const start = compose(stagesOf(resolved, parts, check));

  function run(call: Call): Promise<EngineResponse> {
    // A check belongs to a call that may still finish.
    if (running.closing && !call.isCheck) return Promise.resolve(refuse(call));
    const place = running.enter(call);
    const done = (): void => {
      running.leave(place);
      budget.give(call.heldBytes);
      call.heldBytes = 0;
    };
    const answered = (response: EngineResponse): EngineResponse => {
      if (response.body === null || response.body instanceof Uint8Array) done();
      else response.body.observe({ end: done });
      return labelAnswer(call, response);
    };
    // Only a bug of ours in the two outermost stages comes here; the caller still gets an answer.
    const failed = (fault: unknown): EngineResponse => {
      done();
      logger?.error({ requestId: call.requestId, err: fault }, 'a call could not be finished');
      return renderError(toProxyError(fault), call.requestId);
    };
    return start(call).then(answered).catch(failed);
  }

  let closed: Promise<void> | null = null;
  return {
    handle: (request) => run(createCall(request, recorder.captureBudget)),
    restCaller: parts.authenticator.restCaller,
    bars: parts.policies.bars,
    recorder,
    intake: parts.intake,
    metrics,
    webhooks: parts.webhooks,
    events: events.emitter,
    close({ graceMs = 10_000 } = {}) {
      closed ??= Promise.all([running.drain(graceMs), parts.intake.close()])
        .then(parts.close)
        .then(metrics?.close);
      return closed;
    },
  };
}

/**
 * The story of one call, from the outside in. `check` makes a call of our own for a guard, which goes the whole way and is
 * recorded.
 */
function stagesOf(options: ResolvedOptions, parts: EngineParts, check: Engine['handle']): Stage[] {
  const { limits, timeouts, logger, cache, retry, breaker } = options;
  const maxEntryBytes = cache?.maxEntryBytes ?? 0;
  const { registry, breakers, pools } = parts;
  const { tell } = parts.events;
  const { totalMs, idleMs } = timeouts;
  const random = Math.random;
  return [
    createRecord(parts.recorder, limits.recordBodyBytes),
    createRenderErrors(logger),
    createIdentify(parts.authenticator),
    createRoute(registry),
    createTrace(parts.telemetry),
    createResolvePolicy(registry, parts.guard, parts.policies),
    createTakeBody(limits, parts.budget),
    createRewrite(createContextWindows()),
    createGuard(guardsOf(options.guards, check)),
    parts.cache === null ? createNoCache() : createCache(parts.cache, { maxEntryBytes, idleMs, random }),
    createLimit({ limiter: parts.limiter?.limiter ?? null }),
    createFallback({ registry, totalMs }),
    createRetry({ budget: createRetryBudget(retry), maxElapsedMs: retry.maxElapsedMs, totalMs, random, tell }),
    createBalance({ cooling: createCooling(), breakers, random }),
    createBreaker(breakers, breaker.on),
    createForward(pools, timeouts),
  ];
}

/** The guards of the options; where they name none, the built-in ones. */
function guardsOf({ moderation, security, timeoutMs }: ResolvedGuards, check: Engine['handle']): Guards {
  return {
    moderation: moderation ?? createModeration(check),
    openaiOnly: moderation === null,
    security: security ?? promptSecurity,
    timeoutMs,
  };
}

function refuse(call: Call): EngineResponse {
  call.error = new ProxyError('shutting_down', 'this server is shutting down; try again');
  return labelAnswer(call, renderError(call.error, call.requestId));
}
