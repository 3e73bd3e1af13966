import { knownParts } from '../../cost/known-parts.js';
import { partWithin } from '../../cost/part-within.js';
import type { Usage } from '../../cost/usage.js';
import { asArray, asCount, asObject, asText, type JsonObject } from './json-read.js';

/**
 * `usageMetadata` of generated content. `promptTokenCount` holds cached tokens and leaves out what tools brought in;
 * `candidatesTokenCount` leaves out thoughts. Google leaves out counts that are 0, so that one that is missing beside the total
 * is what the total leaves for it. Null when there is no total in it.
 */
export function contentUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const prompt = asCount(usage.promptTokenCount);
  const reasoningTokens = asCount(usage.thoughtsTokenCount);
  const generated = asCount(usage.candidatesTokenCount);
  const toolUse = asCount(usage.toolUsePromptTokenCount) ?? 0;
  const inputTokens = prompt === null ? null : prompt + toolUse;
  const outputTokens =
    generated === null
      ? rest(asCount(usage.totalTokenCount), inputTokens, reasoningTokens)
      : generated + (reasoningTokens ?? 0);
  if (inputTokens === null && outputTokens === null) return null;
  return {
    inputTokens,
    outputTokens,
    cacheReadTokens: partWithin(asCount(usage.cachedContentTokenCount), inputTokens),
    cacheWriteTokens: null,
    cacheWrite5mTokens: null,
    cacheWrite1hTokens: null,
    reasoningTokens,
    inputAudioTokens: sum(audio(usage, 'promptTokensDetails'), audio(usage, 'toolUsePromptTokensDetails')),
    cacheAudioReadTokens: audio(usage, 'cacheTokensDetails'),
    outputAudioTokens: audio(usage, 'candidatesTokensDetails'),
    webSearches: null,
    ...pictureParts(usage),
  };
}

/** Tokens of pictures and films, where a breakdown names them. */
function pictureParts(usage: JsonObject): Partial<Usage> {
  const input = (modality: Modality): number | null =>
    sum(named(usage, 'promptTokensDetails', modality), named(usage, 'toolUsePromptTokensDetails', modality));
  return knownParts({
    inputImageTokens: input('IMAGE'),
    cacheImageReadTokens: named(usage, 'cacheTokensDetails', 'IMAGE'),
    outputImageTokens: named(usage, 'candidatesTokensDetails', 'IMAGE'),
    inputVideoTokens: input('VIDEO'),
    outputVideoTokens: named(usage, 'candidatesTokensDetails', 'VIDEO'),
  });
}

/** `usageMetadata` of embeddings: only input is counted, so that output is 0 and not unknown. */
export function embeddingUsage(value: unknown): Usage | null {
  const usage = contentUsage(value);
  return usage === null || usage.inputTokens === null ? null : { ...usage, outputTokens: 0 };
}

/** Output where Google names only the total; never less than the thoughts that it names. */
function rest(total: number | null, input: number | null, thoughts: number | null): number | null {
  if (total === null || input === null || total < input) return thoughts;
  return Math.max(total - input, thoughts ?? 0);
}

type Modality = 'AUDIO' | 'IMAGE' | 'VIDEO';
type Breakdown =
  | 'promptTokensDetails'
  | 'toolUsePromptTokensDetails'
  | 'cacheTokensDetails'
  | 'candidatesTokensDetails';

/** Audio tokens of one breakdown by modality; null when there is no breakdown, 0 when it names none. */
function audio(usage: JsonObject, breakdown: Breakdown): number | null {
  return asArray(usage[breakdown]) === null ? null : (named(usage, breakdown, 'AUDIO') ?? 0);
}

/** Tokens of one modality in one breakdown; null when it is not named there. */
function named(usage: JsonObject, breakdown: Breakdown, modality: Modality): number | null {
  let tokens: number | null = null;
  for (const item of asArray(usage[breakdown]) ?? []) {
    const detail = asObject(item);
    if (asText(detail?.modality) === modality) tokens = (tokens ?? 0) + (asCount(detail?.tokenCount) ?? 0);
  }
  return tokens;
}

function sum(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}
