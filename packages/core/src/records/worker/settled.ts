import type { RecordRow } from '../store.js';

/** What one call truly used, for its reservation: record id, cost in nano-USD, tokens in and out. Null is not known. */
export type Settled = readonly [id: string, costNanoUsd: number | null, tokens: number | null];

export function settledOf({ id, costNanoUsd, promptTokens, completionTokens }: RecordRow): Settled {
  const tokens = promptTokens === null || completionTokens === null ? null : promptTokens + completionTokens;
  return [id, costNanoUsd, tokens];
}
