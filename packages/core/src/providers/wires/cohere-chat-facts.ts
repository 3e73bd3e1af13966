import type { AnswerFacts } from '../wire.js';
import { cohereChatUsage } from './cohere-usage.js';
import { asObject, asText, errorMessage, type JsonObject } from './json-read.js';

/** What a whole answer of Cohere's chat says, of v2 or v1. Errors of a status of their own are `{ message }`. */
export function cohereFacts(answer: JsonObject | null): AnswerFacts {
  const usage = asObject(answer?.usage) ?? asObject(answer?.meta);
  const finishReason = asText(answer?.finish_reason);
  return {
    model: asText(answer?.model),
    usage: cohereChatUsage(usage),
    finishReason,
    error:
      errorMessage(answer?.error) ??
      asText(answer?.message) ??
      (isFailure(finishReason) ? `finish reason ${finishReason}` : null),
    usageObject: usage,
  };
}

/** Whether this finish reason says that the answer failed: `ERROR`, v1's `ERROR_TOXIC` and `ERROR_LIMIT`, `TIMEOUT`. */
export function isFailure(finishReason: unknown): boolean {
  return typeof finishReason === 'string' && /^(?:ERROR|TIMEOUT)/.test(finishReason);
}
