import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import type { Usage } from '../../cost/usage.js';
import type { AnswerFacts } from '../wire.js';
import { asArray, asCount, asObject, type JsonObject } from './json-read.js';

/** Counts of Bedrock, whose input leaves out what was read from and written to the cache. */
interface Counts {
  input: number | null;
  output: number | null;
  cacheRead: number | null;
  cacheWrite: number | null;
}

/**
 * Usage of Converse and of Amazon Nova. `inputTokens` there counts only what was neither read from nor written to the cache; ours
 * holds all: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html ("total input tokens = inputTokens +
 * cacheReadInputTokens + cacheWriteInputTokens"). Nova's own answers name the cache counts with `Count` at their end.
 * Null when there is no total in it.
 */
export function converseUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  if (usage === null) return null;
  const written = lifetimes(usage);
  return usageOf(
    {
      input: asCount(usage.inputTokens),
      output: asCount(usage.outputTokens),
      cacheRead: asCount(usage.cacheReadInputTokens) ?? asCount(usage.cacheReadInputTokenCount),
      cacheWrite:
        asCount(usage.cacheWriteInputTokens) ??
        asCount(usage.cacheWriteInputTokenCount) ??
        (written === null ? null : (written['5m'] ?? 0) + (written['1h'] ?? 0)),
    },
    written,
  );
}

/**
 * Usage that the last chunk of a streamed InvokeModel tells for every model (`amazon-bedrock-invocationMetrics`). Cache reads and
 * writes stand beside its input, as in Converse.
 */
export function metricsUsage(value: unknown): Usage | null {
  const metrics = asObject(value);
  if (metrics === null) return null;
  return usageOf({
    input: asCount(metrics.inputTokenCount),
    output: asCount(metrics.outputTokenCount),
    cacheRead: asCount(metrics.cacheReadInputTokenCount),
    cacheWrite: asCount(metrics.cacheWriteInputTokenCount),
  });
}

/**
 * Usage that the headers of a plain InvokeModel tell for every model.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModel.html
 */
export function headerUsage(headers: Readonly<Record<string, string>>): Usage | null {
  const count = (name: string): number | null => {
    const value = headers[`x-amzn-bedrock-${name}-token-count`];
    return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : null;
  };
  return usageOf({
    input: count('input'),
    output: count('output'),
    cacheRead: count('cache-read-input'),
    cacheWrite: count('cache-write-input'),
  });
}

/** Usage of an answer that tells its input as one count. Null when neither total is known. */
export function plainUsage(input: unknown, output: unknown): Usage | null {
  return usageOf({ input: asCount(input), output: asCount(output), cacheRead: null, cacheWrite: null });
}

/** What a model's answer says, with what Bedrock counted for it in the place of usage that it does not tell. */
export function withCounted(told: AnswerFacts, counted: Usage | null): AnswerFacts {
  const usage = settledUsage(told.usage, counted);
  if (usage === told.usage) return told;
  const { charged, ...rest } = told;
  return { ...rest, usage };
}

function settledUsage(own: Usage | null, counted: Usage | null): Usage | null {
  if (own === null || counted === null) return own ?? counted;
  if (own.inputTokens === null || own.outputTokens === null) return typeof own.images === 'number' ? own : counted;
  const told = own.cacheReadTokens !== null || own.cacheWriteTokens !== null;
  const cached = (counted.cacheReadTokens ?? 0) + (counted.cacheWriteTokens ?? 0);
  if (told || cached === 0) return own;
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = counted;
  return { ...own, inputTokens, cacheReadTokens, cacheWriteTokens };
}

/**
 * What of the two that change a price was in force: `serviceTier.type` and `performanceConfig.latency`. Null: the standard.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 */
export function bedrockTier(tier: unknown, latency: unknown): string | null {
  const named: string[] = [];
  if (typeof tier === 'string' && tier !== '' && tier !== 'default') named.push(tier);
  if (latency === 'optimized') named.push(latency);
  return named.length === 0 ? null : named.join('+');
}

type Lifetimes = Partial<Record<'5m' | '1h', number>>;

/** Tokens written by how long they are kept; null when the answer does not tell. */
function lifetimes({ cacheDetails }: JsonObject): Lifetimes | null {
  const found: Lifetimes = {};
  for (const item of asArray(cacheDetails) ?? []) {
    const detail = asObject(item);
    const tokens = asCount(detail?.inputTokens);
    const ttl = detail?.ttl;
    if (tokens !== null && (ttl === '5m' || ttl === '1h')) found[ttl] = (found[ttl] ?? 0) + tokens;
  }
  return found['5m'] === undefined && found['1h'] === undefined ? null : found;
}

function usageOf({ input, output, cacheRead, cacheWrite }: Counts, written: Lifetimes | null = null): Usage | null {
  if (input === null && output === null) return null;
  return {
    ...EMPTY_USAGE,
    inputTokens: input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    cacheWrite5mTokens: written?.['5m'] ?? null,
    cacheWrite1hTokens: written?.['1h'] ?? null,
  };
}
