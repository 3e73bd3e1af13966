import type { AnswerFacts, Wire } from '../wire.js';
import { asObject, asText, errorMessage } from './json-read.js';
import { lastDocument } from './last-document.js';
import { openaiErrorEvent } from './openai-chat.js';
import { embeddingsUsage } from './openai-usage.js';

/** Embeddings. They never stream; should a server send events all the same, the last whole object is the answer. */
export const openaiEmbeddings: Wire = {
  name: 'openai-embeddings',
  facts,
  rebuild: () => lastDocument(facts),
  // What ends such a stream is not known.
  endsWhole: () => false,
  errorEvent: openaiErrorEvent,
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
