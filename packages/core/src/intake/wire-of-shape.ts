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

/** Whether a value is one piece of a streamed answer, rather than an answer. */
export function isChunk(value: unknown): boolean {
  const object = asObject(value);
  if (object === null) return false;
  if (object.object === 'chat.completion.chunk') return true;
  const type = asText(object.type);
  return type !== null && (type.startsWith('response.') || ANTHROPIC_EVENTS.has(type));
}

/** Whether a value is an answer or a chunk of Google's; it streams them alike. */
export function isGoogleAnswer(value: unknown): boolean {
  const object = asObject(value);
  return object !== null && (asArray(object.candidates) !== null || asObject(object.usageMetadata) !== null);
}

/** The wire format of an answer or of one of its chunks; null when it looks like none. */
export function wireOfAnswer(value: unknown): WireFormat | null {
  const answer = asObject(value);
  if (answer === null) return null;
  const type = asText(answer.type);
  if (answer.object === 'response' || type?.startsWith('response.') === true) return 'openai-responses';
  if (type === 'message' || (type !== null && ANTHROPIC_EVENTS.has(type))) return 'anthropic-messages';
  if (isGoogleAnswer(answer)) return 'google-generate-content';
  if (answer.object === 'list' && asObject(asArray(answer.data)?.[0])?.object === 'embedding') {
    return 'openai-embeddings';
  }
  if (asArray(answer.choices) !== null) return 'openai-chat';
  return wireOfUsage(asObject(answer.usage));
}

/** Models of one's own mostly tell their usage in one of the two ways. */
function wireOfUsage(usage: JsonObject | null): WireFormat | null {
  if (usage === null) return null;
  if (typeof usage.prompt_tokens === 'number') return 'openai-chat';
  // OpenAI's own name for what it counts among the input, and Anthropic does not.
  if (asObject(usage.input_tokens_details) !== null) return 'openai-responses';
  return typeof usage.input_tokens === 'number' ? 'anthropic-messages' : null;
}

/** The wire format of a request to a provider, for a call whose answer looks like none: an error, or nothing. */
export function wireOfRequest(value: unknown, provider: string): WireFormat | null {
  const request = asObject(value);
  if (request === null) return null;
  if (asArray(request.contents) !== null) return 'google-generate-content';
  if (asArray(request.messages) !== null) return provider === 'anthropic' ? 'anthropic-messages' : 'openai-chat';
  if (request.input === undefined) return asText(request.prompt) === null ? null : 'openai-chat';
  return asText(request.model)?.includes('embed') === true ? 'openai-embeddings' : 'openai-responses';
}
