import type { Usage } from '../cost/usage.js';

/** Usage that few answers tell, by the names that records show it under. */
const DETAILS = {
  accepted_prediction_tokens: 'acceptedPredictionTokens',
  rejected_prediction_tokens: 'rejectedPredictionTokens',
  prompt_cache_write_12h_tokens: 'cacheWrite12hTokens',
  prompt_image_tokens: 'inputImageTokens',
  prompt_cache_read_image_tokens: 'cacheImageReadTokens',
  prompt_cache_read_audio_tokens: 'cacheAudioReadTokens',
  completion_image_tokens: 'outputImageTokens',
  prompt_video_tokens: 'inputVideoTokens',
  completion_video_tokens: 'outputVideoTokens',
  citation_tokens: 'citationTokens',
  web_searches: 'webSearches',
  web_search_previews: 'webSearchPreviews',
  file_searches: 'fileSearches',
  code_sessions: 'codeSessions',
  audio_seconds: 'inputAudioSeconds',
  characters: 'inputCharacters',
  images: 'images',
  pages: 'pages',
  annotated_pages: 'annotatedPages',
  search_units: 'searchUnits',
  told_cost_nano_usd: 'toldCostNanoUsd',
} as const satisfies Record<string, keyof Usage>;

/** Those parts of a usage that have no column of their own; only what is known is in it. */
export type UsageDetails = { -readonly [Name in keyof typeof DETAILS]?: number } & {
  /**
   * The usage is the sum of so many parts (answers of a session, models of an answer), each of which was charged on its own; what it
   * cost cannot be told from the sum. Absent: it was charged as one.
   */
  charged_parts?: number;
};

const NAMES = Object.keys(DETAILS) as (keyof typeof DETAILS)[];

/** The details of a usage; null when there are none. A 0 is a detail only where the provider said it. `parts`: see `charged_parts`. */
export function usageDetailsOf(usage: Partial<Usage>, parts: number | null = null): UsageDetails | null {
  let details: UsageDetails | null = parts === null ? null : { charged_parts: parts };
  for (const name of NAMES) {
    const value = usage[DETAILS[name]];
    if (typeof value !== 'number') continue;
    details ??= {};
    details[name] = value;
  }
  return details;
}

/** The same details as parts of a usage again. */
export function usageOfDetails(details: UsageDetails | null): Partial<Usage> {
  const usage: Partial<Usage> = {};
  for (const name of NAMES) {
    const value = details?.[name];
    if (value !== undefined) usage[DETAILS[name]] = value;
  }
  return usage;
}
