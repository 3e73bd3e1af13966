/** Token counts of an answer, under the names that a record has for them; cached and reasoning ones are parts of the first two. */
export interface AnswerTokens {
  prompt_tokens: number;
  completion_tokens: number;
  prompt_cache_read_tokens: number | null;
  prompt_cache_write_tokens: number | null;
  reasoning_tokens: number | null;
}

/** One answer of a provider in its published shape, as exact bytes, and what a record of it must say. */
export interface Answer {
  name: string;
  /** Provider whose route it belongs to. */
  provider: 'openai' | 'anthropic';
  /** Path below the provider's base URL. */
  path: string;
  /** Body of the request that it answers. */
  request: Buffer;
  /** The provider's headers, less those of framing. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
  /** For streams: the body's events one by one, with their blank lines. Empty otherwise. */
  events: readonly Buffer[];
  model: string;
  /** As a record has it; null where the shape has none. */
  finishReason: string | null;
  tokens: AnswerTokens;
}

/** An answer that is one JSON document. */
export function jsonAnswer(
  answer: Omit<Answer, 'body' | 'events' | 'request'> & { request: object; text: string },
): Answer {
  const { request, text, ...rest } = answer;
  return { ...rest, request: Buffer.from(JSON.stringify(request)), body: Buffer.from(text), events: [] };
}

/** An answer that is an event stream. */
export function streamAnswer(
  answer: Omit<Answer, 'body' | 'events' | 'request'> & { request: object; texts: readonly string[] },
): Answer {
  const { request, texts, ...rest } = answer;
  const events = texts.map((text) => Buffer.from(text));
  return { ...rest, request: Buffer.from(JSON.stringify(request)), body: Buffer.concat(events), events };
}

/** An event whose data is `value`, as OpenAI's chat streams have it. */
export function dataEvent(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** An event named after its own `type`, as the Responses and Messages streams have it. */
export function typedEvent(value: { type: string; [key: string]: unknown }): string {
  return `event: ${value.type}\n${dataEvent(value)}`;
}
