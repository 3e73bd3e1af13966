// Messages of the GenAI conventions and of Vercel's AI SDK, which consist of parts, as Chat Completions have them.
import { asArray, asObject, asText, type JsonObject } from '../../providers/wires/json-read.js';

/** A list of messages with `parts` or `content`. */
export function messagesOf(value: unknown): JsonObject[] {
  return (asArray(value) ?? []).flatMap((each) => {
    const message = asObject(each);
    return message === null ? [] : [messageOf(message)];
  });
}

/** One message: its texts as `content`, calls of tools as `tool_calls`, everything else as a part of the content. */
export function messageOf(given: JsonObject): JsonObject {
  const { parts, content, finish_reason: _ofTheChoice, ...rest } = given;
  const list = asArray(parts) ?? asArray(content);
  if (list === null) return { ...rest, ...(content === undefined ? {} : { content }) };
  const all = list.map((part): JsonObject => asObject(part) ?? { type: 'text', text: part });
  const answers = all.map(toolAnswer).filter((answer) => answer !== null);
  if (answers.length === 1 && all.length === 1) return { ...rest, ...answers[0] };
  const calls = all.map(toolCall).filter((call) => call !== null);
  const others = all.filter((part) => toolCall(part) === null);
  return {
    ...rest,
    content: contentOf(others),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

/** One text where there is nothing but text; null where there is nothing. */
function contentOf(parts: readonly JsonObject[]): unknown {
  if (parts.length === 0) return null;
  const texts = parts.map(textIn);
  if (texts.every((text) => text !== null)) return texts.join('');
  return parts.map((part, index) => (texts[index] === null ? part : { type: 'text', text: texts[index] }));
}

function textIn({ type, text, content }: JsonObject): string | null {
  if (type !== 'text') return null;
  if (typeof text === 'string') return text;
  return typeof content === 'string' ? content : null;
}

/** A call of a tool, in any of the spellings; null when the part is none. */
function toolCall(part: JsonObject): JsonObject | null {
  if (part.type !== 'tool_call' && part.type !== 'tool-call') return null;
  return chatToolCall({
    id: part.id ?? part.toolCallId,
    name: part.name ?? part.toolName,
    arguments: part.arguments ?? part.input ?? part.args,
  });
}

/** A call of a tool as Chat Completions have it. */
export function chatToolCall(call: { id?: unknown; name?: unknown; arguments?: unknown }): JsonObject {
  const id = asText(call.id);
  return {
    ...(id === null ? {} : { id }),
    type: 'function',
    function: { name: call.name ?? null, arguments: asJsonText(call.arguments) },
  };
}

function toolAnswer(part: JsonObject): JsonObject | null {
  if (part.type !== 'tool_call_response' && part.type !== 'tool-result') return null;
  const id = asText(part.id ?? part.toolCallId);
  const content = part.response ?? part.result ?? part.output;
  return { ...(id === null ? {} : { tool_call_id: id }), content: asJsonText(content) };
}

/** Chat Completions have arguments and answers of tools as text. */
function asJsonText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value);
}
