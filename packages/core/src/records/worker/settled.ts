import type { RecordRow } from '../store.js';

/** What one call truly used, for its reservation: record id, cost in nano-USD, tokens in and out. Null is not known. */
export type Settled = readonly [id: string, costNanoUsd: number | null, tokens: number | null];

/**
 * A stream that broke off may have told what it had used until then, which is not what it used: nothing is known of it. A session
 * tells the usage of each answer behind it, so that where any sum is known it is all, however much of the messages was kept.
 */
export function settledOf(row: RecordRow, isSession = false): Settled {
  const { id, stream, truncated, outcome, costNanoUsd, promptTokens, completionTokens } = row;
  if (!isSession && stream && truncated && outcome !== 'success') return [id, null, null];
  const tokens = promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens;
  return [id, costNanoUsd, tokens];
}
