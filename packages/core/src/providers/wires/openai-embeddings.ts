import type { AnswerFacts, Rebuilder, SseEvent, Wire } from '../wire.js';
import { asObject, asText, errorMessage, type JsonObject, parseObject } from './json-read.js';
import { openaiErrorEvent } from './openai-chat.js';
import { embeddingsUsage } from './openai-usage.js';

/** Embeddings. They never stream; should a server send events all the same, the last whole object is the answer. */
export const openaiEmbeddings: Wire = {
  name: 'openai-embeddings',
  facts,
  rebuild,
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
  };
}

function rebuild(): Rebuilder {
  let answer: JsonObject | null = null;
  return {
    push(event: SseEvent): boolean {
      const object = parseObject(event.data);
      answer = object ?? answer;
      return object !== null;
    },
    body: () => answer,
    facts: () => facts(answer),
    complete: () => answer !== null && errorMessage(answer.error) === null,
  };
}
