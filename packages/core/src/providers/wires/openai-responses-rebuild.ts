import type { AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { asArray, asObject, asText, errorMessage, type JsonObject, parseObject } from './json-read.js';
import { responseEnds } from './openai-responses-ends.js';
import { PartialResponse } from './openai-responses-partial.js';
import { valueAtEnd } from './value-at-end.js';

const DRAFT = 'response.image_generation_call.partial_image';
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
  /** The last draft of a picture, like those. */
  #draft: string | JsonObject | null = null;
  readonly #partial = new PartialResponse();
  #error: JsonObject | null = null;

  constructor(readFacts: (response: JsonObject | null) => AnswerFacts) {
    this.#readFacts = readFacts;
  }

  push(event: StreamEvent): boolean {
    let parsed: JsonObject | null = null;
    let type = nameOf(event);
    if (type === null) {
      parsed = parseObject(event.data);
      if (parsed === null) return false;
      type = asText(parsed.type) ?? (errorMessage(parsed.error) === null ? '' : 'error');
    }
    if (TERMINAL.has(type)) {
      const response = asObject((parsed ?? parseObject(event.data))?.response);
      if (response !== null) this.#end(type, response);
      return false;
    }
    if (type === 'error') {
      this.#error = parsed ?? parseObject(event.data) ?? this.#error;
      return false;
    }
    if (this.#terminal !== null) return type.endsWith('.delta');
    // The drafts of a picture are megabytes, and each replaces the one before it.
    if (type === DRAFT) this.#draft = parsed ?? event.data;
    else this.#pending.push(parsed ?? event.data);
    return type === DRAFT || type.endsWith('.delta');
  }

  /** The terminal event has its usage behind everything that was generated; no other event has any. */
  pushEnd(data: string): void {
    const usage = asObject(valueAtEnd(data, 'usage'));
    if (usage === null || this.#terminal !== null) return;
    const { output: _, ...told } = responseEnds(data);
    this.#terminal = { ...this.#read(), ...told, usage };
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

  #end(type: string, response: JsonObject): void {
    // Some compatible servers send the items of a whole answer by their own events alone.
    const bare = type === 'response.completed' && !asArray(response.output)?.length;
    const items = bare ? this.#read()?.output : undefined;
    this.#terminal = items === undefined ? response : { ...response, output: items };
    this.#pending = [];
    this.#draft = null;
  }

  #read(): JsonObject | null {
    if (this.#draft !== null) this.#pending.push(this.#draft);
    this.#draft = null;
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
export function nameOf(event: StreamEvent): string | null {
  if (event.event.startsWith('response.') || event.event === 'error') return event.event;
  if (!event.data.startsWith(TYPE_FIRST)) return null;
  const end = event.data.indexOf('"', TYPE_FIRST.length);
  return end < 0 ? null : event.data.slice(TYPE_FIRST.length, end);
}
