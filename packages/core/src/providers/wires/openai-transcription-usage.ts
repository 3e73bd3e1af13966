import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { knownParts } from '../../cost/known-parts.js';
import type { Usage } from '../../cost/usage.js';
import { asCount, asObject, type JsonObject } from './json-read.js';

/**
 * Usage of a transcription or translation; null when nothing of it is told:
 * - tokens, of which some are audio, or seconds: https://platform.openai.com/docs/api-reference/audio/json-object
 * - Mistral's `prompt_audio_seconds` besides its tokens: https://docs.mistral.ai/api/endpoint/audio/transcriptions
 * - `duration` of a verbose answer, which is all that others tell (Groq, Fireworks, Together); as text in OpenAI's own older ones
 */
export function transcriptionUsage(answer: JsonObject | null): Usage | null {
  const usage = asObject(answer?.usage);
  const inputTokens = asCount(usage?.input_tokens) ?? asCount(usage?.prompt_tokens);
  const outputTokens = asCount(usage?.output_tokens) ?? asCount(usage?.completion_tokens);
  const told = secondsOf(usage?.seconds) ?? secondsOf(usage?.prompt_audio_seconds);
  const isTold = told !== null || inputTokens !== null || outputTokens !== null;
  const inputAudioSeconds = isTold ? told : secondsOf(answer?.duration);
  if (!isTold && inputAudioSeconds === null) return null;
  const input = asObject(usage?.input_token_details);
  return {
    ...EMPTY_USAGE,
    inputTokens,
    outputTokens,
    inputAudioTokens: asCount(input?.audio_tokens),
    ...knownParts({ inputAudioSeconds }),
  };
}

function secondsOf(value: unknown): number | null {
  const seconds = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

const DECIMAL = /^\d{1,15}(?:\.\d{1,30})?$/;

/** The duration in the text of a verbose answer of which a part is missing, as a member of it; empty when there is none. */
export function durationIn(text: string): { duration?: string } {
  const duration = DURATION.exec(text)?.[1];
  return duration === undefined ? {} : { duration };
}

const DURATION = /"duration"\s*:\s*"?(\d{1,15}(?:\.\d{1,30})?)[",}\s]/;
