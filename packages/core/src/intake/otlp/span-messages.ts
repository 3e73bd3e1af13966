import { asArray, asObject, asText, type JsonObject } from '../../providers/wires/json-read.js';
import { chatToolCall, messageOf, messagesOf } from './message-parts.js';
import { numberedMessages } from './numbered-messages.js';
import type { Span } from './span.js';
import { jsonOf, type SpanAttributes, textOf } from './span-attributes.js';

/** What a span tells of the messages of its call, in whichever of the ways that there have been. */
export interface SpanContents {
  span: Span;
  attributes: SpanAttributes;
}

/** Messages of the request as Chat Completions have them; empty when the span tells none. */
export function promptMessages({ span, attributes }: SpanContents): JsonObject[] {
  const current = messagesOf(attributes.json('gen_ai.input.messages', 'ai.prompt.messages'));
  const system = systemMessage(attributes);
  if (current.length > 0 || system !== null) return system === null ? current : [system, ...current];
  const numbered = numberedMessages(attributes, 'gen_ai.prompt.', 'llm.prompts.').map(({ message }) => message);
  if (numbered.length > 0) return numbered;
  const events = span.events.flatMap(({ name, attributes: own }) => {
    const role = /^gen_ai\.(system|user|assistant|tool)\.message$/.exec(name)?.[1];
    return role === undefined ? [] : [eventMessage(role, Object.fromEntries(own))];
  });
  return events.length > 0
    ? events
    : textMessages(contentEvent(span, 'prompt') ?? attributes.value('gen_ai.prompt'), 'user');
}

/** Choices of the answer as Chat Completions have them; empty when the span tells none. */
export function answerChoices(contents: SpanContents): JsonObject[] {
  const { attributes } = contents;
  const reasons = attributes.texts('gen_ai.response.finish_reasons', 'ai.response.finishReason');
  return answers(contents).map(({ message, finishReason }, index) => ({
    index,
    message: { role: 'assistant', ...message },
    finish_reason: finishReason ?? reasons[index] ?? null,
  }));
}

interface Answer {
  message: JsonObject;
  finishReason: string | null;
}

function answers({ span, attributes }: SpanContents): Answer[] {
  const current = (asArray(attributes.json('gen_ai.output.messages')) ?? []).flatMap((each) => {
    const message = asObject(each);
    return message === null ? [] : [{ message: messageOf(message), finishReason: asText(message.finish_reason) }];
  });
  if (current.length > 0) return current;
  const ofAiSdk = aiSdkAnswer(attributes);
  if (ofAiSdk !== null) return [ofAiSdk];
  const numbered = numberedMessages(attributes, 'gen_ai.completion.', 'llm.completions.');
  if (numbered.length > 0) return numbered;
  const events = span.events.filter(({ name }) => name === 'gen_ai.choice');
  if (events.length > 0) return events.map(({ attributes: own }) => choiceEvent(Object.fromEntries(own)));
  const text = contentEvent(span, 'completion') ?? attributes.value('gen_ai.completion');
  return textMessages(text, 'assistant').map((message) => ({ message, finishReason: null }));
}

function systemMessage(attributes: SpanAttributes): JsonObject | null {
  const given = attributes.value('gen_ai.system_instructions');
  if (given === null) return null;
  const parts = asArray(jsonOf(given));
  return parts === null ? { role: 'system', content: given } : messageOf({ role: 'system', parts });
}

function aiSdkAnswer(attributes: SpanAttributes): Answer | null {
  const text = attributes.text('ai.response.text', 'ai.response.object');
  const calls = (asArray(attributes.json('ai.response.toolCalls')) ?? []).flatMap((each) => {
    const call = asObject(each);
    if (call === null) return [];
    return [chatToolCall({ id: call.toolCallId, name: call.toolName, arguments: call.input ?? call.args })];
  });
  if (text === null && calls.length === 0) return null;
  const message = { content: text, ...(calls.length === 0 ? {} : { tool_calls: calls }) };
  return { message, finishReason: null };
}

/** An event for each message, with the message as attributes, some of them as JSON. */
function eventMessage(role: string, { 'gen_ai.system': _provider, id, ...rest }: JsonObject): JsonObject {
  const calls = asArray(jsonOf(rest.tool_calls));
  return {
    role,
    ...rest,
    ...(id === undefined ? {} : { tool_call_id: id }),
    ...(calls === null ? {} : { tool_calls: calls }),
  };
}

function choiceEvent({ message, finish_reason: reason, index: _index, ...rest }: JsonObject): Answer {
  const given =
    asObject(jsonOf(message)) ?? (textOf(message) === null ? eventMessage('assistant', rest) : { content: message });
  return { message: messageOf(given), finishReason: asText(reason) };
}

/** Events of 2024, with all messages in one attribute. */
function contentEvent({ events }: Span, what: 'prompt' | 'completion'): unknown {
  const found = events.find(({ name }) => name === `gen_ai.content.${what}`);
  return found?.attributes.get(`gen_ai.${what}`) ?? null;
}

/** Messages in a JSON list, or one that is nothing but text. */
function textMessages(value: unknown, role: string): JsonObject[] {
  const json = jsonOf(value);
  const listed = messagesOf(asArray(json) ?? (json === null ? [] : [json]));
  if (listed.length > 0) return listed;
  const text = textOf(value);
  return text === null ? [] : [{ role, content: text }];
}
