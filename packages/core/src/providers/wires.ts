import type { Wire, WireFormat } from './wire.js';
import { anthropicMessages } from './wires/anthropic-messages.js';
import { googleGenerateContent } from './wires/google-generate-content.js';
import { openaiChat } from './wires/openai-chat.js';
import { openaiEmbeddings } from './wires/openai-embeddings.js';
import { openaiRealtime } from './wires/openai-realtime.js';
import { openaiResponses } from './wires/openai-responses.js';

/** A record, so that a format without an implementation does not compile. */
const WIRES: Record<WireFormat, Wire> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-realtime': openaiRealtime,
  'openai-embeddings': openaiEmbeddings,
  'anthropic-messages': anthropicMessages,
  'google-generate-content': googleGenerateContent,
};

export function wireOf(name: WireFormat): Wire {
  return WIRES[name];
}

/**
 * The wire format that a path (without query) tells by how it ends, whatever comes before: `/v1`, Azure's
 * `/openai/deployments/<name>`, a gateway's prefix. Null when the answer is none that is understood.
 */
export function wireForPath(path: string): WireFormat | null {
  const whole = path.endsWith('/') ? path.slice(0, -1) : path;
  // Chat and legacy text completions both end so.
  if (whole.endsWith('/completions')) return 'openai-chat';
  if (whole.endsWith('/responses')) return 'openai-responses';
  if (whole.endsWith('/realtime')) return 'openai-realtime';
  if (whole.endsWith('/embeddings')) return 'openai-embeddings';
  if (whole.endsWith('/messages') && !isStoredMessages(whole)) return 'anthropic-messages';
  if (GOOGLE_METHOD.test(whole)) return 'google-generate-content';
  return null;
}

/** Behind the model's name; clients may encode the colon. */
const GOOGLE_METHOD = /(?::|%3a)(?:generateContent|streamGenerateContent|embedContent|batchEmbedContents)$/i;

/** OpenAI's lists of stored messages: `/threads/<id>/messages`, `/chat/completions/<id>/messages`. */
function isStoredMessages(path: string): boolean {
  const parent = path.split('/').at(-3);
  return parent === 'threads' || parent === 'completions';
}
