import { sumUsage } from '../../cost/sum-usage.js';
import type { Usage } from '../../cost/usage.js';
import type { AnswerFacts, SessionAnswer } from '../wire.js';
import { asObject, asText, errorMessage, type JsonObject } from './json-read.js';
import { imageCharges } from './openai-responses-charges.js';
import { openaiServiceTier } from './openai-service-tier.js';
import { responsesUsage } from './openai-usage.js';

/** What a `response` object says. Never throws. */
export function responseFacts(response: JsonObject | null): AnswerFacts {
  const own = responsesUsage(response);
  const charged = own === null ? [] : chargesOf(response, own);
  return {
    model: asText(response?.model),
    usage: charged.length > 1 ? sumUsage(charged.map(({ usage }) => usage)) : own,
    finishReason: finishReason(response),
    error: errorMessage(response?.error),
    usageObject: usageObject(response),
    serviceTier: openaiServiceTier(response?.service_tier),
    ...(charged.length > 1 ? { charged } : {}),
  };
}

/** Everything that a response is charged for, its own model first. */
export function chargesOf(response: JsonObject | null, usage: Usage): SessionAnswer[] {
  return [{ model: asText(response?.model), usage }, ...imageCharges(response)];
}

/** Why an incomplete answer is so, else its status; null while it is still under way. */
function finishReason(response: JsonObject | null): string | null {
  const status = asText(response?.status);
  if (status === 'in_progress' || status === 'queued') return null;
  return asText(asObject(response?.incomplete_details)?.reason) ?? status;
}

/** What hosted tools used is told beside `usage`, and kept with it. */
function usageObject(response: JsonObject | null): JsonObject | null {
  const usage = asObject(response?.usage);
  const tools = asObject(response?.tool_usage);
  return usage === null || tools === null ? usage : { ...usage, tool_usage: tools };
}
