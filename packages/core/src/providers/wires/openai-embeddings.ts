import type { AnswerFacts, Wire } from '../wire.js';
import { asObject, asText, errorMessage } from './json-read.js';
import { neverStreams } from './never-streams.js';
import { embeddingsUsage } from './openai-usage.js';

/** Embeddings. They never stream. */
export const openaiEmbeddings: Wire = {
  name: 'openai-embeddings',
  ...neverStreams(facts),
};

function facts(body: unknown): AnswerFacts {
  const answer = asObject(body);
  return {
    model: asText(answer?.model),
    usage: embeddingsUsage(answer?.usage),
    finishReason: null,
    error: errorMessage(answer?.error),
    usageObject: asObject(answer?.usage),
  };
}
