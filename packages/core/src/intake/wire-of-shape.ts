// Which wire format a body speaks, by what it looks like: for logs whose URL does not say.
import type { WireFormat } from '../providers/wire.js';
import { asArray, asObject, asText, type JsonObject } from '../providers/wires/json-read.js';

/** Types of Anthropic's stream events. */
const ANTHROPIC_EVENTS: ReadonlySet<string> = new Set([
  'message_start',
  'message_delta',
  'message_stop',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
]);

/** Types of the events of Cohere's chat, v2. */
const COHERE_EVENTS = /^(?:message-(?:start|end)|(?:content|tool-call|citation)-(?:start|delta|end)|tool-plan-delta)$/;

/** Types of the events of Cohere's chat, v1. */
const COHERE_V1_EVENTS =
  /^(?:stream-(?:start|end)|(?:text|search-queries|citation|tool-calls)-generation|search-results|tool-calls-chunk)$/;

/** Types of OpenAI's stream events, by how they begin. */
const OPENAI_EVENTS: readonly (readonly [string, WireFormat])[] = [
  ['response.', 'openai-responses'],
  ['image_generation.', 'openai-images'],
  ['image_edit.', 'openai-images'],
  ['transcript.text.', 'openai-transcription'],
];

/** Whether a value is one piece of a streamed answer, rather than an answer. */
export function isChunk(value: unknown): boolean {
  const object = asObject(value);
  if (object === null) return false;
  if (object.object === 'chat.completion.chunk') return true;
  if (object.done === false && isOllamaAnswer(object)) return true;
  const type = asText(object.type);
  if (type === null) return COHERE_V1_EVENTS.test(asText(object.event_type) ?? '');
  return wireOfEvent(type) !== null || ANTHROPIC_EVENTS.has(type) || COHERE_EVENTS.test(type);
}

function wireOfEvent(type: string): WireFormat | null {
  return OPENAI_EVENTS.find(([begin]) => type.startsWith(begin))?.[1] ?? null;
}

/** Whether a value is an answer or a chunk of Google's; it streams them alike. */
export function isGoogleAnswer(value: unknown): boolean {
  const object = asObject(value);
  return object !== null && (asArray(object.candidates) !== null || asObject(object.usageMetadata) !== null);
}

/** Whether a value is an answer or a chunk of Ollama's chat or generation; its last chunk looks like a whole answer. */
export function isOllamaAnswer(value: unknown): boolean {
  const object = asObject(value);
  if (object === null || typeof object.done !== 'boolean' || asText(object.model) === null) return false;
  return asText(object.created_at) !== null;
}

/** The wire format of an answer or of one of its chunks; null when it looks like none. */
export function wireOfAnswer(value: unknown): WireFormat | null {
  const answer = asObject(value);
  if (answer === null) return null;
  const type = asText(answer.type);
  if (answer.object === 'response') return 'openai-responses';
  const ofEvent = type === null ? null : wireOfEvent(type);
  if (ofEvent !== null) return ofEvent;
  if (type === 'message' || (type !== null && ANTHROPIC_EVENTS.has(type))) return 'anthropic-messages';
  if (isGoogleAnswer(answer)) return 'google-generate-content';
  if (answer.object === 'list' && asObject(asArray(answer.data)?.[0])?.object === 'embedding') {
    return 'openai-embeddings';
  }
  if (asArray(answer.choices) !== null) return 'openai-chat';
  return wireOfOther(answer) ?? wireOfUsage(asObject(answer.usage));
}

/** Formats that hold members which no other has. */
function wireOfOther(answer: JsonObject): WireFormat | null {
  if (isCohereChat(answer)) return 'cohere-chat';
  if (isOllamaAnswer(answer)) return 'ollama';
  if (asObject(asObject(answer.output)?.message) !== null && asText(answer.stopReason) !== null)
    return 'bedrock-converse';
  const usage = asObject(answer.usage);
  if (typeof answer.text === 'string' && (usage?.type === 'tokens' || usage?.type === 'duration')) {
    return 'openai-transcription';
  }
  const first = asObject((asArray(answer.data) ?? asArray(answer.results))?.[0]);
  if (typeof first?.relevance_score === 'number') return 'rerank';
  if (typeof answer.created === 'number' && (asText(first?.b64_json) ?? asText(first?.url)) !== null) {
    return 'openai-images';
  }
  return wireOfEmbeddings(answer);
}

/** An answer of v2 or v1, or one of their events. */
function isCohereChat(answer: JsonObject): boolean {
  const type = asText(answer.type);
  if (type !== null) return COHERE_EVENTS.test(type) && asObject(answer.delta) !== null;
  if (COHERE_V1_EVENTS.test(asText(answer.event_type) ?? '')) return true;
  if (typeof answer.text === 'string' && asText(answer.generation_id) !== null) return true;
  return asText(answer.finish_reason) !== null && asObject(answer.message)?.role === 'assistant';
}

/** OpenAI calls its list `data`; others `embeddings`. */
function wireOfEmbeddings(answer: JsonObject): WireFormat | null {
  const { embeddings } = answer;
  if (asObject(embeddings) === null && asArray(embeddings) === null) return null;
  if (asObject(asObject(answer.meta)?.billed_units) !== null) return 'cohere-embed';
  return typeof answer.prompt_eval_count === 'number' ? 'ollama' : null;
}

/** Models of one's own mostly tell their usage in one of the two ways. */
function wireOfUsage(usage: JsonObject | null): WireFormat | null {
  if (usage === null) return null;
  if (typeof usage.prompt_tokens === 'number') return 'openai-chat';
  // OpenAI's own name for what it counts among the input, and Anthropic does not.
  if (asObject(usage.input_tokens_details) !== null) return 'openai-responses';
  return typeof usage.input_tokens === 'number' ? 'anthropic-messages' : null;
}

/** Providers whose chat takes `messages` as OpenAI's does, and answers in its own way. */
const CHATS: ReadonlyMap<string, WireFormat> = new Map([
  ['anthropic', 'anthropic-messages'],
  ['cohere', 'cohere-chat'],
  ['ollama', 'ollama'],
]);

/** The wire format of a request to a provider, for a call whose answer looks like none: an error, or nothing. */
export function wireOfRequest(value: unknown, provider: string): WireFormat | null {
  const request = asObject(value);
  if (request === null) return null;
  if (asArray(request.contents) !== null) return 'google-generate-content';
  if (asArray(request.messages) !== null) return CHATS.get(provider) ?? 'openai-chat';
  if (request.input === undefined) return asText(request.prompt) === null ? null : 'openai-chat';
  return asText(request.model)?.includes('embed') === true ? 'openai-embeddings' : 'openai-responses';
}
