import { elementsOf, membersOf, type Span } from './json-members.js';

/** Kinds of parts whose `text` is text, in all formats that are understood; Gemini's parts name no kind. */
const TEXT_KINDS = new Set(['"text"', '"input_text"', '"output_text"']);

/**
 * The texts of a message's content, as places of JSON strings in `text`: the content itself where it is a string, else the
 * `text` of each of its text parts. Images, tool calls and their results are passed over. Empty when there is none; null when
 * the parts cannot be told apart.
 */
export function contentTexts(text: string, content: Span): Span[] | null {
  if (text[content.start] === '"') return [content];
  if (text[content.start] !== '[') return [];
  const parts = elementsOf(text, content.start);
  if (parts === null) return null;
  const texts: Span[] = [];
  for (const part of parts) {
    if (text[part.start] === '"') texts.push(part);
    if (text[part.start] !== '{') continue;
    const members = membersOf(text, part.start);
    if (members === null) return null;
    const kind = members.get('type');
    const value = members.get('text');
    if (value === undefined || text[value.start] !== '"') continue;
    if (kind === undefined || TEXT_KINDS.has(text.slice(kind.start, kind.end))) texts.push(value);
  }
  return texts;
}
