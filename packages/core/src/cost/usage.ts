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
  /** Those of them that were run by OpenAI's `web_search_preview` tool, at a price of its own; part of `webSearches`. */
  webSearchPreviews?: number | null;
  // What follows few answers tell; absent is not known.
  /** Predicted tokens that the model took over; part of `outputTokens`. */
  acceptedPredictionTokens?: number | null;
  /** Predicted tokens that it did not, and which are billed as output all the same; part of `outputTokens`. */
  rejectedPredictionTokens?: number | null;
  /** Part of `cacheWriteTokens` with a lifetime of 12 hours (OpenAI). */
  cacheWrite12hTokens?: number | null;
  /** Part of `inputTokens`. */
  inputImageTokens?: number | null;
  /** Part of both `inputImageTokens` and `cacheReadTokens`. */
  cacheImageReadTokens?: number | null;
  /** Part of `outputTokens`. */
  outputImageTokens?: number | null;
  /** Part of `inputTokens`. */
  inputVideoTokens?: number | null;
  /** Part of `outputTokens`. */
  outputVideoTokens?: number | null;
  /** Tokens of sources that were read for the answer, billed besides input and output (Perplexity). */
  citationTokens?: number | null;
  /** Searches of stored files that the provider ran and bills by the call. */
  fileSearches?: number | null;
  /** Containers for running code that the provider started and bills by the session. */
  codeSessions?: number | null;
  /** Audio that was transcribed, seconds. */
  inputAudioSeconds?: number | null;
  /** Text that was spoken, characters. */
  inputCharacters?: number | null;
  /** Pictures that were made, where they are billed by the piece. */
  images?: number | null;
  /** Pages of documents that were read. */
  pages?: number | null;
  /** Those of them that were also annotated, at a price of their own (Mistral); part of `pages`. */
  annotatedPages?: number | null;
  /** Searches of a re-ranker: a query with up to 100 documents each. */
  searchUnits?: number | null;
  /** What the provider itself says that the call cost, nano-USD (1e-9 USD). */
  toldCostNanoUsd?: number | null;
}
