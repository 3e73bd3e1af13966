import type { Usage } from '../../cost/usage.js';
import { asCount, asObject } from './json-read.js';

/**
 * Usage of the Messages API. `input_tokens` there leaves out what was read from and written to the cache; ours holds
 * all. Null when there is no total in it.
 */
export function messageUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const fresh = asCount(usage.input_tokens);
  const outputTokens = asCount(usage.output_tokens);
  if (fresh === null && outputTokens === null) return null;
  const lifetimes = asObject(usage.cache_creation);
  const cacheWrite5mTokens = asCount(lifetimes?.ephemeral_5m_input_tokens);
  const cacheWrite1hTokens = asCount(lifetimes?.ephemeral_1h_input_tokens);
  const cacheReadTokens = asCount(usage.cache_read_input_tokens);
  const cacheWriteTokens = asCount(usage.cache_creation_input_tokens) ?? sum(cacheWrite5mTokens, cacheWrite1hTokens);
  return {
    inputTokens: fresh === null ? null : fresh + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
    outputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    cacheWrite5mTokens,
    cacheWrite1hTokens,
    reasoningTokens: asCount(asObject(usage.output_tokens_details)?.thinking_tokens),
    inputAudioTokens: null,
    outputAudioTokens: null,
    webSearches: asCount(asObject(usage.server_tool_use)?.web_search_requests),
  };
}

function sum(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}
