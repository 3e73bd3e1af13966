import type { AnswerContext, AnswerFacts, StreamEvent, Wire } from '../wire.js';
import { asArray, asObject, parseObject } from './json-read.js';
import { errorOfChat, factsOfChat, isDone, usageObjectOf } from './openai-chat-facts.js';
import { rebuildChat } from './openai-chat-rebuild.js';
import { tierIn } from './openai-service-tier.js';

/** Chat Completions and legacy completions, of OpenAI and of all who speak like it. */
export const openaiChat: Wire = {
  name: 'openai-chat',
  facts,
  ends: tierIn,
  rebuild: rebuildChat,
  endsWhole,
  errorEvent: openaiErrorEvent,
};

function facts(body: unknown, context?: AnswerContext): AnswerFacts {
  // Google's compatible endpoint wraps an error into an array.
  const answer = asObject(Array.isArray(body) ? body[0] : body);
  return factsOfChat({
    model: answer?.model,
    usage: usageObjectOf(answer),
    serviceTier: answer?.service_tier,
    finishReason: asObject(asArray(answer?.choices)?.[0])?.finish_reason,
    error: errorOfChat(answer),
    provider: context?.provider ?? '',
  });
}

function endsWhole(last: readonly StreamEvent[]): boolean {
  return last.some(({ data }) => isDone(data)) && !last.some(isError);
}

function isError({ event, data }: StreamEvent): boolean {
  if (event === 'error') return true;
  return data.includes('"error"') && errorOfChat(parseObject(data)) !== null;
}

/** An error as OpenAI-like streams carry it: the SDKs throw on any event whose data has `error`. */
export function openaiErrorEvent(code: string, message: string): string {
  return `data: ${JSON.stringify({ error: { message, type: 'api_error', code, param: null } })}\n\n`;
}
