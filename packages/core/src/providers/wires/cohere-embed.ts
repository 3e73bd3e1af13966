import type { AnswerFacts, Wire } from '../wire.js';
import { cohereEmbedUsage } from './cohere-usage.js';
import { asObject, asText, errorMessage } from './json-read.js';
import { neverStreams } from './never-streams.js';

/** Cohere's embeddings, v1 and v2. They never stream. https://docs.cohere.com/reference/embed */
export const cohereEmbed: Wire = {
  name: 'cohere-embed',
  members: { usage: 'meta', model: 'model' },
  ...neverStreams(facts),
};

function facts(body: unknown): AnswerFacts {
  const answer = asObject(body);
  const meta = asObject(answer?.meta);
  return {
    model: asText(answer?.model),
    usage: cohereEmbedUsage(meta),
    finishReason: null,
    error: errorMessage(answer?.error) ?? asText(answer?.message),
    usageObject: meta,
  };
}
