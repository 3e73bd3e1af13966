import type { AnswerFacts } from '../wire.js';
import { asArray, asObject, asText, errorMessage, type JsonObject } from './json-read.js';
import { chatUsage } from './openai-chat-usage.js';
import { openaiServiceTier } from './openai-service-tier.js';

/** What an answer says about itself, wherever in it that stands. */
export interface ChatParts {
  model: unknown;
  /** The usage object, as it was told. */
  usage: JsonObject | null;
  serviceTier: unknown;
  finishReason: unknown;
  error: string | null;
  /** Our name of the provider; empty when it is not known. */
  provider: string;
}

/** The facts of a chat, from a whole answer or from what a stream was rebuilt to. */
export function factsOfChat({ model, usage, serviceTier, finishReason, error, provider }: ChatParts): AnswerFacts {
  const counted = chatUsage(usage, provider);
  const name = asText(model);
  const searched = counted !== null && counted.webSearches === null && name !== null && SEARCH_MODEL.test(name);
  return {
    model: name,
    usage: searched ? { ...counted, webSearches: 1 } : counted,
    finishReason: asText(finishReason),
    error,
    usageObject: usage,
    // Mistral tells it inside the usage.
    serviceTier: openaiServiceTier(serviceTier) ?? openaiServiceTier(usage?.service_tier),
  };
}

/**
 * OpenAI's search models in Chat Completions search before every answer, do not tell it in the usage, and are charged by the call:
 * https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat
 */
const SEARCH_MODEL = /^(?:openai\/)?gpt-[\w.-]+-search-preview(?:-\d{4}-\d\d-\d\d)?$/;

/**
 * The usage object of an answer or chunk: on top, in Groq's `x_groq`, or in the last choice, as Moonshot has it.
 */
export function usageObjectOf(answer: JsonObject | null): JsonObject | null {
  if (answer === null) return null;
  return (
    asObject(answer.usage) ??
    asObject(asObject(answer.x_groq)?.usage) ??
    asObject(asObject(asArray(answer.choices)?.at(-1))?.usage)
  );
}

/** The error that an answer or chunk tells of, on top or in a choice; null when there is none. */
export function errorOfChat(answer: JsonObject | null): string | null {
  if (answer === null) return null;
  const told = errorMessage(answer.error) ?? errorMessage(asObject(answer.x_groq)?.error);
  if (told !== null) return told;
  // vLLM's own: `{"object":"error","message":…}`.
  if (answer.object === 'error') return errorMessage(answer);
  for (const choice of asArray(answer.choices) ?? []) {
    const inside = errorOfChoice(asObject(choice));
    if (inside !== null) return inside;
  }
  return null;
}

/** OpenRouter and Together put an error into the choice that it befell; Mistral says no more than that there was one. */
export function errorOfChoice(choice: JsonObject | null): string | null {
  const told = errorMessage(choice?.error);
  return told ?? (choice?.finish_reason === 'error' ? 'finish_reason: error' : null);
}

/** The event that says that nothing follows. */
export function isDone(data: string): boolean {
  return data.length < MAX_DONE && data.trimStart().startsWith('[DONE]');
}

/** It is nothing but itself; a longer event is not looked at. */
const MAX_DONE = 64;
