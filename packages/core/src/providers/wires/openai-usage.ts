import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import { asCount, asObject, type JsonObject } from './json-read.js';
import { toldCostNanoUsd } from './openai-chat-told-cost.js';
import { toolsUsed } from './openai-responses-tools.js';

/**
 * Usage of embeddings: only input is counted, so that output is 0 and not unknown. Some compatible servers tell the total alone
 * (https://docs.voyageai.com/reference/embeddings-api), which is the input.
 */
export function embeddingsUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  const inputTokens = asCount(usage?.prompt_tokens) ?? asCount(usage?.total_tokens);
  const cost = usage === null ? null : toldCostNanoUsd(usage);
  if (inputTokens === null && cost === null) return null;
  return { ...EMPTY_USAGE, inputTokens, outputTokens: 0, ...knownParts({ toldCostNanoUsd: cost }) };
}

/**
 * Usage of one answer of the Responses API or the Realtime API, whose names of the details differ by a letter; how much of audio and
 * images was cached only the latter tells. Null when nothing that is charged is told.
 *
 * https://platform.openai.com/docs/api-reference/responses/object,
 * https://platform.openai.com/docs/api-reference/realtime-server-events/response/done
 */
export function responsesUsage(response: JsonObject | null): Usage | null {
  const usage = asObject(response?.usage);
  if (usage === null) return null;
  const inputTokens = asCount(usage.input_tokens);
  const outputTokens = asCount(usage.output_tokens);
  const cost = toldCostNanoUsd(usage);
  if (inputTokens === null && outputTokens === null && cost === null) return null;
  const input = asObject(usage.input_tokens_details ?? usage.input_token_details);
  const output = asObject(usage.output_tokens_details ?? usage.output_token_details);
  const cached = asObject(input?.cached_tokens_details);
  return {
    ...EMPTY_USAGE,
    inputTokens,
    outputTokens,
    cacheReadTokens: asCount(input?.cached_tokens),
    cacheWriteTokens: asCount(input?.cache_write_tokens),
    reasoningTokens: asCount(output?.reasoning_tokens),
    inputAudioTokens: asCount(input?.audio_tokens),
    outputAudioTokens: asCount(output?.audio_tokens),
    ...toolsUsed(response),
    ...knownParts({
      cacheWrite12hTokens: asCount(asObject(input?.cache_write_tokens_details)?.ttl_12h_tokens),
      cacheAudioReadTokens: asCount(cached?.audio_tokens),
      inputImageTokens: asCount(input?.image_tokens),
      cacheImageReadTokens: asCount(cached?.image_tokens),
      outputImageTokens: asCount(output?.image_tokens),
      toldCostNanoUsd: cost,
    }),
  };
}
