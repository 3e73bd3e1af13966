import type { Usage } from '../../cost/usage.js';
import { asCount, asObject } from './json-read.js';

/**
 * Usage of Chat Completions, legacy completions and what is compatible with them. `prompt_tokens` holds cached ones.
 * DeepSeek tells cached ones by `prompt_cache_hit_tokens`. Null when there is no total in it.
 */
export function chatUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const input = asObject(usage.prompt_tokens_details);
  const output = asObject(usage.completion_tokens_details);
  const inputTokens = asCount(usage.prompt_tokens);
  const reasoningTokens = asCount(output?.reasoning_tokens);
  return unlessEmpty({
    inputTokens,
    outputTokens: withReasoning(asCount(usage.completion_tokens), {
      inputTokens,
      reasoningTokens,
      totalTokens: asCount(usage.total_tokens),
    }),
    cacheReadTokens: asCount(input?.cached_tokens) ?? asCount(usage.prompt_cache_hit_tokens),
    cacheWriteTokens: asCount(input?.cache_write_tokens),
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens,
    inputAudioTokens: asCount(input?.audio_tokens),
    outputAudioTokens: asCount(output?.audio_tokens),
    webSearches: null,
  });
}

/** Usage of embeddings: only input is counted, so that output is 0 and not unknown. */
export function embeddingsUsage(value: unknown): Usage | null {
  const inputTokens = asCount(asObject(value)?.prompt_tokens);
  if (inputTokens === null) return null;
  return {
    inputTokens,
    outputTokens: 0,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: null,
    inputAudioTokens: null,
    outputAudioTokens: null,
    webSearches: null,
  };
}

/** Usage of the Responses API; `output` are the items of the answer, among which web searches are counted. */
export function responsesUsage(value: unknown, output: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const input = asObject(usage.input_tokens_details);
  const details = asObject(usage.output_tokens_details);
  return unlessEmpty({
    inputTokens: asCount(usage.input_tokens),
    outputTokens: asCount(usage.output_tokens),
    cacheReadTokens: asCount(input?.cached_tokens),
    cacheWriteTokens: asCount(input?.cache_write_tokens),
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens: asCount(details?.reasoning_tokens),
    inputAudioTokens: asCount(input?.audio_tokens),
    outputAudioTokens: asCount(details?.audio_tokens),
    webSearches: Array.isArray(output) ? output.filter(isWebSearch).length : null,
  });
}

/**
 * Usage of one answer in a session: the Responses API's members, or the Realtime API's, whose names differ by a letter. How much
 * of the audio was cached only the latter tells.
 */
export function sessionUsage(value: unknown, output: unknown): Usage | null {
  const given = asObject(value);
  const input = asObject(given?.input_token_details ?? given?.input_tokens_details);
  const details = given?.output_token_details ?? given?.output_tokens_details;
  const usage = responsesUsage(
    given === null ? null : { ...given, input_tokens_details: input, output_tokens_details: details },
    output,
  );
  const cached = asObject(input?.cached_tokens_details);
  return usage === null ? null : { ...usage, cacheAudioReadTokens: asCount(cached?.audio_tokens) };
}

function isWebSearch(item: unknown): boolean {
  return asObject(item)?.type === 'web_search_call';
}

/**
 * xAI and Vertex leave reasoning out of `completion_tokens` and count it in `total_tokens` alone; OpenAI counts it in
 * both. Only where the total proves that it was left out is it added.
 */
function withReasoning(
  outputTokens: number | null,
  counts: { inputTokens: number | null; reasoningTokens: number | null; totalTokens: number | null },
): number | null {
  const { inputTokens, reasoningTokens, totalTokens } = counts;
  if (outputTokens === null || inputTokens === null || reasoningTokens === null) return outputTokens;
  const sum = inputTokens + outputTokens + reasoningTokens;
  return totalTokens === sum ? outputTokens + reasoningTokens : outputTokens;
}

/** Parts say nothing where both totals are missing. */
function unlessEmpty(usage: Usage): Usage | null {
  return usage.inputTokens === null && usage.outputTokens === null ? null : usage;
}
