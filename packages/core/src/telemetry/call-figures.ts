import type { Outcome } from '../records/facts.js';
import type { RecordRow } from '../records/store.js';
import { labelText } from './label-bound.js';

/** What only a look into a call's bodies shows, for its span and for metrics. Not known is null. */
export interface CallFigures {
  /** Record id. */
  readonly id: string;
  readonly outcome: Outcome;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  /** Null also where the host's own redaction has a say in it: what that leaves is known only later. */
  readonly sessionId: string | null;
  readonly stream: boolean;
  readonly finishReason: string | null;
  readonly timeToFirstTokenMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly reasoningTokens: number | null;
  readonly costNanoUsd: number | null;
}

/** The figures of a row. `isRedacted`: the host's own redaction will look at it. */
export function figuresOf(row: RecordRow, isRedacted: boolean): CallFigures {
  return {
    id: row.id,
    outcome: row.outcome,
    requestModel: cut(row.requestModel ?? row.model),
    responseModel: cut(row.responseModel),
    sessionId: isRedacted ? null : (row.properties['helicone-session-id'] ?? null),
    stream: row.stream,
    finishReason: cut(row.finishReason),
    timeToFirstTokenMs: row.timeToFirstTokenMs,
    inputTokens: row.promptTokens,
    outputTokens: row.completionTokens,
    cacheReadTokens: row.cacheReadTokens,
    cacheWriteTokens: row.cacheWriteTokens,
    reasoningTokens: row.reasoningTokens,
    costNanoUsd: row.costNanoUsd,
  };
}

/** Callers and gateways' servers write these, as long as they like. */
function cut(text: string | null): string | null {
  return text === null ? null : labelText(text);
}
