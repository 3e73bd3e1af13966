import { asArray, asObject, type JsonObject, setOwn } from '../../providers/wires/json-read.js';
import { chatToolCall } from './message-parts.js';
import type { AttributeValue } from './span.js';
import { jsonOf, type SpanAttributes, textOf } from './span-attributes.js';

/** One message of a numbered list, and why it ended. */
export interface NumberedMessage {
  message: JsonObject;
  finishReason: string | null;
}

/** Messages and calls of tools of one span: as many as attributes, but the numbers in their names could be anything. */
type Fields = Map<string, AttributeValue>;

/**
 * Reads what OpenLLMetry writes, an attribute for each part of each message: `gen_ai.prompt.0.role`,
 * `gen_ai.completion.0.tool_calls.0.name`.
 */
export function numberedMessages(attributes: SpanAttributes, ...prefixes: string[]): NumberedMessage[] {
  const prefix = prefixes.find((each) => attributes.below(each).length > 0);
  if (prefix === undefined) return [];
  return grouped(attributes.below(prefix)).map((fields) => ({
    message: messageOf(fields),
    finishReason: textOf(fields.get('finish_reason')),
  }));
}

/** Groups `<number>.<name>` by the number, in its order. */
function grouped(entries: Iterable<[string, AttributeValue]>): Fields[] {
  const groups = new Map<number, Fields>();
  for (const [name, value] of entries) {
    const [, number, rest] = /^(\d{1,6})\.(.+)$/.exec(name) ?? [];
    if (number === undefined || rest === undefined) continue;
    const group = groups.get(Number(number)) ?? new Map();
    group.set(rest, value);
    groups.set(Number(number), group);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, fields]) => fields);
}

function messageOf(fields: Fields): JsonObject {
  const message: JsonObject = { role: fields.get('role') ?? null, content: contentOf(fields.get('content') ?? null) };
  for (const name of ['tool_call_id', 'reasoning', 'refusal']) {
    const value = fields.get(name);
    if (value !== undefined) setOwn(message, name, value);
  }
  const calls = grouped(below(fields, 'tool_calls.')).map((call) => toolCall(call));
  const single = new Map(below(fields, 'function_call.'));
  if (single.size > 0) calls.push(toolCall(single));
  if (calls.length > 0) message.tool_calls = calls;
  return message;
}

function toolCall(fields: Fields): JsonObject {
  return chatToolCall({ id: fields.get('id'), name: fields.get('name'), arguments: fields.get('arguments') });
}

function below(fields: Fields, prefix: string): [string, AttributeValue][] {
  return [...fields]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value]);
}

/** Parts of a content come as JSON. */
function contentOf(value: AttributeValue): unknown {
  const parts = asArray(jsonOf(value));
  return parts !== null && parts.length > 0 && parts.every((part) => asObject(part) !== null) ? parts : value;
}
