import type { AnswerFacts } from '../wire.js';
import { billedIterations, sumOfIterations } from './anthropic-iterations.js';
import { messageTier } from './anthropic-service-tier.js';
import { messageUsage } from './anthropic-usage.js';
import { asObject, asText, errorMessage, type JsonObject } from './json-read.js';

/** What a message of the Messages API says; `error` is the `error` member that came with it or in its place. Never throws. */
export function messageFacts(message: JsonObject | null, error: unknown): AnswerFacts {
  const told = asObject(message?.usage);
  const usage = messageUsage(told);
  const charged = usage === null ? null : billedIterations(told, usage);
  return {
    model: asText(message?.model),
    usage: usage === null || charged === null ? usage : sumOfIterations(charged, usage),
    finishReason: asText(message?.stop_reason),
    error: errorMessage(error),
    usageObject: told,
    serviceTier: messageTier(told),
    ...(charged === null ? {} : { charged }),
  };
}
