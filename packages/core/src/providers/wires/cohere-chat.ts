import type { Framing } from '../../stream/framing.js';
import type { StreamEvent, Wire } from '../wire.js';
import { cohereFacts, isFailure } from './cohere-chat-facts.js';
import { rebuildCohereChat } from './cohere-chat-rebuild.js';
import { asObject, asText, errorMessage, parseObject } from './json-read.js';

/**
 * Cohere's chat: v2 (https://docs.cohere.com/reference/chat-stream), which streams server-sent events, and v1
 * (https://docs.cohere.com/v1/reference/chat-stream), which streams a JSON document a line unless server-sent events are asked for.
 * Answers name no model.
 */
export const cohereChat: Wire = {
  name: 'cohere-chat',
  framings: ['sse', 'ndjson'],
  facts: (body) => cohereFacts(asObject(body)),
  rebuild: rebuildCohereChat,
  endsWhole,
  errorEvent,
};

function endsWhole(last: readonly StreamEvent[]): boolean {
  let whole = false;
  for (const { event, data } of last) {
    const object = parseObject(data);
    const type = asText(object?.type) ?? asText(object?.event_type) ?? event;
    const end = type === 'message-end' ? asObject(object?.delta) : object;
    if (type === 'error' || errorMessage(end?.error) !== null || isFailure(end?.finish_reason)) return false;
    if (type === 'message-end' || type === 'stream-end') whole = true;
  }
  return whole;
}

/**
 * Both versions tell of a failure in their last event, with the finish reason `ERROR`; it has no place for a code. The SDK throws
 * on none of them: it hands the event out, and the connection breaks behind it.
 */
function errorEvent(_code: string, message: string, framing: Framing): string {
  if (framing === 'ndjson') {
    const response = { text: '', finish_reason: 'ERROR' };
    const end = { is_finished: true, event_type: 'stream-end', finish_reason: 'ERROR', error: message, response };
    return `${JSON.stringify(end)}\n`;
  }
  const end = { type: 'message-end', delta: { finish_reason: 'ERROR', error: message } };
  return `event: message-end\ndata: ${JSON.stringify(end)}\n\n`;
}
