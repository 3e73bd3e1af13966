import type { AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { ContentBlock } from './anthropic-block.js';
import { messageFacts } from './anthropic-facts.js';
import { asCount, asObject, asText, type JsonObject, own, parseObject, setOwn } from './json-read.js';

/** Rebuilds a `message` object from the events of the Messages API. */
export function rebuildMessage(): Rebuilder {
  return new MessageRebuilder();
}

class MessageRebuilder implements Rebuilder {
  /** The message less its content; null until something of it arrived. */
  #message: JsonObject | null = null;
  readonly #blocks = new Map<number, ContentBlock>();
  #last: ContentBlock | null = null;
  #error: JsonObject | null = null;
  /** Events of kinds that are not known yet, as they came. */
  readonly #others: JsonObject[] = [];
  #stopped = false;

  push(event: StreamEvent): boolean {
    if (event.event === 'ping') return false;
    const data = parseObject(event.data);
    if (data === null) return false;
    switch (asText(data.type) ?? event.event) {
      case 'content_block_delta':
        return this.#delta(data);
      case 'content_block_start':
        return this.#start(data);
      case 'message_start':
        this.#message = asObject(data.message) ?? this.#message;
        return false;
      case 'message_delta':
        this.#messageDelta(data);
        return false;
      case 'message_stop':
        this.#stop(data);
        return false;
      case 'content_block_stop':
      case 'ping':
        return false;
      case 'error':
        this.#error = data;
        return false;
      default:
        this.#others.push(data);
        return false;
    }
  }

  body(): unknown {
    if (this.#message === null && this.#blocks.size === 0) return this.#error;
    const blocks = [...this.#blocks.values()].sort((a, b) => a.index - b.index);
    const body: JsonObject = { ...this.#message, content: blocks.map((block) => block.body()) };
    if (this.#error !== null) body.error = this.#error.error ?? this.#error;
    if (this.#others.length > 0) body.other_events = this.#others;
    return body;
  }

  facts(): AnswerFacts {
    return messageFacts(this.#message, this.#error === null ? null : (this.#error.error ?? this.#error));
  }

  complete(): boolean {
    return this.#stopped && this.#error === null;
  }

  #start(data: JsonObject): boolean {
    const content = asObject(data.content_block);
    if (content === null) return false;
    const block = new ContentBlock(asCount(data.index) ?? this.#blocks.size, content);
    this.#blocks.set(block.index, block);
    this.#last = block;
    // The last hop's block names the model that served; the whole answer is labelled with it.
    const served = content.type === 'fallback' ? asText(asObject(content.to)?.model) : null;
    if (served !== null && this.#message !== null) this.#message.model = served;
    return block.startsWithContent();
  }

  #delta(data: JsonObject): boolean {
    const delta = asObject(data.delta);
    if (delta === null) return false;
    const index = asCount(data.index) ?? this.#last?.index ?? 0;
    let block = this.#last?.index === index ? this.#last : this.#blocks.get(index);
    if (block === undefined || block === null) {
      block = new ContentBlock(index, {});
      this.#blocks.set(index, block);
    }
    this.#last = block;
    block.push(delta);
    return true;
  }

  #stop(data: JsonObject): void {
    this.#stopped = true;
    const message = this.#message;
    if (message === null) return;
    // Bedrock's counts, which its answers that do not stream have in headers.
    for (const key in data) {
      if (key !== 'type' && key !== 'amazon-bedrock-invocationMetrics') set(message, key, data[key]);
    }
  }

  #messageDelta(data: JsonObject): void {
    this.#message ??= {};
    const message = this.#message;
    for (const key in data) {
      const value = data[key];
      if (key === 'type') continue;
      if (key === 'delta') assign(message, asObject(value));
      else if (key === 'usage') this.#mergeUsage(asObject(value));
      else set(message, key, value);
    }
  }

  /** Counts are cumulative over the message; a null, or a 0 where more was counted before, is a filler of proxies. */
  #mergeUsage(counts: JsonObject | null): void {
    if (counts === null || this.#message === null) return;
    const usage = asObject(this.#message.usage) ?? {};
    for (const key in counts) {
      const filler = counts[key] === 0 && (asCount(own(usage, key)) ?? 0) > 0;
      if (!filler) set(usage, key, counts[key]);
    }
    this.#message.usage = usage;
  }
}

function assign(target: JsonObject, source: JsonObject | null): void {
  if (source === null) return;
  for (const key in source) set(target, key, source[key]);
}

/** Sets a member; null never takes away what was said before. */
function set(target: JsonObject, key: string, value: unknown): void {
  if (value !== null || own(target, key) === undefined) setOwn(target, key, value);
}
