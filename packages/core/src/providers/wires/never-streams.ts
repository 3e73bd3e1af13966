import type { AnswerFacts, Rebuilder, Wire } from '../wire.js';
import { type JsonObject, parseObject } from './json-read.js';
import { openaiErrorEvent } from './openai-chat.js';

/**
 * What formats have in common that never stream. Should a server send events all the same, the last whole object is the answer.
 * `facts` reads an answer.
 */
export function neverStreams(
  facts: (body: unknown) => AnswerFacts,
): Pick<Wire, 'facts' | 'rebuild' | 'endsWhole' | 'errorEvent'> {
  return {
    facts,
    rebuild: () => lastDocument(facts),
    // What ends such a stream is not known.
    endsWhole: () => false,
    errorEvent: openaiErrorEvent,
  };
}

function lastDocument(facts: (body: unknown) => AnswerFacts): Rebuilder {
  let answer: JsonObject | null = null;
  return {
    push({ data }): boolean {
      const object = parseObject(data);
      answer = object ?? answer;
      return object !== null;
    },
    body: () => answer,
    facts: () => facts(answer),
    complete: () => answer !== null && facts(answer).error === null,
  };
}
