import type { Call } from '../call.js';
import type { EngineResponse, Stage } from '../contract.js';
import { ProxyError } from '../errors.js';
import type { Limiter } from '../limits/limiter.js';
import type { Policy } from '../policy/policy.js';

export interface LimitStageOptions {
  /** Null: the server counts no limits, and says so to callers who ask for one. */
  limiter: Limiter | null;
}

/**
 * Counts the call in its rate limits and refuses it where one is used up. Behind the cache, so that a hit takes nothing; in front
 * of fallback, so that a call counts once however often it is tried.
 */
export function createLimit({ limiter }: LimitStageOptions): Stage {
  return function limit(call, next) {
    if ((call.policy as Policy).rateLimits.length === 0) return next();
    if (limiter === null) {
      throw new ProxyError('invalid_header', 'helicone-ratelimit-policy: rate limits are turned off on this server');
    }
    const verdict = limiter.admit(call);
    if (verdict === null && !call.settles) return next();
    return verdict instanceof Promise ? later({ call, next, limiter }, verdict) : go({ call, next, limiter }, verdict);
  };
}

interface Limited {
  call: Call;
  next: () => Promise<EngineResponse>;
  limiter: Limiter;
}

async function later(limited: Limited, verdict: Promise<ProxyError | null>): Promise<EngineResponse> {
  return go(limited, await verdict);
}

function go(limited: Limited, refused: ProxyError | null): Promise<EngineResponse> {
  if (refused !== null) throw refused;
  return limited.call.settles ? settled(limited) : limited.next();
}

/** A call that holds a reservation: whatever ends it before its answer does settles it here, once. */
async function settled({ call, next, limiter }: Limited): Promise<EngineResponse> {
  let response: EngineResponse;
  try {
    response = await next();
  } catch (error) {
    limiter.failed(call);
    throw error;
  }
  limiter.answered(call, response.status);
  return response;
}
