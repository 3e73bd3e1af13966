import { asArray, asObject, asText } from './json-read.js';

/**
 * Searches of the web that Google bills for an answer. From Gemini 3 on each query that the model ran is one, those that are empty
 * or the same left aside; before it each prompt that was grounded is one, however many queries that took. Null when the answer
 * tells of no grounding.
 *
 * https://ai.google.dev/gemini-api/docs/google-search#pricing, https://ai.google.dev/gemini-api/docs/pricing
 */
export function groundingSearches(candidates: readonly unknown[] | null, model: string | null): number | null {
  let told = false;
  let sources = false;
  const queries = new Set<string>();
  for (const candidate of candidates ?? []) {
    const metadata = asObject(asObject(candidate)?.groundingMetadata);
    if (metadata === null) continue;
    told = true;
    for (const name of ['webSearchQueries', 'imageSearchQueries'] as const) {
      for (const query of asArray(metadata[name]) ?? []) {
        const text = asText(query);
        if (text !== null) queries.add(text);
      }
    }
    sources ||= (asArray(metadata.groundingChunks) ?? []).some((chunk) => asObject(asObject(chunk)?.web) !== null);
  }
  if (!told) return null;
  return isBilledByPrompt(model) ? Number(queries.size > 0 || sources) : queries.size;
}

/** Gemini 1 and 2, by the number in the name; names without one are those of the newest. */
function isBilledByPrompt(model: string | null): boolean {
  return model !== null && GEMINI_1_OR_2.test(model);
}

/** Some have a word between: `gemini-live-2.5-flash`. Bounded, for who wrote the name is not known. */
const GEMINI_1_OR_2 = /gemini-(?:[a-z-]{1,20}-)?[12](?:\D|$)/;
