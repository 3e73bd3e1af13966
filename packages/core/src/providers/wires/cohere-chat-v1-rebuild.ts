import { isFailure } from './cohere-chat-facts.js';
import { asCount, asObject, asText, type JsonObject, own, setOwn } from './json-read.js';
import { append } from './openai-chat-append.js';

/** Members of an event that belong to the stream and not to the answer. */
const FRAME: ReadonlySet<string> = new Set(['event_type', 'is_finished', 'tool_call_delta']);

/**
 * Rebuilds an answer of v1's chat. Its last event, `stream-end`, holds the whole of it in `response`; what came before counts only
 * where that one never came.
 */
export class CohereV1Rebuilder {
  #answer: JsonObject = {};
  /** Calls of which only deltas came so far, by their index. */
  readonly #calls = new Map<number, JsonObject>();
  /** Whether the terminal event came. */
  ended = false;

  push(event: JsonObject): boolean {
    switch (event.event_type) {
      case 'text-generation':
        return append(this.#answer, 'text', event.text);
      case 'tool-calls-chunk':
        return this.#growCall(asObject(event.tool_call_delta)) || append(this.#answer, 'text', event.text ?? '');
      case 'stream-end':
        this.#end(event);
        return false;
      default:
        return this.#take(event);
    }
  }

  /** The whole answer, as far as it arrived. */
  answer(): JsonObject {
    if (this.#calls.size === 0 || own(this.#answer, 'tool_calls') !== undefined) return this.#answer;
    return { ...this.#answer, tool_calls: [...this.#calls.values()] };
  }

  #end(event: JsonObject): void {
    const before = this.#answer;
    this.ended = true;
    this.#calls.clear();
    this.#answer = asObject(event.response) ?? before;
    const answer = this.#answer;
    const reason = asText(event.finish_reason);
    if (reason !== null && asText(answer.finish_reason) === null) answer.finish_reason = reason;
    if (own(event, 'error') !== undefined) answer.error = event.error;
    // An answer that failed may be told without what had come of it.
    if (isFailure(answer.finish_reason)) this.#answer = { ...before, ...answer, text: answer.text || before.text };
  }

  /** Lists append, as citations come one by one; of anything else the last wins, such as the text beside whole tool calls. */
  #take(event: JsonObject): boolean {
    let content = false;
    for (const key in event) {
      const value = event[key];
      if (FRAME.has(key) || value === null) continue;
      if (Array.isArray(value)) content = append(this.#answer, key, value) || content;
      else setOwn(this.#answer, key, value);
    }
    return content;
  }

  #growCall(delta: JsonObject | null): boolean {
    if (delta === null) return false;
    const index = asCount(delta.index) ?? 0;
    const call = this.#calls.get(index) ?? {};
    this.#calls.set(index, call);
    for (const key in delta) if (key !== 'index') append(call, key, delta[key]);
    return true;
  }
}
