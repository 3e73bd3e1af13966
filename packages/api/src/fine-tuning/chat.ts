// OpenAI's fine-tuning format for chat models, and how its parts are put together.
// https://developers.openai.com/api/docs/guides/supervised-fine-tuning

/** A JSON object of which nothing is known. */
export type Json = Record<string, unknown>;

/** What a message of a user consists of. */
export type Part = { type: 'text'; text: string } | { type: 'image_url'; image_url: Json };

export interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** A message as the format has it. */
export type Message =
  | { role: 'system' | 'developer' | 'user'; content: string | Part[]; name?: string }
  | { role: 'assistant'; content: string | null; tool_calls?: ToolCall[]; name?: string; refusal?: string }
  | { role: 'tool'; tool_call_id: string; content: string };

export interface Tool {
  type: 'function';
  function: Json;
}

/** One example: a conversation whose last message is what the model should answer. */
export interface FineTuningExample {
  messages: Message[];
  tools?: Tool[];
  parallel_tool_calls?: boolean;
}

/** The call holds something that the format has no words for. Thrown and caught inside this folder. */
export class Inexpressible extends Error {}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws {Inexpressible} for what is no object. */
export function objectOf(value: unknown): Json {
  if (isObject(value)) return value;
  throw new Inexpressible();
}

/** @throws {Inexpressible} for what is no text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Inexpressible();
}

/** @throws {Inexpressible} for what is no list. */
export function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Inexpressible();
}

/** Text parts as one text. */
export function joined(texts: readonly string[]): string {
  return texts.join('');
}

/** A single text as it is: it reads better, and is what most examples have. */
export function contentOf(parts: readonly Part[]): string | Part[] {
  const [first] = parts;
  return parts.length === 1 && first?.type === 'text' ? first.text : [...parts];
}

/** @throws {Inexpressible} for a message that says nothing. */
export function assistant(
  text: string,
  toolCalls: readonly ToolCall[],
  more: { refusal?: string; name?: string } = {},
): Message {
  if (text === '' && toolCalls.length === 0 && more.refusal === undefined) throw new Inexpressible();
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    ...(toolCalls.length === 0 ? {} : { tool_calls: [...toolCalls] }),
    ...more,
  };
}

/** An example that ends with the answer. */
export function example(
  messages: Message[],
  answer: Message,
  rest: Omit<FineTuningExample, 'messages'>,
): FineTuningExample {
  return { messages: [...messages, answer], ...rest };
}

/** Tools that the call offered, where it offered any that the format knows. */
export function toolsOf(tools: readonly Tool[]): Pick<FineTuningExample, 'tools'> {
  return tools.length === 0 ? {} : { tools: [...tools] };
}
