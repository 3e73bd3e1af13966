import { messageEvents } from './message-events.js';

export const path = 'anthropic/v1/messages';
export const SONNET = 'claude-sonnet-4-5-20250929';
export const HAIKU = 'claude-haiku-4-5-20251001';
export const OPUS = 'claude-opus-4-6';

/** The body of a request. */
export function asked(model: string, more: object = {}): object {
  return { model, max_tokens: 1024, messages: [{ role: 'user', content: 'Hi' }], ...more };
}

/** A whole answer. `more`: members that differ from an ordinary one's. */
export function message(model: string, content: readonly object[], usage: object, more: object = {}): object {
  const head = { id: 'msg_1', type: 'message', role: 'assistant', model, content };
  return { ...head, stop_reason: 'end_turn', stop_sequence: null, usage, ...more };
}

/** The event that starts a stream. */
export const start = (model: string, usage: object): string[] =>
  messageEvents({ type: 'message_start', message: message(model, [], usage, { stop_reason: null }) });

/** The events that end it. */
export const end = (stop_reason: string, usage: object): string[] =>
  messageEvents(
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  );

/** A delta of text. */
export const text = (value: string): object => ({ type: 'text_delta', text: value });
/** A delta of a tool's input. */
export const json = (partial_json: string): object => ({ type: 'input_json_delta', partial_json });
