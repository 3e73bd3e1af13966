import type { FixedAnswer } from './fixed-upstream.js';

const PLAIN_CHOICE = { index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' };
/** An answer of Chat Completions, whole. */
export const wholeChat = (model: string, usage?: object): FixedAnswer => ({
  json: { id: 'chatcmpl-1', object: 'chat.completion', model, choices: [PLAIN_CHOICE], usage },
});
/** The same as a stream; the usage, if there is one, in a chunk of its own. */
export const streamedChat = (model: string, usage?: object): FixedAnswer => {
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', model };
  return {
    events: [
      { ...chunk, choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi.' }, finish_reason: null }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      ...(usage === undefined ? [] : [{ ...chunk, choices: [], usage }]),
      '[DONE]',
    ],
  };
};

const response = (model: string, usage: object) => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  error: null,
  model,
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hi.' }] }],
  usage,
});
/** An answer of the Responses API, whole. */
export const wholeResponse = (model: string, usage: object): FixedAnswer => ({ json: response(model, usage) });
/** The same as a stream. */
export const streamedResponse = (model: string, usage: object): FixedAnswer => ({
  named: true,
  events: [
    {
      type: 'response.created',
      response: { ...response(model, usage), status: 'in_progress', output: [], usage: null },
    },
    { type: 'response.output_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Hi.' },
    { type: 'response.completed', response: response(model, usage) },
  ],
});

const message = (model: string) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model,
  stop_reason: 'end_turn',
});
/** An answer of the Messages API, whole. */
export const wholeMessage = (model: string, usage: object): FixedAnswer => ({
  json: { ...message(model), content: [{ type: 'text', text: 'Hi.' }], usage },
});
/** The same as a stream, with its usage told as Anthropic tells it: input at the start, output at the end. */
export const streamedMessage = (model: string, usage: { output_tokens: number }): FixedAnswer => ({
  named: true,
  events: [
    {
      type: 'message_start',
      message: { ...message(model), content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: usage.output_tokens } },
    { type: 'message_stop' },
  ],
});
