import type { AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { asObject, errorMessage, type JsonObject, own, parseObject, setOwn } from './json-read.js';
import { ollamaFacts } from './ollama-facts.js';
import { append } from './openai-chat-append.js';

/** Members that come in pieces; of all others the last wins, as in the server's own whole answers. */
const PIECES: ReadonlySet<string> = new Set(['content', 'response', 'thinking', 'tool_calls', 'images', 'logprobs']);

/** Rebuilds an answer of Ollama from the lines of its stream. */
export function rebuildOllama(): Rebuilder {
  return new OllamaRebuilder();
}

class OllamaRebuilder implements Rebuilder {
  readonly #answer: JsonObject = {};
  #began = false;

  push({ data }: StreamEvent): boolean {
    const line = parseObject(data);
    if (line === null) return false;
    this.#began = true;
    let content = false;
    for (const key in line) {
      const message = key === 'message' ? asObject(line.message) : null;
      if (message === null) content = grow(this.#answer, key, line[key]) || content;
      else content = this.#growMessage(message) || content;
    }
    return content;
  }

  body(): unknown {
    return this.#began ? this.#answer : null;
  }

  facts(): AnswerFacts {
    return ollamaFacts(this.#answer);
  }

  complete(): boolean {
    return this.#answer.done === true && errorMessage(this.#answer.error) === null;
  }

  #growMessage(pieces: JsonObject): boolean {
    const message = asObject(own(this.#answer, 'message')) ?? {};
    this.#answer.message = message;
    let content = false;
    for (const key in pieces) content = grow(message, key, pieces[key]) || content;
    return content;
  }
}

function grow(target: JsonObject, key: string, value: unknown): boolean {
  if (PIECES.has(key)) return append(target, key, value);
  if (value !== null || own(target, key) === undefined) setOwn(target, key, value);
  // A picture that was made comes whole.
  return key === 'image';
}
