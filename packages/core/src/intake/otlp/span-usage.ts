import type { JsonObject } from '../../providers/wires/json-read.js';
import type { SpanAttributes } from './span-attributes.js';

/**
 * What a span tells of tokens, written as Chat Completions write it. The conventions count cached tokens among the input; where
 * the input is less than those, the instrumentation has left them out, as Anthropic's own usage does. Undefined: nothing is told.
 */
export function spanUsage(attributes: SpanAttributes): JsonObject | undefined {
  const { count } = attributes;
  const input = count(
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.prompt_tokens',
    'llm.usage.prompt_tokens',
    'ai.usage.inputTokens',
    'ai.usage.promptTokens',
    'ai.usage.tokens',
  );
  const output = count(
    'gen_ai.usage.output_tokens',
    'gen_ai.usage.completion_tokens',
    'llm.usage.completion_tokens',
    'ai.usage.outputTokens',
    'ai.usage.completionTokens',
  );
  if (input === null && output === null) return undefined;
  const read = count(
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'ai.usage.cachedInputTokens',
  );
  const written = count('gen_ai.usage.cache_creation.input_tokens', 'gen_ai.usage.cache_creation_input_tokens');
  const reasoning = count(
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'ai.usage.reasoningTokens',
  );
  const cached = (read ?? 0) + (written ?? 0);
  const all = input === null || input >= cached ? input : input + cached;
  return {
    ...known('prompt_tokens', all),
    ...known('completion_tokens', output),
    ...(all === null || output === null ? {} : { total_tokens: all + output }),
    ...details('prompt_tokens_details', { ...known('cached_tokens', read), ...known('cache_write_tokens', written) }),
    ...details('completion_tokens_details', known('reasoning_tokens', reasoning)),
  };
}

function known(name: string, value: number | null): JsonObject {
  return value === null ? {} : { [name]: value };
}

function details(name: string, value: JsonObject): JsonObject {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}
