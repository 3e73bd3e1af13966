import type { RecordRow } from '../store.js';

/** What one call truly used, for its reservation: record id, cost in nano-USD, tokens in and out. Null is not known. */
export type Settled = readonly [id: string, costNanoUsd: number | null, tokens: number | null];

/**
 * What a call settles to: what its provider told, else what is estimated of it. Four stay at their bounds, since what they used may be
 * more: an estimate of an answer that may hide reasoning, whole or not (asking the provider for usage, as `Helicone-Stream-Usage` does,
 * makes its figures known); a stream of which no output had arrived; a document that broke off, which was generated whole before its
 * first byte came; and a stream that told of an error. What was told until then alone is not what it used.
 * A session tells the usage of each answer behind it, so that where any sum is known it is all, however much of the messages was kept.
 */
export function settledOf(row: RecordRow, isSession = false): Settled {
  const { id, costNanoUsd, promptTokens, completionTokens } = row;
  if (row.atLeast === true || (!isSession && isBroken(row) && !isMetered(row))) return [id, null, null];
  const tokens = promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens;
  return [id, costNanoUsd, tokens];
}

function isBroken({ stream, truncated, outcome, usageSource }: RecordRow): boolean {
  return outcome !== 'success' && ((stream && truncated) || usageSource === 'estimated');
}

function isMetered({ stream, outcome, timeToFirstTokenMs, usageSource, finishReason }: RecordRow): boolean {
  if (!stream || outcome === 'upstream_error') return false;
  return usageSource === 'estimated'
    ? timeToFirstTokenMs !== null
    : usageSource === 'provider' && finishReason !== null;
}
