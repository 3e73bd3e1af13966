import type { AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { BedrockBlock } from './bedrock-content-block.js';
import { type BedrockException, bedrockException, withException } from './bedrock-exception.js';
import { asArray, asCount, asObject, type JsonObject, own, parseObject, setOwn } from './json-read.js';

/** Rebuilds the answer of Converse from the events of ConverseStream; `readFacts` reads that answer. */
export class ConverseRebuilder implements Rebuilder {
  readonly #readFacts: (answer: JsonObject) => AnswerFacts;
  /** Members of the answer beside its message; null until an event came. */
  #head: JsonObject | null = null;
  /** The message less its content. */
  readonly #message: JsonObject = {};
  readonly #blocks = new Map<number, BedrockBlock>();
  #last: BedrockBlock | null = null;
  #stopped = false;
  #told = false;
  #exception: BedrockException | null = null;

  constructor(readFacts: (answer: JsonObject) => AnswerFacts) {
    this.#readFacts = readFacts;
  }

  push(event: StreamEvent): boolean {
    const exception = bedrockException(event);
    if (exception !== null) {
      this.#exception = exception;
      return false;
    }
    const payload = parseObject(event.data);
    return payload === null ? false : this.merge(event.event, payload);
  }

  /** Takes an event by its name and what it says, which is kept. True when it carries content. */
  merge(name: string, payload: JsonObject): boolean {
    this.#head ??= {};
    // Padding against traffic analysis; whole answers have none.
    delete payload.p;
    switch (name) {
      case 'contentBlockDelta':
      case 'contentBlockStart':
      case 'contentBlockStop':
        return this.#mergeBlock(payload);
      case 'messageStart':
        assign(this.#message, payload);
        return false;
      case 'messageStop':
        this.#stopped = true;
        assign(this.#head, payload);
        return false;
      case 'metadata':
        this.#told = true;
        assign(this.#head, payload);
        return false;
      default:
        this.#keep(name, payload);
        return false;
    }
  }

  body(): unknown {
    const exception = this.#exception;
    const body = this.#whole();
    return exception === null ? body : withException(body, exception);
  }

  facts(): AnswerFacts {
    return { ...this.#readFacts(this.#head ?? {}), error: this.#exception?.message ?? null };
  }

  /** Usage comes with the very last event: without it the answer may be whole, but is not told to be. */
  complete(): boolean {
    return this.#stopped && this.#told && this.#exception === null;
  }

  #whole(): JsonObject | null {
    if (this.#head === null) return null;
    const blocks = [...this.#blocks.values()].sort((a, b) => a.index - b.index);
    const message = { ...this.#message, content: blocks.map((block) => block.body()) };
    const body: JsonObject = { output: null, ...this.#head };
    body.output = { message };
    return body;
  }

  #mergeBlock({ contentBlockIndex, start, delta, ...rest }: JsonObject): boolean {
    const index = asCount(contentBlockIndex) ?? this.#last?.index ?? 0;
    let block = this.#last?.index === index ? this.#last : this.#blocks.get(index);
    if (block === undefined) {
      block = new BedrockBlock(index);
      this.#blocks.set(index, block);
    }
    this.#last = block;
    const begun = block.start(asObject(start));
    const grown = block.push(asObject(delta));
    block.push(rest);
    return begun || grown;
  }

  /** Events that are not known yet, in the order in which they came. */
  #keep(name: string, payload: JsonObject): void {
    const head = this.#head as JsonObject;
    const known = asArray(own(head, name));
    if (known === null) setOwn(head, name, [payload]);
    else known.push(payload);
  }
}

function assign(target: JsonObject, source: JsonObject): void {
  for (const key in source) setOwn(target, key, source[key]);
}
