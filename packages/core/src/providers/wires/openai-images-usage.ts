import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import { asArray, asCount, asObject, type JsonObject } from './json-read.js';
import { toldCostNanoUsd } from './openai-chat-told-cost.js';

/**
 * Usage of an answer of the Images API: tokens where it tells any (GPT image models), else how many pictures it brought, by which
 * other models are priced. Null when it tells neither.
 */
export function imagesUsage(answer: JsonObject | null): Usage | null {
  const told = asObject(answer?.usage);
  const pictures = asArray(answer?.data)?.length ?? 0;
  const usage = imageTokens(told) ?? (pictures > 0 ? { ...EMPTY_USAGE, images: pictures } : null);
  // xAI tells the cost of a picture: https://docs.x.ai/developers/cost-tracking
  const cost = told === null ? null : toldCostNanoUsd(told);
  return cost === null ? usage : { ...EMPTY_USAGE, ...usage, toldCostNanoUsd: cost };
}

/**
 * Tokens of a usage object as image models tell them; all output is picture unless its details say otherwise. What was cached the
 * tool of the Responses API tells on top, https://platform.openai.com/docs/api-reference/images/object and
 * https://platform.openai.com/docs/api-reference/responses/object (`tool_usage.image_gen`). Null when there is no total in it.
 */
export function imageTokens(value: unknown): Usage | null {
  const usage = asObject(value);
  const inputTokens = asCount(usage?.input_tokens);
  const outputTokens = asCount(usage?.output_tokens);
  if (usage === null || (inputTokens === null && outputTokens === null)) return null;
  const input = asObject(usage.input_tokens_details);
  const cached = asObject(usage.cached_tokens_details) ?? asObject(input?.cached_tokens_details);
  return {
    ...EMPTY_USAGE,
    inputTokens,
    outputTokens,
    cacheReadTokens: asCount(usage.cached_tokens) ?? asCount(input?.cached_tokens),
    ...knownParts({
      inputImageTokens: asCount(input?.image_tokens),
      cacheImageReadTokens: asCount(cached?.cached_image_tokens) ?? asCount(cached?.image_tokens),
      outputImageTokens: asCount(asObject(usage.output_tokens_details)?.image_tokens) ?? outputTokens,
    }),
  };
}
