import { asArray, asObject, type JsonObject, own } from '../providers/wires/json-read.js';
import type { RequestImage } from './image-tokens.js';
import { imageOf, requestImage } from './request-image.js';
import { walkJson } from './walk-json.js';

/** What of a request is input. */
export interface RequestTexts {
  texts: string[];
  images: RequestImage[];
  /** Tokens besides: prompts that are given as tokens, and what frames messages. */
  tokens: number;
}

/** Lists of messages, in all formats: OpenAI and most others, Responses, Google, Cohere v1. */
const MESSAGES = ['messages', 'input', 'contents', 'chat_history'] as const;
/** Members that are a message of their own where they are a string. */
const WHOLE_MESSAGES = [
  'system',
  'instructions',
  'preamble',
  'message',
  'systemInstruction',
  'system_instruction',
] as const;
/** Input that is no message: legacy and Ollama's prompts, embeddings. */
const PLAIN = ['prompt', 'suffix', 'context', 'inputText', 'texts', 'inputs', 'content', 'requests'] as const;
/** Read by the model as JSON, or much like it. */
const AS_JSON = ['tools', 'functions', 'toolConfig', 'documents'] as const;

/**
 * Around every message, and before the answer. OpenAI's count for its chat models; others frame messages much the same way.
 * https://cookbook.openai.com/examples/how_to_count_tokens_with_tiktoken
 */
const MESSAGE_TOKENS = 3;
const PRIMING_TOKENS = 3;

/** Members whose strings are read by the model. Ids, signatures and earlier reasoning are not, or are not counted. */
const TEXT = new Set(
  [
    'role',
    'content',
    'text',
    'name',
    'arguments',
    'input',
    'output',
    'title',
    'context',
    'query',
    'message',
    'refusal',
  ].concat([
    'prompt',
    'suffix',
    'inputText',
    'texts',
    'inputs',
    'system',
    'instructions',
    'preamble',
    'code',
    'tool_plan',
  ]),
);
/** Arguments and results of tools as JSON. */
const JSON_VALUES = new Set(['args', 'arguments', 'input', 'response', 'json']);
/** Lists of tokens. */
const TOKENS = new Set(['prompt', 'context']);
/** Sound, film, files, and what the provider keeps: nobody else can tell what they count. */
const UNKNOWN_PART = new Set(
  ['audio', 'input_audio', 'video', 'file', 'document', 'inlineData', 'inline_data', 'fileData', 'file_data'].concat([
    'video_url',
    'audio_url',
    'file_id',
    's3Location',
  ]),
);
const UNKNOWN_TYPE = new Set(['input_file', 'container_upload', 'item_reference', 'compaction']);
/** Input that is kept at the provider. */
const STORED = ['previous_response_id', 'conversation', 'cachedContent', 'cached_content'] as const;

/**
 * What of a request's body is input, whatever its format. Null when it cannot be known: it has sound, films or files, refers to
 * what the provider keeps, or has more values than are looked at. Throws on tools that nest deeper than the stack.
 *
 * @param messages whether it asks for an answer, so that messages are framed; embeddings are not
 */
export function requestTexts(parsed: unknown, messages: boolean): RequestTexts | null {
  const body = asObject(parsed);
  if (body === null || STORED.some((name) => (own(body, name) ?? null) !== null)) return null;
  // A stored prompt of the Responses API.
  if (asObject(body.prompt) !== null) return null;
  const reading: Reading = { texts: [], images: [], tokens: messages ? framing(body) : 0, known: true };
  for (const name of AS_JSON) {
    const value = own(body, name);
    if (typeof value === 'object' && value !== null) reading.texts.push(JSON.stringify(value));
  }
  // A list called `input` is walked under another name: inside of messages an object of that name is a tool's.
  const roots = [...MESSAGES, ...WHOLE_MESSAGES, ...PLAIN].map(
    (name) => [name === 'input' ? 'prompt' : name, own(body, name)] as const,
  );
  const all = walkJson(roots, (name, value) => visit(reading, name, value));
  const { texts, images, tokens, known } = reading;
  return all && known ? { texts, images, tokens } : null;
}

interface Reading extends RequestTexts {
  known: boolean;
}

/** Tokens around messages; a role that is not written out is one token more. */
function framing(body: JsonObject): number {
  let tokens = 0;
  for (const name of MESSAGES) {
    const value = own(body, name);
    if (typeof value === 'string') tokens += MESSAGE_TOKENS + 1;
    for (const each of asArray(value) ?? []) if (asObject(each) !== null) tokens += MESSAGE_TOKENS;
  }
  for (const name of WHOLE_MESSAGES) {
    const value = own(body, name) ?? null;
    if (value !== null && value !== '') tokens += MESSAGE_TOKENS + 1;
  }
  return tokens === 0 ? 0 : tokens + PRIMING_TOKENS;
}

/** Takes one value; returns whether what is in it is to be visited. */
function visit(reading: Reading, name: string, value: unknown): boolean {
  if (typeof value === 'string') {
    // Ollama's messages have lists of nothing but base64.
    if (name === 'images') reading.images.push(imageOf(value));
    else if (TEXT.has(name)) reading.texts.push(value);
    else if (name === 'file_id') reading.known = false;
    return false;
  }
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return takeTokens(reading, name, value);
  const part = value as JsonObject;
  const image = requestImage(part);
  if (image !== null) {
    reading.images.push(image);
    return false;
  }
  if (isTextDocument(name, part)) {
    reading.texts.push(part.data as string);
    return false;
  }
  if (isUnknown(name, part)) reading.known = false;
  if (!JSON_VALUES.has(name)) return reading.known;
  reading.texts.push(JSON.stringify(part));
  return false;
}

/** A list of numbers is tokens already, each counted, however many. Returns whether anything else is in it. */
function takeTokens(reading: Reading, name: string, list: readonly unknown[]): boolean {
  if (!TOKENS.has(name)) return true;
  let others = 0;
  for (const each of list) {
    if (typeof each === 'number') reading.tokens += 1;
    else others += 1;
  }
  return others > 0;
}

/** Anthropic's documents may be plain text, or parts. */
function isTextDocument(name: string, { type, data }: JsonObject): boolean {
  return name === 'source' && type === 'text' && typeof data === 'string';
}

function isUnknown(name: string, part: JsonObject): boolean {
  if (UNKNOWN_PART.has(name) || (typeof part.type === 'string' && UNKNOWN_TYPE.has(part.type))) return true;
  if (part.type !== 'document') return false;
  const kind = asObject(part.source)?.type;
  // Cohere's have no source.
  return kind !== undefined && kind !== 'text' && kind !== 'content';
}
