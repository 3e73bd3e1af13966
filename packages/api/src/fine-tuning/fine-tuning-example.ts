import { anthropicExample } from './anthropic-example.js';
import { type FineTuningExample, Inexpressible, isObject } from './chat.js';
import { openAiChatExample } from './openai-chat-example.js';
import { openAiResponsesExample } from './openai-responses-example.js';

/**
 * A call as an example to fine-tune a chat model of OpenAI with: the messages of the request and behind them the answer, of a chat
 * completion, a call of the Responses API or of Anthropic's messages. Null for any other call, for one that failed, and where the
 * format has no words for what was said (sound, documents, tools that the provider runs, conversations that it keeps).
 */
export function fineTuningExample(request: unknown, response: unknown): FineTuningExample | null {
  if (!isObject(request) || !isObject(response)) return null;
  try {
    if (Array.isArray(response.choices)) return openAiChatExample(request, response);
    if (Array.isArray(response.output)) return openAiResponsesExample(request, response);
    if (response.type === 'message') return anthropicExample(request, response);
    return null;
  } catch (error) {
    if (error instanceof Inexpressible) return null;
    throw error;
  }
}
