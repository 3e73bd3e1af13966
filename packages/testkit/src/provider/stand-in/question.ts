/** A JSON object whose members are not known. */
export type JsonObject = Record<string, unknown>;

/** What a request asks for, in whichever API it was asked. */
export interface Question {
  model: string;
  /** Everything that counts as input, in order. */
  input: string;
  /** What the answer repeats: the last thing that the user said. */
  said: string;
  /** The part of the input that may come from the prompt cache; null when none may. */
  cacheable: { text: string; lifetime: 'automatic' | '5m' | '1h' } | null;
  /** The tool to call; null when the answer is text. */
  tool: { name: string; schema: JsonObject } | null;
  maxTokens: number | null;
  stream: boolean;
  /** Whether the stream of Chat Completions ends with the usage. */
  includeUsage: boolean;
}

/** An answer before it is spelled out in an API's own JSON. */
export interface Answer {
  /** Grows with each answer, for ids. */
  number: number;
  model: string;
  /** The text in the pieces in which it is streamed; for a tool call the pieces of its arguments. */
  pieces: string[];
  tool: string | null;
  finish: 'stop' | 'length' | 'tool';
  usage: AnswerUsage;
}

/** Tokens; `cacheRead` and the two writes are parts of `input`, `reasoning` is a part of `output`. */
export interface AnswerUsage {
  input: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  output: number;
  reasoning: number;
}

/** One API that the stand-in speaks. */
export interface StandInApi {
  ask(body: JsonObject): Question;
  /** The answer as one JSON document. */
  whole(answer: Answer): JsonObject;
  /** The answer as the events of a stream. */
  events(answer: Answer, question: Question): string[];
}

export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function asList(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

export function asNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** Text of a message's content, which is a string or a list of parts. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asList(content)
    .map((part) => (typeof part.text === 'string' ? part.text : textOf(part.content ?? part.output ?? '')))
    .join(' ');
}

/** One server-sent event with JSON data. */
export function sse(data: JsonObject, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}
