import type { WireFormat } from '../providers/wire.js';
import { contentTexts } from './content-texts.js';
import type { JsonBody } from './json-body.js';
import { elementsOf, membersOf, type Span } from './json-members.js';

/** Formats whose prompts are understood. */
export type PromptFormat = 'openai-chat' | 'openai-responses' | 'anthropic-messages' | 'gemini';

/** The format of a call's prompt, by its wire format and its path; null when the call has none that is understood. */
export function promptFormat(wire: WireFormat | null, path: string): PromptFormat | null {
  if (/:(?:streamG|g)enerateContent$/.test(path)) return 'gemini';
  if (wire === 'google-generate-content') return /mbedContents?$/.test(path) ? null : 'gemini';
  return wire === 'openai-chat' || wire === 'openai-responses' || wire === 'anthropic-messages' ? wire : null;
}

/** Where the messages stand, and their parts. */
const MESSAGES: Record<PromptFormat, readonly [list: string, content: string]> = {
  'openai-chat': ['messages', 'content'],
  'openai-responses': ['input', 'content'],
  'anthropic-messages': ['messages', 'content'],
  gemini: ['contents', 'parts'],
};

/** `'unreadable'`: there may be text, but it cannot be told which of it the provider will read. */
export type PromptText = { text: string } | 'unreadable' | null;

/**
 * What the user said last: all text parts, one a line, of the last message of the user's that has any. Tool results and what the
 * assistant said are passed over. Null when there is no such text; `'unreadable'` when messages are named twice, so that the
 * provider may read others than we do, or are no proper JSON.
 */
export function promptText(body: JsonBody, format: PromptFormat): PromptText {
  const [list, content] = MESSAGES[format];
  const prompt = format === 'openai-chat' ? body.members.get('prompt') : undefined;
  const messages = body.members.get(list) ?? prompt;
  if (messages === undefined) return null;
  if (messages.earlier !== null) return 'unreadable';
  const first = body.text[messages.start];
  if (messages === prompt || first === '"') return joined(body, contentTexts(body.text, messages));
  if (first === '{') return userText(body, messages, content);
  if (first !== '[') return null;
  const all = elementsOf(body.text, messages.start);
  if (all === null) return 'unreadable';
  for (let at = all.length - 1; at >= 0; at -= 1) {
    const found = userText(body, all[at] as Span, content);
    if (found !== null) return found;
  }
  return null;
}

/** Null when the message is not the user's, or has no text. */
function userText(body: JsonBody, message: Span, content: string): PromptText {
  if (body.text[message.start] !== '{') return null;
  const members = membersOf(body.text, message.start);
  if (members === null) return 'unreadable';
  const role = members.get('role');
  const value = members.get(content);
  if (role?.earlier || value?.earlier) return 'unreadable';
  // Gemini takes a turn without a role for the user's.
  if (role !== undefined ? body.valueAt(role) !== 'user' : content !== 'parts') return null;
  return value === undefined ? null : joined(body, contentTexts(body.text, value));
}

function joined(body: JsonBody, spans: readonly Span[] | null): PromptText {
  const texts: string[] = [];
  for (const span of spans ?? []) {
    const text = body.valueAt(span);
    if (typeof text !== 'string') return 'unreadable';
    if (text.trim() !== '') texts.push(text);
  }
  if (spans === null) return 'unreadable';
  return texts.length === 0 ? null : { text: texts.join('\n') };
}
