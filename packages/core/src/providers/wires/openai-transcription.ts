import type { AnswerFacts, StreamEvent, Wire } from '../wire.js';
import { asObject, asText, errorMessage, parseObject } from './json-read.js';
import { openaiErrorEvent } from './openai-chat.js';
import { openaiServiceTier } from './openai-service-tier.js';
import { rebuildTranscription, TRANSCRIPT_ENDS } from './openai-transcription-rebuild.js';
import { durationIn, transcriptionUsage } from './openai-transcription-usage.js';

/** Transcriptions and translations of audio, of OpenAI, Mistral and all who speak like them. Plain text and subtitles tell nothing. */
export const openaiTranscription: Wire = {
  name: 'openai-transcription',
  facts,
  ends: durationIn,
  rebuild: () => rebuildTranscription(facts),
  endsWhole,
  errorEvent: openaiErrorEvent,
};

function facts(body: unknown): AnswerFacts {
  const answer = asObject(body);
  const usage = asObject(answer?.usage);
  return {
    model: asText(answer?.model),
    usage: transcriptionUsage(answer),
    finishReason: null,
    error: errorMessage(answer?.error),
    usageObject: usage,
    serviceTier: openaiServiceTier(usage?.service_tier),
  };
}

function endsWhole(last: readonly StreamEvent[]): boolean {
  let whole = false;
  for (const { event, data } of last) {
    const object = parseObject(data);
    if (event === 'error' || errorMessage(object?.error) !== null) return false;
    if (TRANSCRIPT_ENDS.has(asText(object?.type) ?? event)) whole = true;
  }
  return whole;
}
