import { expect, test } from 'vitest';
import { wireOf } from '../providers/wires.js';
import { answerOfJson, answerOfText } from './logged-answer.js';

const chunk = (content: string, more: object = { done: false }) => ({
  model: 'llama3.2',
  created_at: '2023-08-04T08:52:19Z',
  message: { role: 'assistant', content },
  ...more,
});
const CHUNKS = [chunk('Zoë'), chunk(' 🦊'), chunk('', { done: true, prompt_eval_count: 5, eval_count: 2 })];
const LINES = CHUNKS.map((one) => `${JSON.stringify(one)}\n`).join('');

test('chunks of a format that streams lines stay lines, which it reads', () => {
  const expected = {
    body: { bytes: Buffer.from(LINES), type: 'application/x-ndjson' },
    stream: true,
    wire: 'ollama',
  };
  expect(answerOfText(LINES)).toEqual(expected);
  expect(answerOfText(LINES.trimEnd())).toEqual(expected);
  expect(answerOfJson(CHUNKS)).toEqual(expected);
  expect(answerOfJson({ streamed_data: CHUNKS })).toEqual(expected);
  expect(answerOfJson({ streamed_data: LINES })).toEqual(expected);
  expect(wireOf('ollama').framings).toContain('ndjson');
});

test('a whole answer is one document', () => {
  expect(answerOfJson(CHUNKS[2])).toMatchObject({ stream: false, wire: 'ollama', body: { type: 'application/json' } });
});

test('chunks of all other formats become events', () => {
  const events = [
    { event_type: 'text-generation', text: 'a' },
    { event_type: 'stream-end', finish_reason: 'COMPLETE', response: { text: 'a' } },
  ];
  const { body, stream, wire } = answerOfText(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  expect([body.type, stream, wire]).toEqual(['text/event-stream', true, 'cohere-chat']);
  expect(body.bytes.toString()).toBe(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
});
