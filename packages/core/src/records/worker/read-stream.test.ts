import { expect, test } from 'vitest';
import type { CallFacts } from '../facts.js';
import { readAnswer } from './read-answer.js';

test('a stream whose answer nests deeper than the stack is kept as it came, and its usage is read', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const usage = '{"prompt_tokens":7,"completion_tokens":3}';
  const bytes = Buffer.from(
    `data: {"model":"gpt-4o","choices":[{"index":0,"delta":{"x":${deep}},"finish_reason":"stop"}],"usage":${usage}}\n\n`,
  );
  const { length } = bytes;
  const type = 'text/event-stream';
  const response = { offset: 0, length, headLength: length, total: length, type, encoding: '' };
  const facts = { wire: 'openai-chat', response, arrivals: null, firstByteMs: 1, path: '' } as unknown as CallFacts;
  const answer = readAnswer(facts, bytes, { maxBytes: 1_000_000, requestModel: null });
  expect(answer).toMatchObject({ model: 'gpt-4o', usage: { inputTokens: 7, outputTokens: 3 }, complete: true });
  expect(Buffer.from(answer.kept ?? []).equals(bytes)).toBe(true);
});
