import type { Call } from '../call.js';
import type { CallFacts, Outcome } from '../records/facts.js';
import { operationOf, providerName } from './operation.js';

/** What the request thread knows of a call that ended, as far as its span and the meter say it. */
export interface EndedCall {
  readonly requestId: string;
  readonly tenant: string;
  readonly method: string;
  /** By the GenAI conventions; null: none of them. */
  readonly operation: string | null;
  /** By the GenAI conventions. */
  readonly provider: string;
  /** Origin that was called last, or would have been; null when the call had no target. */
  readonly origin: string | null;
  /** The provider was called. */
  readonly sent: boolean;
  /** Status of the provider's last answer; of ours where it was not called; null when there was none. */
  readonly status: number | null;
  readonly outcome: Outcome;
  /** Code of ours that ended the call. */
  readonly error: string | null;
  /** Null: the cache took no part. */
  readonly cache: 'hit' | 'miss' | null;
  readonly retries: number;
  readonly fallbackIndex: number | null;
  /** Unix ms. */
  readonly endedAt: number;
  readonly durationMs: number;
}

/** `facts` are those of `call`. */
export function endedCall(call: Call, facts: CallFacts): EndedCall {
  const { labels, target } = call;
  const { attempts, cacheReferenceId, status } = facts;
  const fallbackIndex = labels?.['helicone-fallback-index'];
  return {
    requestId: facts.requestId,
    tenant: facts.tenant,
    method: facts.method,
    operation: operationOf(facts.path),
    provider: providerName(facts.provider),
    origin: target?.origin ?? null,
    sent: attempts.length > 0,
    status: attempts.length > 0 ? (attempts.at(-1)?.status ?? null) : status > 0 ? status : null,
    outcome: facts.outcome,
    error: facts.error,
    cache: facts.cacheEnabled ? (cacheReferenceId === null ? 'miss' : 'hit') : null,
    retries: Number(labels?.['helicone-retries'] ?? 0),
    fallbackIndex: fallbackIndex === undefined ? null : Number(fallbackIndex),
    endedAt: facts.createdAt + facts.delayMs,
    durationMs: facts.delayMs,
  };
}
