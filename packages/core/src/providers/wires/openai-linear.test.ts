import { expect, test } from 'vitest';
import type { Wire } from '../wire.js';
import { openaiChat } from './openai-chat.js';
import { openaiImages } from './openai-images.js';
import { openaiResponses } from './openai-responses.js';
import { openaiSpeech } from './openai-speech.js';
import { openaiTranscription } from './openai-transcription.js';

/** Time of the process in `run`, ms. */
function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const chat = (delta: object, index = 0): object => ({ choices: [{ index, delta, finish_reason: null }] });
const call = (index: number, more: object): object => chat({ tool_calls: [{ index, ...more }] });
const item = (output_index: number, value: object): object => ({
  type: 'response.output_item.added',
  output_index,
  item: value,
});
const delta = (kind: string, value: unknown, more: object = {}): object => ({
  type: `response.${kind}.delta`,
  output_index: 0,
  delta: value,
  ...more,
});

test.each<[string, Wire, (i: number) => object]>([
  ['deltas of text', openaiChat, (i) => chat({ content: `a${i}` })],
  ['parts of text', openaiChat, () => chat({ content: [{ type: 'text', text: 'a' }] })],
  ['pieces of arguments', openaiChat, (i) => call(0, { id: 'a', function: { name: 'f', arguments: `${i},` } })],
  ['pieces of arguments without an index', openaiChat, () => chat({ tool_calls: [{ function: { arguments: '1,' } }] })],
  ['tools in parallel', openaiChat, (i) => call(i, { id: `c${i}`, function: { name: 'f', arguments: '{}' } })],
  [
    'tools in parallel at one index',
    openaiChat,
    (i) => call(0, { id: `c${i}`, function: { name: 'f', arguments: '{}' } }),
  ],
  ['choices', openaiChat, (i) => chat({ content: 'a' }, i)],
  ['choices of completions', openaiChat, (i) => ({ choices: [{ index: i, text: 'a', logprobs: { tokens: ['a'] } }] })],
  ['pieces of speech in a chat', openaiChat, () => chat({ audio: { data: 'YQ==' } })],
  ['details of reasoning', openaiChat, () => chat({ reasoning_details: [{ type: 'reasoning.text', text: 'a' }] })],
  ['usages', openaiChat, (i) => ({ ...chat({ content: 'a' }), usage: { prompt_tokens: 1, completion_tokens: i } })],
  ['deltas of a response', openaiResponses, (i) => delta('output_text', `a${i}`, { content_index: 0, logprobs: [{}] })],
  ['pieces of its arguments', openaiResponses, () => delta('function_call_arguments', '1,')],
  ['pieces of its speech', openaiResponses, () => delta('audio', 'YQ==')],
  ['items', openaiResponses, (i) => item(i, { type: 'function_call', id: `c${i}` })],
  ['pictures', openaiImages, () => ({ type: 'image_generation.completed', b64_json: 'AAAA' })],
  ['pieces of speech', openaiSpeech, () => ({ type: 'speech.audio.delta', audio: 'YQ==' })],
  ['pieces of a transcript', openaiTranscription, (i) => ({ type: 'transcript.text.delta', delta: `a${i}` })],
])('linear: 16 times as many %s', (_what, wire, dataOf) => {
  const rebuild = (count: number): number => {
    const events = Array.from({ length: count }, (_, i) => ({ event: '', data: JSON.stringify(dataOf(i)) }));
    return cpuMs(() => {
      const rebuilder = wire.rebuild();
      for (const event of events) rebuilder.push(event);
      rebuilder.facts();
      JSON.stringify(rebuilder.body());
    });
  };
  rebuild(3_000);
  const few = rebuild(3_000);
  // 256 times the time if each looked at all that came before.
  expect(rebuild(48_000)).toBeLessThan(80 * few + 200);
});
