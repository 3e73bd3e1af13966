import type { EngineResponse } from '../contract.js';
import type { ErrorCode } from '../errors.js';
import { firstValue } from './headers.js';

/** Statuses below 500 that another try may change: timeout, conflict of locks, too early, too many. */
const RETRYABLE_BELOW_500: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** Whether the provider's side failed: 5xx, but for those that say what it will never do (501, 505). */
export function isServerFault(status: number): boolean {
  return status >= 500 && status !== 501 && status !== 505;
}

/** Whether another try may answer better. A provider that says by `x-should-retry` what it thinks of one is obeyed. */
export function isRetryable({ status, headers }: EngineResponse): boolean {
  if (status < 400) return false;
  const said = firstValue(headers['x-should-retry'])?.trim().toLowerCase();
  if (said === 'true' || said === 'false') return said === 'true';
  return isServerFault(status) || RETRYABLE_BELOW_500.has(status);
}

/**
 * Whether another try at the same target may do better after this error of ours. One that timed out has used up the caller's
 * patience, and the provider may still be working on it; where no connection came about in time nothing was sent, which the
 * code does not tell.
 */
export function isRetryableError(code: ErrorCode): boolean {
  return code === 'upstream_unreachable' || code === 'upstream_reset';
}
