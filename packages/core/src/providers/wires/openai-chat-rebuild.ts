import type { AnswerFacts, Rebuilder, SseEvent } from '../wire.js';
import {
  asArray,
  asCount,
  asObject,
  asText,
  errorMessage,
  type JsonObject,
  own,
  parseObject,
  setOwn,
} from './json-read.js';
import { ChatChoice } from './openai-chat-choice.js';
import { chatUsage } from './openai-usage.js';

/** Rebuilds `chat.completion` and `text_completion` objects from their chunks. */
export function rebuildChat(): Rebuilder {
  return new ChatRebuilder();
}

class ChatRebuilder implements Rebuilder {
  /** Members of the answer beside choices, usage and object; null until the first chunk. */
  #head: JsonObject | null = null;
  readonly #choices = new Map<number, ChatChoice>();
  #last: ChatChoice | null = null;
  #usage: JsonObject | null = null;
  #error: string | null = null;
  #legacy = false;
  #done = false;

  push(event: SseEvent): boolean {
    const data = event.data;
    if (data.startsWith('[DONE]')) {
      this.#done = true;
      return false;
    }
    const chunk = parseObject(data);
    if (chunk === null) return false;
    if (event.event === 'error' && chunk.error === undefined) {
      this.#fail(chunk);
      return false;
    }
    return this.#merge(chunk);
  }

  body(): unknown {
    if (this.#head === null) return null;
    // A stream that brought nothing but an error is what a plain call would have got: the error.
    if (this.#error !== null && this.#choices.size === 0) return { ...this.#head };
    const body: JsonObject = {
      ...this.#head,
      object: this.#legacy ? 'text_completion' : 'chat.completion',
      choices: this.#ordered().map((choice) => choice.body()),
    };
    if (this.#usage !== null) body.usage = this.#usage;
    return body;
  }

  facts(): AnswerFacts {
    return {
      model: asText(this.#head?.model),
      usage: chatUsage(this.#usage),
      finishReason: this.#ordered()[0]?.finishReason ?? null,
      error: this.#error,
    };
  }

  complete(): boolean {
    if (this.#error !== null) return false;
    if (this.#done) return true;
    // Some compatible servers send no [DONE]: then every choice must have said why it stopped.
    if (this.#choices.size === 0) return false;
    for (const choice of this.#choices.values()) if (choice.finishReason === null) return false;
    return true;
  }

  #merge(chunk: JsonObject): boolean {
    this.#head ??= {};
    let content = false;
    for (const key in chunk) {
      const value = chunk[key];
      switch (key) {
        case 'choices':
          content = this.#mergeChoices(value);
          break;
        case 'id':
        case 'created':
        case 'model':
          // Azure's first chunk, which carries filter results only, has them empty.
          this.#head[key] ||= value;
          break;
        case 'object':
          if (value === 'text_completion') this.#legacy = true;
          break;
        case 'usage':
          this.#usage = asObject(value) ?? this.#usage;
          break;
        case 'error':
          this.#fail(value);
          break;
        case 'obfuscation':
          // Padding of OpenAI's against traffic analysis; whole answers have none.
          break;
        case 'x_groq':
          this.#mergeGroq(value);
          break;
        default:
          if (value !== null || own(this.#head, key) === undefined) setOwn(this.#head, key, value);
      }
    }
    return content;
  }

  #mergeChoices(value: unknown): boolean {
    const choices = asArray(value);
    if (choices === null) return false;
    let content = false;
    for (const item of choices) {
      const chunk = asObject(item);
      if (chunk === null) continue;
      const choice = this.#choice(asCount(chunk.index) ?? 0);
      if (choice.push(chunk)) content = true;
      // Moonshot reports usage inside the last choice.
      if (chunk.usage !== undefined) this.#usage = asObject(chunk.usage) ?? this.#usage;
    }
    return content;
  }

  #choice(index: number): ChatChoice {
    if (this.#last !== null && this.#last.index === index) return this.#last;
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new ChatChoice(index);
      this.#choices.set(index, choice);
    }
    this.#last = choice;
    return choice;
  }

  /** Groq's last chunk brings usage and errors inside `x_groq`; its whole answers have them on top. */
  #mergeGroq(value: unknown): void {
    const groq = asObject(value);
    if (groq === null || this.#head === null) return;
    const { usage, ...rest } = groq;
    this.#usage = asObject(usage) ?? this.#usage;
    if (groq.error !== undefined) this.#fail(groq.error);
    this.#head.x_groq = rest;
  }

  #fail(error: unknown): void {
    const message = errorMessage(error);
    if (message === null) return;
    this.#error = message;
    this.#head ??= {};
    this.#head.error = error;
  }

  #ordered(): ChatChoice[] {
    const choices = [...this.#choices.values()];
    return choices.length > 1 ? choices.sort((a, b) => a.index - b.index) : choices;
  }
}
