import type { AnswerFacts, SseEvent, Wire } from '../wire.js';
import { rebuildMessage } from './anthropic-rebuild.js';
import { messageUsage } from './anthropic-usage.js';
import { asObject, asText, errorMessage, parseObject } from './json-read.js';

/** Anthropic's Messages API. */
export const anthropicMessages: Wire = {
  name: 'anthropic-messages',
  facts,
  rebuild: rebuildMessage,
  endsWhole,
  errorEvent,
};

function facts(body: unknown): AnswerFacts {
  const message = asObject(body);
  return {
    model: asText(message?.model),
    usage: messageUsage(message?.usage),
    finishReason: asText(message?.stop_reason),
    error: errorMessage(message?.error),
  };
}

function endsWhole(last: readonly SseEvent[]): boolean {
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
