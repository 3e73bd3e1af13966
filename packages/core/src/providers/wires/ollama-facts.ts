import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { partWithin } from '../../cost/part-within.js';
import type { Usage } from '../../cost/usage.js';
import type { AnswerFacts } from '../wire.js';
import { asCount, asText, errorMessage, type JsonObject, own } from './json-read.js';

/** Members of an answer that tell what it used; durations are in nanoseconds. */
const TOLD = [
  'prompt_eval_count',
  'prompt_eval_cached_count',
  'eval_count',
  'total_duration',
  'load_duration',
  'prompt_eval_duration',
  'eval_duration',
] as const;

/** What an answer of Ollama says. */
export function ollamaFacts(answer: JsonObject | null): AnswerFacts {
  return {
    model: asText(answer?.model),
    usage: usageOf(answer),
    finishReason: asText(answer?.done_reason),
    error: errorMessage(answer?.error),
    usageObject: toldBy(answer),
  };
}

/**
 * `prompt_eval_count` holds cached tokens; older servers leave it out when the whole prompt was cached
 * (https://github.com/ollama/ollama/issues/2068), and all leave out what is 0: then it is not known. Embeddings have no output.
 */
function usageOf(answer: JsonObject | null): Usage | null {
  const inputTokens = asCount(answer?.prompt_eval_count);
  const outputTokens = Array.isArray(answer?.embeddings) ? 0 : asCount(answer?.eval_count);
  if (inputTokens === null && asCount(answer?.eval_count) === null) return null;
  const cacheReadTokens = partWithin(asCount(answer?.prompt_eval_cached_count), inputTokens);
  return { ...EMPTY_USAGE, inputTokens, outputTokens, cacheReadTokens };
}

function toldBy(answer: JsonObject | null): JsonObject | null {
  if (answer === null) return null;
  const told: JsonObject = {};
  for (const name of TOLD) if (asCount(own(answer, name)) !== null) told[name] = answer[name];
  return Object.keys(told).length === 0 ? null : told;
}

/** Counts stand on top and behind everything else. Characters. */
const MAX_ENDS = 4096;
const EMBEDDINGS = /"embeddings"\s*:\s*\[/;

/** What the end of an answer tells of its usage, where its middle is missing, and whether it is one of embeddings. Never throws. */
export function ollamaEnds(text: string): JsonObject {
  const told: JsonObject = EMBEDDINGS.test(text) ? { embeddings: [] } : {};
  const end = text.slice(-MAX_ENDS);
  for (const [, name, count] of end.matchAll(COUNT)) told[name as string] = Number(count);
  return told;
}

const COUNT = new RegExp(`"(${TOLD.join('|')})"\\s*:\\s*(\\d{1,15})(?!\\d)`, 'g');
