import type { AnswerFacts, StreamEvent, Wire } from '../wire.js';
import { messageFacts } from './anthropic-facts.js';
import { rebuildMessage } from './anthropic-rebuild.js';
import { asObject, asText, parseObject } from './json-read.js';

/** Anthropic's Messages API, at Anthropic, Vertex AI and all who speak like it. https://platform.claude.com/docs/en/api/messages */
export const anthropicMessages: Wire = {
  name: 'anthropic-messages',
  facts,
  rebuild: rebuildMessage,
  endsWhole,
  errorEvent,
};

function facts(body: unknown): AnswerFacts {
  const message = asObject(body);
  return messageFacts(message, message?.error);
}

function endsWhole(last: readonly StreamEvent[]): boolean {
  let whole = false;
  for (const { event, data } of last) {
    const type = asText(parseObject(data)?.type) ?? event;
    if (type === 'error' || event === 'error') return false;
    if (type === 'message_stop') whole = true;
  }
  return whole;
}

/** The SDK throws on the event's name and reads `error.type`; it has no place for a code of ours. */
function errorEvent(_code: string, message: string): string {
  return `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'api_error', message } })}\n\n`;
}
