import type { AnswerContext, AnswerFacts } from '../wire.js';
import { contentUsage, embeddingUsage } from './google-generate-content-usage.js';
import { groundingSearches } from './google-grounding-searches.js';
import { contentTier } from './google-service-tier.js';
import { asArray, asObject, asText, errorMessage, type JsonObject } from './json-read.js';

/** What a `GenerateContentResponse`, or an answer with embeddings, says. Never throws. */
export function contentFacts(answer: JsonObject | null, context: AnswerContext | undefined): AnswerFacts {
  const model = asText(answer?.modelVersion);
  const candidates = asArray(answer?.candidates);
  const usage = isEmbedding(answer) ? embeddingUsage(answer?.usageMetadata) : contentUsage(answer?.usageMetadata);
  const webSearches = groundingSearches(candidates, model ?? context?.requestModel ?? null);
  return {
    model,
    usage: usage === null ? null : { ...usage, webSearches },
    finishReason: asText(asObject(candidates?.[0])?.finishReason),
    error: errorMessage(answer?.error) ?? blocked(asObject(answer?.promptFeedback)),
    usageObject: asObject(answer?.usageMetadata),
    serviceTier: contentTier(answer, context?.headers),
  };
}

function isEmbedding(answer: JsonObject | null): boolean {
  return answer?.embedding !== undefined || answer?.embeddings !== undefined;
}

/** A prompt that Google does not answer: status 200, and no candidates. */
function blocked(feedback: JsonObject | null): string | null {
  const reason = asText(feedback?.blockReason);
  if (reason === null) return null;
  const said = asText(feedback?.blockReasonMessage);
  return said === null ? `prompt blocked: ${reason}` : `prompt blocked: ${reason}: ${said}`;
}
