import type { StreamEvent, Wire } from '../wire.js';
import { asObject, asText, parseObject } from './json-read.js';
import { responseEnds } from './openai-responses-ends.js';
import { responseFacts } from './openai-responses-facts.js';
import { nameOf, rebuildResponse } from './openai-responses-rebuild.js';
import { openaiSession } from './openai-session.js';

/** OpenAI's Responses API. */
export const openaiResponses: Wire = {
  name: 'openai-responses',
  facts: (body) => responseFacts(asObject(body)),
  ends: responseEnds,
  rebuild: () => rebuildResponse(responseFacts),
  endsWhole,
  errorEvent,
  session: openaiSession,
};

function endsWhole(last: readonly StreamEvent[]): boolean {
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
