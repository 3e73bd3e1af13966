import { expect, test } from 'vitest';
import { openaiChat } from './openai-chat.js';

// A stream rebuilds to what the same call would have got without streaming. Shapes as in OpenAI's API reference:
// https://platform.openai.com/docs/api-reference/chat/object and …/chat-streaming/streaming

const HEAD = { id: 'chatcmpl-1', created: 1741569952, model: 'gpt-4o-2024-08-06', service_tier: 'default' };
const USAGE = { prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 };

/** The answer of a call without streaming. */
function plain(choices: object[]): object {
  return { ...HEAD, object: 'chat.completion', choices, usage: USAGE, system_fingerprint: 'fp_1' };
}

/** Each item is the `choices` of one chunk; the usage and [DONE] follow. */
function rebuilt(...events: object[][]): unknown {
  const rebuilder = openaiChat.rebuild();
  const chunk = (choices: object[], usage: object | null) =>
    JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', system_fingerprint: 'fp_1', choices, usage });
  for (const choices of events) rebuilder.push({ event: '', data: chunk(choices, null) });
  rebuilder.push({ event: '', data: chunk([], USAGE) });
  rebuilder.push({ event: '', data: '[DONE]' });
  expect(rebuilder.complete()).toBe(true);
  expect(rebuilder.facts()).toEqual(openaiChat.facts(rebuilder.body()));
  return rebuilder.body();
}

const delta = (members: object, more: object = {}) => ({
  index: 0,
  delta: members,
  logprobs: null,
  finish_reason: null,
  ...more,
});

const token = (text: string, more: object = {}) => ({ token: text, logprob: -0.25, bytes: [104], ...more });

test('text', () => {
  expect(
    rebuilt(
      [delta({ role: 'assistant', content: '', refusal: null })],
      [delta({ content: 'Zoë ' })],
      [delta({ content: '🦊' })],
      [delta({}, { finish_reason: 'stop' })],
    ),
  ).toEqual(
    plain([
      {
        index: 0,
        message: { role: 'assistant', content: 'Zoë 🦊', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ]),
  );
});

test('tools in parallel, interleaved', () => {
  const call = (index: number, more: object, args: string) => ({ index, ...more, function: { arguments: args } });
  const first = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '' } });
  expect(
    rebuilt(
      [delta({ role: 'assistant', content: null, tool_calls: [{ index: 0, ...first('call_a', 'weather') }] })],
      [delta({ tool_calls: [{ index: 1, ...first('call_b', 'clock') }] })],
      [delta({ tool_calls: [call(0, {}, '{"city":'), call(1, {}, '{"zone"')] })],
      [delta({ tool_calls: [call(1, {}, ':"CET"}')] })],
      [delta({ tool_calls: [call(0, {}, '"Köln"}')] })],
      [delta({}, { finish_reason: 'tool_calls' })],
    ),
  ).toEqual(
    plain([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_a', type: 'function', function: { name: 'weather', arguments: '{"city":"Köln"}' } },
            { id: 'call_b', type: 'function', function: { name: 'clock', arguments: '{"zone":"CET"}' } },
          ],
        },
        logprobs: null,
        finish_reason: 'tool_calls',
      },
    ]),
  );
});

test('two choices, interleaved, with log probabilities', () => {
  const top = { top_logprobs: [token('Hi')] };
  expect(
    rebuilt(
      [delta({ role: 'assistant', content: '' }), delta({ role: 'assistant', content: '' }, { index: 1 })],
      [delta({ content: 'Yo' }, { index: 1, logprobs: { content: [token('Yo', top)], refusal: null } })],
      [delta({ content: 'Hi' }, { logprobs: { content: [token('Hi', top)], refusal: null } })],
      [delta({ content: '!' }, { logprobs: { content: [token('!')], refusal: null } })],
      [delta({}, { index: 1, finish_reason: 'length' })],
      [delta({}, { finish_reason: 'stop' })],
    ),
  ).toEqual(
    plain([
      {
        index: 0,
        message: { role: 'assistant', content: 'Hi!' },
        logprobs: { content: [token('Hi', top), token('!')], refusal: null },
        finish_reason: 'stop',
      },
      {
        index: 1,
        message: { role: 'assistant', content: 'Yo' },
        logprobs: { content: [token('Yo', top)], refusal: null },
        finish_reason: 'length',
      },
    ]),
  );
});

test('a refusal with its log probabilities', () => {
  expect(
    rebuilt(
      [delta({ role: 'assistant', content: null, refusal: '' })],
      [delta({ refusal: 'I can' }, { logprobs: { content: null, refusal: [token('I can')] } })],
      [delta({ refusal: '’t.' }, { logprobs: { content: null, refusal: [token('’t.')] } })],
      [delta({}, { finish_reason: 'stop' })],
    ),
  ).toEqual(
    plain([
      {
        index: 0,
        message: { role: 'assistant', content: null, refusal: 'I can’t.' },
        logprobs: { content: null, refusal: [token('I can'), token('’t.')] },
        finish_reason: 'stop',
      },
    ]),
  );
});

test('audio', () => {
  expect(
    rebuilt(
      [delta({ role: 'assistant', content: null, refusal: null, audio: { id: 'audio_1', transcript: 'Hel' } })],
      [delta({ audio: { transcript: 'lo' } })],
      [delta({ audio: { data: 'UklG' } })],
      [delta({ audio: { data: 'Rg==' } })],
      [delta({ audio: { expires_at: 1741573552 } })],
      [delta({}, { finish_reason: 'stop' })],
    ),
  ).toEqual(
    plain([
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          refusal: null,
          audio: { id: 'audio_1', transcript: 'Hello', data: 'UklGRg==', expires_at: 1741573552 },
        },
        logprobs: null,
        finish_reason: 'stop',
      },
    ]),
  );
});

test('a whole answer sent as one event is that answer', () => {
  const answer = plain([{ index: 0, message: { role: 'assistant', tool_calls: [] }, finish_reason: 'stop' }]);
  const rebuilder = openaiChat.rebuild();
  rebuilder.push({ event: '', data: JSON.stringify(answer) });
  expect(rebuilder.body()).toEqual(answer);
  expect(rebuilder.complete()).toBe(true);
});
