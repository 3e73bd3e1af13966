import { expect, test } from 'vitest';
import type { CallFacts, CapturedBytes } from '../facts.js';
import { type ReadAnswer, readAnswer } from './read-answer.js';

// Streams of Google's without `alt=sse`: one array, its elements as JSON over many lines, between them a comma on a line of its own.

interface Given {
  head: string;
  /** Bytes are missing before it. */
  tail?: string;
}

function read({ head, tail = '' }: Given): ReadAnswer {
  const bytes = Buffer.from(head + tail);
  const total = bytes.length + (tail === '' ? 0 : 100_000);
  const at = { offset: 0, length: bytes.length, headLength: Buffer.byteLength(head), total, encoding: '' };
  const response: CapturedBytes = { ...at, type: 'application/json; charset=UTF-8' };
  const path = '/v1beta/models/gemini-2.5-flash:streamGenerateContent';
  const facts = { wire: 'google-generate-content', response, path, arrivals: null, firstByteMs: 1 };
  return readAnswer(facts as CallFacts, bytes, { maxBytes: 10_000, requestModel: null });
}

const part = (text: string, more: object = {}) => ({
  candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0, ...more }],
});
const FIRST = part('Zoë, ');
const SECOND = part('a\n,\n[{"b');
const LAST = {
  ...part(' c', { finishReason: 'STOP' }),
  usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 },
};

function layout(chunks: readonly object[]): string {
  return `[${chunks.map((chunk) => JSON.stringify(chunk, null, 2)).join('\n,\r\n')}\n]\n`;
}

const WHOLE = layout([FIRST, SECOND, LAST]);

test('an array that is whole', () => {
  expect(read({ head: WHOLE })).toMatchObject({ complete: true, finishReason: 'STOP', usage: { inputTokens: 7 } });
});

test.each(['\n', '\n\n', ' \n'])('an array that was cut behind its last element and %j is not whole', (space) => {
  const head = WHOLE.trimEnd().slice(0, -1).trimEnd() + space;
  expect(read({ head })).toMatchObject({ complete: false, finishReason: 'STOP', usage: { inputTokens: 7 } });
});

test('an array whose middle was not kept has its usage from its end, wherever the tail begins', () => {
  const end = layout([SECOND, LAST]).slice(1);
  const begin = layout([FIRST]);
  const tails = end.indexOf('\n,\r\n');
  for (let at = 0; at <= tails; at++) {
    expect(read({ head: begin.slice(0, -5), tail: end.slice(at) })).toMatchObject({
      cut: true,
      complete: true,
      finishReason: 'STOP',
      usage: { inputTokens: 7, outputTokens: 3 },
    });
  }
  expect(read({ head: begin.slice(0, -5), tail: end.trimEnd().slice(0, -1) })).toMatchObject({
    cut: true,
    complete: false,
    usage: { inputTokens: 7 },
  });
});

test('a tail without a safe place to start at is passed over', () => {
  const answer = read({ head: layout([FIRST]).slice(0, -3), tail: '},{"candidates":[{"finishReason":"STOP"}]}]' });
  expect(answer).toMatchObject({ cut: true, complete: false, finishReason: null, usage: null });
});
