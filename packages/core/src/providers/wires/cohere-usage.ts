import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import { asCount, asObject } from './json-read.js';

/**
 * Usage of Cohere's chat: `usage` of v2, `meta` of v1. What is charged is `billed_units`; `tokens` holds besides what Cohere adds
 * on its own account (templates, special tokens), "you are not charged for them". Servers that tell no billed units are read by
 * their `tokens`. Null when there is no total in it.
 * https://docs.cohere.com/docs/how-does-cohere-pricing-work
 */
export function cohereChatUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  const counted = asObject(usage?.billed_units) ?? asObject(usage?.tokens);
  const inputTokens = asCount(counted?.input_tokens);
  const outputTokens = asCount(counted?.output_tokens);
  if (inputTokens === null && outputTokens === null) return null;
  const cached = asCount(usage?.cached_tokens);
  return {
    ...EMPTY_USAGE,
    inputTokens,
    outputTokens,
    // Cached ones are counted among all tokens, not among the billed ones: where there are more of them, what part was billed is not known.
    cacheReadTokens: cached !== null && inputTokens !== null && cached <= inputTokens ? cached : null,
    ...knownParts({ searchUnits: asCount(counted?.search_units) }),
  };
}

/**
 * Usage of Cohere's embeddings, by the `meta` of the answer: text by its tokens, images by their tokens or by the piece, and no output.
 * https://docs.cohere.com/reference/embed
 */
export function cohereEmbedUsage(value: unknown): Usage | null {
  const billed = asObject(asObject(value)?.billed_units);
  const textTokens = asCount(billed?.input_tokens);
  const imageTokens = asCount(billed?.image_tokens);
  const images = asCount(billed?.images);
  if (textTokens === null && imageTokens === null && images === null) return null;
  return {
    ...EMPTY_USAGE,
    inputTokens: textTokens === null && imageTokens === null ? null : (textTokens ?? 0) + (imageTokens ?? 0),
    outputTokens: 0,
    // One or the other: both are the same images.
    ...knownParts({ inputImageTokens: imageTokens, images: imageTokens === null ? images : null }),
  };
}
