import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import type { Usage } from '../../cost/usage.js';
import type { AnswerFacts } from '../wire.js';
import { anthropicMessages } from './anthropic-messages.js';
import { converseFacts } from './bedrock-converse.js';
import { bedrockMessage } from './bedrock-exception.js';
import { plainUsage } from './bedrock-usage.js';
import { cohereFacts } from './cohere-chat-facts.js';
import { asArray, asObject, asText, errorMessage, type JsonObject } from './json-read.js';
import { openaiChat } from './openai-chat.js';

/** How the answers of one family of models look, and what they say. */
interface Family {
  is(answer: JsonObject): boolean;
  facts(answer: JsonObject): AnswerFacts;
}

/**
 * Families in the order in which an answer is held against them. Shapes:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
 */
const FAMILIES: readonly Family[] = [
  {
    // Anthropic Claude, messages.
    is: ({ type, usage }) => type === 'message' || asObject(usage)?.input_tokens !== undefined,
    facts: anthropicMessages.facts,
  },
  {
    // Amazon Nova.
    is: ({ output, usage }) => asObject(output) !== null || asObject(usage)?.inputTokens !== undefined,
    facts: converseFacts,
  },
  {
    // AI21 Jamba, Mistral, DeepSeek, Qwen, gpt-oss: as OpenAI has it, where some tell `stop_reason`.
    is: ({ choices, usage }) => asArray(choices) !== null || asObject(usage)?.prompt_tokens !== undefined,
    facts(answer) {
      const told = openaiChat.facts(answer);
      const finishReason = told.finishReason ?? asText(first(answer.choices)?.stop_reason);
      return { ...told, finishReason, usageObject: asObject(answer.usage) };
    },
  },
  {
    // Meta Llama.
    is: (answer) => answer.generation !== undefined || answer.generation_token_count !== undefined,
    facts: (answer) =>
      said({
        usage: plainUsage(answer.prompt_token_count, answer.generation_token_count),
        finishReason: answer.stop_reason,
      }),
  },
  {
    // Amazon Titan: text, and embeddings of text.
    is: (answer) => answer.inputTextTokenCount !== undefined,
    facts: titanFacts,
  },
  {
    // Mistral, text completion.
    is: ({ outputs }) => asArray(outputs) !== null,
    facts: ({ outputs }) => said({ finishReason: first(outputs)?.stop_reason }),
  },
  {
    // Stability, Amazon Titan Image, Amazon Nova Canvas; `finish_reasons` are null where nothing was held back.
    is: ({ images, artifacts }) => asArray(images) !== null || asArray(artifacts) !== null,
    facts: imageFacts,
  },
  {
    // Cohere Embed, and others that embed without counting: what they made is no output.
    is: ({ embedding, embeddings }) => embedding !== undefined || embeddings !== undefined,
    facts: () => said({}),
  },
  {
    // Cohere Command R.
    is: ({ generation_id, chat_history }) => generation_id !== undefined || chat_history !== undefined,
    facts: cohereFacts,
  },
  {
    // Cohere Command, Claude's text completions.
    is: ({ text, generations, completion }) =>
      text !== undefined || generations !== undefined || completion !== undefined,
    facts: (answer) =>
      said({
        finishReason: answer.finish_reason ?? answer.stop_reason ?? first(answer.generations)?.finish_reason,
      }),
  },
];

/** What a model's own answer says. Its usage is null where only Bedrock counted. */
export function modelFacts(answer: JsonObject | null): AnswerFacts {
  const family = answer === null ? undefined : FAMILIES.find(({ is }) => is(answer));
  if (answer === null || family === undefined)
    return { ...said({}), error: bedrockMessage(answer) ?? errorMessage(answer?.error) };
  return family.facts(answer);
}

/** Whether an answer has vectors and no text, so that it has no output tokens. */
export function isEmbedding(answer: JsonObject | null): boolean {
  return answer?.embedding !== undefined || answer?.embeddings !== undefined;
}

function titanFacts(answer: JsonObject): AnswerFacts {
  const results = asArray(answer.results);
  if (results === null) return said({ usage: plainUsage(answer.inputTextTokenCount, 0) });
  const result = first(results);
  return said({
    usage: plainUsage(answer.inputTextTokenCount, result?.tokenCount),
    finishReason: result?.completionReason,
  });
}

function imageFacts({ images, artifacts, finish_reasons, error }: JsonObject): AnswerFacts {
  const made = asArray(images) ?? asArray(artifacts) ?? [];
  // They are billed by the piece.
  const usage: Usage = { ...EMPTY_USAGE, images: made.length };
  const finishReason = asArray(finish_reasons)?.[0] ?? first(artifacts)?.finishReason;
  return { ...said({ usage, finishReason }), error: asText(error) };
}

function said({ usage = null, finishReason }: { usage?: Usage | null; finishReason?: unknown }): AnswerFacts {
  return { model: null, usage, finishReason: asText(finishReason), error: null };
}

function first(list: unknown): JsonObject | null {
  return asObject(asArray(list)?.[0]);
}
