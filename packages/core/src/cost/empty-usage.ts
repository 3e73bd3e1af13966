import type { Usage } from './usage.js';

/** A usage of which nothing is known, to be spread under what is. */
export const EMPTY_USAGE: Readonly<Usage> = Object.freeze({
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  cacheWrite5mTokens: null,
  cacheWrite1hTokens: null,
  reasoningTokens: null,
  inputAudioTokens: null,
  outputAudioTokens: null,
  webSearches: null,
});
