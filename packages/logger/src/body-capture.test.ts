import { expect, test } from 'vitest';
import { answerBody } from './answer-body.js';
import { BodyCapture } from './body-capture.js';

const KIB = 1024;

function captured(maxBytes: number, chunks: readonly string[]): BodyCapture {
  const capture = new BodyCapture(maxBytes);
  for (const chunk of chunks) capture.add(Buffer.from(chunk));
  return capture;
}

test('a body within the bound is kept whole, also characters that are cut in two', () => {
  const capture = new BodyCapture(100);
  const bytes = Buffer.from('é👋');
  for (const byte of bytes) capture.add(Uint8Array.of(byte));
  expect(capture.read()).toEqual({ head: 'é👋', tail: null, missing: 0 });
  expect(capture.end(4)).toBe('👋');
});

test('the beginning alone can be read, however it came', () => {
  expect(captured(4, ['ab', 'cd', 'ef']).start(3)).toBe('abc');
  expect(captured(4, ['ab', 'cd', 'ef']).start(100)).toBe('abcd');
  const whole = new BodyCapture(100);
  whole.addText('abcdef');
  expect(whole.start(3)).toBe('abc');
});

test('what is kept is a copy', () => {
  const capture = new BodyCapture(100);
  const bytes = Buffer.from('one');
  capture.add(bytes);
  bytes.fill(0);
  expect(capture.read().head).toBe('one');
});

test('of a longer one the head and the last 64 KiB are kept, and no more', () => {
  const capture = captured(10, [...Array.from({ length: 300 }, () => 'x'.repeat(KIB)), 'the end']);
  const { head, tail, missing } = capture.read();
  expect(head).toBe('x'.repeat(10));
  expect(tail?.endsWith('the end')).toBe(true);
  expect(capture.bytes).toBeLessThan(10 + 66 * KIB);
  expect(missing).toBe(300 * KIB + 7 - capture.bytes);
  expect(capture.end(7)).toBe('the end');
});

test('one chunk that is longer than both', () => {
  const { head, tail, missing } = captured(4, [`head${'x'.repeat(200 * KIB)}tail`]).read();
  expect([head, tail?.slice(-4), tail?.length, missing]).toEqual(['head', 'tail', 64 * KIB, 136 * KIB + 4]);
});

test.each([10, 100 * KIB])('a text of %i characters is kept like bytes', (length) => {
  const text = `${'x'.repeat(length)}end`;
  const capture = new BodyCapture(50);
  capture.addText(text);
  const { head, tail, missing } = capture.read();
  expect(head).toBe(text.slice(0, 50));
  expect(tail ?? head).toMatch(/end$/);
  expect(missing + capture.bytes).toBe(text.length);
});

test('of a cut stream whole events are sent, with a note between them', () => {
  const body = { head: 'data: {"a":1}\n\ndata: {"b"', tail: ':2}\n\ndata: {"usage":3}\n\n', missing: 99 };
  expect(answerBody(body, true)).toEqual({
    textBody: 'data: {"a":1}\n\n: 99 bytes are not recorded\n\ndata: {"usage":3}\n\n',
  });
});

test('of a cut document model and usage are sent', () => {
  const body = {
    head: '{"id":"r","object":"chat.completion","model":"gpt-4o","choices":[{"message":{"content":"xxxxx',
    tail: 'xxxx"}}],"usage":{"prompt_tokens":1,"details":{"cached":0},"completion_tokens":2}}',
    missing: 99,
  };
  expect(answerBody(body, false)).toEqual({
    json: {
      id: 'r',
      object: 'chat.completion',
      model: 'gpt-4o',
      truncated_bytes: 99,
      usage: { prompt_tokens: 1, details: { cached: 0 }, completion_tokens: 2 },
    },
  });
  expect(answerBody({ ...body, tail: 'xx"}' }, false)).toMatchObject({ json: { model: 'gpt-4o' } });
});

test('a whole body is sent as the text that it was; an empty one not at all', () => {
  expect(answerBody({ head: '{"n":1.50}', tail: null, missing: 0 }, false)).toEqual({ textBody: '{"n":1.50}' });
  expect(answerBody({ head: '', tail: null, missing: 0 }, true)).toEqual({});
});
