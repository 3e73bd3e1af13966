import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import { asCount, asObject, type JsonObject } from './json-read.js';
import { toldCostNanoUsd } from './openai-chat-told-cost.js';

/** A chat's usage object, and those of its members that take it apart. */
interface Told {
  usage: JsonObject;
  input: JsonObject | null;
  output: JsonObject | null;
}

/**
 * Usage of Chat Completions, legacy completions and what is compatible with them. `prompt_tokens` holds cached ones.
 * `provider` is our name of it; Google's endpoint needs it. Null when nothing that is charged is told.
 */
export function chatUsage(value: unknown, provider = ''): Usage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const told: Told = {
    usage,
    input: asObject(usage.prompt_tokens_details),
    output: asObject(usage.completion_tokens_details),
  };
  const { inputTokens, outputTokens, reasoningTokens } = totalsOf(told, provider);
  const cost = toldCostNanoUsd(usage);
  // Parts say nothing where both totals are missing.
  if (inputTokens === null && outputTokens === null && cost === null) return null;
  return {
    inputTokens,
    outputTokens,
    reasoningTokens,
    ...cachedOf(told),
    inputAudioTokens: asCount(told.input?.audio_tokens),
    outputAudioTokens: asCount(told.output?.audio_tokens),
    webSearches: webSearchesOf(usage),
    ...detailsOf(told, cost),
  };
}

type Totals = Pick<Usage, 'inputTokens' | 'outputTokens' | 'reasoningTokens'>;

function totalsOf({ usage, output }: Told, provider: string): Totals {
  const inputTokens = asCount(usage.prompt_tokens) ?? hitsAndMisses(usage);
  const outputTokens = asCount(usage.completion_tokens);
  // Perplexity tells it on top, as do others that know of no details.
  const reasoningTokens = asCount(output?.reasoning_tokens) ?? asCount(usage.reasoning_tokens);
  const totalTokens = asCount(usage.total_tokens);
  const told = { inputTokens, outputTokens, reasoningTokens };
  if (inputTokens === null || outputTokens === null) return told;
  if (reasoningTokens === null) {
    // Google's compatible endpoint counts thinking in the total alone, and does not name it.
    const thinking = THINKS_UNNAMED.has(provider) ? (totalTokens ?? 0) - inputTokens - outputTokens : 0;
    return thinking > 0 ? { inputTokens, outputTokens: outputTokens + thinking, reasoningTokens: thinking } : told;
  }
  return isBeside(usage, { inputTokens, outputTokens, reasoningTokens, totalTokens })
    ? { ...told, outputTokens: outputTokens + reasoningTokens }
    : told;
}

const THINKS_UNNAMED: ReadonlySet<string> = new Set(['google', 'vertex']);

/** DeepSeek tells both halves of its prompt besides their sum: https://api-docs.deepseek.com/guides/kv_cache */
function hitsAndMisses({ prompt_cache_hit_tokens, prompt_cache_miss_tokens }: JsonObject): number | null {
  const hits = asCount(prompt_cache_hit_tokens);
  const misses = asCount(prompt_cache_miss_tokens);
  return hits === null || misses === null ? null : hits + misses;
}

interface Counts {
  inputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
  totalTokens: number | null;
}

/**
 * Whether reasoning is not among `completion_tokens`, as it is at OpenAI. xAI and Vertex count it in `total_tokens` alone, which
 * proves it. Perplexity's deep research counts it nowhere else and charges it at a rate of its own:
 * https://docs.perplexity.ai/getting-started/pricing
 */
function isBeside(usage: JsonObject, { inputTokens, outputTokens, reasoningTokens, totalTokens }: Counts): boolean {
  if (totalTokens === inputTokens + outputTokens + reasoningTokens) return true;
  return asCount(usage.citation_tokens) !== null && asCount(usage.reasoning_tokens) !== null;
}

type Cached = Pick<Usage, 'cacheReadTokens' | 'cacheWriteTokens' | 'cacheWrite5mTokens' | 'cacheWrite1hTokens'>;

/**
 * Reads: `prompt_cache_hit_tokens` is DeepSeek's, `cached_tokens` on top Moonshot's and Together's. Writes: `cache_write_tokens` is
 * OpenAI's and OpenRouter's, `cache_creation…` Alibaba's (https://www.alibabacloud.com/help/en/model-studio/context-cache).
 */
function cachedOf({ usage, input }: Told): Cached {
  const created = asObject(input?.cache_creation);
  return {
    cacheReadTokens:
      asCount(input?.cached_tokens) ?? asCount(usage.prompt_cache_hit_tokens) ?? asCount(usage.cached_tokens),
    cacheWriteTokens: asCount(input?.cache_write_tokens) ?? asCount(input?.cache_creation_input_tokens),
    cacheWrite5mTokens: asCount(created?.ephemeral_5m_input_tokens),
    cacheWrite1hTokens: asCount(created?.ephemeral_1h_input_tokens),
  };
}

/**
 * Searches that are charged by the piece: Perplexity's queries, OpenRouter's `server_tool_use`, and xAI's calls of server-side tools
 * (https://docs.x.ai/developers/tools/tool-usage-details), or before there were such, the sources of its live search.
 */
function webSearchesOf(usage: JsonObject): number | null {
  const queries = asCount(usage.num_search_queries) ?? asCount(asObject(usage.server_tool_use)?.web_search_requests);
  if (queries !== null) return queries;
  const calls = sumOf(serverTools(usage), ['web_search_calls', 'x_search_calls', 'web_search', 'x_search']);
  const sources = asCount(usage.num_sources_used);
  return calls === null || calls === 0 ? (sources ?? calls) : calls;
}

/** xAI's counts by tool, under the names of its REST API or, where they are those of its SDK, the same without their prefix. */
function serverTools(usage: JsonObject): JsonObject | null {
  const details = asObject(usage.server_side_tool_usage_details);
  if (details !== null) return details;
  const calls = asObject(usage.server_side_tool_usage);
  if (calls === null) return null;
  return Object.fromEntries(
    Object.entries(calls).map(([name, count]) => [name.replace('SERVER_SIDE_TOOL_', '').toLowerCase(), count]),
  );
}

/** Null when none of the members is told. */
function sumOf(counts: JsonObject | null, names: readonly string[]): number | null {
  let sum: number | null = null;
  for (const name of names) {
    const count = asCount(counts?.[name]);
    if (count !== null) sum = (sum ?? 0) + count;
  }
  return sum;
}

/** What few answers tell; what is not told is left out. */
function detailsOf({ usage, input, output }: Told, cost: number | null): Partial<Usage> {
  const seconds = usage.prompt_audio_seconds;
  return knownParts({
    acceptedPredictionTokens: asCount(output?.accepted_prediction_tokens),
    rejectedPredictionTokens: asCount(output?.rejected_prediction_tokens),
    inputImageTokens: asCount(input?.image_tokens),
    outputImageTokens: asCount(output?.image_tokens),
    inputVideoTokens: asCount(input?.video_tokens),
    outputVideoTokens: asCount(output?.video_tokens),
    citationTokens: asCount(usage.citation_tokens),
    fileSearches: sumOf(serverTools(usage), ['file_search_calls', 'document_search_calls', 'collections_search']),
    // Mistral's; a fraction is possible.
    inputAudioSeconds: typeof seconds === 'number' && seconds >= 0 && Number.isFinite(seconds) ? seconds : null,
    toldCostNanoUsd: cost,
  });
}
