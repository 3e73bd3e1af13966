import { type Call, label } from '../call.js';
import type { EngineResponse, Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { ProxyEvents } from '../events.js';
import type { Policy, RetryPolicy } from '../policy/policy.js';
import { askedWaitMs, retryDelay } from '../policy/retry-delay.js';
import { isRetryable, isRetryableError } from '../policy/retryable.js';
import type { Target } from '../policy/target.js';
import { abandon, ConnectTimeout } from '../upstream/failure.js';
import { Pause } from '../upstream/pause.js';
import type { RetryBudget } from '../upstream/retry-budget.js';

/** What bounds the retries, whatever a caller asks for. */
export interface RetryParts {
  budget: RetryBudget;
  /** No retry begins later than this after the call's start, ms. */
  maxElapsedMs: number;
  /** For the whole call, ms. */
  totalMs: number;
  /** From 0 to below 1. */
  random: () => number;
  tell: ProxyEvents['tell'];
}

const NOT_REPLAYABLE = 'helicone-retry-enabled: the request body is too long to be sent again; not retried';

/** Tries again when the provider failed in a way that may pass. An answer whose head is out to the client is never replaced. */
export function createRetry(parts: RetryParts): Stage {
  return function retry(call, next) {
    const policy = (call.policy as Policy).retry;
    if (policy === null || policy.retries === 0) return next();
    if (call.body === null || call.body instanceof Uint8Array) return untilAnswered(call, next, parts);
    if (!call.warnings.includes(NOT_REPLAYABLE)) call.warnings.push(NOT_REPLAYABLE);
    return next();
  };
}

async function untilAnswered(
  call: Call,
  next: () => Promise<EngineResponse>,
  parts: RetryParts,
): Promise<EngineResponse> {
  // What an earlier fallback said does not hold for this one.
  if (call.labels?.['x-should-retry'] !== undefined) delete call.labels['x-should-retry'];
  for (let index = 0; ; index += 1) {
    let answer: EngineResponse | null = null;
    let error: ProxyError | null = null;
    try {
      answer = await next();
    } catch (thrown) {
      if (!(thrown instanceof ProxyError)) throw thrown;
      error = thrown;
    }
    // Where it went is known only now: each attempt picks its target.
    if (index === 0) parts.budget.attempted((call.target as Target).origin);
    const again = answer === null ? isWorthIt(error as ProxyError, call) : isRetryable(answer);
    const waitMs = again && call.life.ended === null ? allowedWait(answer, call, { ...parts, index }) : null;
    if (waitMs === null) {
      // Else the client's SDK would multiply our retries by its own.
      if (again) label(call, 'x-should-retry', 'false');
      if (answer === null) throw error;
      return answer;
    }
    tellOf(call, { answer, error, waitMs, attempt: index + 1, tell: parts.tell });
    if (answer !== null) abandon(answer);
    if (waitMs > 0) await pause(call, waitMs);
    if (call.life.ended !== null) throw call.life.ended;
    label(call, 'helicone-retries', String(Number(call.labels?.['helicone-retries'] ?? 0) + 1));
  }
}

/** An open circuit is worth it only where another target takes the call. */
function isWorthIt(error: ProxyError, call: Call): boolean {
  if (error instanceof ConnectTimeout || isRetryableError(error.code)) return true;
  return error.code === 'circuit_open' && call.otherTargetReady;
}

/** One retry that may be made. */
type Next = RetryParts & { index: number };

/** How long to wait, ms; null when count, time or budget are used up. */
function allowedWait(answer: EngineResponse | null, call: Call, next: Next): number | null {
  const { index, maxElapsedMs, totalMs, budget } = next;
  const policy = (call.policy as Policy).retry as RetryPolicy;
  if (index >= policy.retries) return null;
  const waitMs = waitFor(answer, call, { ...next, policy });
  const elapsed = performance.now() - call.startedAt + waitMs;
  if (elapsed > maxElapsedMs || elapsed >= totalMs) return null;
  return budget.take((call.target as Target).origin) ? waitMs : null;
}

function waitFor(
  answer: EngineResponse | null,
  call: Call,
  { policy, index, random }: Next & { policy: RetryPolicy },
): number {
  const elsewhere = call.otherTargetReady;
  // Refused without a call: nobody needs a rest.
  if (answer === null && elsewhere) return 0;
  const askedMs = answer === null || elsewhere ? 0 : (askedWaitMs(answer.headers, Date.now()) ?? 0);
  return retryDelay({ policy, index, askedMs, random: random() });
}

function pause(call: Call, ms: number): Promise<void> {
  const waiting = new Pause(ms);
  call.life.hold(waiting);
  return waiting.over;
}

interface Told {
  answer: EngineResponse | null;
  error: ProxyError | null;
  /** Counted from 1. */
  attempt: number;
  waitMs: number;
  tell: ProxyEvents['tell'];
}

function tellOf(call: Call, { answer, error, attempt, waitMs, tell }: Told): void {
  const why = answer === null ? { code: (error as ProxyError).code } : { status: answer.status };
  tell('retry', { requestId: call.requestId, attempt, waitMs, ...why, target: (call.target as Target).origin });
}
