import type { Usage } from '../../cost/usage.js';
import { asCount, asObject } from './json-read.js';

/**
 * Usage of the Messages API, or of one of its iterations. `input_tokens` there leaves out what was read from and written to the
 * cache; ours holds all. Null when there is no total in it. Fetches of pages (`web_fetch_requests`) cost nothing but their tokens.
 * https://platform.claude.com/docs/en/about-claude/pricing
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
  const byLifetime = sum(cacheWrite5mTokens, cacheWrite1hTokens);
  const written = asCount(usage.cache_creation_input_tokens);
  // Proxies fill in a 0; and a total holds its parts.
  const cacheWriteTokens = written === null ? byLifetime : Math.max(written, byLifetime ?? 0);
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
