import { expect, test } from 'vitest';
import type { StreamEvent, WireFormat } from './wire.js';
import { wireOf } from './wires.js';

const event = (data: string, name = ''): StreamEvent => ({ event: name, data });

const google = 'google-generate-content';

test.each<[WireFormat, string, StreamEvent[], boolean]>([
  ['openai-chat', 'done', [event('{"choices":[]}'), event('[DONE]')], true],
  ['openai-chat', 'something behind it', [event('[DONE]'), event('{"cost":1}')], true],
  ['openai-chat', 'not done', [event('{"choices":[]}')], false],
  ['openai-chat', 'nothing', [], false],
  ['openai-chat', 'an error', [event('{"error":{"message":"no"}}'), event('[DONE]')], false],
  ['openai-chat', 'an event named error', [event('overloaded', 'error'), event('[DONE]')], false],
  ['openai-chat', 'no error', [event('{"error":null}'), event('[DONE]')], true],
  ['openai-chat', 'damaged', [event('{"error"'), event('[DONE]')], true],
  ['openai-responses', 'completed', [event('{"type":"response.completed"}', 'response.completed')], true],
  ['openai-responses', 'incomplete', [event('{"type":"response.incomplete"}', 'response.incomplete')], true],
  ['openai-responses', 'without names', [event('{"type":"response.completed"}')], true],
  ['openai-responses', 'type not first', [event('{"sequence_number":1,"type":"response.completed"}')], true],
  ['openai-responses', 'failed', [event('{"type":"response.failed"}', 'response.failed')], false],
  ['openai-responses', 'an error', [event('{"type":"error"}', 'error'), event('', 'response.completed')], false],
  ['openai-responses', 'under way', [event('{"type":"response.output_text.done"}')], false],
  ['openai-responses', 'damaged', [event('{')], false],
  ['anthropic-messages', 'stopped', [event('{"type":"message_stop"}', 'message_stop')], true],
  ['anthropic-messages', 'without names', [event('{"type":"message_stop"}')], true],
  ['anthropic-messages', 'an error', [event('{"type":"error"}', 'error'), event('', 'message_stop')], false],
  ['anthropic-messages', 'cut', [event('{"type":"message_delta"}', 'message_delta')], false],
  [google, 'finished', [event('{"candidates":[{}]}'), event('{"candidates":[{"finishReason":"STOP"}]}')], true],
  [google, 'usage behind it', [event('{"candidates":[{"finishReason":"STOP"}]}'), event('{"usageMetadata":{}}')], true],
  [google, 'cut', [event('{"candidates":[{}]}')], false],
  [
    google,
    'one of two',
    [event('{"candidates":[{"index":1}]}'), event('{"candidates":[{"finishReason":"STOP"}]}')],
    false,
  ],
  [google, 'blocked', [event('{"promptFeedback":{"blockReason":"SAFETY"}}')], false],
  [google, 'an error', [event('{"candidates":[{"finishReason":"STOP"}]}'), event('{"error":{"message":"no"}}')], false],
  ['openai-embeddings', 'anything', [event('{"data":[]}'), event('[DONE]')], false],
])('%s: %s', (wire, _what, last, whole) => {
  expect(wireOf(wire).endsWhole(last)).toBe(whole);
});
