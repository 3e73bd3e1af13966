import { expect, test } from 'vitest';
import { openaiChat } from './openai-chat.js';
import { chatUsage } from './openai-usage.js';

function stream(chunks: (object | string)[], event = '') {
  const rebuilder = openaiChat.rebuild();
  for (const data of chunks) rebuilder.push({ event, data: typeof data === 'string' ? data : JSON.stringify(data) });
  return { body: rebuilder.body(), facts: rebuilder.facts(), complete: rebuilder.complete() };
}

const text = (content: string, more: object = {}) => ({
  id: 'c',
  model: 'm',
  choices: [{ index: 0, delta: { content }, ...more }],
});

test('Azure: a first chunk with filter results only, and empty names', () => {
  const { body, facts } = stream([
    { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
    {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 5,
      model: 'gpt-4o',
      choices: [{ index: 0, delta: { content: 'a' } }],
    },
  ]);
  expect(body).toMatchObject({
    id: 'chatcmpl-1',
    created: 5,
    model: 'gpt-4o',
    prompt_filter_results: [{ prompt_index: 0 }],
  });
  expect(facts.model).toBe('gpt-4o');
});

test('Groq: usage and errors inside x_groq', () => {
  const usage = { queue_time: 0.03, prompt_tokens: 18, completion_tokens: 5, total_tokens: 23 };
  const { body, facts } = stream([
    { ...text('a'), x_groq: { id: 'req_1' } },
    { ...text(''), x_groq: { id: 'req_1', usage } },
  ]);
  expect(body).toMatchObject({ usage, x_groq: { id: 'req_1' } });
  expect((body as { x_groq: object }).x_groq).not.toHaveProperty('usage');
  expect(facts.usage).toMatchObject({ inputTokens: 18, outputTokens: 5 });
  expect(openaiChat.facts({ x_groq: { usage } }).usage).toMatchObject({ inputTokens: 18 });
  expect(stream([{ ...text('a'), x_groq: { id: 'r', error: 'over capacity' } }]).facts.error).toBe('over capacity');
});

test('Moonshot: usage inside the choice', () => {
  const { body, facts } = stream([
    text('a', { finish_reason: 'stop', usage: { prompt_tokens: 1, completion_tokens: 2 } }),
  ]);
  expect(body).toMatchObject({ usage: { prompt_tokens: 1 } });
  expect(facts.usage).toMatchObject({ inputTokens: 1, outputTokens: 2 });
});

test('Perplexity: the message so far beside each delta; a whole message in one event', () => {
  const both = stream([text('a', { message: { content: 'a' } }), text('b', { message: { content: 'ab' } })]);
  expect(both.body).toMatchObject({ choices: [{ message: { content: 'ab' } }] });
  const whole = stream([
    { choices: [{ index: 0, message: { role: 'assistant', content: 'ab' }, finish_reason: 'stop' }] },
  ]);
  expect(whole.body).toMatchObject({
    choices: [{ message: { role: 'assistant', content: 'ab' }, finish_reason: 'stop' }],
  });
});

test('Mistral: content as parts, then as text', () => {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] };
  const delta = (content: unknown) => ({ choices: [{ index: 0, delta: { content } }] });
  expect(stream([delta(''), delta([thinking]), delta('He'), delta('y')]).body).toMatchObject({
    choices: [{ message: { content: [thinking, { type: 'text', text: 'Hey' }] } }],
  });
  expect(stream([delta('He'), delta([thinking])]).body).toMatchObject({
    choices: [{ message: { content: [{ type: 'text', text: 'He' }, thinking] } }],
  });
});

test('an error inside the stream: not complete, message in the facts, body keeps both', () => {
  const error = { message: 'Overloaded', type: 'server_error', code: 'overloaded' };
  const cut = stream([text('a', { finish_reason: 'error' }), { error }, '[DONE]']);
  expect(cut.complete).toBe(false);
  expect(cut.facts.error).toBe('Overloaded');
  expect(cut.body).toMatchObject({ choices: [{ message: { content: 'a' } }], error });
  expect(stream([{ error }]).body).toEqual({ error });
  expect(stream([{ message: 'by name' }], 'error').facts.error).toBe('by name');
  expect(openaiChat.facts({ error }).error).toBe('Overloaded');
  expect(openaiChat.facts([{ error: { code: 400, message: 'Bad', status: 'INVALID_ARGUMENT' } }]).error).toBe('Bad');
  expect(openaiChat.facts({ error: 'plain' }).error).toBe('plain');
  expect(openaiChat.facts({ error: { code: 7 } }).error).toBe('7');
  expect(openaiChat.facts({ error: null }).error).toBe(null);
});

test('usage: DeepSeek, cache writes, reasoning left out of the output, missing against 0, damaged counts', () => {
  // deepseek-chat: 100 input of which 64 from the cache
  expect(
    chatUsage({ prompt_tokens: 100, completion_tokens: 7, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 }),
  ).toMatchObject({
    inputTokens: 100,
    cacheReadTokens: 64,
  });
  expect(
    chatUsage({ prompt_tokens: 100, completion_tokens: 7, prompt_tokens_details: { cache_write_tokens: 80 } }),
  ).toMatchObject({ cacheWriteTokens: 80 });
  // xAI: 32 + 9 + 200 = 241, so that the 200 reasoning tokens are not among the 9; OpenAI: 32 + 209 = 241, they are
  const reasoning = { completion_tokens_details: { reasoning_tokens: 200 } };
  expect(chatUsage({ prompt_tokens: 32, completion_tokens: 9, total_tokens: 241, ...reasoning })?.outputTokens).toBe(
    209,
  );
  expect(chatUsage({ prompt_tokens: 32, completion_tokens: 209, total_tokens: 241, ...reasoning })?.outputTokens).toBe(
    209,
  );
  expect(
    chatUsage({ prompt_tokens: 0, completion_tokens: 0, prompt_tokens_details: { cached_tokens: 0 } }),
  ).toMatchObject({
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    reasoningTokens: null,
  });
  expect(chatUsage({ prompt_tokens: -1, completion_tokens: 1.5 })).toBe(null);
  expect(chatUsage({ prompt_tokens: '5', completion_tokens: 5 })).toMatchObject({ inputTokens: null, outputTokens: 5 });
  for (const damaged of [null, undefined, 3, 'x', [], {}]) expect(chatUsage(damaged)).toBe(null);
});
