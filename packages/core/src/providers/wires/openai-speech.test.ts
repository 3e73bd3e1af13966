import { expect, test } from 'vitest';
import { openaiSpeech } from './openai-speech.js';

// Shapes: OpenAI's API reference (speech streaming events).

const USAGE = { input_tokens: 14, output_tokens: 101, total_tokens: 115 };
const delta = (audio: unknown) => ({ event: '', data: JSON.stringify({ type: 'speech.audio.delta', audio }) });
const done = { event: '', data: JSON.stringify({ type: 'speech.audio.done', usage: USAGE }) };

test('a stream becomes one audio and its usage', () => {
  const rebuilder = openaiSpeech.rebuild();
  expect([delta('YQ=='), delta('Yg=='), done].map((event) => rebuilder.push(event))).toEqual([true, true, false]);
  expect(rebuilder.body()).toEqual({ audio: 'YWI=', usage: USAGE });
  expect(rebuilder.facts()).toMatchObject({
    usage: { inputTokens: 14, outputTokens: 101, outputAudioTokens: 101 },
    usageObject: USAGE,
    error: null,
  });
  expect(rebuilder.complete()).toBe(true);
});

test('a cut stream, a broken one and an empty one', () => {
  const cut = openaiSpeech.rebuild();
  for (const event of [delta('YQ=='), delta(3), { event: '', data: '{' }]) cut.push(event);
  expect([cut.body(), cut.facts().usage, cut.complete()]).toEqual([{ audio: 'YQ==' }, null, false]);
  cut.push({ event: 'error', data: '{"error":{"message":"Boom"}}' });
  expect([cut.body(), cut.facts().error]).toEqual([{ audio: 'YQ==', error: { message: 'Boom' } }, 'Boom']);
  expect(openaiSpeech.rebuild().body()).toBe(null);
});

test('bare audio tells nothing', () => {
  expect(openaiSpeech.facts(null)).toMatchObject({ model: null, usage: null, error: null });
});

test('ends whole with its last event and without an error', () => {
  expect(openaiSpeech.endsWhole([delta('YQ=='), done])).toBe(true);
  expect(openaiSpeech.endsWhole([delta('YQ==')])).toBe(false);
  expect(openaiSpeech.endsWhole([done, { event: 'error', data: '{}' }])).toBe(false);
});
