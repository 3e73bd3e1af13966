import { expect, test } from 'vitest';
import { EMPTY_USAGE } from '../../cost/empty-usage.js';
import { ollama } from './ollama.js';

// Shapes: https://github.com/ollama/ollama/blob/main/docs/api.md. Content is made up.

function stream(lines: object[]) {
  const rebuilder = ollama.rebuild();
  const content = lines.map((line) => rebuilder.push({ event: '', data: JSON.stringify(line) }));
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete(), content };
}

const line = (second: number, message: object, more: object = { done: false }) => ({
  model: 'qwen3',
  created_at: `2025-07-07T20:22:0${second}Z`,
  message: { role: 'assistant', ...message },
  ...more,
});
const COUNTS = {
  total_duration: 8123456789,
  load_duration: 456,
  prompt_eval_count: 26,
  prompt_eval_duration: 342546000,
  eval_count: 282,
  eval_duration: 7535743000,
};
const DONE = { done_reason: 'stop', done: true, ...COUNTS };
const call = (name: string, city: string) => ({ id: name, function: { name, arguments: { city } } });

test('chat: thinking, content and tool calls rebuild to the plain answer', () => {
  const { body, facts, complete, content } = stream([
    line(0, { content: '', thinking: 'Hm' }),
    line(1, { content: '', thinking: '…' }),
    line(2, { content: 'Zoë' }),
    line(3, { content: ' 🦊' }),
    line(4, { content: '', tool_calls: [call('a', 'Köln')] }),
    line(5, { content: '', tool_calls: [call('b', 'Rom')] }),
    line(6, { content: '' }, DONE),
  ]);
  const plain = line(
    6,
    { content: 'Zoë 🦊', thinking: 'Hm…', tool_calls: [call('a', 'Köln'), call('b', 'Rom')] },
    DONE,
  );
  expect(body).toEqual(plain);
  expect(facts).toEqual({
    model: 'qwen3',
    usage: {
      ...EMPTY_USAGE,
      inputTokens: 26,
      outputTokens: 282,
    },
    finishReason: 'stop',
    error: null,
    usageObject: COUNTS,
  });
  expect(ollama.facts(plain)).toEqual(facts);
  expect(complete).toBe(true);
  expect(content).toEqual([true, true, true, true, true, true, false]);
});

test('generate: response, thinking, log probabilities and context', () => {
  const piece = (response: string, more: object) => ({ model: 'm', created_at: 'now', response, done: false, ...more });
  const { body } = stream([
    piece('', { thinking: 'T' }),
    piece('a', { logprobs: [{ token: 'a', logprob: -1 }] }),
    piece('b', { logprobs: [{ token: 'b', logprob: -2 }], later: 'kept' }),
    piece('', { ...DONE, context: [1, 2, 3] }),
  ]);
  expect(body).toEqual({
    ...piece('ab', { thinking: 'T', ...DONE, context: [1, 2, 3], later: 'kept' }),
    logprobs: [
      { token: 'a', logprob: -1 },
      { token: 'b', logprob: -2 },
    ],
  });
});

test('usage: what the server leaves out is not known; embeddings have no output', () => {
  const { prompt_eval_count: _, ...cached } = DONE;
  expect(ollama.facts(line(0, {}, cached)).usage).toMatchObject({ inputTokens: null, outputTokens: 282 });
  expect(ollama.facts(line(0, {}, { ...DONE, prompt_eval_cached_count: 20 })).usage).toMatchObject({
    inputTokens: 26,
    cacheReadTokens: 20,
  });
  expect(ollama.facts(line(0, {}, { ...DONE, prompt_eval_cached_count: 27 })).usage?.cacheReadTokens).toBe(26);
  expect(
    ollama.facts({ model: 'm', embeddings: [[0.1]], total_duration: 1, prompt_eval_count: 8 }).usage,
  ).toMatchObject({ inputTokens: 8, outputTokens: 0 });
  expect(ollama.facts({ model: 'm', done: true, done_reason: 'load' })).toMatchObject({
    usage: null,
    finishReason: 'load',
    usageObject: null,
  });
});

test('errors: a line of the stream, and an answer of a status of its own', () => {
  const { body, facts, complete } = stream([line(0, { content: 'a' }), { error: 'an error was encountered' }]);
  expect(body).toEqual({ ...line(0, { content: 'a' }), error: 'an error was encountered' });
  expect(facts.error).toBe('an error was encountered');
  expect(complete).toBe(false);
  expect(ollama.facts({ error: "model 'x' not found" }).error).toBe("model 'x' not found");
  expect(ollama.errorEvent('upstream_reset', 'it broke', 'ndjson')).toBe('{"error":"it broke"}\n');
});

test('a cut stream is what arrived; damaged lines are passed over', () => {
  const rebuilder = ollama.rebuild();
  for (const data of ['', '{', '[1]', 'null']) expect(rebuilder.push({ event: '', data })).toBe(false);
  expect(rebuilder.body()).toBeNull();
  for (const data of [
    '{"message":3}',
    '{"message":{"content":"a","__proto__":{"x":1}},"__proto__":{"x":1},"response":{"a":1}}',
    '{"message":{"content":["b"],"tool_calls":{}},"response":"b","logprobs":1}',
  ]) {
    expect(() => rebuilder.push({ event: '', data })).not.toThrow();
  }
  expect(rebuilder.complete()).toBe(false);
  expect(({} as { x?: number }).x).toBeUndefined();
});

test('ends whole with a line that says so', () => {
  const whole = (...lines: unknown[]) =>
    ollama.endsWhole(lines.map((one) => ({ event: '', data: JSON.stringify(one) })));
  expect(whole({ done: false }, { done: true })).toBe(true);
  expect(whole({ done: false })).toBe(false);
  expect(whole({ done: true }, { error: 'x' })).toBe(false);
  expect(whole()).toBe(false);
  expect(whole('done')).toBe(false);
});
