import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import type { AnswerFacts, Wire } from '../wire.js';
import { asCount, asObject, asText, errorMessage, type JsonObject } from './json-read.js';
import { neverStreams } from './never-streams.js';
import { valueAtEnd } from './value-at-end.js';

/** Re-rankers of Cohere, Jina, Voyage, Together, DeepInfra, Mixedbread and those who speak like them. They never stream. */
export const rerank: Wire = {
  name: 'rerank',
  ends: (text) => ({ meta: valueAtEnd(text, 'meta') }),
  ...neverStreams(facts),
};

function facts(body: unknown): AnswerFacts {
  const answer = asObject(body);
  const told = asObject(answer?.usage) ?? asObject(answer?.meta) ?? asObject(answer?.inference_status);
  return {
    model: asText(answer?.model),
    usage: usageOf(answer, told),
    finishReason: null,
    error: errorMessage(answer?.error) ?? asText(answer?.message) ?? messageOf(answer?.detail),
    usageObject: told,
  };
}

/**
 * A re-ranker has no output. Its input is counted in search units or in tokens:
 * - Cohere: `meta.billed_units.search_units` (https://docs.cohere.com/reference/rerank)
 * - Jina, Together, Mixedbread: `usage.prompt_tokens`, `usage.total_tokens` (https://docs.together.ai/reference/rerank);
 *   Voyage: `usage.total_tokens` alone (https://docs.voyageai.com/reference/reranker-api)
 * - DeepInfra: `input_tokens`, and what it took in US dollars as `inference_status.cost` (https://deepinfra.com/docs/inference)
 */
function usageOf(answer: JsonObject | null, told: JsonObject | null): Usage | null {
  const billed = asObject(told?.billed_units);
  const searchUnits = asCount(billed?.search_units);
  const inputTokens =
    asCount(told?.prompt_tokens) ??
    asCount(told?.total_tokens) ??
    asCount(billed?.input_tokens) ??
    asCount(answer?.input_tokens) ??
    asCount(told?.tokens_input);
  if (searchUnits === null && inputTokens === null) return null;
  const cost = told?.cost;
  return {
    ...EMPTY_USAGE,
    inputTokens,
    outputTokens: 0,
    ...knownParts({
      searchUnits,
      toldCostNanoUsd: typeof cost === 'number' && cost >= 0 ? asCount(Math.round(cost * 1e9)) : null,
    }),
  };
}

/** Errors of Jina, Voyage and DeepInfra are a `detail`: text, or an object with an `error`. */
function messageOf(detail: unknown): string | null {
  return asText(detail) ?? errorMessage(asObject(detail)?.error);
}
