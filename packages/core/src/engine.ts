import { labelAnswer } from './answer-labels.js';
import { type Call, createCall } from './call.js';
import { compose } from './compose.js';
import type { EngineRequest, EngineResponse } from './contract.js';
import { ProxyError, renderError, toProxyError } from './errors.js';
import { type Caller, createAuthenticator } from './identity.js';
import { type EngineOptions, resolveOptions } from './options.js';
import { createRegistry } from './providers/registry.js';
import { createRecorder, type Recorder } from './records/recorder.js';
import { createRunningCalls } from './running-calls.js';
import { createForward } from './stages/forward.js';
import { createIdentify } from './stages/identify.js';
import { createRecord } from './stages/record.js';
import { createRenderErrors } from './stages/render-errors.js';
import { createResolvePolicy } from './stages/resolve-policy.js';
import { createRoute } from './stages/route.js';
import { createTakeBody } from './stages/take-body.js';
import { createByteBudget } from './upstream/byte-budget.js';
import { createPools } from './upstream/pools.js';
import { createTargetGuard } from './upstream/target-guard.js';

/** The proxy without a server: requests in, answers out. */
export interface Engine {
  /** Answers one request. Never rejects: whatever happens becomes an answer or, once its head is out, a body that fails. */
  handle(request: EngineRequest): Promise<EngineResponse>;
  /** Says who calls over REST. Rejects with `ProxyError`: `unauthorized`, `auth_unavailable`. */
  restCaller(request: EngineRequest): Promise<Caller>;
  readonly recorder: Recorder;
  /**
   * Takes no new calls, gives running ones up to `graceMs` (default 10 000), writes every record, closes what it opened.
   * Calling it again returns the same promise.
   */
  close(options?: { graceMs?: number }): Promise<void>;
}

/** Builds an engine. Throws a `TypeError` or `RangeError` that names the option that is wrong. */
export function createEngine(options: EngineOptions = {}): Engine {
  const resolved = resolveOptions(options);
  const { limits, timeouts, logger } = resolved;
  const registry = createRegistry(resolved.providers);
  const guard = createTargetGuard(resolved.targets, registry.values());
  const authenticator = createAuthenticator(resolved.auth);
  const budget = createByteBudget(limits.inFlightBytes);
  const pools = createPools({ connectMs: timeouts.connectMs, lookup: guard.lookup });
  const recorder = createRecorder(resolved);
  const running = createRunningCalls();

  const run = compose([
    createRecord(recorder, limits.recordBodyBytes),
    createRenderErrors(logger),
    createIdentify(authenticator),
    createRoute(registry),
    createResolvePolicy(registry, guard),
    createTakeBody(limits, budget),
    createForward(pools, timeouts),
  ]);

  function handle(request: EngineRequest): Promise<EngineResponse> {
    const call = createCall(request, recorder.captureBudget);
    if (running.closing) return Promise.resolve(refuse(call));
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
      logger?.error({ requestId: call.requestId, cause: fault }, 'a call could not be finished');
      return renderError(toProxyError(fault), call.requestId);
    };
    return run(call).then(answered).catch(failed);
  }

  let closed: Promise<void> | null = null;
  return {
    handle,
    restCaller: authenticator.restCaller,
    recorder,
    close({ graceMs = 10_000 } = {}) {
      closed ??= running.drain(graceMs).then(async () => {
        await Promise.all([recorder.close(), pools.destroy()]);
      });
      return closed;
    },
  };
}

function refuse(call: Call): EngineResponse {
  call.error = new ProxyError('shutting_down', 'this server is shutting down; try again');
  return labelAnswer(call, renderError(call.error, call.requestId));
}
