import type { AnswerFacts, Rebuilder, SseEvent } from '../wire.js';
import { asObject, asText, errorMessage, type JsonObject, parseObject } from './json-read.js';
import { PartialResponse } from './openai-responses-partial.js';

const TERMINAL = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/** Rebuilds a `response` object; `readFacts` reads one. */
export function rebuildResponse(readFacts: (response: JsonObject | null) => AnswerFacts): Rebuilder {
  return new ResponseRebuilder(readFacts);
}

/**
 * The terminal event carries the whole answer, so that no other event of a whole stream needs to be parsed: they are
 * put by, and read only when the stream was cut.
 */
class ResponseRebuilder implements Rebuilder {
  readonly #readFacts: (response: JsonObject | null) => AnswerFacts;
  #terminal: JsonObject | null = null;
  /** Data of events that were not read yet; of those that had to be parsed for their type, the object. */
  #pending: (string | JsonObject)[] = [];
  readonly #partial = new PartialResponse();
  #error: JsonObject | null = null;

  constructor(readFacts: (response: JsonObject | null) => AnswerFacts) {
    this.#readFacts = readFacts;
  }

  push(event: SseEvent): boolean {
    let parsed: JsonObject | null = null;
    let type = nameOf(event);
    if (type === null) {
      parsed = parseObject(event.data);
      if (parsed === null) return false;
      type = asText(parsed.type) ?? '';
    }
    if (TERMINAL.has(type)) {
      const response = asObject((parsed ?? parseObject(event.data))?.response);
      if (response !== null) {
        this.#terminal = response;
        this.#pending = [];
      }
      return false;
    }
    if (type === 'error') {
      this.#error = parsed ?? parseObject(event.data) ?? this.#error;
      return false;
    }
    if (this.#terminal === null) this.#pending.push(parsed ?? event.data);
    return type.endsWith('.delta');
  }

  body(): unknown {
    const response = this.#terminal ?? this.#read();
    if (this.#error === null) return response;
    return { ...response, error: this.#error.error ?? this.#error };
  }

  facts(): AnswerFacts {
    const facts = this.#readFacts(this.#terminal ?? this.#read());
    if (this.#error === null) return facts;
    return { ...facts, error: errorMessage(this.#error.error ?? this.#error) };
  }

  complete(): boolean {
    return this.#terminal !== null && this.#error === null;
  }

  #read(): JsonObject | null {
    for (const item of this.#pending) {
      const object = typeof item === 'string' ? parseObject(item) : item;
      if (object !== null) this.#partial.push(object);
    }
    this.#pending = [];
    return this.#partial.body();
  }
}

const TYPE_FIRST = '{"type":"';

/** The event's type without parsing it: its name, or where a server sends none, what its data begins with. */
export function nameOf(event: SseEvent): string | null {
  if (event.event.startsWith('response.') || event.event === 'error') return event.event;
  if (!event.data.startsWith(TYPE_FIRST)) return null;
  const end = event.data.indexOf('"', TYPE_FIRST.length);
  return end < 0 ? null : event.data.slice(TYPE_FIRST.length, end);
}
