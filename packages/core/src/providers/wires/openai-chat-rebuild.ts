import type { AnswerContext, AnswerFacts, Rebuilder, StreamEvent } from '../wire.js';
import { asArray, asCount, asObject, errorMessage, type JsonObject, own, parseObject, setOwn } from './json-read.js';
import { ChatChoice } from './openai-chat-choice.js';
import { errorOfChoice, factsOfChat, isDone } from './openai-chat-facts.js';

/** Rebuilds `chat.completion` and `text_completion` objects from their chunks. */
export function rebuildChat(context?: AnswerContext): Rebuilder {
  return new ChatRebuilder(context);
}

/** Providers whose whole answers have the index of a tool call too; those of OpenAI do not. */
const INDEXED_CALLS: ReadonlySet<string> = new Set(['deepseek', 'mistral', 'together']);

/** What the whole answer to a legacy completion is called, by what its chunks are; the second is Together's. */
const LEGACY_OBJECTS: ReadonlyMap<unknown, string> = new Map([
  ['text_completion', 'text_completion'],
  ['completion.chunk', 'text.completion'],
]);
const LEGACY_PATH = /(?<!\/chat)\/completions\/?$/;

class ChatRebuilder implements Rebuilder {
  /** Members of the answer beside choices, usage and object; null until the first chunk. */
  #head: JsonObject | null = null;
  readonly #choices = new Map<number, ChatChoice>();
  #last: ChatChoice | null = null;
  #usage: JsonObject | null = null;
  #error: string | null = null;
  /** Of one that stands in a choice, which keeps it. */
  #choiceError: string | null = null;
  /** What a legacy completion is called; null while it may be a chat. */
  #legacy: string | null = null;
  #done = false;
  readonly #provider: string;
  readonly #isLegacyPath: boolean;

  constructor(context: AnswerContext | undefined) {
    this.#provider = context?.provider ?? '';
    this.#isLegacyPath = LEGACY_PATH.test(context?.path ?? '');
  }

  push(event: StreamEvent): boolean {
    if (isDone(event.data)) {
      this.#done = true;
      return false;
    }
    const chunk = parseObject(event.data);
    if (chunk === null) {
      if (event.event === 'error') this.#fail(event.data);
      return false;
    }
    if ((event.event === 'error' || chunk.object === 'error') && chunk.error === undefined) {
      this.#fail(chunk);
      return false;
    }
    return this.#merge(chunk);
  }

  body(): unknown {
    if (this.#head === null) return null;
    // A stream that brought nothing but an error is what a plain call would have got: the error.
    if (this.#error !== null && this.#choices.size === 0) return { ...this.#head };
    const shape = {
      isLegacy: this.#legacy !== null || this.#isLegacyPath,
      indexedCalls: INDEXED_CALLS.has(this.#provider),
    };
    const choices = this.#ordered().map((choice) => choice.body(shape));
    const legacy = this.#legacy ?? (choices.some(({ text }) => text !== undefined) ? 'text_completion' : null);
    const body: JsonObject = { ...this.#head, object: legacy ?? 'chat.completion', choices };
    if (this.#usage !== null) body.usage = this.#usage;
    return body;
  }

  facts(): AnswerFacts {
    return factsOfChat({
      model: this.#head?.model,
      usage: this.#usage,
      serviceTier: this.#head?.service_tier,
      finishReason: this.#ordered()[0]?.finishReason,
      error: this.#error ?? this.#choiceError,
      provider: this.#provider,
    });
  }

  complete(): boolean {
    if (this.#error !== null || this.#choiceError !== null) return false;
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
          this.#legacy ??= LEGACY_OBJECTS.get(value) ?? null;
          break;
        case 'usage':
          this.#mergeUsage(value);
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
      this.#choiceError ??= errorOfChoice(chunk);
      // Moonshot reports usage inside the last choice.
      this.#mergeUsage(chunk.usage);
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
    this.#mergeUsage(usage);
    if (groq.error !== undefined) this.#fail(groq.error);
    this.#head.x_groq = { ...asObject(this.#head.x_groq), ...rest };
  }

  /** Some tell it with every chunk, counted up; some in parts. What comes later replaces, but nothing unsays what was told. */
  #mergeUsage(value: unknown): void {
    const usage = asObject(value);
    if (usage === null) return;
    const before = this.#usage;
    if (before === null) {
      this.#usage = usage;
      return;
    }
    for (const key in usage) if (usage[key] !== null || own(before, key) === undefined) setOwn(before, key, usage[key]);
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
