import type { Rebuilder, StreamEvent } from '../wire.js';
import { cohereFacts } from './cohere-chat-facts.js';
import { CohereParts } from './cohere-chat-parts.js';
import { CohereV1Rebuilder } from './cohere-chat-v1-rebuild.js';
import { asCount, asObject, asText, type JsonObject, own, parseObject, setOwn } from './json-read.js';
import { append } from './openai-chat-append.js';

/** Rebuilds an answer of Cohere's chat; v1's events name their `event_type`, v2's their `type`. */
export function rebuildCohereChat(): Rebuilder {
  const v1 = new CohereV1Rebuilder();
  const v2 = new CohereV2Rebuilder();
  let current: CohereV1Rebuilder | CohereV2Rebuilder = v2;
  return {
    push({ event, data }: StreamEvent): boolean {
      const object = parseObject(data);
      if (object === null) return false;
      if (asText(object.event_type) !== null) current = v1;
      return current.push(object, event);
    },
    body() {
      const answer = current.answer();
      return Object.keys(answer).length === 0 ? null : answer;
    },
    facts: () => cohereFacts(current.answer()),
    complete: () => current.ended && cohereFacts(current.answer()).error === null,
  };
}

/** Members of an event that belong to the stream and not to the answer. */
const FRAME: ReadonlySet<string> = new Set(['type', 'index', 'delta', 'logprobs']);

class CohereV2Rebuilder {
  /** The answer less its message. */
  readonly #answer: JsonObject = {};
  /** The message less its lists. */
  readonly #message: JsonObject = {};
  readonly #parts = new Map<string, CohereParts>();
  readonly #logprobs: unknown[] = [];
  /** Whether the terminal event came. */
  ended = false;

  push(event: JsonObject, name: string): boolean {
    if ((asText(event.type) ?? name) === 'message-end') this.ended = true;
    for (const key in event) {
      // An error's message stands where an answer has its message object.
      if (!FRAME.has(key)) set(this.#answer, key === 'message' ? 'error' : key, event[key]);
    }
    if (asObject(event.logprobs) !== null) this.#logprobs.push(event.logprobs);
    const delta = asObject(event.delta);
    let content = false;
    for (const key in delta) {
      if (key !== 'message') set(this.#answer, key, delta[key]);
      else content = this.#grow(asObject(delta.message), asCount(event.index));
    }
    return content;
  }

  /** The whole answer, as far as it arrived. */
  answer(): JsonObject {
    const message = { ...this.#message };
    for (const [key, parts] of this.#parts) setOwn(message, key, parts.list());
    const body = { ...this.#answer };
    if (Object.keys(message).length > 0) body.message = message;
    if (this.#logprobs.length > 0) body.logprobs = this.#logprobs;
    return body;
  }

  /** Pieces of `content`, `tool_calls` and `citations` are objects, those of `tool_plan` text. */
  #grow(message: JsonObject | null, index: number | null): boolean {
    let content = false;
    for (const key in message) {
      const value = message[key];
      const piece = asObject(value);
      if (piece !== null) content = this.#partsOf(key).push(piece, index) || content;
      else if (Array.isArray(value)) content = this.#growList(key, value) || content;
      else if (key === 'role') set(this.#message, key, value);
      // The first event has an empty text or list for everything that may come; a whole answer has only what came.
      else if (value !== '') content = append(this.#message, key, value) || content;
    }
    return content;
  }

  #growList(key: string, pieces: unknown[]): boolean {
    let content = false;
    for (const [index, piece] of pieces.entries()) {
      const object = asObject(piece);
      if (object !== null) content = this.#partsOf(key).push(object, asCount(object.index) ?? index) || content;
    }
    return content;
  }

  #partsOf(key: string): CohereParts {
    let parts = this.#parts.get(key);
    if (parts === undefined) {
      parts = new CohereParts();
      this.#parts.set(key, parts);
    }
    return parts;
  }
}

/** Sets a member; null never takes away what was said before. */
function set(target: JsonObject, key: string, value: unknown): void {
  if (value !== null || own(target, key) === undefined) setOwn(target, key, value);
}
