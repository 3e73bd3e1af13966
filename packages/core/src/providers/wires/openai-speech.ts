import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import type { AnswerFacts, StreamEvent, Wire } from '../wire.js';
import { asCount, asObject, asText, errorMessage, type JsonObject, parseObject } from './json-read.js';
import { openaiErrorEvent } from './openai-chat.js';
import { rebuildSpeech } from './openai-speech-rebuild.js';

/**
 * Speech. What was said stands in the request alone; a whole answer is nothing but audio, and only streams of events tell a usage.
 * https://platform.openai.com/docs/api-reference/audio/speech-audio-done-event
 */
export const openaiSpeech: Wire = {
  name: 'openai-speech',
  facts: (body) => facts(asObject(body)),
  rebuild: () => rebuildSpeech(facts),
  endsWhole,
  errorEvent: openaiErrorEvent,
};

function facts(answer: JsonObject | null): AnswerFacts {
  return {
    model: asText(answer?.model),
    usage: speechUsage(answer?.usage),
    finishReason: null,
    error: errorMessage(answer?.error),
    usageObject: asObject(answer?.usage),
  };
}

/** All input is text and all output audio. */
function speechUsage(value: unknown): Usage | null {
  const usage = asObject(value);
  const inputTokens = asCount(usage?.input_tokens);
  const outputTokens = asCount(usage?.output_tokens);
  if (inputTokens === null && outputTokens === null) return null;
  return { ...EMPTY_USAGE, inputTokens, outputTokens, ...knownParts({ outputAudioTokens: outputTokens }) };
}

function endsWhole(last: readonly StreamEvent[]): boolean {
  let whole = false;
  for (const { event, data } of last) {
    const object = parseObject(data);
    if (event === 'error' || errorMessage(object?.error) !== null) return false;
    if ((asText(object?.type) ?? event) === 'speech.audio.done') whole = true;
  }
  return whole;
}
