import { asArray, asObject, asText, type JsonObject, own, setOwn } from './json-read.js';

// How members of a delta join what came before. Each returns true when it added generated content. JSON that was parsed
// for one event belongs to the rebuilder, so arrays and objects are kept as they are and grown in place.

/** Strings are concatenated, arrays appended; of anything else the last that is not null wins. */
export function append(target: JsonObject, key: string, value: unknown): boolean {
  if (typeof value === 'string') {
    const before = own(target, key);
    setOwn(target, key, typeof before === 'string' ? before + value : value);
    return value !== '';
  }
  if (Array.isArray(value)) {
    const before = asArray(own(target, key));
    if (before === null) setOwn(target, key, value);
    else for (const item of value) before.push(item);
    return value.length > 0;
  }
  if (value !== null || own(target, key) === undefined) setOwn(target, key, value);
  return false;
}

/** `append` for `content`, which Mistral's reasoning models send as text and as lists of parts within one answer. */
export function appendParts(target: JsonObject, key: string, value: unknown): boolean {
  const before = own(target, key);
  const list = asArray(before);
  if (list !== null && typeof value === 'string') {
    if (value !== '') appendPart(list, { type: 'text', text: value });
    return value !== '';
  }
  if (!Array.isArray(value)) return append(target, key, value);
  const parts = list ?? (typeof before === 'string' && before !== '' ? [{ type: 'text', text: before }] : []);
  setOwn(target, key, parts);
  for (const part of value) appendPart(parts, part);
  return value.length > 0;
}

/** A part that goes on with the one before it is one part of the whole answer: text, and thinking, which holds parts itself. */
function appendPart(parts: unknown[], value: unknown): void {
  const part = asObject(value);
  const last = asObject(parts.at(-1));
  if (part === null || last === null || part.type !== last.type) {
    parts.push(value);
  } else if (part.type === 'text' && typeof part.text === 'string' && typeof last.text === 'string') {
    extend(last, part, 'text');
  } else if (part.type === 'thinking' && Array.isArray(part.thinking) && Array.isArray(last.thinking)) {
    for (const inner of part.thinking) appendPart(last.thinking, inner);
    extend(last, part, 'thinking');
  } else {
    parts.push(value);
  }
}

/** Grows an object with a name or id and streamed text: `function_call`, `function`, `custom`, `audio`. */
export function appendCall(target: JsonObject, key: string, value: unknown): boolean {
  const part = asObject(value);
  if (part === null) {
    if (value === null && own(target, key) === undefined) setOwn(target, key, null);
    return false;
  }
  const before = asObject(own(target, key)) ?? {};
  setOwn(target, key, before);
  let content = false;
  for (const member in part) {
    const piece = part[member];
    if (member === 'id') {
      if (asText(piece) !== null) before.id = piece;
    } else if (member === 'name' && own(before, 'name') === piece) {
      // Some servers repeat the name in every chunk.
    } else {
      content = append(before, member, piece) || content;
    }
  }
  return content;
}

/**
 * OpenRouter's `reasoning_details`: pieces of one detail come one after the other with the same type and index, and are
 * one item of the whole answer. Encrypted details come whole.
 * https://openrouter.ai/docs/use-cases/reasoning-tokens
 */
export function appendReasoningDetails(target: JsonObject, key: string, value: unknown): boolean {
  if (!Array.isArray(value)) return append(target, key, value);
  const list = asArray(own(target, key)) ?? [];
  setOwn(target, key, list);
  for (const item of value) {
    const detail = asObject(item);
    const last = asObject(list.at(-1));
    if (detail === null || last === null || !continues(last, detail)) list.push(item);
    else extend(last, detail, detail.type === 'reasoning.text' ? 'text' : 'summary');
  }
  return value.length > 0;
}

function continues(last: JsonObject, detail: JsonObject): boolean {
  if (last.type !== detail.type || last.index !== detail.index) return false;
  return detail.type === 'reasoning.text' || detail.type === 'reasoning.summary';
}

/** Adds a piece to what it goes on with: text grows, of anything else the last that is not null wins. */
function extend(last: JsonObject, piece: JsonObject, grows: string): void {
  for (const key in piece) {
    const value = piece[key];
    if (key !== grows) {
      if (value !== null) setOwn(last, key, value);
    } else if (typeof value === 'string') append(last, key, value);
  }
}
