import type { AnswerFacts, SseEvent, Wire } from '../wire.js';
import { asArray, asObject, asText, errorMessage, parseObject } from './json-read.js';
import { rebuildChat } from './openai-chat-rebuild.js';
import { chatUsage } from './openai-usage.js';

/** Chat Completions and legacy completions, of OpenAI and of all who speak like it. */
export const openaiChat: Wire = {
  name: 'openai-chat',
  facts,
  rebuild: rebuildChat,
  endsWhole,
  errorEvent: openaiErrorEvent,
};

function facts(body: unknown): AnswerFacts {
  // Google's compatible endpoint wraps an error into an array.
  const answer = asObject(Array.isArray(body) ? body[0] : body);
  const choice = asObject(asArray(answer?.choices)?.[0]);
  return {
    model: asText(answer?.model),
    usage: chatUsage(answer?.usage) ?? chatUsage(asObject(answer?.x_groq)?.usage),
    finishReason: asText(choice?.finish_reason),
    error: errorMessage(answer?.error),
  };
}

function endsWhole(last: readonly SseEvent[]): boolean {
  return last.some(({ data }) => data.startsWith('[DONE]')) && !last.some(isError);
}

function isError({ event, data }: SseEvent): boolean {
  if (event === 'error') return true;
  return data.includes('"error"') && errorMessage(parseObject(data)?.error) !== null;
}

/** An error as OpenAI-like streams carry it: the SDKs throw on any event whose data has `error`. */
export function openaiErrorEvent(code: string, message: string): string {
  return `data: ${JSON.stringify({ error: { message, type: 'api_error', code, param: null } })}\n\n`;
}
