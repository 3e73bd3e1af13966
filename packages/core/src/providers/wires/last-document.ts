import type { AnswerFacts, Rebuilder } from '../wire.js';
import { type JsonObject, parseObject } from './json-read.js';

/** For formats that never stream: should a server send events all the same, the last whole object is the answer. */
export function lastDocument(factsOf: (body: unknown) => AnswerFacts): Rebuilder {
  let answer: JsonObject | null = null;
  return {
    push({ data }): boolean {
      const object = parseObject(data);
      answer = object ?? answer;
      return object !== null;
    },
    body: () => answer,
    facts: () => factsOf(answer),
    complete: () => answer !== null && factsOf(answer).error === null,
  };
}
