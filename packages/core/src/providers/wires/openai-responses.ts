import type { AnswerFacts, SseEvent, Wire } from '../wire.js';
import { asObject, asText, errorMessage, type JsonObject, parseObject } from './json-read.js';
import { nameOf, rebuildResponse } from './openai-responses-rebuild.js';
import { openaiSession } from './openai-session.js';
import { responsesUsage } from './openai-usage.js';

/** OpenAI's Responses API. */
export const openaiResponses: Wire = {
  name: 'openai-responses',
  facts: (body) => responseFacts(asObject(body)),
  rebuild: () => rebuildResponse(responseFacts),
  endsWhole,
  errorEvent,
  session: openaiSession,
};

function responseFacts(response: JsonObject | null): AnswerFacts {
  return {
    model: asText(response?.model),
    usage: responsesUsage(response?.usage, response?.output),
    finishReason: finishReason(response),
    error: errorMessage(response?.error),
  };
}

/** Why an incomplete answer is so, else its status; null while it is still under way. */
function finishReason(response: JsonObject | null): string | null {
  const status = asText(response?.status);
  if (status === 'in_progress' || status === 'queued') return null;
  return asText(asObject(response?.incomplete_details)?.reason) ?? status;
}

function endsWhole(last: readonly SseEvent[]): boolean {
  let whole = false;
  for (const event of last) {
    const type = nameOf(event) ?? asText(parseObject(event.data)?.type);
    if (type === 'error' || type === 'response.failed') return false;
    if (type === 'response.completed' || type === 'response.incomplete') whole = true;
  }
  return whole;
}

function errorEvent(code: string, message: string): string {
  const error = { type: 'error', code, message, param: null, sequence_number: 0 };
  return `event: error\ndata: ${JSON.stringify(error)}\n\n`;
}
