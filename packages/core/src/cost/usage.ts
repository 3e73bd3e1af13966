/**
 * What one answer used, normalised once for all providers. `null` means not known; 0 means the provider said zero.
 * Totals include their parts: input includes cached and cache-write tokens, output includes reasoning tokens.
 */
export interface Usage {
  /** All input tokens, cache reads and cache writes included. */
  inputTokens: number | null;
  /** All output tokens, reasoning included. */
  outputTokens: number | null;
  /** Input tokens read from the provider's prompt cache. */
  cacheReadTokens: number | null;
  /** Input tokens written to the provider's prompt cache, whatever their lifetime. */
  cacheWriteTokens: number | null;
  /** Part of `cacheWriteTokens` with a lifetime of 5 minutes. */
  cacheWrite5mTokens: number | null;
  /** Part of `cacheWriteTokens` with a lifetime of 1 hour. */
  cacheWrite1hTokens: number | null;
  reasoningTokens: number | null;
  inputAudioTokens: number | null;
  /** Part of both `inputAudioTokens` and `cacheReadTokens`; absent where the provider does not tell. */
  cacheAudioReadTokens?: number | null;
  outputAudioTokens: number | null;
  /** Web searches that the provider ran and bills by the call. */
  webSearches: number | null;
}
