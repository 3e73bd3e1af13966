import type { Answer } from './answer.js';
import { CHAT, CHAT_STREAM, CHAT_TOOL_STREAM } from './chat-answers.js';
import { EMBEDDINGS } from './embeddings-answer.js';
import { MESSAGES, MESSAGES_STREAM } from './messages-answers.js';
import { RESPONSES, RESPONSES_STREAM } from './responses-answers.js';

/** Answers of providers in their published shapes, by what they are. */
export const ANSWERS = {
  chat: CHAT,
  chatStream: CHAT_STREAM,
  chatToolStream: CHAT_TOOL_STREAM,
  responses: RESPONSES,
  responsesStream: RESPONSES_STREAM,
  embeddings: EMBEDDINGS,
  messages: MESSAGES,
  messagesStream: MESSAGES_STREAM,
} as const satisfies Record<string, Answer>;
