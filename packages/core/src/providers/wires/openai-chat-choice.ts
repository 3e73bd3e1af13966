import { joinPadded } from './base64-join.js';
import { asObject, asText, type JsonObject, own, setOwn } from './json-read.js';
import { append, appendCall, appendParts, appendReasoningDetails } from './openai-chat-append.js';
import { ToolCalls } from './openai-chat-tool-calls.js';

/** How an answer is put together. */
export interface ChoiceShape {
  /** It is a legacy completion, whose chunks may tell the same text as a delta besides. */
  isLegacy: boolean;
  /** Tool calls keep their index. */
  indexedCalls: boolean;
}

/** One choice of a streamed chat or text completion while it grows. */
export class ChatChoice {
  readonly index: number;
  finishReason: string | null = null;
  /** Text of a legacy completion; null when this is a chat. */
  #text: string | null = null;
  #message: JsonObject | null = null;
  /** The message came in one piece. */
  #whole = false;
  #toolCalls: ToolCalls | null = null;
  /** Undefined until a chunk has the member, so that an answer without it gets none. */
  #logprobs: JsonObject | null | undefined;
  #rest: JsonObject | null = null;

  constructor(index: number) {
    this.index = index;
  }

  /** Takes this choice's part of a chunk; true when it carries generated content. */
  push(chunk: JsonObject): boolean {
    let content = false;
    for (const key in chunk) {
      const value = chunk[key];
      switch (key) {
        case 'delta':
          content = this.#mergeDelta(asObject(value)) || content;
          break;
        case 'text':
          if (typeof value === 'string') {
            this.#text = (this.#text ?? '') + value;
            content = value !== '' || content;
          }
          break;
        case 'message':
          // Perplexity repeats the message so far beside each delta; others send it whole, in one event, without any.
          if (asObject(chunk.delta) === null) content = this.#replaceMessage(asObject(value));
          break;
        case 'finish_reason':
          this.finishReason = asText(value) ?? this.finishReason;
          break;
        case 'logprobs':
          this.#mergeLogprobs(value);
          break;
        case 'index':
        case 'usage':
          break;
        default:
          this.#mergeRest(key, value);
      }
    }
    return content;
  }

  /** The choice as a whole answer has it. */
  body({ isLegacy, indexedCalls }: ChoiceShape): JsonObject {
    const body: JsonObject = { index: this.index };
    if (this.#text !== null && (isLegacy || this.#message === null)) {
      body.text = this.#text;
    } else {
      const message: JsonObject = { ...this.#message, ...this.#toolCalls?.body(indexedCalls) };
      const audio = asObject(message.audio);
      if (typeof audio?.data === 'string') message.audio = { ...audio, data: joinPadded(audio.data) };
      body.message = this.#whole ? message : { role: 'assistant', content: null, ...message };
    }
    if (this.#logprobs !== undefined) body.logprobs = this.#logprobs;
    body.finish_reason = this.finishReason;
    return this.#rest === null ? body : { ...body, ...this.#rest };
  }

  #mergeDelta(delta: JsonObject | null): boolean {
    if (delta === null) return false;
    this.#message ??= {};
    const message = this.#message;
    let content = false;
    for (const key in delta) {
      const value = delta[key];
      switch (key) {
        case 'role':
        case 'channel':
          // Servers repeat both; `channel` is Groq's, of models that have several.
          if (asText(value) !== null) message[key] = value;
          break;
        case 'content':
          content = appendParts(message, key, value) || content;
          break;
        case 'tool_calls':
          if (Array.isArray(value)) {
            this.#toolCalls ??= new ToolCalls();
            content = this.#toolCalls.push(value) || content;
          }
          break;
        case 'function_call':
        case 'audio':
          content = appendCall(message, key, value) || content;
          break;
        case 'reasoning_details':
          content = appendReasoningDetails(message, key, value) || content;
          break;
        default:
          content = append(message, key, value) || content;
      }
    }
    return content;
  }

  #replaceMessage(message: JsonObject | null): boolean {
    if (message === null) return false;
    this.#message = message;
    this.#whole = true;
    this.#toolCalls = null;
    return true;
  }

  #mergeLogprobs(value: unknown): void {
    const logprobs = asObject(value);
    if (logprobs === null) {
      this.#logprobs ??= null;
      return;
    }
    this.#logprobs ??= {};
    for (const key in logprobs) append(this.#logprobs, key, logprobs[key]);
  }

  #mergeRest(key: string, value: unknown): void {
    this.#rest ??= {};
    if (Array.isArray(value)) {
      append(this.#rest, key, value);
    } else if (own(this.#rest, key) === undefined || !isEmpty(value)) {
      setOwn(this.#rest, key, value);
    }
  }
}

/** Azure's last chunk has `content_filter_results: {}`, which must not replace the results that came before. */
function isEmpty(value: unknown): boolean {
  if (value === null) return true;
  const object = asObject(value);
  return object !== null && Object.keys(object).length === 0;
}
